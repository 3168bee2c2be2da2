"""Small blobs are kept by the database until their files are flushed: nothing acknowledged is lost in a power cut."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.errors import AlreadyExists, StorageFull
from jupyter_repo.running import open_repository
from jupyter_repo.service import packages, settling
from jupyter_repo.storage import SMALL
from jupyter_repo.storage.folder import FolderStore
from tests.worlds import World


def logged(world: World) -> list[str]:
    with world.repository.read() as work:
        return list(work.db.scalars(sa.select(t.unsettled_blobs.c.sha256).order_by(t.unsettled_blobs.c.id)))


def publish(world: World, path: Path) -> tuple[str, Path]:
    """The blob's digest and file."""
    [file] = world.publish(world.ada, "ada", path).files
    blob = world.repository.store.path(file.sha256)
    assert blob is not None
    return file.sha256, blob


def let_time_pass(world: World) -> None:
    log = t.unsettled_blobs
    with world.repository.write() as work:
        work.db.execute(sa.update(log).values(at=work.now - settling.KEPT - timedelta(seconds=1)))


def test_after_a_power_cut_the_files_are_written_anew(world: World) -> None:
    made = [(path, *publish(world, path)) for path in (world.wheel("one"), world.conda("two"), world.wheel("three"))]
    assert logged(world) == [digest for _, digest, _ in made]
    # what a power cut does to files that were not flushed: one is empty, one half, one was never there
    (_, _, empty), (path, _, half), (_, _, gone) = made
    os.chmod(empty, 0o644)
    os.truncate(empty, 0)
    os.chmod(half, 0o644)
    os.truncate(half, path.stat().st_size // 2)
    gone.unlink()

    url = world.repository.engine.url.render_as_string(hide_password=False)
    again = open_repository(world.folder, db_url=url, store_url=str(world.folder / "store"))
    try:
        for path, digest, _ in made:
            with again.store.open(digest) as blob:
                assert blob.read() == path.read_bytes()
        assert settling.mend(again) == 0
    finally:
        again.close()


def test_what_has_waited_is_flushed_and_forgotten(world: World) -> None:
    assert settling.settle(world.repository) == ""
    _, first = publish(world, world.wheel("one"))
    assert settling.settle(world.repository) == "", "the kernel has not written it yet"
    let_time_pass(world)
    young, _ = publish(world, world.wheel("two"))
    assert settling.settle(world.repository) == "Flushed small files: 1"
    assert logged(world) == [young]
    assert first.is_file()
    assert settling.settle(world.repository) == ""


def test_much_does_not_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "KEPT_BYTES", 1000)
    monkeypatch.setattr(settling, "AT_ONCE", 2)
    for number in range(3):
        publish(world, world.wheel(f"wheel{number}"))
    assert settling.settle(world.repository) == "Flushed small files: 3"
    assert logged(world) == []


def test_a_file_that_went_meanwhile_stops_nobody(world: World) -> None:
    _, gone = publish(world, world.wheel("one"))
    publish(world, world.wheel("two"))
    gone.unlink()
    let_time_pass(world)
    assert settling.settle(world.repository) == "Flushed small files: 2"


def test_what_a_flush_failed_to_keep_is_written_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk reports a lost page to one flush only; the next would succeed, and the bytes be gone."""
    made = [publish(world, world.wheel(name)) for name in ("one", "two")]
    before = {digest: blob.stat().st_ino for digest, blob in made}
    let_time_pass(world)
    real, failures = os.fsync, [OSError(errno.EIO, "Input/output error")]

    def failing(descriptor: int) -> None:
        with contextlib.suppress(IndexError):  # the flushes run side by side
            raise failures.pop()
        real(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    assert settling.settle(world.repository) == "Flushed small files: 2"
    for digest, blob in made:
        assert hashlib.sha256(blob.read_bytes()).hexdigest() == digest
        assert blob.stat().st_ino != before[digest], "a new file, whose flush counts"
    assert logged(world) == []


def test_a_disk_that_fails_again_keeps_the_bytes_in_the_database(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    digest, _ = publish(world, world.wheel("one"))
    let_time_pass(world)

    def failing(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing)
        with pytest.raises(StorageFull):
            settling.settle(world.repository)
    assert logged(world) == [digest]
    assert world.leftovers() == []


def test_who_places_the_same_bytes_meanwhile_is_not_forgotten(world: World) -> None:
    path = world.wheel("one")
    digest, _ = publish(world, path)
    let_time_pass(world)

    class Interrupted(FolderStore):
        """Between the flush and the forgetting, somebody else publishes the same bytes: the file is a new one."""

        def secure(self, digests: Collection[str]) -> None:
            super().secure(digests)
            world.publish(world.bob, "bob", path)

    store = Interrupted(world.folder / "store")
    assert settling.settle(replace(world.repository, store=store)) == "Flushed small files: 1"
    assert logged(world) == [digest]


@pytest.mark.parametrize("size", [SMALL // 2, SMALL * 2])
def test_only_small_ones_are_in_the_database(world: World, size: int) -> None:
    digest, _ = publish(world, world.wheel("one", files={"one/filler.bin": os.urandom(size)}))
    assert logged(world) == ([digest] if size < SMALL else [])


def test_a_refused_upload_leaves_nothing_in_the_log(world: World) -> None:
    before = publish(world, world.wheel("one"))[0]

    def twice() -> Sequence[object]:
        return world.publish(world.ada, "ada", world.wheel("one", files={"one/other.py": b"1"})).files

    with pytest.raises(AlreadyExists):
        twice()
    assert logged(world) == [before]
    with world.repository.read() as work:
        found = packages.get(work, world.nobody, "ada", "one")
        assert [file.sha256 for file in packages.files(work, found.package)] == [before]
