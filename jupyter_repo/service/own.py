"""What people do with their own account: password, e-mail address, the name that others read, organizations."""

from __future__ import annotations

import sqlalchemy as sa

from ..db import tables as t
from ..errors import Unauthenticated
from ..models import Account, Actor
from ..permissions import Op
from . import accounts, audit, closing, mail
from .access import about, require
from .work import Work


def change_password(work: Work, actor: Actor, password: str) -> None:
    """Another password; all browser sessions end. Never by token."""
    me = mine(work, actor)
    accounts.set_password(work, me, password)
    audit.record(work, actor, "account.password", me.name, channel=me.name)


def replace_password(work: Work, actor: Actor, old: str, new: str) -> None:
    """Another password for who knows the old one. Raises Unauthenticated, InvalidRequest."""
    closing.check_password(work, actor, old)
    change_password(work, actor, new)


def change_email(work: Work, actor: Actor, email: str) -> Account:
    """Another address: at once where no mail can confirm it, else when the link mailed there is opened."""
    me = mine(work, actor)
    accounts.check_email(email)
    if not mail.possible(work.settings):
        accounts.set_email(work, me, email)
    audit.record(work, actor, "account.email", me.name, channel=me.name)
    return me


def change_profile(work: Work, actor: Actor, display_name: str) -> None:
    """The name that people read beside the account's."""
    me, a = mine(work, actor), t.accounts
    shown = display_name.strip()[:200]
    work.db.execute(sa.update(a).where(a.c.id == me.id).values(display_name=shown))
    audit.record(work, actor, "account.profile", me.name, channel=me.name)


def create_organization(work: Work, actor: Actor, name: str, *, email: str) -> Account:
    """A new organization; the actor is its first owner. Raises InvalidName, AlreadyExists, InvalidRequest (e-mail)."""
    if actor.account is None:
        raise Unauthenticated("sign in first")
    require(work, actor, Op.CREATE_ORGANIZATION, about(actor.account))
    made = accounts.create_organization(work, name, actor.account, email=email)
    audit.record(work, actor, "organization.create", made.name, channel=made.name)
    return made


def email_confirmed(work: Work, account: Account) -> bool:
    """Has somebody who reads mail there opened a link of ours?"""
    a = t.accounts
    return work.db.scalar(sa.select(a.c.email_confirmed_at).where(a.c.id == account.id)) is not None


def has_password(work: Work, account: Account) -> bool:
    """Can the person be asked for a password at all?"""
    a = t.accounts
    return work.db.scalar(sa.select(a.c.password_hash).where(a.c.id == account.id)) is not None


def mine(work: Work, actor: Actor) -> Account:
    """The actor's own account, for what only they may do. Raises Unauthenticated; Forbidden with a token."""
    if actor.account is None:
        raise Unauthenticated("sign in with user name and password")
    require(work, actor, Op.ACCOUNT_SECRETS, about(actor.account))
    return actor.account
