"""The audit log: who did what, when, from where, by which token. It only grows; the database refuses anything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from ..db import tables as t
from ..models import Account, Actor
from ..permissions import Op
from .access import about, require, require_site
from .work import Work

DONE, REFUSED = "done", "refused"
_LINE = sa.insert(t.audit)


@dataclass(frozen=True)
class Entry:
    """One line of the log."""

    id: int
    at: datetime
    actor: str
    token: str | None
    address: str
    channel: str | None
    action: str
    target: str
    outcome: str
    details: dict[str, object]

    def line(self) -> dict[str, object]:
        """As JSON has it."""
        return {**asdict(self), "at": self.at.isoformat(timespec="milliseconds")}


def record(
    work: Work,
    actor: Actor,
    action: str,
    target: str,
    *,
    channel: str | None = None,
    outcome: str = DONE,
    **details: object,
) -> None:
    """Write one line, in the transaction of the change itself: what is rolled back was not done.

    `details` must hold JSON values and no secrets.
    """
    if actor.break_glass:
        details["break_glass"] = actor.break_glass
    line = {
        "at": work.now,
        "actor": actor.name[:64],
        "token": actor.token.name if actor.token else None,
        "address": actor.address[:64],
        "channel": channel,
        "action": action[:64],
        "target": target[:600],
        "outcome": outcome,
        "details": details,
    }
    work.db.execute(_LINE, line)


@dataclass(frozen=True)
class Filters:
    """What narrows the log; what is empty narrows nothing."""

    actor: str = ""
    action: str = ""
    """its beginning: `token` finds `token.create`"""
    target: str = ""
    """a part of it"""
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None


def listing(
    work: Work,
    actor: Actor,
    channel: Account | None,
    *,
    before: int | None = None,
    limit: int = 100,
    filters: Filters | None = None,
) -> list[Entry]:
    """The newest lines of a channel's log, or of the site's (None); `before` (an id) leads to older ones."""
    _may_read(work, actor, channel)
    query = _narrowed(_of(channel), filters).order_by(t.audit.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(t.audit.c.id < before)
    return [Entry(**row._mapping) for row in work.db.execute(query)]


def export(work: Work, actor: Actor, channel: Account | None, filters: Filters | None = None) -> Iterator[Entry]:
    """All lines, oldest first."""
    _may_read(work, actor, channel)
    found = work.db.execution_options(yield_per=1000).execute(_narrowed(_of(channel), filters).order_by(t.audit.c.id))
    return (Entry(**row._mapping) for row in found)


def _may_read(work: Work, actor: Actor, channel: Account | None) -> None:
    if channel is not None:
        require(work, actor, Op.READ_AUDIT, about(channel))
    else:
        require_site(work, actor)


def _of(channel: Account | None) -> sa.Select[tuple[object, ...]]:
    query = sa.select(t.audit)
    return query if channel is None else query.where(t.audit.c.channel == channel.name)


def _narrowed(query: sa.Select[tuple[object, ...]], filters: Filters | None) -> sa.Select[tuple[object, ...]]:
    c = t.audit.c
    if filters is None:
        return query
    for column, text in ((c.actor, filters.actor), (c.outcome, filters.outcome)):
        if text:
            query = query.where(column == text)
    if filters.action:
        query = query.where(c.action.startswith(filters.action, autoescape=True))
    if filters.target:
        query = query.where(c.target.icontains(filters.target, autoescape=True))
    if filters.since is not None:
        query = query.where(c.at >= filters.since)
    if filters.until is not None:
        query = query.where(c.at < filters.until)
    return query
