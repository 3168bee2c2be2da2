"""Pages of a repository with few packages and with many: what a reader waits for must not grow with it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import requests
import sqlalchemy as sa

from ..db import tables as t
from ..models import Account, Kind
from ..service import chores, indexing
from ..service.work import Repository
from . import making, servers
from .servers import CHANNEL

FEW = 100
NAME = "synthetic-000007"
PAGES = {
    "home": "/",
    "packages": "/packages",
    "channel": f"/{CHANNEL}",
    "a package": f"/{CHANNEL}/{NAME}",
    "search, the very name": f"/?q={NAME}",
    "search, a word that all have": "/?q=synthetic",
    "the same, by downloads": "/?q=synthetic&sort=downloads",
    "search, no such word": "/?q=nothinglikeit",
    "labels": f"/labels/{CHANNEL}",
    "API: search": "/api/search?q=synthetic&limit=30",
}


@contextmanager
def filled(packages: int, database: str = "") -> Iterator[str]:
    """The address of a running repository with that many packages; `database` as `servers.database` takes it."""
    with servers.folder() as where, servers.database(database) as url:
        repository, account, token = servers.prepare(where / "data", url)
        making.fill(repository, account, Kind.CONDA, packages, packages)
        _list(repository, account)
        chores.tend(repository)
        _settle(repository)
        repository.close()
        with servers.ours(where / "data", token, *([f"--db-url={url}"] if url else [])) as server:
            yield server.url


def _list(repository: Repository, channel: Account) -> None:
    """What uploads write for search and lists, of all packages at once."""
    p, d, listed = t.packages.c, t.search_documents, t.listings
    words = [sa.literal(text).label(name) for name, text in (("description", ""), ("body", ""), ("source", ""))]
    with repository.write() as work:
        documents = sa.select(p.id, p.name, sa.literal(channel.name), sa.literal("conda package"), p.summary, *words)
        columns = [d.c.package_id, d.c.name, d.c.channel, d.c.kinds, d.c.summary, d.c.description, d.c.body, d.c.source]
        work.db.execute(sa.insert(d).from_select(columns, documents))
        for kind in ("", str(Kind.CONDA), indexing.PACKAGES):
            rows = sa.select(p.id, sa.literal(kind), p.account_id, p.updated_at)
            into = [listed.c.package_id, listed.c.kind, listed.c.account_id, listed.c.updated_at]
            work.db.execute(sa.insert(listed).from_select(into, rows))


def _settle(repository: Repository) -> None:
    """What PostgreSQL does by itself within a minute: till then its indexes of words have a list of what is new."""
    if repository.engine.dialect.name == "postgresql":
        with repository.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM (ANALYZE)")


def answer(session: requests.Session, address: str) -> float:
    """The seconds until a page is there."""
    begin = time.perf_counter()
    found = session.get(address, timeout=60)
    found.raise_for_status()
    return time.perf_counter() - begin
