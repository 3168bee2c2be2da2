"""One cheap question to the database: has anybody committed anything since?

What was looked up in the database stays right while the answer stays the same, whichever process writes. SQLite answers
from its shared memory in microseconds (`PRAGMA data_version`), PostgreSQL in one round trip (`pg_current_snapshot()`,
which moves with every writing transaction).
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Hashable

import sqlalchemy as sa


class Pulse:
    """The pulse of one database. Safe to share among threads."""

    def __init__(self, engine: sa.Engine) -> None:
        """Nothing is opened before it is asked."""
        self._engine = engine
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self.waits = engine.dialect.name != "sqlite"
        """asking takes a round trip: not on an event loop"""

    def beat(self) -> Hashable | None:
        """The database as of now: equal answers mean that nothing was committed in between. None: nobody can say."""
        if self.waits:
            try:
                with self._engine.connect() as connection:
                    return connection.exec_driver_sql("SELECT pg_current_snapshot()::text").scalar()
            except sa.exc.DBAPIError:
                return None
        with self._lock, contextlib.suppress(sqlite3.Error):
            if self._connection is None:
                # of its own: it sees the commits of all other connections, and never waits for one
                path = str(self._engine.url.database)
                self._connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
            row: tuple[int] = self._connection.execute("PRAGMA data_version").fetchone()
            return row[0]
        return None

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
