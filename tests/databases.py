"""A database for each test: copied, as making its tables anew takes ten times as long as most tests."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

from jupyter_repo.db.engine import sqlite_path, url_of
from jupyter_repo.db.migrate import upgrade


@functools.cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="jupyter-repo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    upgrade(url_of(folder))
    path = sqlite_path(url_of(folder))
    assert path is not None
    assert not path.with_name(f"{path.name}-wal").exists(), "who closes last writes all of it into the file"
    return path


def fresh_sqlite(folder: Path) -> str:
    """The address of a new SQLite database in `folder`, its tables made."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(_template(), folder)
    return url_of(folder)
