"""Writers who come at the same moment share a transaction; each is kept or undone by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.errors import Conflict, NotFound
from jupyter_repo.service import accounts, packages
from jupyter_repo.service.work import Work
from tests.worlds import World


def test_a_failure_undoes_its_own_part_only(world: World) -> None:
    begun, go_on = threading.Event(), threading.Event()
    commits: list[object] = []
    if world.repository.engine.dialect.name == "sqlite":
        sa.event.listen(world.repository.engine, "commit", commits.append)

    def first(work: Work) -> str:
        accounts.create_user(work, "first")
        begun.set()
        assert go_on.wait(30)
        return "first"

    def good(number: int) -> Callable[[Work], str]:
        return lambda work: accounts.create_user(work, f"good-{number}").name

    def refused(work: Work) -> str:
        accounts.create_user(work, "undone")
        raise NotFound("no")

    def clashing(work: Work) -> str:
        accounts.create_user(work, "undone-too")
        work.db.execute(sa.insert(t.accounts).values(name="x", name_key="first", kind="user", created_at=work.now))
        return "never"

    def value(function: Callable[[Work], str]) -> str | type[Exception]:
        try:
            return world.repository.write_together(function)
        except (NotFound, Conflict) as error:
            return type(error)

    with ThreadPoolExecutor(6) as pool:
        holder = pool.submit(value, first)
        assert begun.wait(30)
        others = [pool.submit(value, one) for one in (good(1), refused, clashing, good(2))]
        if world.repository.engine.dialect.name == "sqlite":
            while len(world.repository._waiting) < 4:
                threading.Event().wait(0.01)
            go_on.set()
        else:
            go_on.set()  # connections of their own; who clashes waits for the first
        assert holder.result(60) == "first"
        assert [one.result(60) for one in others] == ["good-1", NotFound, Conflict, "good-2"]
    with world.repository.read() as work:
        found = {name: accounts.find(work, name) is not None for name in ("first", "good-1", "good-2", "undone")}
        assert found == {"first": True, "good-1": True, "good-2": True, "undone": False}
        assert accounts.find(work, "undone-too") is None
    if commits:
        assert len(commits) == 3, "the first, the four together, and this reading"


def test_what_the_database_refuses_as_a_whole_reaches_everybody(world: World) -> None:
    def broken(work: Work) -> None:
        accounts.create_user(work, "gone")
        work.db.execute(sa.text("select * from no_such_table"))

    with pytest.raises(sa.exc.DBAPIError, match="no_such_table"):
        world.repository.write_together(broken)
    with world.repository.read() as work:
        assert accounts.find(work, "gone") is None


def test_uploads_at_once_are_all_there(world: World) -> None:
    wheels = [world.wheel(f"wheel{number}") for number in range(12)]
    before = world.repository.store.digests()
    assert not list(before)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda path: world.publish(world.ada, "ada", path), wheels))
    with world.repository.read() as work:
        for number in range(12):
            found = packages.get(work, world.nobody, "ada", f"wheel{number}")
            [file] = packages.files(work, found.package)
            assert world.repository.store.exists(file.sha256)
