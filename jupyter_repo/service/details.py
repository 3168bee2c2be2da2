"""What a package's page shows beside its releases: downloads by day, neighbours, stars, status, dependencies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from ..db import tables as t
from ..models import Account, Actor, File, Kind, Package
from ..names import package_key
from .access import visible
from .work import Work

DAYS = 90
MOST = 500
"""dependencies that are shown"""
_NAME = re.compile(r"\s*(?:[^\s:]+::)?([A-Za-z0-9_][A-Za-z0-9._-]*)")


@dataclass(frozen=True)
class Dependency:
    """What a package asks for: the name, the rest of the line, and whether the same channel has it for the viewer."""

    name: str
    rest: str
    ours: bool


@dataclass(frozen=True)
class Aside:
    """Small things beside a package."""

    status: str
    status_reason: str
    stars: int
    starred: bool
    days: tuple[tuple[date, int], ...]
    """each of the last `DAYS` days (UTC), today last, and the downloads on it"""


def aside(work: Work, actor: Actor, package: Package) -> Aside:
    """What stands beside a package that the actor may see."""
    p, s = t.packages, t.stars
    row = work.db.execute(sa.select(p.c.status, p.c.status_reason).where(p.c.id == package.id)).one()
    count = work.db.scalar(sa.select(sa.func.count()).where(s.c.package_id == package.id)) or 0
    mine = actor.account is not None and bool(
        work.db.execute(
            sa.select(1).where(s.c.package_id == package.id, s.c.account_id == actor.account.id).select_from(s)
        ).first()
    )
    return Aside(row.status, row.status_reason, count, mine, tuple(_days(work, package)))


def _days(work: Work, package: Package) -> Iterable[tuple[date, int]]:
    d, today = t.daily_downloads, work.now.date()
    first = today - timedelta(days=DAYS - 1)
    query = sa.select(d.c.day, d.c.count).where(d.c.package_id == package.id, d.c.day >= first)
    counts: dict[date, int] = dict(work.db.execute(query).all())
    return ((day, counts.get(day, 0)) for day in (first + timedelta(days=number) for number in range(DAYS)))


def dependencies(work: Work, actor: Actor, channel: Account, files: Sequence[File]) -> list[Dependency]:
    """What the files of a release ask for, each once; those that the viewer finds in the same channel are marked."""
    lines: dict[str, str] = {}
    for file in files:
        asked = file.attrs.get({Kind.CONDA: "depends", Kind.PYPI: "requires_dist"}.get(file.kind, "dependencies"))
        more = file.attrs.get("pip") if file.kind is Kind.ENVIRONMENT else None
        for line in [*(asked if isinstance(asked, list) else ()), *(more if isinstance(more, list) else ())]:
            match = _NAME.match(line) if isinstance(line, str) else None
            if match and len(lines) < MOST:
                lines.setdefault(line, match[1])
    known = _known(work, actor, channel, {package_key(name) for name in lines.values()})
    return [
        Dependency(name, line[line.index(name) + len(name) :].strip(), package_key(name) in known)
        for line, name in sorted(lines.items(), key=lambda pair: pair[1].lower())
    ]


def _known(work: Work, actor: Actor, channel: Account, keys: set[str]) -> set[str]:
    p = t.packages
    found = work.db.scalars(
        sa.select(p.c.name_key).where(p.c.account_id == channel.id, p.c.name_key.in_(keys), visible(actor))
    )
    return set(found) if keys else set()
