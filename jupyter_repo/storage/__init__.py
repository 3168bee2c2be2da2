"""Bytes by their sha256: where the contents of files live, apart from the rows that name them.

A blob is stored first and named by a row afterwards, so a row never names a missing blob; a crash leaves at
most a blob without a name (the collector's, by `digests` and `modified`) or an unfinished upload (`sweep`'s).
Packages, versions, names and rights are unknown here.

    with store.new_upload(limit) as upload:
        upload.write(chunk)
        info = formats.read(filename, upload.file())
        digest = upload.commit()
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol, Self
from urllib.parse import unquote, urlsplit

from ..errors import InvalidRequest

DAY = 86_400.0
SMALL = 128 << 10
"""bytes that an upload holds in memory: so few are better written into the database too than waited for twice"""


class Upload(Protocol):
    """Bytes on their way in; a context manager that ends with `discard`, so it leaves nothing behind unless committed.

    One thread at a time may use it.
    """

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Add all of `data`; its length. Raises TooLarge beyond the limit, StorageFull where there is no room."""

    @property
    def size(self) -> int:
        """The number of bytes written so far."""

    @property
    def sha256(self) -> str:
        """The digest, in hexadecimal, of what was written so far."""

    @property
    def md5(self) -> str:
        """The old digest that repodata still carries, of what was written so far."""

    def file(self) -> BinaryIO:
        """A new seekable reader of what was written so far; whoever asked closes it."""

    def flush(self) -> None:
        """Bring what was written so far to the disk, so that `commit` has little to wait for. Raises StorageFull."""

    def small(self) -> bytes | None:
        """All of the bytes, where they are `SMALL` or fewer; None for more."""

    def place(self, *, flush: bool = True) -> str:
        """Keep the bytes and return their sha256; they survive a power cut once `BlobStore.settle` was called with it.

        Without `flush` only once `BlobStore.secure` was. The same bytes twice are one blob.
        """

    def commit(self) -> str:
        """`place` and settle at once."""

    def discard(self) -> None:
        """Leave nothing behind, if `commit` was not called; may be called at any time, and twice."""


class BlobStore(Protocol):
    """What the service needs of a place for bytes. Safe in several threads and several processes at once."""

    def new_upload(self, limit: int | None = None) -> Upload:
        """An upload of at most `limit` bytes. Raises StorageFull."""

    def settle(self, digests: Collection[str]) -> None:
        """Make sure that these placed blobs survive a power cut: all of them in one go, for many cost little more."""

    def secure(self, digests: Collection[str]) -> None:
        """The same for blobs that were placed without a flush; those that are not here (any more) are left out."""

    def open(self, sha256: str) -> BinaryIO:
        """A seekable reader. Raises NotFound."""

    def path(self, sha256: str) -> Path | None:
        """The blob's local file, for servers that send it themselves; None where the store has no such thing."""

    def size(self, sha256: str) -> int:
        """The blob's length. Raises NotFound."""

    def modified(self, sha256: str) -> float:
        """When the blob was last committed, in seconds since the epoch. Raises NotFound.

        The collector must leave young blobs alone: their row may not be committed yet.
        """

    def exists(self, sha256: str) -> bool:
        """Whether the blob is here, complete."""

    def delete(self, sha256: str) -> None:
        """Forget the blob; it is no error if it is not here. Open readers keep reading."""

    def digests(self) -> Iterator[str]:
        """Every blob here, in no order."""

    def sweep(self, older_than: float = DAY) -> int:
        """Remove what uploads that died left behind, untouched for `older_than` seconds; how many there were."""


def open_store(url: str | Path) -> BlobStore:
    """The store at `url`: `file:///folder` or a plain path. Raises InvalidRequest, StorageFull."""
    from .folder import FolderStore

    text = str(url)
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]+):", text)
    if scheme is None:
        return FolderStore(Path(text).expanduser())
    parts = urlsplit(text)
    if scheme[1].lower() != "file" or parts.netloc not in ("", "localhost") or not parts.path.startswith("/"):
        raise InvalidRequest(
            f"The storage address {text} is not supported: use a folder, as a path or as file:///path/to/folder"
        )
    return FolderStore(Path(unquote(parts.path)))
