"""An account that was here before, taken by its owner for that of their JupyterHub user; and let go again.

Both are proven when it is taken: the account by its password in the browser, the hub user by the hub. When it is let
go, what the hub opened is closed, and the person must have another way in.
"""

from __future__ import annotations

import sqlalchemy as sa

from ..db import tables as t
from ..errors import Conflict, Forbidden, NotFound
from ..models import Account, Actor
from . import accounts, audit, mail, own
from .access import require_site
from .hub import SERVER, Person
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
        raise Conflict(
            f"{me.name} is the account of {known}, another user of JupyterHub: unlink it first", code="hub_other"
        )
    _let_go(work, actor, me, person)
    work.db.execute(sa.update(a).where(a.c.id == me.id).values(hub_user=person.name))
    audit.record(work, actor, "account.hub-user", me.name, channel=me.name, hub_user=person.name)
    return me


def unlink(work: Work, actor: Actor, *, stay: int | None = None) -> str:
    """Make the actor's account nobody's in the hub; returns whose it was. Never by token.

    What the hub opened is closed: the tokens of its servers, and all browsers but `stay` (a session), since any of them
    may have come through the hub. The hub user gets another account when they come again. Raises NotFound where it is
    no hub user's, Conflict where its person could not sign in any more.
    """
    me = own.mine(work, actor)
    work.hold(me.id)
    return _unlink(work, actor, me, stay, way_out="set a password in Settings > Account first")


def unlink_for(work: Work, actor: Actor, name: str) -> str:
    """The same for somebody's account, by a site administrator. Conflict also for a disabled one."""
    require_site(work, actor)
    account = accounts.get(work, name)
    work.hold(account.id)
    if account.disabled:
        # else who is kept out would come in as somebody new
        raise Conflict(f"{account.name} is disabled, and stays so by being its hub user's: enable it first")
    return _unlink(work, actor, account, None, way_out="hand its person a reset link first")


def _unlink(work: Work, actor: Actor, account: Account, stay: int | None, *, way_out: str) -> str:
    known = hub_user(work, account)
    if known is None:
        raise NotFound(f"{account.name} is no JupyterHub user's account")
    if not work.settings.local_passwords:
        raise Conflict(
            f"people sign in here with JupyterHub alone: nobody could open {account.name} any more. Its administrator "
            "may allow passwords (local_passwords)",
            code="hub_only",
        )
    if not _way_in(work, account):
        raise Conflict(
            f"{account.name} has neither a password here nor a confirmed e-mail address, so nobody could open it any "
            f"more: {way_out}",
            code="no_way_in",
        )
    a, s, k = t.accounts, t.sessions, t.tokens
    work.db.execute(sa.update(a).where(a.c.id == account.id).values(hub_user=None))
    work.db.execute(sa.delete(s).where(s.c.account_id == account.id, s.c.id != (stay or 0)))
    theirs = (k.c.maker_id == account.id, k.c.is_login, k.c.name.startswith(SERVER), k.c.revoked_at.is_(None))
    work.db.execute(sa.update(k).where(*theirs).values(revoked_at=work.now))
    audit.record(work, actor, "account.no-hub-user", account.name, channel=account.name, hub_user=known)
    found = work.settings.hub
    if found is not None and found.admins and account.is_admin:  # an office that the hub gave, and could take
        work.db.execute(sa.update(a).where(a.c.id == account.id).values(is_admin=False))
        audit.record(work, actor, "account.no-admin", account.name, channel=account.name, by="JupyterHub")
    return known


def _way_in(work: Work, account: Account) -> bool:
    """Could the person sign in without the hub: by a password, or by a mail that lets them set one?"""
    by_mail = mail.possible(work.settings) and own.email_confirmed(work, account)
    return by_mail or own.has_password(work, account)


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
