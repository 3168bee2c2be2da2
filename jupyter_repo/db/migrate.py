"""Bring a database to the newest schema: on every start, and by `jupyter repo db upgrade`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from ..errors import Conflict, Unavailable
from .copying import copy_sqlite
from .engine import open_engine, sqlite_path


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def head() -> str:
    """The newest revision this program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current(connection: sa.Connection) -> str | None:
    """The revision a database stands at; None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(url: str) -> tuple[str | None, str]:
    """Create or migrate the database at `url`; returns the revisions before and after.

    Safe when several processes start at once: one migrates, the others wait and find nothing to do. An SQLite file that
    holds a schema already is copied beside itself first. Raises Conflict when the database is newer than the program,
    Unavailable where there is none or it lets nobody in, InvalidRequest for an address that can't work.
    """
    # Foreign keys off: with them on, rebuilding a parent table in a batch migration deletes all its children.
    engine = open_engine(url, foreign_keys=False)
    try:
        _reach(engine, url)
        # the schema lock is the write transaction itself on SQLite, an advisory lock on PostgreSQL
        with engine.execution_options(write=True).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(820117)"))
            before, after = current(connection), head()
            if before == after:
                return before, after
            _refuse_newer(before, url)
            if before is not None and (path := sqlite_path(url)):
                _backup(path, before)
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            if connection.dialect.name == "sqlite":
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise Conflict(f"the migration to {after} would break {len(broken)} rows; nothing was changed")
        return before, after
    finally:
        engine.dispose()


def _reach(engine: sa.Engine, url: str) -> None:
    """Is there a database that lets us in?"""
    where = sa.make_url(url).render_as_string(hide_password=True)
    try:
        _make_private(url)
        with engine.connect():
            pass
    except OSError as error:
        raise Unavailable(f"the database {where} can't be made: {error.strerror}; choose another folder") from error
    except sa.exc.DBAPIError as error:
        said = " ".join(str(error.orig).split()).rstrip(".?")
        raise Unavailable(
            f"the database {where} can't be opened: {said}; it must be running, and address, name, user and password "
            "be right (--db-url)"
        ) from error


def _make_private(url: str) -> None:
    # the file holds hashes of passwords; its write-ahead log takes its mode
    path = sqlite_path(url)
    if path is not None and not path.exists() and path.parent.is_dir():
        path.touch(mode=0o600)


def _refuse_newer(revision: str | None, url: str) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision is not None and revision not in known:
        where = sa.make_url(url).render_as_string(hide_password=True)
        raise Conflict(
            f"the database {where} was made by a newer version of Jupyter Repo (schema {revision}); "
            "install that version, or point the repository at another database"
        )


def _backup(path: Path, revision: str) -> None:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    target = path.with_name(f"{path.name}.{revision}.{stamp}.backup")
    with closing(sqlite3.connect(path)) as source:
        copy_sqlite(source, target)
