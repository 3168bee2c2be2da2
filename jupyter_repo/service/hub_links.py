"""An account that was here before, taken by its owner for that of their JupyterHub user.

Both are proven: the account by its password in the browser, the hub user by the hub.
"""

from __future__ import annotations

import sqlalchemy as sa

from ..db import tables as t
from ..errors import Conflict, Forbidden
from ..models import Account, Actor
from . import audit, own
from .hub import Person
from .work import Work

_HOLDINGS = (
    ("packages", t.packages.c.account_id),
    ("deleted files", t.deleted_files.c.account_id),
    ("mirrors", t.mirrors.c.account_id),
    ("organizations", t.owners.c.account_id),
    ("groups", t.group_members.c.account_id),
    ("shared packages", t.collaborators.c.account_id),
    ("suggestions", t.suggestions.c.author_id),
    ("favorites", t.stars.c.account_id),
)
"""what an account may have, by the column that says whose it is"""


def hub_user(work: Work, account: Account) -> str | None:
    """The hub user whose account it is, by their exact name in the hub."""
    a = t.accounts
    return work.db.scalar(sa.select(a.c.hub_user).where(a.c.id == account.id))


def link(work: Work, actor: Actor, person: Person) -> Account:
    """Make the actor's account the hub user's. Never by token.

    The account that the hub user got here when they first came goes, if nothing was ever done with it. Raises
    Conflict where it holds something, or where the actor's account is another hub user's; Forbidden.
    """
    me, a = own.mine(work, actor), t.accounts
    work.hold(me.id, *work.db.scalars(sa.select(a.c.id).where(a.c.hub_user == person.name)))
    known = hub_user(work, me)
    if known == person.name:
        return me
    if known is not None:
        raise Conflict(f"{me.name} is the account of {known}, another user of JupyterHub", code="hub_other")
    _let_go(work, actor, me, person)
    work.db.execute(sa.update(a).where(a.c.id == me.id).values(hub_user=person.name))
    audit.record(work, actor, "account.hub-user", me.name, channel=me.name, hub_user=person.name)
    return me


def _let_go(work: Work, actor: Actor, me: Account, person: Person) -> None:
    """Remove the account that the person has had here, if it is empty."""
    a = t.accounts
    found = work.db.execute(sa.select(a).where(a.c.hub_user == person.name)).first()
    if found is None:
        return
    if found.disabled:
        raise Forbidden(
            f"{found.name}, the account of this JupyterHub user, is disabled; ask the administrator of the repository",
            code="account_disabled",
        )
    if held := _held(work, found.id, by_password=found.password_hash is not None):
        raise Conflict(
            f"{person.name} of JupyterHub has the account {found.name} here, and it has {', '.join(held)}: sign in "
            f"with JupyterHub, transfer to {me.name} what is to be kept and delete the rest, then come back",
            code="hub_account_in_use",
        )
    work.db.execute(sa.delete(a).where(a.c.id == found.id))
    audit.record(work, actor, "account.delete", found.name, channel=found.name, hub_user=person.name)


def _held(work: Work, account_id: int, *, by_password: bool) -> list[str]:
    """What there is of an account, in words."""
    k = t.tokens
    made = sa.select(1).where(k.c.maker_id == account_id, k.c.revoked_at.is_(None), ~k.c.is_login)
    asked = [(word, sa.select(1).where(column == account_id)) for word, column in _HOLDINGS]
    found = [word for word, rows in (*asked, ("tokens", made)) if work.db.scalar(rows.limit(1)) is not None]
    return [*found, "a password of its own"] if by_password else found
