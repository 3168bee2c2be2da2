"""A copy of a whole database as it was at one moment, made while others write: SQLite's own, or pg_dump's."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from ..errors import InvalidRequest, Unavailable
from .engine import SQLITE

DUMP = "repository.pgdump"
"""pg_dump's own format: what pg_restore reads"""


def copy_sqlite(source: sqlite3.Connection, target: Path) -> None:
    """Copy a database, with what is still in its write-ahead log; in a transaction, as that sees it."""
    target.touch(mode=0o600)  # it holds hashes of passwords
    with closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def copy_database(connection: sa.Connection, folder: Path) -> Path:
    """Copy the database of `connection`, as its transaction sees it, into `folder` in place of an earlier copy.

    The file that holds it. Raises InvalidRequest without pg_dump, Unavailable that says what pg_dump says.
    """
    lite = connection.dialect.name == "sqlite"
    final = folder / (SQLITE if lite else DUMP)
    fresh = final.with_name(f"{final.name}.new")
    fresh.unlink(missing_ok=True)
    if lite:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        copy_sqlite(source, fresh)
    else:
        _dump(connection, fresh)
    with fresh.open("rb") as written:
        os.fsync(written.fileno())
    fresh.replace(final)
    return final


def _dump(connection: sa.Connection, target: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise InvalidRequest("pg_dump is not on this machine's PATH: install PostgreSQL's client programs")
    url = connection.engine.url
    snapshot = connection.scalar(sa.text("SELECT pg_export_snapshot()"))
    # the password goes by the environment: arguments can be read by everybody on the machine
    address = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    secret = {"PGPASSWORD": url.password} if url.password else {}
    target.touch(mode=0o600)
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}"]
    done = subprocess.run(  # noqa: S603  # the address is the administrator's own
        [program, *options, f"--dbname={address}"],
        env={**os.environ, **secret},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode:
        target.unlink(missing_ok=True)
        raise Unavailable(f"pg_dump could not copy the database: {' '.join(done.stderr.split())}")
