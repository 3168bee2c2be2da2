"""Housekeeping takes what nobody names, and nothing else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.service import collector, packages, trash
from jupyter_repo.service.work import Settings
from tests.worlds import World


def test_bytes_go_when_the_last_file_that_names_them_goes(world: World) -> None:
    path = world.wheel()
    world.publish(world.ada, "ada", path)
    world.publish(world.ada, "acme", path)
    assert len(world.blobs()) == 1, "the wheel, once for two channels"
    with world.repository.write() as work:
        trash.delete(work, world.ada, "ada", "mywheel")
    assert collector.sweep(world.repository, grace=-1).blobs == 0
    with world.repository.write() as work:
        trash.delete(work, world.ada, "acme", "mywheel")
    assert collector.sweep(world.repository).blobs == 0, "young blobs are left alone"
    assert collector.sweep(world.repository, grace=-1).blobs == 0, "they can still be restored"
    later = replace(world.repository, settings=Settings(restore_days=0))
    assert collector.sweep(later, grace=-1).blobs == 1
    assert world.blobs() == set()


def test_downloads_are_counted(world: World) -> None:
    file = world.publish(world.ada, "ada", world.conda()).files[0]
    with world.repository.write() as work:
        collector.count_downloads(work, {file.id: 3})
        collector.count_downloads(work, {file.id: 2})
    with world.repository.read() as work:
        found = packages.get(work, world.nobody, "ada", "hello")
        assert packages.files(work, found.package)[0].downloads == 5


def test_a_package_s_downloads_are_those_of_its_files(world: World) -> None:
    first, second = (world.publish(world.ada, "ada", world.conda("one", version)).files[0] for version in ("1", "2"))
    with world.repository.write() as work:
        collector.count_downloads(work, {first.id: 3, second.id: 4})

    def downloads() -> int:
        with world.repository.read() as work:
            return packages.get(work, world.ada, "ada", "one").package.downloads

    assert downloads() == 7
    with world.repository.write() as work:
        trash.delete_file(work, world.ada, "ada", "one", "2", second.basename)
    assert downloads() == 3
    with world.repository.write() as work:
        trash.restore(work, world.ada, "ada", "one", "2", second.basename)
    assert downloads() == 7
    with world.repository.write() as work:
        trash.delete(work, world.ada, "ada", "one")
        trash.restore(work, world.ada, "ada", "one", "1", first.basename)
    assert downloads() == 3, "of the files that are there"


def test_who_counts_waits_for_nobody_and_leaves_what_another_holds(world: World) -> None:
    first, second = (world.publish(world.ada, "ada", world.conda(name)).files[0].id for name in ("one", "two"))
    absent, left = second + 1, {first: 3, second: 1}

    def count() -> dict[int, int]:
        with world.repository.write() as work:
            return collector.count_downloads(work, {**left, absent: 1})

    with ThreadPoolExecutor(1) as pool, world.repository.write() as work:
        collector.count_downloads(work, {first: 2})
        if work.db.dialect.name == "postgresql":  # SQLite has one writer at a time: nobody is ever in the way
            left = pool.submit(count).result(30)
            assert left == {first: 3}
    assert count() == {}
    with world.repository.read() as work:
        for name, number in (("one", 5), ("two", 1)):
            found = packages.get(work, world.ada, "ada", name).package
            assert packages.files(work, found)[0].downloads == number
        assert work.db.scalar(sa.select(sa.func.sum(t.daily_downloads.c.count))) == 6
