"""The unit of work: one transaction on the database, the blob store beside it, one moment in time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ..db import tables as t
from ..errors import Conflict, InvalidRequest, StorageFull
from ..names import account_key, package_key
from ..storage import BlobStore
from .content import Content
from .throttles import Throttles

if TYPE_CHECKING:
    from ..upstream.hub import Hub
    from .oauth_clients import Client
    from .plan_catalogue import Plan

T = TypeVar("T")
GIB = 1 << 30
UNHELD = "the request holds what the database can't: a character of the number 0, or a number too large; leave it out"
# statements that every upload needs are built once: building one costs several times what the database takes for it
_BUMP = (
    sa.update(t.accounts)
    .where(t.accounts.c.id == sa.bindparam("channel"))
    .values(generation=t.accounts.c.generation + 1)
    .returning(t.accounts.c.generation)
)
_CHANGE = sa.insert(t.changes)
_UNSETTLED = sa.insert(t.unsettled_blobs)


@dataclass(frozen=True)
class Settings:
    """What an administrator may choose about the rules (the traits of `app.py` fill it)."""

    max_file: int = 10 * GIB
    """bytes; a larger upload is refused while it arrives"""
    token_days: int = 365
    """how long a new token lives unless asked otherwise"""
    max_token_days: int = 0
    """how long a token may live at most; 0: as long as its maker likes"""
    session_days: int = 14
    """how long a browser stays signed in"""
    restore_days: int = 30
    """how long a deleted or replaced file can be restored"""
    mirror_hosts: tuple[str, ...] = ()
    """the hosts that mirrors may ask: patterns of `host` or `host:port`; nobody is asked unless named"""
    mirror_private: bool = False
    """mirrors may ask hosts on loopback and private networks, and over plain http"""
    mirror_seconds: int = 300
    """how long what an upstream said is taken as it is; after that it is served while the upstream is asked again"""
    sign_up: str = "open"
    """who may make an account: `open`, `invitation`, `closed`"""
    throttles: Throttles = field(default_factory=Throttles)
    """how often something is taken before whoever tries has to wait"""
    admins_lock_labels: bool = False
    """may somebody with Admin on every package that carries a label lock it? Else only an Owner of the channel"""
    academic_suffixes: tuple[str, ...] = (".edu",)
    """ends of confirmed e-mail addresses that are granted the academic add-on; whole labels of the domain"""
    plans: tuple[Plan, ...] = ()
    """the catalogue; none: nothing is limited"""
    oauth_clients: tuple[Client, ...] = ()
    """programs that may sign people in by their browser, beside anaconda-client"""
    hub: Hub | None = None
    """the JupyterHub that signs people in"""
    local_passwords: bool = True
    """may people sign in with a password of this repository, and sign up?"""
    smtp_url: str = field(default="", repr=False)
    """`smtp://[user:password@]host:port` (or `smtps:`, `smtp+starttls:`); empty: no mail is sent"""
    mail_from: str = ""
    """the address that mail comes from"""
    contact: str = ""
    """who runs the repository, for people and for who finds a hole: an e-mail address or an https: address"""
    terms: str = ""
    """a Markdown file with the terms of use; empty: plain ones"""
    gravatar: str = ""
    """where pictures of e-mail addresses are fetched from, up to the hash; empty: nowhere, they are made here"""


@dataclass(frozen=True)
class Work:
    """What a service function works with; valid inside `Repository.read()` or `.write()` only."""

    db: sa.Connection
    store: BlobStore
    settings: Settings
    now: datetime
    placed: set[str] = field(default_factory=set)
    """blobs that took their place in this transaction; they are settled before it commits"""

    def keep(self, content: Content) -> str:
        """Give bytes their place in the store, from where this transaction's rows may name them; their sha256."""
        small = content.small()
        digest = content.place(flush=small is None)
        if small is None:
            self.placed.add(digest)
        else:
            # the flush of this transaction keeps them, and neither the file nor its folder needs one (`settling.py`)
            self.db.execute(_UNSETTLED, {"sha256": digest, "content": small, "at": self.now})
        return digest

    def hold(self, *channels: int | str) -> None:
        """Make channels (keys or names) this transaction's until it ends: before what it will change is looked at.

        Who takes rows in one order and the channel last waits for ever for who does it the other way round.
        """
        if self.db.dialect.name == "sqlite":  # it has one writer at a time
            return
        a = t.accounts
        keys = a.c.id.in_([one for one in channels if isinstance(one, int)])
        names = a.c.name_key.in_([account_key(one) for one in channels if isinstance(one, str)])
        self.db.execute(sa.select(a.c.id).where(sa.or_(keys, names)).order_by(a.c.id).with_for_update(key_share=True))

    def add(self, table: sa.Table, **values: object) -> bool:
        """Insert a row unless one of its key is there, or is being inserted in this moment; whether it is new."""
        insert = sqlite.insert if self.db.dialect.name == "sqlite" else postgresql.insert
        added: Any = insert(table).values(**values).on_conflict_do_nothing().returning(sa.literal_column("1"))
        return self.db.execute(added).first() is not None

    def bump(self, channel_id: int, package: str = "") -> None:
        """Say that the channel changed: every index made before this transaction is stale once it commits.

        With the name of the one package that changed, what is kept in memory is brought up by reading that package
        again; without it, by reading the whole channel. An expression and not read-modify-write, or two uploads would
        share a generation, and so an ETag.
        """
        generation = self.db.execute(_BUMP, {"channel": channel_id}).scalar()
        if generation is not None:
            change = {"account_id": channel_id, "generation": generation, "name_key": package_key(package)}
            self.db.execute(_CHANGE, {**change, "at": self.now})


def unheld(table: sa.Table, clause: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Those rows of `clause` that nobody else is changing: chores wait for nobody, and so block nobody."""
    keys = table.primary_key.columns
    return sa.tuple_(*keys).in_(sa.select(*keys).where(clause).with_for_update(skip_locked=True))


@dataclass
class Waiting(Generic[T]):
    """One of those who share a transaction."""

    function: Callable[[Work], T]
    done: bool = False
    value: T | None = None
    error: BaseException | None = None

    def do(self, work: Work, *, alone: bool) -> None:
        """Do it; where others share the transaction, a failure undoes this one only."""
        if alone:
            self.value = self.function(work)
            return
        try:
            with work.db.begin_nested():
                self.value = self.function(work)
        except sa.exc.OperationalError:  # of the database itself: it may have ended the whole transaction
            raise
        except sa.exc.IntegrityError as error:
            self.error = Conflict("somebody changed the same thing in this moment; look again and retry")
            self.error.__cause__ = error
        except (sa.exc.DataError, OverflowError) as error:
            self.error = InvalidRequest(UNHELD)
            self.error.__cause__ = error
        except Exception as error:  # noqa: BLE001  # it is raised where it belongs, in `result`
            self.error = error

    def result(self) -> T:
        """What came of it."""
        if self.error is not None:
            raise self.error
        return self.value  # type: ignore[return-value]  # it was done


@dataclass(frozen=True)
class Repository:
    """A database and a blob store: what all service functions together serve. Safe to share among threads."""

    engine: sa.Engine
    store: BlobStore
    settings: Settings = field(default_factory=Settings)
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)
    """SQLite has one writer at a time, and lets the others look again after ever longer sleeps: here they queue"""
    _waiting: deque[Waiting[Any]] = field(default_factory=deque, repr=False, compare=False)
    """those who will share a transaction"""

    @contextmanager
    def read(self) -> Iterator[Work]:
        """A reading transaction: all of it sees the database as it was when its first question was asked."""
        # PostgreSQL would let each question see what was committed before it: what one found the next may miss
        lite = self.engine.dialect.name == "sqlite"
        engine = self.engine if lite else self.engine.execution_options(isolation_level="REPEATABLE READ")
        try:
            with engine.begin() as connection:
                yield Work(connection, self.store, self.settings, datetime.now(UTC))
        except (sa.exc.DataError, OverflowError) as error:  # the latter is SQLite's
            raise InvalidRequest(UNHELD) from error

    @contextmanager
    def write(self) -> Iterator[Work]:
        """A writing transaction: all of it is kept, or nothing. When it ends it survives a power cut."""
        with self._alone(), self._writing() as work:
            yield work

    def write_together(self, function: Callable[[Work], T]) -> T:
        """`function(work)` in a writing transaction that those who come at the same moment share, and so its flushes.

        Each is kept or undone by itself. For what is done often and at once; `function` must not wait for others.
        """
        if self.engine.dialect.name != "sqlite":  # the others flush the commits of several connections together
            with self.write() as work:
                return function(work)
        mine: Waiting[T] = Waiting(function)
        self._waiting.append(mine)
        with self._turn:
            # whoever comes first takes along all who wait behind; they find themselves done
            if not mine.done:
                self._do_together([self._waiting.popleft() for _ in range(len(self._waiting))])
        return mine.result()

    def _do_together(self, batch: list[Waiting[Any]]) -> None:
        try:
            with self._writing() as work:
                for one in batch:
                    one.do(replace(work, now=datetime.now(UTC)), alone=len(batch) == 1)
        except BaseException as error:  # noqa: BLE001  # it is raised in the threads of all whom it concerns
            for one in batch:
                one.error = one.error or error
        finally:
            for one in batch:
                one.done = True

    def _alone(self) -> AbstractContextManager[object]:
        return self._turn if self.engine.dialect.name == "sqlite" else nullcontext()

    @contextmanager
    def _writing(self) -> Iterator[Work]:
        try:
            with self.engine.execution_options(write=True).begin() as connection:
                work = Work(connection, self.store, self.settings, datetime.now(UTC))
                yield work
                if work.placed:
                    self.store.settle(work.placed)
        except sa.exc.IntegrityError as error:
            # two writers on PostgreSQL met between a check and an insert; SQLite has one writer at a time
            raise Conflict("somebody changed the same thing in this moment; look again and retry") from error
        except (sa.exc.DataError, OverflowError) as error:
            raise InvalidRequest(UNHELD) from error
        except sa.exc.OperationalError as error:
            if "disk is full" in str(error).lower() or "no space left" in str(error).lower():
                raise StorageFull("the repository's disk is full; nothing was changed") from error
            raise

    def close(self) -> None:
        """Give the database connections back."""
        self.engine.dispose()
