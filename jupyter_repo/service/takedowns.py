"""What the site's administrator took down, and putting it back: owners can't, since it was not theirs to decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from ..db import tables as t
from ..errors import NotFound
from ..models import Actor
from ..names import package_key
from . import accounts, audit, notifications, packages, trash
from .access import require_site
from .work import Work


@dataclass(frozen=True)
class TakenDown:
    """A package, or a part of one, that can be put back until `until`."""

    channel: str
    package: str
    files: int
    at: datetime
    until: datetime


def listing(work: Work, actor: Actor, *, limit: int = 100) -> list[TakenDown]:
    """The packages taken down last that can be put back; for site administrators."""
    require_site(work, actor)
    d, a = t.deleted_files.c, t.accounts.c
    at = sa.func.max(d.deleted_at, type_=t.Moment()).label("at")
    found = work.db.execute(
        sa.select(a.name.label("channel"), sa.func.max(d.package).label("package"), sa.func.count().label("files"), at)
        .select_from(t.deleted_files)
        .join(t.accounts, a.id == d.account_id)
        .where(d.taken_down, trash.kept(work))
        .group_by(a.name, d.package_key)
        .order_by(at.desc(), a.name, d.package_key)
        .limit(limit)
    )
    kept = timedelta(days=work.settings.restore_days)
    return [TakenDown(row.channel, row.package, row.files, row.at, row.at + kept) for row in found]


def restore(work: Work, actor: Actor, owner: str, name: str) -> int:
    """Put back what was taken down of a package, with its labels and visibility; how many files. Its owners are told.

    Of a file that was taken down several times the last one comes back. Raises NotFound, AlreadyExists where something
    else has its place by now, PlanLimit.
    """
    require_site(work, actor)
    work.hold(owner)
    channel = accounts.get(work, owner)
    d = t.deleted_files
    mine = (d.c.account_id == channel.id, d.c.package_key == package_key(name), d.c.taken_down, trash.kept(work))
    rows = work.db.execute(sa.select(d).where(*mine).order_by(d.c.id)).all()
    last = {(row.version, row.basename): row for row in rows}
    if not last:
        raise NotFound(f'nothing of "{owner}/{name}" that was taken down is kept')
    for row in last.values():
        found = trash.revive(work, actor, channel, packages.lookup(work, channel, row.package), row)
    packages.settle(work, found)
    title = f"{channel.name}/{found.package.name}"
    audit.record(work, actor, "package.restore", title, channel=channel.name, files=len(last), taken_down=True)
    text = f"{title} is back: the site's administrator restored what was taken down"
    notifications.tell_owners(work, channel.id, "quarantine", text, f"/{title}")
    return len(last)
