"""The unit of work: one transaction on the database, the blob store beside it, one moment in time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa

from ..db import tables as t
from ..errors import Conflict, StorageFull
from ..names import package_key
from ..storage import BlobStore

GIB = 1 << 30


@dataclass(frozen=True)
class Settings:
    """What an administrator may choose about the rules (the traits of `app.py` fill it)."""

    max_file: int = 10 * GIB
    """bytes; a larger upload is refused while it arrives"""
    token_days: int = 365
    """how long a new token lives unless asked otherwise"""
    session_days: int = 14
    """how long a browser stays signed in"""
    restore_days: int = 30
    """how long a deleted or replaced file can be restored"""
    sign_up: str = "open"
    """who may make an account: `open`, `invitation`, `closed`"""
    smtp_url: str = field(default="", repr=False)
    """`smtp://[user:password@]host:port` (or `smtps:`, `smtp+starttls:`); empty: no mail is sent"""
    mail_from: str = ""
    """the address that mail comes from"""
    gravatar: str = ""
    """where pictures of e-mail addresses are fetched from, up to the hash; empty: nowhere, they are made here"""


@dataclass(frozen=True)
class Work:
    """What a service function works with; valid inside `Repository.read()` or `.write()` only."""

    db: sa.Connection
    store: BlobStore
    settings: Settings
    now: datetime

    def bump(self, channel_id: int, package: str = "") -> None:
        """Say that the channel changed: every index made before this transaction is stale once it commits.

        With the name of the one package that changed, what is kept in memory is brought up by reading that package
        again; without it, by reading the whole channel. An expression and not read-modify-write, or two uploads would
        share a generation, and so an ETag.
        """
        a = t.accounts
        generation = self.db.execute(
            sa.update(a).where(a.c.id == channel_id).values(generation=a.c.generation + 1).returning(a.c.generation)
        ).scalar()
        if generation is not None:
            self.db.execute(
                sa.insert(t.changes).values(
                    account_id=channel_id, generation=generation, name_key=package_key(package), at=self.now
                )
            )


@dataclass(frozen=True)
class Repository:
    """A database and a blob store: what all service functions together serve. Safe to share among threads."""

    engine: sa.Engine
    store: BlobStore
    settings: Settings = field(default_factory=Settings)
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)
    """SQLite has one writer at a time, and lets the others look again after ever longer sleeps: here they queue"""

    @contextmanager
    def read(self) -> Iterator[Work]:
        """A consistent reading transaction."""
        with self.engine.begin() as connection:
            yield Work(connection, self.store, self.settings, datetime.now(UTC))

    @contextmanager
    def write(self) -> Iterator[Work]:
        """A writing transaction: all of it is kept, or nothing."""
        turn = self._turn if self.engine.dialect.name == "sqlite" else nullcontext()
        try:
            with turn, self.engine.execution_options(write=True).begin() as connection:
                yield Work(connection, self.store, self.settings, datetime.now(UTC))
        except sa.exc.IntegrityError as error:
            # two writers on PostgreSQL met between a check and an insert; SQLite has one writer at a time
            raise Conflict("somebody changed the same thing in this moment; look again and retry") from error
        except sa.exc.OperationalError as error:
            if "disk is full" in str(error).lower() or "no space left" in str(error).lower():
                raise StorageFull("the repository's disk is full; nothing was changed") from error
            raise

    def close(self) -> None:
        """Give the database connections back."""
        self.engine.dispose()
