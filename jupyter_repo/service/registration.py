"""Sign-up: open, by invitation, or closed; the administrator creates, disables and helps accounts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from ..db import tables as t
from ..errors import Conflict, Forbidden, InvalidRequest, NotFound
from ..models import Account, AccountKind, Actor
from . import accounts, audit, links, rows, signing
from .access import require_site
from .work import Work

WINDOW = timedelta(hours=1)
INVITED = timedelta(days=14)
OPERATOR = Actor(Account(0, "operator", AccountKind.USER, datetime(2000, 1, 1, tzinfo=UTC), is_admin=True))
"""who may run commands on the repository's own machine: a site administrator without an account"""


def sign_up(
    work: Work,
    name: str,
    *,
    email: str,
    password: str,
    accepted: bool,
    invitation: str | None = None,
    address: str = "",
) -> Account:
    """A new account, made by the person.

    Raises Forbidden where sign-up is closed or needs an invitation, RateLimited, InvalidRequest (terms, e-mail,
    password), InvalidName, AlreadyExists.
    """
    setting = work.settings.sign_up
    if setting == "closed":
        raise Forbidden("sign-up is closed here; the administrator creates accounts", code="sign_up_closed")
    subject = f"sign-up:address:{address[:64]}"
    signing.check(work, subject, work.settings.throttles.sign_ups, WINDOW)
    signing.count(work, subject)
    invited = None
    if setting == "invitation":
        invited = links.redeem(work, invitation or "", links.INVITATION)
        if invited is None:
            raise Forbidden("sign-up needs an invitation here; ask the administrator for one", code="not_invited")
    if not accepted:
        raise InvalidRequest("accept the terms to sign up", code="terms_not_accepted")
    if not email:
        raise InvalidRequest("give an e-mail address: a forgotten password is mailed there")
    account = accounts.create_user(work, name, email=email, password=password)
    if invited is not None and invited.email.lower() == email.lower():
        links.confirmed(work, account, email)  # the invitation was mailed there
    audit.record(work, Actor(account, None, address), "account.sign-up", account.name, channel=account.name)
    return account


def invite(work: Work, actor: Actor, email: str) -> str:
    """A secret that lets one person sign up, once."""
    require_site(work, actor)
    secret = links.make(work, links.INVITATION, None, email, lifetime=INVITED)
    audit.record(work, actor, "account.invite", email)
    return secret


def create(work: Work, actor: Actor, name: str, *, email: str, password: str, admin: bool = False) -> Account:
    """An account made by a site administrator, with a first password that its person has to change."""
    require_site(work, actor)
    account = accounts.create_user(work, name, email=email, password=password, admin=admin)
    a = t.accounts
    work.db.execute(sa.update(a).where(a.c.id == account.id).values(must_change_password=True))
    audit.record(work, actor, "account.create", account.name, channel=account.name, admin=admin)
    return account


def disable(work: Work, actor: Actor, name: str, *, disabled: bool) -> None:
    """Keep an account out, or let it in again: its sessions end, its tokens are dead while it is disabled."""
    require_site(work, actor)
    account = _user(work, name)
    if disabled and actor.account is not None and account.id == actor.account.id:
        raise Conflict("you can't disable your own account")
    a, s = t.accounts, t.sessions
    work.db.execute(sa.update(a).where(a.c.id == account.id).values(disabled=disabled))
    work.db.execute(sa.delete(s).where(s.c.account_id == account.id))
    audit.record(work, actor, "account.disable" if disabled else "account.enable", account.name, channel=account.name)


def reset_link(work: Work, actor: Actor, name: str) -> str:
    """A one-time secret that sets a new password, for a person whose mail is lost."""
    require_site(work, actor)
    account = _user(work, name)
    audit.record(work, actor, "account.reset-link", account.name, channel=account.name)
    return links.make(work, links.RESET, account, "")


def users(work: Work, actor: Actor) -> list[Account]:
    """All users, by name."""
    require_site(work, actor)
    a = t.accounts
    found = work.db.execute(sa.select(a).where(a.c.kind == str(AccountKind.USER)).order_by(a.c.name_key))
    return [rows.account(row) for row in found]


def _user(work: Work, name: str) -> Account:
    account = accounts.get(work, name)
    if account.kind is not AccountKind.USER:
        raise NotFound(f'User "{name}" does not exist')
    return account
