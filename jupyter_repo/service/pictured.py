"""Which packages have a picture to be listed with."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from ..db import tables as t
from ..models import Package
from .work import Work


def shown(work: Work, listed: Sequence[Package]) -> frozenset[int]:
    """The keys of those packages whose latest version has a picture."""
    r, p = t.releases, t.packages
    latest = sa.and_(r.c.package_id == p.c.id, r.c.version == p.c.latest_version)
    query = (
        sa.select(p.c.id)
        .join(r, latest)
        .join(t.thumbnails, t.thumbnails.c.release_id == r.c.id)
        .where(p.c.id.in_([package.id for package in listed]))
    )
    return frozenset(work.db.execute(query).scalars())
