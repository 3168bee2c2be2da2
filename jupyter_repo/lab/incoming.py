"""A file on its way in from the browser: on disk, bounded, and gone unless it is taken."""

from __future__ import annotations

import contextlib
import errno
import tempfile
from pathlib import Path
from typing import BinaryIO, cast

from ..errors import RepoError, StorageFull, TooLarge

MIB = 1 << 20
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Incoming:
    """Bytes go into a temporary file without a name, so that not even a killed server leaves it behind.

    The first failure is kept for `take`: the browser reads no answer before it has sent its last byte.
    """

    def __init__(self, filename: str, folder: Path, limit: int) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._filename = filename
        self._limit = limit
        self._size = 0
        self._failure: RepoError | None = None
        # beside the repository's data, since /tmp may be memory
        self._file = cast(BinaryIO, tempfile.TemporaryFile(dir=folder))  # noqa: SIM115 - closed by discard or taker

    def expect(self, size: int) -> None:
        """Raise TooLarge if `size` bytes are announced and that is too many."""
        if size > self._limit:
            self.discard()
            raise self._too_large()

    def write(self, chunk: bytes) -> None:
        """Keep the next bytes."""
        self._size += len(chunk)
        if self._failure is not None or self._file.closed:
            return
        if self._size > self._limit:
            self._fail(self._too_large())
            return
        try:
            self._file.write(chunk)
        except ValueError:
            return  # discarded while this was on its way to its thread
        except OSError as error:
            if error.errno not in _FULL:
                raise
            self._fail(StorageFull(f"There is no room on this machine's disk for {self._filename}; free some first"))

    def _fail(self, failure: RepoError) -> None:
        self._failure = failure
        self.discard()

    def _too_large(self) -> TooLarge:
        return TooLarge(
            f"{self._filename} is larger than the {self._limit // MIB} MiB that may be uploaded from the browser; "
            "use `%repo upload` in a notebook, or raise JupyterRepo.max_upload_mib"
        )

    def take(self) -> BinaryIO:
        """The file, from its beginning; the caller closes it. Raises what went wrong while it came in."""
        if self._failure is not None:
            raise self._failure
        try:
            self._file.flush()
        except OSError as error:
            self.discard()
            raise StorageFull(f"There is no room on this machine's disk for {self._filename}") from error
        self._file.seek(0)
        return self._file

    def discard(self) -> None:
        """Let go of it."""
        with contextlib.suppress(OSError):  # closing flushes what is buffered, which a full disk refuses again
            self._file.close()
