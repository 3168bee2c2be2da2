"""Many who change the same things at once: each is done or refused, and nobody waits for who waits for them."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.errors import RepoError
from jupyter_repo.models import Visibility
from jupyter_repo.service import collector, copying, labels, packages, projects, tokens, transfers, trash
from jupyter_repo.service.work import Repository, Work
from tests.worlds import World

ROUNDS, THREADS = 25, 6
NAMES = ("one", "two", "three")


def test_changes_of_the_same_packages_never_block_each_other_for_good(world: World) -> None:
    """A deadlock is no RepoError: it would end the test."""
    token = world.token(world.ada, "ada", "all")[0].token
    assert token is not None
    made = {name: [world.conda(name, version=f"{number}.0") for number in range(4)] for name in NAMES}
    for name in NAMES:
        world.publish(world.ada, "ada", made[name][:2])

    def change(seed: int) -> int:
        dice, done = random.Random(seed), 0
        for _ in range(ROUNDS):
            name, owner, other = dice.choice(NAMES), *dice.sample(["ada", "acme"], 2)
            act = dice.choice(ACTS)
            try:
                if act is upload:
                    world.publish(world.ada, owner, dice.sample(made[name], 2), force=True)
                else:
                    with world.repository.write() as work:
                        act(work, world, token.id, owner, other, name)
                done += 1
            except RepoError:  # somebody was quicker: it is gone, there already, or somebody else's
                pass
        return done

    with ThreadPoolExecutor(THREADS) as pool:
        assert all(pool.map(change, range(THREADS)))


def upload(work: Work, world: World, token: int, owner: str, other: str, name: str) -> None:
    """Two versions in one transaction, replacing what is there."""


def label(work: Work, world: World, token: int, owner: str, other: str, name: str) -> None:
    labels.copy(work, world.ada, owner, "main", "dev")
    labels.remove(work, world.ada, owner, "dev")


def edit(work: Work, world: World, token: int, owner: str, other: str, name: str) -> None:
    packages.edit(work, world.ada, owner, name, summary="changed", visibility=Visibility.PUBLIC)


def mark(work: Work, world: World, token: int, owner: str, other: str, name: str) -> None:
    projects.set_status(work, world.ada, owner, name, "deprecated")


def delete(work: Work, world: World, token: int, owner: str, other: str, name: str) -> None:
    trash.delete(work, world.ada, owner, name)


def restore(work: Work, world: World, token: int, owner: str, other: str, name: str) -> None:
    trash.restore(work, world.ada, owner, name, "1.0", f"noarch/{name}-1.0-0.conda")


def transfer(work: Work, world: World, token: int, owner: str, other: str, name: str) -> None:
    transfers.transfer(work, world.ada, owner, name, other, confirm=f"{owner}/{name}")


def copy(work: Work, world: World, token: int, owner: str, other: str, name: str) -> None:
    copying.copy(work, world.ada, owner, name, "1.0", to_owner=other, mode=copying.Mode.REPLACE)


def count(work: Work, world: World, token: int, owner: str, other: str, name: str) -> None:
    keys = list(work.db.scalars(sa.select(t.files.c.id)))
    collector.count_downloads(work, dict.fromkeys(reversed(keys), 1))
    tokens.record_use(work, {token: datetime.now(UTC)})


def sweep(work: Work, world: World, token: int, owner: str, other: str, name: str) -> None:
    trash.sweep(work)
    collector.forget_changes(work)


ACTS: tuple[Callable[[Work, World, int, str, str, str], None], ...] = (
    *(upload, label, edit, mark, delete, restore, transfer, copy, count, sweep),
)


@pytest.fixture
def counting(repository: Repository, world: World) -> tuple[Repository, int]:
    """A repository with a file, whose downloads are counted."""
    return repository, world.publish(world.ada, "ada", world.conda()).files[0].id


def downloads(repository: Repository) -> int:
    with repository.read() as work:
        found: int = work.db.scalar(sa.select(sa.func.sum(t.files.c.downloads))) or 0
        assert found == (work.db.scalar(sa.select(sa.func.sum(t.daily_downloads.c.count))) or 0)
        return found


def test_what_somebody_holds_is_counted_another_time(counting: tuple[Repository, int]) -> None:
    repository, file = counting
    if repository.engine.dialect.name == "sqlite":  # one writer at a time: nobody is ever in the way
        with repository.write() as work:
            assert collector.count_downloads(work, {file: 3, file + 1: 1}) == {}
        assert downloads(repository) == 3
        return
    with repository.write() as deleting:
        deleting.db.execute(sa.select(t.files.c.id).with_for_update())
        with repository.write() as work:
            assert collector.count_downloads(work, {file: 3, file + 1: 1}) == {file: 3}
    assert downloads(repository) == 0
    with repository.write() as work:
        assert collector.count_downloads(work, {file: 3}) == {}
    assert downloads(repository) == 3
