"""Small blobs reach the disk with the commit that names them, and their files later.

A flush of a small file and of its folder would cost an upload more than all else. So the transaction writes the bytes
of a small blob into a log (`unsettled_blobs`), and its own flush keeps them. The file is in its place before the commit
as every blob is, and everybody reads it there; it is flushed when the kernel has written it anyway (`settle`), and
mended from the log after a power cut (`mend`, before anything is read).
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta

import sqlalchemy as sa

from ..db import tables as t
from ..errors import NotFound, StorageFull
from ..storage import BlobStore
from .work import Repository, Work

log = logging.getLogger("jupyter_repo")
KEPT = timedelta(minutes=1)
"""by then the kernel has written a file by itself, and flushing it costs next to nothing"""
KEPT_BYTES = 64 << 20
"""with more in the database, nobody waits for that"""
AT_ONCE = 500
"""rows that are forgotten in one transaction"""
_LOG = t.unsettled_blobs


def settle(repository: Repository) -> str:
    """Flush what has waited long enough, and forget its bytes here; says how much. Safe in any number of processes."""
    with repository.read() as work:
        held = work.db.scalar(sa.select(sa.func.sum(sa.func.length(_LOG.c.content)))) or 0
        waited = sa.true() if held > KEPT_BYTES else _LOG.c.at <= work.now - KEPT
        rows = work.db.execute(sa.select(_LOG.c.id, _LOG.c.sha256).where(waited).order_by(_LOG.c.id)).all()
    if not rows:
        return ""
    # outside of a transaction; who places the same bytes meanwhile writes a row of their own, with another key
    try:
        repository.store.secure({row.sha256 for row in rows})
    except (OSError, StorageFull):
        # the system says so once and gives the bytes up: the next flush would succeed without them
        log.exception("Small files could not be flushed; they are written anew")
        with repository.read() as work:
            for row in rows:
                _write_anew(repository, work, row.id)
    _forget(repository, [row.id for row in rows])
    return f"Flushed small files: {len(rows)}"


def mend(repository: Repository) -> int:
    """Write the files anew that a power cut took; how many there were. To be asked before anything is read."""
    mended = 0
    with repository.read() as work:
        ids = work.db.scalars(sa.select(_LOG.c.id).order_by(_LOG.c.id)).all()
        for key in ids:
            sha256 = work.db.scalar(sa.select(_LOG.c.sha256).where(_LOG.c.id == key))
            if sha256 is not None and not _whole(repository.store, sha256):
                _write_anew(repository, work, key)
                mended += 1
    if mended:
        log.warning("%d small files were lost, in a power cut perhaps, and are written anew", mended)
    return mended


def _write_anew(repository: Repository, work: Work, key: int) -> None:
    """Into a new file, flushed; nothing where the row has gone."""
    content = work.db.scalar(sa.select(_LOG.c.content).where(_LOG.c.id == key))
    if content is not None:
        with repository.store.new_upload() as upload:
            upload.write(content)
            upload.commit()


def _whole(store: BlobStore, sha256: str) -> bool:
    try:
        with store.open(sha256) as blob:
            return hashlib.sha256(blob.read()).hexdigest() == sha256
    except NotFound:
        return False


def _forget(repository: Repository, keys: list[int]) -> None:
    for first in range(0, len(keys), AT_ONCE):
        with repository.write() as work:
            work.db.execute(sa.delete(_LOG).where(_LOG.c.id.in_(keys[first : first + AT_ONCE])))
