"""Housekeeping: what nobody needs any more goes. Safe to run at any time, in any number of processes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ..db import tables as t
from ..errors import NotFound
from . import links, oauth, packages, sessions, signing, staging, trash, upstreams
from .work import Repository, Work, unheld

CHANGES_KEPT = timedelta(days=7)
"""a process that slept longer than this reads its channels anew"""
AT_ONCE = 500
"""files that are looked up together"""
GRACE = 3600.0
"""seconds a blob may lie unnamed: an upload may be about to name it"""
NAMED: tuple[sa.ColumnElement[Any], ...] = (
    t.files.c.sha256,
    t.files.c.provenance_sha256,
    t.stagings.c.sha256,
    t.suggestions.c.sha256,
    t.mirror_files.c.sha256,
    t.mirror_documents.c.sha256,
    t.deleted_files.c.sha256,
    t.deleted_files.c.row["columns"]["provenance_sha256"].as_string(),
)
"""every column that names a blob"""


@dataclass(frozen=True)
class Swept:
    """What went."""

    blobs: int
    bytes: int
    sessions: int
    stagings: int


def sweep(repository: Repository, *, grace: float = GRACE) -> Swept:
    """Remove expired sessions, unfinished uploads, and blobs that no row names since `grace` seconds."""
    with repository.write() as work:
        old_sessions, old_stagings = sessions.sweep(work), staging.sweep(work)
        forget_changes(work)
        trash.sweep(work)
        signing.sweep(work)
        links.sweep(work)
        oauth.sweep(work)
        upstreams.sweep(work)
    repository.store.sweep()
    blobs = size = 0
    for sha256 in repository.store.digests():
        if not _old(repository, sha256, grace):
            continue
        with repository.write() as work:  # as a writer, so that no upload names the blob in between
            # committing bytes that are there already makes the blob young again
            if not is_named(work, sha256) and _old(repository, sha256, grace):
                size += repository.store.size(sha256)
                repository.store.delete(sha256)
                blobs += 1
    return Swept(blobs, size, old_sessions, old_stagings)


def forget_changes(work: Work) -> int:
    """Forget which packages changed long ago; how many rows went. The newest of each channel dates its documents."""
    c, a = t.changes, t.accounts
    newest = sa.select(a.c.generation).where(a.c.id == c.c.account_id).scalar_subquery()
    old = sa.and_(c.c.at < work.now - CHANGES_KEPT, c.c.generation < newest)
    return work.db.execute(sa.delete(c).where(unheld(c, old))).rowcount


def _old(repository: Repository, sha256: str, grace: float) -> bool:
    try:
        return repository.store.modified(sha256) <= time.time() - grace
    except NotFound:
        return False


def is_named(work: Work, sha256: str) -> bool:
    """Does any row name this blob?"""
    return any(work.db.execute(sa.select(column).where(column == sha256).limit(1)).first() for column in NAMED)


def count_downloads(work: Work, downloads: Mapping[int, int]) -> dict[int, int]:
    """Add to files' download counts (by key); gathered in the process and written now and then.

    Nobody is waited for. Returns what is to be counted another time: files that somebody is changing just now.
    """
    f, p, counted, left = t.files, t.packages, Counter[int](), {}
    keys = sorted(downloads)
    for first in range(0, len(keys), AT_ONCE):
        asked = sa.select(f.c.id, f.c.package_id).where(f.c.id.in_(keys[first : first + AT_ONCE]))
        of: dict[int, int] = dict(work.db.execute(asked).all())
        free = sa.select(p.c.id).where(p.c.id.in_(set(of.values()))).order_by(p.c.id)
        mine = set(work.db.scalars(free.with_for_update(skip_locked=True, key_share=True)))
        for key, package in sorted(of.items()):
            more = sa.update(f).where(unheld(f, f.c.id == key)).values(downloads=f.c.downloads + downloads[key])
            if package in mine and work.db.execute(more).rowcount:
                counted[package] += downloads[key]
            else:
                left[key] = downloads[key]
    for package, count in sorted(counted.items()):
        packages.count_in(work, package, count)
        _count_day(work, package, count)
    return left


def _count_day(work: Work, package: int, count: int) -> None:
    d, today = t.daily_downloads, work.now.date()
    mine = sa.and_(d.c.package_id == package, d.c.day == today)
    if not work.db.execute(sa.update(d).where(mine).values(count=d.c.count + count)).rowcount:
        insert = postgresql.insert if work.db.dialect.name == "postgresql" else sqlite.insert
        added = insert(d).values(package_id=package, day=today, count=count)
        # another process may have counted first
        again = {"count": d.c.count + added.excluded.count}
        work.db.execute(added.on_conflict_do_update(index_elements=[d.c.package_id, d.c.day], set_=again))
