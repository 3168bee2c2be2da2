"""Stars: a person's favourites among what others made."""

from __future__ import annotations

import sqlalchemy as sa

from ..db import tables as t
from ..errors import Unauthenticated
from ..models import Account, Actor
from ..permissions import Op
from . import audit, packages, rows
from .access import about, require, visible
from .packages import Counted
from .slices import Slice, newest_first
from .work import Work


def put(work: Work, actor: Actor, owner: str, name: str) -> None:
    """Star a package that the actor may see. No error when it is starred already."""
    me, found = _me(work, actor), packages.get(work, actor, owner, name)
    if work.add(t.stars, account_id=me.id, package_id=found.package.id, since=work.now):
        audit.record(work, actor, "star", f"{found.channel.name}/{found.package.name}", channel=me.name)


def remove(work: Work, actor: Actor, owner: str, name: str) -> None:
    """Take the star away. No error when there is none."""
    me, found, s = _me(work, actor), packages.get(work, actor, owner, name), t.stars
    work.db.execute(sa.delete(s).where(s.c.account_id == me.id, s.c.package_id == found.package.id))
    audit.record(work, actor, "unstar", f"{found.channel.name}/{found.package.name}", channel=me.name)


def listing(work: Work, actor: Actor, part: Slice | None = None) -> list[Counted]:
    """The starred packages that the actor may still see; those made last come first."""
    me, p, s = _me(work, actor), t.packages.c, t.stars.c
    query = rows.PACKAGES.join(t.stars, s.package_id == p.id).where(s.account_id == me.id, visible(actor))
    found = work.db.execute(newest_first(query, s.package_id, part))
    return packages.counted_all(work, actor, [rows.package(row) for row in found])


def _me(work: Work, actor: Actor) -> Account:
    if actor.account is None:
        raise Unauthenticated("sign in first")
    require(work, actor, Op.STAR, about(actor.account))
    return actor.account
