"""What a person should know: added to an organization or a group, made a collaborator, given a package."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ..db import tables as t
from ..errors import Unauthenticated
from ..models import Account, Actor
from ..names import account_key, package_key
from ..permissions import Op
from .access import about, decide, require, visible
from .work import Work


@dataclass(frozen=True)
class Notification:
    """One message; `link` is a path of this site."""

    id: int
    kind: str
    text: str
    link: str
    created_at: datetime
    read_at: datetime | None


KINDS = {
    "organization": "Somebody makes you an owner of an organization",
    "group": "Somebody adds you to a group",
    "collaborator": "Somebody makes you a collaborator of a package",
    "transfer": "Somebody transfers a package to you or to an organization of yours",
    "suggestion": "Somebody suggests a change to a notebook of yours, or decides about a suggestion of yours",
    "token-expiry": "A token of yours is about to expire",
    "plan": "The plan of your account, or of an organization of yours, changes",
}
"""What people are told of, by kind, as Settings > Notifications asks for it."""
ABOUT_PACKAGES = frozenset({"collaborator", "transfer", "suggestion"})
"""the kinds whose link is that of a package"""


def tell(work: Work, account_id: int, kind: str, text: str, link: str) -> None:
    """Leave a message for a person, unless they don't want this kind."""
    if kind in muted(work, account_id):
        return
    work.db.execute(
        sa.insert(t.notifications).values(
            account_id=account_id, kind=kind, text=text[:600], link=link[:600], created_at=work.now
        )
    )


def tell_owners(work: Work, channel_id: int, kind: str, text: str, link: str) -> None:
    """Leave a message for the person, or for all owners of the organization."""
    o = t.owners
    people = set(work.db.scalars(sa.select(o.c.account_id).where(o.c.organization_id == channel_id))) or {channel_id}
    for person in people:
        tell(work, person, kind, text, link)


def muted(work: Work, account_id: int) -> tuple[str, ...]:
    """The kinds that a person does not want."""
    kinds = work.db.scalar(sa.select(t.accounts.c.muted).where(t.accounts.c.id == account_id))
    return tuple(kinds or ())


def mute(work: Work, actor: Actor, kinds: Sequence[str]) -> None:
    """Be told nothing of these kinds from now on, and of all others."""
    me = _me(work, actor)
    chosen = [kind for kind in KINDS if kind in kinds]
    work.db.execute(sa.update(t.accounts).where(t.accounts.c.id == me.id).values(muted=chosen or None))


def listing(work: Work, actor: Actor, *, limit: int = 100, before: int | None = None) -> list[Notification]:
    """The actor's messages, newest first; `before` (an id) leads to older ones.

    What was said of a package that is absent for them by now, is absent as well.
    """
    me = _me(work, actor)
    n = t.notifications.c
    columns = (n.id, n.kind, n.text, n.link, n.created_at, n.read_at)
    query = sa.select(*columns).where(n.account_id == me.id).order_by(n.id.desc()).limit(limit)
    shown: list[Notification] = []
    while len(shown) < limit:
        part = query if before is None else query.where(n.id < before)
        found = [Notification(**row._mapping) for row in work.db.execute(part)]
        gone = _absent(work, actor, {one.link for one in found if one.kind in ABOUT_PACKAGES})
        shown += [one for one in found if one.link not in gone]
        if len(found) < limit:
            break
        before = found[-1].id
    return shown[:limit]


def unread(work: Work, actor: Actor) -> int:
    """How many messages are new; none for who may not read them."""
    if actor.account is None or not decide(work, actor, Op.READ_ACCOUNT, about(actor.account)).allowed:
        return 0
    n = t.notifications.c
    new = sa.select(n.kind, n.link, sa.func.count().label("many"))
    rows = work.db.execute(new.where(n.account_id == actor.account.id, n.read_at.is_(None)).group_by(n.kind, n.link))
    counts = [(row.link if row.kind in ABOUT_PACKAGES else "", row.many) for row in rows]
    gone = _absent(work, actor, {link for link, _ in counts if link})
    return sum(many for link, many in counts if link not in gone)


def _absent(work: Work, actor: Actor, links: Set[str]) -> Set[str]:
    """Those of the links to packages that lead nowhere for the actor by now: what was said of them is absent, too."""
    p, a = t.packages, t.accounts
    names = {link: tuple(link.strip("/").split("/")) for link in links}
    wanted = {(account_key(parts[0]), package_key(parts[1])) for parts in names.values() if len(parts) == 2}
    if not wanted:
        return frozenset()
    query = sa.select(a.c.name_key, p.c.name_key).join(p, p.c.account_id == a.c.id)
    query = query.where(sa.tuple_(a.c.name_key, p.c.name_key).in_(wanted), visible(actor, listed=False))
    seen = {(channel, name) for channel, name in work.db.execute(query)}
    return {
        link
        for link, parts in names.items()
        if len(parts) == 2 and (account_key(parts[0]), package_key(parts[1])) not in seen
    }


def mark_read(work: Work, actor: Actor, only: int | None = None) -> int:
    """Say that all have been read, or one (an id); how many were new."""
    me = _me(work, actor)
    n = t.notifications
    new = sa.update(n).where(n.c.account_id == me.id, n.c.read_at.is_(None))
    if only is not None:
        new = new.where(n.c.id == only)
    return work.db.execute(new.values(read_at=work.now)).rowcount


def _me(work: Work, actor: Actor) -> Account:
    if actor.account is None:
        raise Unauthenticated("sign in first")
    require(work, actor, Op.READ_ACCOUNT, about(actor.account))
    return actor.account
