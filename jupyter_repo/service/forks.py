"""Forks: somebody else's notebook, with its environment, as a package of one's own that knows where it came from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from ..db import tables as t
from ..errors import InvalidRequest, NotFound
from ..models import Actor, Kind, Visibility
from ..names import MAIN_LABEL
from ..permissions import Op
from . import accounts, audit, copying, labels, making, packages
from .access import visible
from .packages import Found
from .work import Work

OPENNESS = (Visibility.PRIVATE, Visibility.UNLISTED, Visibility.AUTHENTICATED, Visibility.PUBLIC)
FIRST = "1"


@dataclass(frozen=True)
class Lineage:
    """One end of a fork: the other package, and the version of the original that was copied."""

    channel: str
    name: str
    version: str
    since: datetime


def fork(
    work: Work,
    actor: Actor,
    owner: str,
    name: str,
    version: str = "",
    *,
    to_owner: str = "",
    to_name: str = "",
    visibility: Visibility | None = None,
) -> Found:
    """Copy a version of a notebook (the latest by default) to a new package, whose first version it is.

    It is as visible as the original unless asked to be less: a copy makes nothing public. Raises NotFound,
    InvalidRequest, AlreadyExists (say another name), Forbidden.
    """
    target = accounts.channel(work, actor, to_owner) if to_owner else accounts.me(work, actor)
    work.hold(owner, target.id)  # what is copied must be there to the end
    source = packages.get(work, actor, owner, name, Op.DOWNLOAD)
    title = f"{source.channel.name}/{source.package.name}"
    if Kind.NOTEBOOK not in source.package.kinds:
        raise InvalidRequest(f"{title} is no notebook: only notebooks are forked; copy packages instead")
    version = version or source.package.latest_version or ""
    release = packages.release(work, source, version)
    files = packages.files(work, source.package, version=version)
    if not files:
        raise NotFound(f"{title} {version} has no files")
    shown = visibility or source.package.visibility
    if OPENNESS.index(shown) > OPENNESS.index(source.package.visibility):
        raise InvalidRequest(
            f"{title} is {source.package.visibility}: a fork may not be {shown}, which more people could see"
        )
    labels.refuse_locked(work, target, [MAIN_LABEL])
    home = making.create(
        work,
        actor,
        target.name,
        to_name or source.package.name,
        Kind.NOTEBOOK,
        shown,
        summary=source.package.summary,
        attrs=dict(source.package.attrs),
    )
    making.create_release(
        work, actor, home, FIRST, summary=release.summary, description=release.description, attrs=dict(release.attrs)
    )
    for one in files:
        copying.place(work, actor, home, replace(one, version=FIRST), MAIN_LABEL)
    packages.settle(work, home)
    values = {"package_id": home.package.id, "origin_id": source.package.id, "origin_version": version}
    work.db.execute(sa.insert(t.forks).values(**values, since=work.now))
    copy = f"{target.name}/{home.package.name}"
    audit.record(work, actor, "package.fork", copy, channel=target.name, origin=f"{title}/{version}")
    return packages.get(work, actor, target.name, home.package.name)


def origin(work: Work, actor: Actor, package_id: int) -> Lineage | None:
    """What a package was forked from, as far as the actor may see that."""
    f = t.forks
    return next(iter(_ends(work, actor, f.c.package_id == package_id, f.c.origin_id)), None)


def listing(work: Work, actor: Actor, package_id: int) -> list[Lineage]:
    """The forks of a package that the actor may see, newest first."""
    f = t.forks
    return _ends(work, actor, f.c.origin_id == package_id, f.c.package_id)


def _ends(work: Work, actor: Actor, here: sa.ColumnElement[bool], other: sa.ColumnElement[int]) -> list[Lineage]:
    f, p, a = t.forks, t.packages, t.accounts
    query = (
        sa.select(a.c.name.label("channel"), p.c.name, f.c.origin_version.label("version"), f.c.since)
        .select_from(f.join(p, p.c.id == other).join(a, a.c.id == p.c.account_id))
        .where(here, visible(actor))
        .order_by(f.c.since.desc(), p.c.id.desc())
        .limit(200)
    )
    return [Lineage(**row._mapping) for row in work.db.execute(query)]
