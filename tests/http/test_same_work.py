"""What is private costs what is absent: the same statements in the same order, so that no clock tells the two apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from jupyter_repo.http.routes import ROUTES

from .conftest import Answering

CHORES = re.compile(r"UPDATE ((files|packages) SET downloads|tokens SET last_used_at)|BEGIN IMMEDIATE|PRAGMA")
NAMED = re.compile(r"\{(name|project|basename|filename)(:\w+)?\}")


@contextmanager
def statements(engine: sa.Engine) -> Iterator[list[str]]:
    """What a request makes the database do; housekeeping is left out."""
    done: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not CHORES.match(statement):
            done.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield done
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def test_private_and_absent_ask_the_database_the_same(repo: Answering) -> None:
    repo.upload(repo.world.conda("hidden-one", "0hidden"), channel="acme", by="acme", visibility="private")
    repo.upload(repo.world.wheel("hidden-two"), channel="acme", by="acme", visibility="private")
    repo.upload(repo.world.conda("open"), channel="acme", by="acme")
    repo.upload(repo.world.wheel("open-wheel"), channel="acme", by="acme")
    strangers = [None, "bob", repo.sign_in("bob"), "ada"]
    for chore in repo.service._chores:  # on a slow machine they come due between two requests
        chore.get_loop().call_soon_threadsafe(chore.cancel)
    seen = 0
    for route in ROUTES:
        if not NAMED.search(route.path) or "owner" not in route.path or not hasattr(route.handler, "get"):
            continue
        for name, kind in (("hidden-one", "conda"), ("hidden-two", "wheel")):
            there, never = (_fill(route.path, one, kind) for one in (name, name.replace("hidden", "never")))
            for by in strangers:
                counts = []
                for address in (there, never):
                    with statements(repo.world.repository.engine) as done:
                        status = repo.get(address, by=by).status_code
                    counts.append((status, done))
                assert counts[0] == counts[1], (by, there, len(counts[0][1]), len(counts[1][1]))
                seen += len(counts[0][1])
    assert seen > 200, "the addresses were asked for real"


def _fill(path: str, name: str, kind: str) -> str:
    wheel = f"{name.replace('-', '_')}-1.0-py3-none-any.whl"
    values = {
        "owner": "acme",
        "user": "bob",
        "label": "main",
        "subdir": "noarch",
        "name": name,
        "project": name,
        "version": "0hidden",
        "basename": f"noarch/{name}-0hidden-0.conda",
        "filename": f"{name}-0hidden-0.conda",
    }
    if kind == "wheel":
        values |= {"version": "1.0", "basename": wheel, "filename": wheel}
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda match: values.get(match[1], "x"), path)
