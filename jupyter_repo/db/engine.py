"""Engines. SQLite gets the settings without which it loses updates or rows; PostgreSQL needs none."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import sqlalchemy as sa

from ..errors import InvalidRequest

SQLITE = "repository.sqlite"
"""the database that lies in the data folder, when no other is configured"""
POOL = 8
"""connections, and so also the threads that serve one process"""
WAIT_SECONDS = 15
"""how long one process waits for another's write"""


def url_of(data_dir: Path) -> str:
    """The address of the database that a data folder holds when none is configured."""
    return f"sqlite:///{data_dir / SQLITE}"


def sqlite_path(url: str) -> Path | None:
    """The file of an SQLite address; None for any other database."""
    parsed = sa.make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def open_engine(url: str, *, foreign_keys: bool = True) -> sa.Engine:
    """An engine on `url`; `.execution_options(write=True)` on it begins write transactions.

    On SQLite a transaction that reads first and writes later loses updates without an error unless it begins
    as a writer, so writers BEGIN IMMEDIATE and readers BEGIN. Raises InvalidRequest for an address that can't work.
    """
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "postgresql" and parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() == "sqlite" and not parsed.database:
            raise InvalidRequest(f"{url!r}: the repository needs a database file, not one in memory")
        engine = sa.create_engine(
            parsed, pool_size=POOL, max_overflow=POOL, pool_pre_ping=parsed.get_backend_name() != "sqlite"
        )
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ImportError) as error:
        raise InvalidRequest(
            f"{url!r} is not the address of a database this program can use ({error}); "
            "write sqlite:///FILE, or postgresql://USER@HOST/NAME with the extra jupyter-repo[postgres]"
        ) from error
    if engine.dialect.name == "sqlite":
        _tune_sqlite(engine, foreign_keys=foreign_keys)
    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    # the busy timeout does not hold for this pragma: processes that open a new file at once would fail
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("pragma journal_mode=wal")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _tune_sqlite(engine: sa.Engine, *, foreign_keys: bool) -> None:
    @sa.event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy decides when a transaction begins, not the driver
        connection.execute(f"pragma busy_timeout={WAIT_SECONDS * 1000}")
        _write_ahead(connection)
        # `normal` leaves commits to the system's cache: an upload that was answered could be gone after a power cut
        connection.execute("pragma synchronous=full")
        connection.execute(f"pragma foreign_keys={'on' if foreign_keys else 'off'}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
