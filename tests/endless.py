"""A Python package whose building never ends, to be stopped; and whether the process that builds it is gone."""

from __future__ import annotations

import os
from pathlib import Path

from .builders import make_sdist

BACKEND = """
import os, pathlib, time
def build_wheel(*_):
    pathlib.Path({path!r}).write_text(str(os.getpid()))
    time.sleep(600)
"""


def make_endless(folder: Path, note: Path) -> Path:
    """An sdist of `endless` 1.0; who builds it writes their process id to `note`."""
    return make_sdist(folder, name="endless", version="1.0", backend=BACKEND.format(path=str(note)))


def builder(note: Path) -> int:
    """The process that builds, or 0 before it does."""
    return int(note.read_text() or 0) if note.is_file() else 0


def is_running(process: int) -> bool:
    """Whether there is such a process, which can be ours only."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
