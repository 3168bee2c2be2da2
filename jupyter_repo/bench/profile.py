"""Where the time goes: processor time of each process, statements, flushes, the pieces of a large index.

Wall time says how fast it is; this says what limits it.
"""

from __future__ import annotations

import hashlib
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from statistics import median

import sqlalchemy as sa

from .. import formats
from ..index.shards import ShardIndex
from ..models import Actor, Kind
from ..service import tokens, uploads
from ..service.uploads import Incoming, Wishes
from ..service.work import Repository
from . import making, servers, works
from .load import load
from .servers import CHANNEL, Server


@dataclass(frozen=True)
class Spell:
    """What a spell of work took, in milliseconds for each piece of it."""

    wall: float
    cpu: tuple[float, ...]
    """processor time of each server"""
    client: float
    """processor time of this process, which asks"""

    def text(self, *names: str) -> str:
        """Wall time, and what of it each process computed."""
        parts = [f"{name} {used:.2f}" for name, used in zip(names, self.cpu, strict=True)]
        return f"{self.wall:.2f} ms: {', '.join(parts)}, client {self.client:.2f}"


def spell(found: tuple[Server, ...], work: Callable[[], int]) -> Spell:
    """Do the work, which says how many pieces it did, and look at the clocks before and after."""
    before, mine, begin = [one.processor_time() for one in found], _own(), time.perf_counter()
    pieces = work() / 1000
    wall = time.perf_counter() - begin
    used = tuple((one.processor_time() - was) / pieces for one, was in zip(found, before, strict=True))
    return Spell(wall / pieces, used, (_own() - mine) / pieces)


def _own() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def alone(server: Server, uploads: int) -> Spell:
    """So many wheels, one after the other, each until it is listed."""
    works.wheel_publish(server)

    def work() -> int:
        for _ in range(uploads):
            works.wheel_publish(server)
        return uploads

    return spell((server,), work)


def together(server: Server, uploads: int) -> Spell:
    """So many wheels, eight at a time."""
    works.many_wheels(server, uploads, 8)

    def work() -> int:
        works.many_wheels(server, uploads, 8)
        return uploads

    return spell((server,), work)


def asked(found: tuple[Server, ...], url: str, headers: dict[str, str], seconds: float) -> Spell:
    """A load of 32 connections on one address, after one that fills the caches."""
    load(url, seconds=0.2, connections=32, headers=headers)
    return spell(found, lambda: load(url, seconds=seconds, connections=32, headers=headers).requests)


@dataclass(frozen=True)
class Statements:
    """The statements of one upload, in this process: how many, and the milliseconds of the database for all of them."""

    count: int
    milliseconds: float
    commit: float
    """milliseconds of the commit, its flush included"""


def statements() -> Statements:
    """What an upload asks the database: the right to do it, then the transaction that publishes a wheel."""
    with servers.folder() as where:
        repository, _, secret = servers.prepare(where / "data")
        try:
            for _ in range(5):
                _publish(repository, secret)
            with _counted(repository.engine) as times:
                _publish(repository, secret)
            rounds = [_commit(repository, secret) for _ in range(9)]
        finally:
            repository.close()
        return Statements(len(times), sum(times) * 1000, median(rounds) * 1000)


def _publish(repository: Repository, secret: str) -> None:
    with repository.read() as work:
        actor = tokens.present(work, secret).actor
        assert actor is not None
        uploads.allow(work, actor, CHANNEL, Kind.PYPI)
    incoming = _incoming(repository)
    repository.write_together(lambda work: uploads.take(work, actor, CHANNEL, [incoming], Wishes()))


def _incoming(repository: Repository) -> Incoming:
    filename, content = making.wheel(works.fresh("statement"), "1.0")
    upload = repository.store.new_upload()
    upload.write(content)
    with upload.file() as file:
        return Incoming(formats.read(filename, file, kind=Kind.PYPI), upload)


def _commit(repository: Repository, secret: str) -> float:
    with repository.read() as work:
        actor = tokens.present(work, secret).actor or Actor(None)
    incoming = _incoming(repository)
    with repository.write() as work:
        uploads.take(work, actor, CHANNEL, [incoming], Wishes())
        begin = time.perf_counter()
    return time.perf_counter() - begin


@contextmanager
def _counted(engine: sa.Engine) -> Iterator[list[float]]:
    """The seconds of each statement, while it lasts."""
    found: list[float] = []

    def before(*_: object) -> None:
        found.append(time.perf_counter())

    def after(*_: object) -> None:
        found[-1] = time.perf_counter() - found[-1]

    sa.event.listen(engine, "before_cursor_execute", before)
    sa.event.listen(engine, "after_cursor_execute", after)
    try:
        yield found
    finally:
        sa.event.remove(engine, "before_cursor_execute", before)
        sa.event.remove(engine, "after_cursor_execute", after)


def index(names: int) -> dict[str, float]:
    """The milliseconds of each step between one more shard and a client that knows it, in a list of so many shards."""
    digests = ((f"synthetic-{number:06}", hashlib.sha256(str(number).encode()).digest()) for number in range(names))
    shards, now = ShardIndex(digests), datetime.now(UTC)
    content = shards.document("noarch", "main", now)
    steps: dict[str, Callable[[], object]] = {
        "one entry put in": lambda: shards.put(works.fresh("name"), works.fresh("content").encode(), None),
        "packed and compressed": lambda: shards.document("noarch", "main", now),
        "hashed": lambda: hashlib.sha256(content).digest(),
        "unpacked by the client": lambda: works.unpacked(content),
        "unpacked and decoded by the client": lambda: works.shard_index(content),
    }
    return {name: median(works.times(9, partial(_timed, step))) * 1000 for name, step in steps.items()}


def _timed(step: Callable[[], object]) -> float:
    begin = time.perf_counter()
    step()
    return time.perf_counter() - begin
