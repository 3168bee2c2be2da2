"""Housekeeping takes what nobody names, and nothing else."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import sqlalchemy as sa

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


def test_processes_that_count_the_same_files_never_wait_for_each_other(world: World) -> None:
    first, second = (world.publish(world.ada, "ada", world.conda(name)).files[0].id for name in ("one", "two"))

    def count() -> None:
        with world.repository.write() as work:
            collector.count_downloads(work, {second: 1, first: 1})

    with ThreadPoolExecutor(1) as pool:
        with world.repository.write() as work:
            collector.count_downloads(work, {first: 1})
            other = pool.submit(count)
            if work.db.dialect.name == "postgresql":
                waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
                while not work.db.scalar(waiting):
                    time.sleep(0.01)
            collector.count_downloads(work, {second: 1})
        other.result()
    with world.repository.read() as work:
        for name in ("one", "two"):
            assert packages.files(work, packages.get(work, world.ada, "ada", name).package)[0].downloads == 2
