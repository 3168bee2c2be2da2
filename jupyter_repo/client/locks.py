"""A lock on an open file that ends with its process, however that ends."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30  # Windows locks bytes, and a locked byte can't be read: lock one that is never written

    def try_lock(file: IO[bytes]) -> bool:
        """Take the lock if nobody has it; it is given back when `file` is closed or its process ends."""
        file.seek(_FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(0)
        return True

    def is_locked(file: IO[bytes]) -> bool:
        """Does somebody hold the lock?"""
        return not try_lock(file)

else:
    import fcntl

    def try_lock(file: IO[bytes]) -> bool:
        """Take the lock if nobody has it; it is given back when `file` is closed or its process ends."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def is_locked(file: IO[bytes]) -> bool:
        """Does somebody hold the lock?"""
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: two who ask don't take each other for it
        except OSError:
            return True
        return False


@contextlib.contextmanager
def holding(path: Path, *, patience: float = 5.0) -> Iterator[None]:
    """Hold the lock file `path` while the block runs; after `patience` seconds go on without it.

    Going on is right for what it guards here, small files that are replaced in one step: the worst is that
    one of two writers at the same instant is lost, and a stuck process never blocks a person.
    """
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        lock(file, patience=patience)
        yield


def lock(file: IO[bytes], *, patience: float) -> bool:
    """Take the lock, waiting `patience` seconds for whoever has it; says whether it was got."""
    deadline = time.monotonic() + patience
    while not try_lock(file):
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.02)
    return True
