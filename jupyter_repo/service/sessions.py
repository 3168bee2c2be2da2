"""Signed-in browsers: server-side rows, so that they can be listed and ended; and the links that sign one in.

A session remembers for which channel the person acts, and when they last gave their password.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ..db import tables as t
from ..errors import NotFound, Unauthenticated
from ..models import Account, Actor
from ..permissions import Op
from . import accounts, audit, notifications, rows, secrets
from .access import about, require
from .work import Work, unheld

LINK_SECONDS = 60
RECENT = timedelta(minutes=30)
"""how long after the password was given it need not be given again"""
SEEN = timedelta(minutes=5)
"""how exactly it is known when a browser was seen: a note for every page would be a write for every page"""


@dataclass(frozen=True)
class Session:
    """One signed-in browser."""

    id: int
    actor: Actor
    active: Account
    """for whom the person acts: themselves, or an organization they own"""
    confirmed_at: datetime | None
    stale: bool = False
    """was it long enough since it was noted as seen (or does it come from another address), to note it again?"""

    def recent(self, now: datetime) -> bool:
        """Was the password given a short while ago?"""
        return self.confirmed_at is not None and now - self.confirmed_at < RECENT


@dataclass(frozen=True)
class Surroundings:
    """What the top of every page shows of the person."""

    switch_to: tuple[Account, ...]
    """themselves and the organizations they own, but for the active one"""
    unread: int
    """notifications"""


@dataclass(frozen=True)
class Listed:
    """A session as its owner sees it in the list."""

    id: int
    created_at: datetime
    expires_at: datetime
    address: str
    """where it was begun"""
    agent: str
    seen_at: datetime
    seen_from: str


def begin(work: Work, account: Account, *, address: str = "", agent: str = "", confirmed: bool = False) -> str:
    """Sign a browser in; returns the secret for its cookie. `confirmed`: the password was given just now."""
    audit.record(work, Actor(account, None, address), "sign-in", "browser", channel=account.name)
    lifetime = timedelta(days=work.settings.session_days)
    at = work.now if confirmed else None
    return _insert(work, account, lifetime, confirmed_at=at, address=address[:64], agent=agent[:200])


def link(work: Work, actor: Actor) -> str:
    """A secret that signs one browser in as the actor, once, within a minute.

    For the panel's "open in the browser": the browser never sees a token. A token needs every right of its
    account for it (a client's sign-in with the scope `all`), since a session has them all: a token of one channel
    must not become a session that reaches the others.
    """
    if actor.account is None:
        raise Unauthenticated("sign in first")
    require(work, actor, Op.MANAGE_TOKENS, about(actor.account))
    if actor.token is not None and not (actor.token.everywhere and "all" in actor.token.scopes):
        raise Unauthenticated("a token of one channel can't sign a browser in; sign in with your password")
    return _insert(work, actor.account, timedelta(seconds=LINK_SECONDS), is_link=True)


def redeem(work: Work, secret: str, *, address: str = "", agent: str = "") -> str | None:
    """Turn a link's secret into a session's; None when it was used already, is too old, or never was."""
    s, a = t.sessions, t.accounts
    mine = sa.and_(s.c.secret_sha256 == secrets.digest(secret), s.c.is_link, s.c.expires_at > work.now)
    owner = work.db.scalar(sa.select(s.c.account_id).where(mine))
    if owner is None:
        return None
    work.hold(owner)  # before the link: whoever deletes the account takes them in this order
    account = work.db.execute(sa.select(a).where(a.c.id == owner)).first()
    if account is None or not work.db.execute(sa.delete(s).where(mine)).rowcount:
        return None
    # an account without a password, as a person's own repository has it, has nothing else to be asked for
    confirmed = account.password_hash is None
    if account.disabled:
        return None
    return begin(work, rows.account(account), address=address, agent=agent, confirmed=confirmed)


def find(work: Work, secret: str, *, address: str = "") -> Actor | None:
    """Who is signed in with this cookie; None for nobody."""
    found = look(work, secret, address=address)
    return found.actor if found else None


def look(work: Work, secret: str, *, address: str = "") -> Session | None:
    """The session of this cookie; None for nobody's."""
    s, a = t.sessions, t.accounts
    row = work.db.execute(
        sa.select(a, s.c.id.label("session_id"), s.c.active_id, s.c.confirmed_at, s.c.seen_at, s.c.seen_from)
        .join(s, s.c.account_id == a.c.id)
        .where(s.c.secret_sha256 == secrets.digest(secret), ~s.c.is_link, s.c.expires_at > work.now, ~a.c.disabled)
    ).first()
    if row is None:
        return None
    person = rows.account(row)
    active = person
    if row.active_id is not None:  # who is no owner any more acts for themselves again
        active = next((one for one in accounts.organizations_of(work, person) if one.id == row.active_id), person)
    stale = row.seen_at is None or work.now - row.seen_at > SEEN or row.seen_from != address[:64]
    return Session(row.session_id, Actor(person, None, address), active, row.confirmed_at, stale)


def surroundings(work: Work, actor: Actor, active: Account) -> Surroundings:
    """What the top of a page shows."""
    channels = tuple(one for one in accounts.channels_of(work, actor) if one.id != active.id)
    return Surroundings(channels, notifications.unread(work, actor))


def switch(work: Work, session: Session, name: str) -> Account:
    """Act for the channel `name` from now on. NotFound unless it is the person or an organization they own."""
    wanted = name.lower()
    target = next((one for one in accounts.channels_of(work, session.actor) if one.name.lower() == wanted), None)
    if target is None:
        raise NotFound(f"{name} is neither you nor an organization that you administer")
    person = session.actor.account
    active = None if person is not None and target.id == person.id else target.id
    _update(work, session.id, active_id=active)
    return target


def confirm(work: Work, session: Session) -> None:
    """The password was given just now."""
    _update(work, session.id, confirmed_at=work.now)


def listing(work: Work, actor: Actor) -> list[Listed]:
    """The browsers signed in as the actor, newest first."""
    me, s = _me(work, actor), t.sessions.c
    seen = sa.func.coalesce(s.seen_at, s.created_at, type_=t.Moment()).label("seen_at")
    columns = (s.id, s.created_at, s.expires_at, s.address, s.agent, seen, s.seen_from)
    live = (s.account_id == me.id, ~s.is_link, s.expires_at > work.now)
    found = work.db.execute(sa.select(*columns).where(*live).order_by(s.id.desc()))
    return [Listed(**row._mapping) for row in found]


def end_one(work: Work, actor: Actor, session_id: int) -> None:
    """Sign one of the actor's browsers out. NotFound."""
    me, s = _me(work, actor), t.sessions
    if not work.db.execute(sa.delete(s).where(s.c.id == session_id, s.c.account_id == me.id)).rowcount:
        raise NotFound("this browser is signed out already")
    audit.record(work, actor, "sign-out", "browser", channel=me.name)


def end_others(work: Work, actor: Actor, session_id: int) -> int:
    """Sign out all of the actor's browsers but one; how many."""
    me, s = _me(work, actor), t.sessions
    gone = work.db.execute(sa.delete(s).where(s.c.account_id == me.id, s.c.id != session_id)).rowcount
    audit.record(work, actor, "sign-out", "all other browsers", channel=me.name)
    return gone


def record_seen(work: Work, seen: Mapping[int, tuple[datetime, str]]) -> None:
    """Note when and from where browsers (by key) were seen; nobody is waited for."""
    s = t.sessions
    for key, (moment, address) in sorted(seen.items()):
        work.db.execute(sa.update(s).where(unheld(s, s.c.id == key)).values(seen_at=moment, seen_from=address[:64]))


def end(work: Work, secret: str) -> None:
    """Sign the browser out."""
    work.db.execute(sa.delete(t.sessions).where(t.sessions.c.secret_sha256 == secrets.digest(secret)))


def sweep(work: Work) -> int:
    """Forget what has expired; returns how many."""
    old = t.sessions.c.expires_at <= work.now
    return work.db.execute(sa.delete(t.sessions).where(unheld(t.sessions, old))).rowcount


def _me(work: Work, actor: Actor) -> Account:
    if actor.account is None:
        raise Unauthenticated("sign in first")
    require(work, actor, Op.ACCOUNT_SECRETS, about(actor.account))
    return actor.account


def _update(work: Work, session_id: int, **values: Any) -> None:
    work.db.execute(sa.update(t.sessions).where(t.sessions.c.id == session_id).values(**values))


def _insert(work: Work, account: Account, lifetime: timedelta, **columns: Any) -> str:
    secret = secrets.new_secret()
    work.db.execute(
        sa.insert(t.sessions).values(
            secret_sha256=secrets.digest(secret),
            account_id=account.id,
            created_at=work.now,
            expires_at=work.now + lifetime,
            **columns,
        )
    )
    return secret
