"""Deleting accounts and organizations: the password again and the full name typed; everything of them goes."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from ..db import tables as t
from ..errors import Conflict, Forbidden, InvalidRequest, Unauthenticated
from ..models import Account, AccountKind, Actor
from ..names import account_key
from ..permissions import Op
from . import accounts, audit, secrets
from .access import about, require
from .work import Work

RESERVED_DAYS = 90


def close(work: Work, actor: Actor, name: str, *, password: str, typed: str) -> None:
    """Erase an account with its packages, tokens and groups; the bytes go with the next sweep.

    Never by token. The name stays reserved for a while, so that nobody steps into its addresses. Raises NotFound,
    Unauthenticated (password), InvalidRequest (name not typed), Forbidden, Conflict (an ownerless organization).
    """
    account = accounts.channel(work, actor, name)
    is_org = account.kind is AccountKind.ORGANIZATION
    require(work, actor, Op.DELETE_ORGANIZATION if is_org else Op.ACCOUNT_SECRETS, about(account))
    check_password(work, actor, password)
    if typed != account.name:
        raise InvalidRequest(f"type the full name, {account.name}, to delete it", code="not_confirmed")
    owned = _owned(work, account)
    work.hold(account.id, *owned)
    # whoever makes it an owner of something in this moment has done so, or will not
    work.db.execute(sa.select(t.accounts.c.id).where(t.accounts.c.id == account.id).with_for_update())
    if _owned(work, account) - owned:
        raise Conflict(f"{account.name} was made an owner in this moment; look again and retry")
    if not is_org:
        _refuse_ownerless(work, account)
    # all of it at once and in order, before the database goes through it in an order of its own
    f = t.files
    work.db.execute(sa.select(f.c.id).where(f.c.account_id == account.id).order_by(f.c.id).with_for_update())
    work.db.execute(sa.delete(t.accounts).where(t.accounts.c.id == account.id))
    reserve(work, account.name)
    audit.record(work, actor, "account.delete", account.name, channel=account.name, kind=str(account.kind))


def check_password(work: Work, actor: Actor, password: str) -> None:
    """The actor's own password again, before what can't be undone. Forbidden with a token, Unauthenticated if wrong."""
    if actor.account is None:
        raise Unauthenticated("sign in first")
    if actor.token is not None:
        raise Forbidden("no token may do this; sign in with your password", code="scope_missing")
    a = t.accounts
    stored = work.db.scalar(sa.select(a.c.password_hash).where(a.c.id == actor.account.id))
    if not secrets.verify_password(stored, password):
        raise Unauthenticated("the password is wrong", code="wrong_password")


def reserve(work: Work, name: str) -> None:
    """Keep a name from being taken for a while."""
    r, until = t.reserved_names, work.now + timedelta(days=RESERVED_DAYS)
    work.db.execute(sa.delete(r).where(r.c.name_key == account_key(name)))
    work.db.execute(sa.insert(r).values(name_key=account_key(name), until=until))


def _owned(work: Work, account: Account) -> set[int]:
    """The organizations that it owns, alone or with others."""
    o = t.owners
    return set(work.db.scalars(sa.select(o.c.organization_id).where(o.c.account_id == account.id)))


def _refuse_ownerless(work: Work, account: Account) -> None:
    o, a = t.owners, t.accounts
    others = o.alias("others")
    alone = work.db.scalars(
        sa.select(a.c.name)
        .join(o, o.c.organization_id == a.c.id)
        .where(
            o.c.account_id == account.id,
            ~sa.exists(sa.select(1).where(others.c.organization_id == a.c.id, others.c.account_id != account.id)),
        )
        .order_by(a.c.name_key)
    ).all()
    if alone:
        raise Conflict(
            f"{account.name} is the only owner of {', '.join(alone)}; make somebody else an owner, or delete it first",
            code="last_owner",
        )
