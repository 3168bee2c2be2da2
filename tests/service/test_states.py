"""What is kept of a channel in memory follows the database, on both engines, whoever wrote."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.index.records import Reach
from jupyter_repo.models import Visibility
from jupyter_repo.service import accounts, collector, packages, trash
from jupyter_repo.service.states import States
from jupyter_repo.service.work import Work
from tests.worlds import World


def listed(world: World, states: States, reach: Reach) -> set[str]:
    with world.repository.read() as work:
        state = states.of(work, accounts.get(work, "ada"))
        return {one.filename for name in state.order for one in state.names[name] if reach.shows(one)}


def test_a_state_follows_every_kind_of_change(world: World) -> None:
    kept, public = States(), Reach()

    def check(expected: set[str]) -> None:
        assert listed(world, kept, public) == listed(world, States(), public) == expected

    check(set())
    world.publish(world.ada, "ada", world.conda("one"))
    world.publish(world.ada, "ada", world.conda("two"))
    check({"one-1.0-0.conda", "two-1.0-0.conda"})
    with world.repository.write() as work:
        packages.edit(work, world.ada, "ada", "one", visibility=Visibility.PRIVATE)
    check({"two-1.0-0.conda"})
    assert listed(world, kept, Reach(everything=True)) == {"one-1.0-0.conda", "two-1.0-0.conda"}
    with world.repository.write() as work:
        trash.delete(work, world.ada, "ada", "two")
    check(set())


def test_what_changed_unnamed_or_long_ago_is_read_anew(world: World) -> None:
    kept = States()
    world.publish(world.ada, "ada", world.conda("one"))
    listed(world, kept, Reach())

    def behind_its_back(work: Work) -> None:
        work.db.execute(sa.update(t.packages).values(visibility="private"))

    with world.repository.write() as work:
        behind_its_back(work)
        work.bump(accounts.get(work, "ada").id)
    assert listed(world, kept, Reach()) == set()
    with world.repository.write() as work:
        work.db.execute(sa.update(t.packages).values(visibility="public"))
        work.bump(accounts.get(work, "ada").id, "one")
        work.bump(accounts.get(work, "ada").id, "other")
        work.db.execute(sa.update(t.changes).values(at=work.now - collector.CHANGES_KEPT - timedelta(days=1)))
        assert collector.forget_changes(work) > 0
        assert work.db.execute(sa.select(sa.func.count()).select_from(t.changes)).scalar() == 1
    assert listed(world, kept, Reach()) == {"one-1.0-0.conda"}
