"""Blobs in a folder of the local (or a shared) file system.

    blobs/ab/cdef…    complete blobs, read-only; the name is the sha256
    tmp/*.part        uploads under way, on the same file system so that a rename puts them in place

Nothing is ever written under a blob's name: bytes are written in `tmp/`, flushed to the disk and renamed, and
the folder's entry is flushed too (`settle`). So whatever moment a process dies at, a name in `blobs/` is a whole blob.
Only who keeps the bytes elsewhere until `secure` leaves the flushes out, and mends the blob after a power cut.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import re
import tempfile
import time
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import BinaryIO, Self

from ..errors import NotFound, StorageFull, TooLarge
from . import DAY, SMALL

FLUSHERS = 8
"""folders that are flushed at the same time"""
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})


class FolderStore:
    """A BlobStore below `root`, which is made if it is not there."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self._blobs = self._root / "blobs"
        self._tmp = self._root / "tmp"
        self._fresh: set[Path] = set()
        """folders that were made here and whose own entry was not flushed yet"""
        with _room():
            for folder in (self._root, self._blobs, self._tmp):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def new_upload(self, limit: int | None = None) -> FolderUpload:
        """An upload of at most `limit` bytes, in `tmp/`."""
        return FolderUpload(self, self._tmp, self._blobs, limit)

    def settle(self, digests: Collection[str]) -> None:
        """Flush the folders that hold these blobs, at the same time: the disk's journal takes them together."""
        folders = {self._where(digest).parent for digest in digests}
        fresh = folders & self._fresh
        with _room():
            last, *others = [*folders, *([self._blobs] if fresh else [])]
            flushing = [_flushing().submit(_flush, folder) for folder in others]
            _flush(last)
            for one in flushing:
                one.result()
        self._fresh -= fresh

    def secure(self, digests: Collection[str]) -> None:
        """Flush these blobs and their folders; any of the folders may be new, made by whichever process."""
        here = [digest for digest in digests if self.exists(digest)]
        with _room():
            list(_flushing().map(_flush_if_there, [self._where(digest) for digest in here]))
            _flush(self._blobs)
        if here:
            self.settle(here)

    def make(self, folder: Path) -> None:
        """A folder for blobs; its entry is flushed with the first of them."""
        self._fresh.add(folder)
        folder.mkdir(mode=0o700, exist_ok=True)

    def open(self, sha256: str) -> BinaryIO:
        """The blob, opened for reading."""
        try:
            return self._where(sha256).open("rb")
        except FileNotFoundError:
            raise _missing(sha256) from None

    def path(self, sha256: str) -> Path | None:
        """The blob's own file; it may be read and sent, never changed."""
        path = self._where(sha256)
        return path if path.is_file() else None

    def size(self, sha256: str) -> int:
        """The blob's length."""
        return self._stat(sha256).st_size

    def modified(self, sha256: str) -> float:
        """When the blob was last committed: each commit of the same bytes makes it young again."""
        return self._stat(sha256).st_mtime

    def exists(self, sha256: str) -> bool:
        """Whether the blob is here."""
        return _DIGEST.fullmatch(sha256) is not None and self._where(sha256).is_file()

    def delete(self, sha256: str) -> None:
        """Remove the blob's file, if there is one."""
        self._where(sha256).unlink(missing_ok=True)

    def digests(self) -> Iterator[str]:
        """Every blob, folder by folder; blobs that come or go meanwhile may be missed or named."""
        for folder in sorted(self._blobs.iterdir()):
            for blob in folder.iterdir() if folder.is_dir() else ():
                if _DIGEST.fullmatch(digest := folder.name + blob.name):
                    yield digest

    def sweep(self, older_than: float = DAY) -> int:
        """Remove leftovers of uploads that died. A running upload is touched by every write, so a day is safe."""
        dead = 0
        for part in self._tmp.glob("*.part"):
            # another process may sweep too, or commit the file at this very moment
            with contextlib.suppress(FileNotFoundError):
                if time.time() - part.stat().st_mtime >= older_than:
                    part.unlink()
                    dead += 1
        return dead

    def _where(self, sha256: str) -> Path:
        if not _DIGEST.fullmatch(sha256):
            raise _missing(sha256)
        return self._blobs / sha256[:2] / sha256[2:]

    def _stat(self, sha256: str) -> os.stat_result:
        try:
            return self._where(sha256).stat()
        except FileNotFoundError:
            raise _missing(sha256) from None


class FolderUpload:
    """An Upload into a file of `tmp/`."""

    def __init__(self, store: FolderStore, tmp: Path, blobs: Path, limit: int | None) -> None:
        self._store = store
        self._blobs = blobs
        self._limit = limit
        self._size = 0
        self._flushed = -1
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._tmp = tmp
        self._held: bytearray | None = bytearray()
        """what was written while it is little; None: it is in the file"""
        self._part: Path | None = None
        self._fd = -1
        self._over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.discard()

    def discard(self) -> None:
        """Remove the unfinished file, if it was not committed."""
        if self._part is not None:
            self._close()
            self._part.unlink(missing_ok=True)
            self._part = None
        self._held, self._over = None, True

    @property
    def size(self) -> int:
        """The number of bytes written so far."""
        return self._size

    @property
    def sha256(self) -> str:
        """The digest of what was written so far."""
        return self._sha256.hexdigest()

    @property
    def md5(self) -> str:
        """The digest of what was written so far."""
        return self._md5.hexdigest()

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Add all of `data`, hashing it on the way."""
        view = memoryview(data).cast("B")
        if self._limit is not None and self._size + len(view) > self._limit:
            raise TooLarge(
                f"The file is larger than the {_human(self._limit)} that may be uploaded here; nothing of it was kept. "
                "Make it smaller, or ask who runs the repository to raise the limit"
            )
        self._unfinished()
        if self._held is not None and self._size + len(view) <= SMALL:
            self._held += view
        else:
            self._spill()
            self._write(view)
        self._sha256.update(view)
        self._md5.update(view)
        self._size += len(view)
        return len(view)

    def flush(self) -> None:
        """Bring what was written so far to the disk now, so that `commit` need not wait for it; little stays held."""
        self._unfinished()
        if self._part is not None:
            with _room():
                os.fsync(self._fd)
            self._flushed = self._size

    def file(self) -> BinaryIO:
        """A new reader of what was written so far."""
        self._unfinished()
        return self._part.open("rb") if self._part is not None else io.BytesIO(self._held or b"")

    def small(self) -> bytes | None:
        """All of the bytes, where they are held still."""
        return bytes(self._held) if self._held is not None else None

    def commit(self) -> str:
        """Place, and flush the folder."""
        digest = self.place()
        self._store.settle([digest])
        return digest

    def place(self, *, flush: bool = True) -> str:
        """Flush, make read-only, and rename into place; the folder's entry is flushed by `settle`.

        A blob that is already there is replaced by the same bytes: its readers keep the old file, and its
        time becomes now, which keeps the collector away until the new row is written. It is never replaced without a
        flush: it may be on the disk already, and whoever keeps these bytes elsewhere may be refused yet.
        """
        self._unfinished()
        part, digest = self._spill(), self.sha256
        folder = self._blobs / digest[:2]
        with _room():
            os.fchmod(self._fd, 0o444)
            if (flush or (folder / digest[2:]).exists()) and self._flushed != self._size:
                os.fsync(self._fd)
            if not folder.is_dir():
                self._store.make(folder)
            part.replace(folder / digest[2:])
        self._part, self._over = None, True
        self._close()
        return digest

    def _spill(self) -> Path:
        """Begin the file, if there is none yet, with what was held."""
        if self._part is None:
            with _room():
                self._fd, name = tempfile.mkstemp(suffix=".part", dir=self._tmp)
            self._part = Path(name)
            held, self._held = self._held, None
            self._write(memoryview(held or b""))
        return self._part

    def _write(self, view: memoryview) -> None:
        with _room():
            written = 0
            # a nearly full disk takes a part of a write and refuses the rest only when asked again
            while written < len(view):
                written += os.write(self._fd, view[written:])

    def _unfinished(self) -> None:
        if self._over:
            raise ValueError("the upload is over")

    def _close(self) -> None:
        # some network file systems report a full disk only here; the bytes are dropped or flushed already
        with contextlib.suppress(OSError):
            os.close(self._fd)


@contextlib.contextmanager
def _room() -> Iterator[None]:
    """Turn "no space left", "over quota" and "file too large" of the operating system into StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise StorageFull(
            "The disk of the repository is full; nothing of the upload was kept. "
            "Ask who runs the repository to free some space, then upload again"
        ) from error


@cache
def _flushing() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(FLUSHERS, thread_name_prefix="jupyter-repo-flush")


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flush_if_there(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        _flush(path)


def _human(size: int) -> str:
    for unit, factor in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if size >= factor:
            return f"{size / factor:.4g} {unit}"
    return f"{size} bytes"


def _missing(sha256: str) -> NotFound:
    return NotFound(f"The repository does not hold the bytes {sha256[:64]!r}; upload the file again")
