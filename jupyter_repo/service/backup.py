"""A second copy of everything, made while the repository serves, and the check that nothing is missing or broken.

Bytes are copied before the database and once more behind it. Blobs never change and are stored before a row names them,
so whatever the copy of the database names was copied by then; the collector leaves blobs of the last hour alone, and
the second of the two passes in front finds little to do, however long the first one took.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from ..db import tables as t
from ..errors import NotFound
from ..storage import BlobStore
from .collector import NAMED, is_named
from .work import Repository

CHUNK = 1 << 20
AT_ONCE = 500
"""blobs that are flushed together, and digests in one question"""


@dataclass(frozen=True)
class Copied:
    """What one pass brought over."""

    blobs: int = 0
    bytes: int = 0

    def __add__(self, other: Copied) -> Copied:
        return Copied(self.blobs + other.blobs, self.bytes + other.bytes)


@dataclass(frozen=True)
class Broken:
    """A blob that a row names and that is not there (`changed`: is there with other bytes)."""

    sha256: str
    changed: bool
    files: tuple[str, ...]
    """whose bytes they are, as CHANNEL/PACKAGE/VERSION/FILE; empty for what is no file: a provenance, a suggestion"""


def copy_blobs(source: BlobStore, target: BlobStore) -> Copied:
    """Copy the blobs that `target` has not yet, reading each for what its name says; broken ones stay behind."""
    done, fresh = Copied(), set[str]()
    for digest in source.digests():
        if target.exists(digest):
            continue
        done += _copy(source, target, digest, fresh)
        if len(fresh) == AT_ONCE:
            target.secure(fresh)
            fresh.clear()
    target.secure(fresh)
    return done


def _copy(source: BlobStore, target: BlobStore, digest: str, fresh: set[str]) -> Copied:
    try:
        blob = source.open(digest)
    except NotFound:  # the collector was here; no copy made from now on names it
        return Copied()
    with blob, target.new_upload() as upload:
        shutil.copyfileobj(blob, upload, CHUNK)
        if upload.sha256 != digest:
            return Copied()
        upload.place(flush=False)
        fresh.add(digest)
        return Copied(1, upload.size)


def forget_others(target: BlobStore, named: set[str]) -> int:
    """Delete the blobs that the copied database does not name: what is deleted here is no longer in the copy."""
    gone = [digest for digest in target.digests() if digest not in named]
    for digest in gone:
        target.delete(digest)
    return len(gone)


def named(db: sa.Connection) -> set[str]:
    """The digests of all blobs that any row names."""
    return {
        digest for column in NAMED for digest in db.scalars(sa.select(column).where(column.is_not(None)).distinct())
    }


def broken(repository: Repository) -> Iterator[Broken]:
    """Read every blob that a row names, and tell which are missing or hold other bytes."""
    with repository.read() as work:
        digests = sorted(named(work.db))
    # in no transaction: reading everything may take hours
    for digest in digests:
        changed = _changed(repository.store, digest)
        if changed is not None:
            with repository.read() as work:
                if is_named(work, digest):
                    yield Broken(digest, changed, _files(work.db, digest))


def _changed(store: BlobStore, digest: str) -> bool | None:
    try:
        with store.open(digest) as blob:
            found = hashlib.sha256()
            while data := blob.read(CHUNK):
                found.update(data)
    except NotFound:
        return False
    return True if found.hexdigest() != digest else None


def _files(db: sa.Connection, digest: str) -> tuple[str, ...]:
    f, r, p, a = t.files.c, t.releases.c, t.packages.c, t.accounts.c
    rows = db.execute(
        sa.select(a.name.label("channel"), p.name, r.version, f.basename)
        .select_from(t.files.join(t.releases, f.release_id == r.id))
        .join(t.packages, f.package_id == p.id)
        .join(t.accounts, f.account_id == a.id)
        .where(f.sha256 == digest)
        .order_by(f.id)
    )
    return tuple("/".join(row) for row in rows)
