"""`jupyter repo backup` and `check`: what is copied while others write is whole, and can be served again."""

from __future__ import annotations

import os
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from jupyter_repo.cli.main import main
from jupyter_repo.db import copying
from jupyter_repo.db import tables as t
from jupyter_repo.db.engine import SQLITE
from jupyter_repo.models import Kind
from jupyter_repo.running import open_repository
from jupyter_repo.service import backup, packages
from jupyter_repo.service.work import Repository

from .engines import Postgres, find_postgres
from .worlds import World


@pytest.fixture
def place(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The options that lead to the world's repository; PostgreSQL's own programs are found."""
    binaries = find_postgres()
    if binaries is not None:
        monkeypatch.setenv("PATH", f"{binaries}:{os.environ['PATH']}")
    url = world.repository.engine.url.render_as_string(hide_password=False)
    return ["--data-dir", str(world.folder), "--db-url", url, "--store-url", str(world.folder / "store")]


@pytest.fixture
def fill(world: World) -> dict[str, bytes]:
    """Something of every kind, small and large, by its digest."""
    large = world.wheel("large", files={"large/filler.bin": os.urandom(300_000)})
    paths = [world.wheel("one"), world.conda("two"), large, world.notebook("waves")]
    return {world.publish(world.ada, "ada", path).files[0].sha256: path.read_bytes() for path in paths}


@pytest.fixture
def restored(request: pytest.FixtureRequest, world: World) -> Iterator[object]:
    """Makes a repository from a backup as the README says."""
    opened: list[Repository] = []

    def restore(folder: Path) -> Repository:
        url = ""
        if world.repository.engine.dialect.name == "postgresql":
            server: Postgres = request.getfixturevalue("postgres")
            connection: sa.Connection = request.getfixturevalue("databases")
            name, binaries = f"r_{uuid.uuid4().hex}", find_postgres()
            assert binaries is not None
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
            request.addfinalizer(lambda: connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)"))
            url = server.url(name)
            plain = url.replace("+psycopg", "")
            command = [binaries / "pg_restore", "--no-owner", f"--dbname={plain}", folder / copying.DUMP]
            subprocess.run(command, check=True, capture_output=True)
        opened.append(open_repository(folder, db_url=url))
        return opened[-1]

    yield restore
    for one in opened:
        one.close()


def test_a_backup_made_while_others_write_is_served_again(
    world: World,
    place: list[str],
    fill: dict[str, bytes],
    restored: object,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = world.folder / "copy"
    copy = copying.copy_database
    late: dict[str, bytes] = {}

    def publish(name: str) -> None:
        path = world.wheel(name, files={f"{name}/filler.bin": os.urandom(200_000)})
        late[world.publish(world.ada, "ada", path).files[0].sha256] = path.read_bytes()

    def busy(connection: sa.Connection, where: Path) -> Path:
        publish("after-the-moment")
        return copy(connection, where)

    monkeypatch.setattr(copying, "copy_database", busy)
    real = backup.copy_blobs

    def between(*stores: object) -> backup.Copied:
        done = real(*stores)  # type: ignore[arg-type]
        if not late:
            publish("before-the-moment")
        return done

    monkeypatch.setattr(backup, "copy_blobs", between)
    assert main(["backup", str(folder), *place]) == 0
    said = capsys.readouterr()
    assert "5 files are in" in said.out
    before, _ = late
    expected = {**fill, before: late[before]}
    again: Repository = restored(folder)  # type: ignore[operator]
    assert set(again.store.digests()) == set(expected), "and not what came behind the moment of the database"
    for digest, content in expected.items():
        with again.store.open(digest) as blob:
            assert blob.read() == content
    assert list(backup.broken(again)) == []
    with again.read() as work:
        found = packages.get(work, world.ada, "ada", "large")
        assert next(file.sha256 for file in packages.files(work, found.package)) in fill
        assert work.db.scalar(sa.select(sa.func.count()).select_from(t.packages)) == 5
    # the restored one is a whole repository: it takes and refuses what any does
    served = World(again, world.folder, world.ada, world.bob)
    assert served.publish(world.ada, "ada", world.wheel("next")).files


def test_the_second_backup_copies_what_is_new_and_forgets_what_is_gone(
    world: World, place: list[str], fill: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = world.folder / "copy"
    assert main(["backup", str(folder), *place]) == 0
    assert "copied now: 4 files" in capsys.readouterr().err
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [SQLITE if world.repository.engine.dialect.name == "sqlite" else copying.DUMP, "store"]
    )
    assert all(path.stat().st_mode & 0o077 == 0 for path in [folder, *folder.iterdir()])
    with world.repository.write() as work:
        work.db.execute(sa.delete(t.packages).where(t.packages.c.name == "two"))
    world.publish(world.ada, "ada", world.wheel("three"))
    assert main(["backup", str(folder), *place]) == 0
    said = capsys.readouterr()
    # the repository still has the bytes of the deleted one: nobody has collected them yet
    assert "copied now: 1 files" in said.err
    assert "removed there: 1" in said.err
    assert len(list((folder / "store" / "blobs").glob("*/*"))) == 4


def test_what_is_missing_or_broken_is_told_and_the_rest_is_copied(
    world: World, place: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    made = [
        world.publish(world.ada, "ada", world.wheel(name, files={f"{name}/filler.bin": os.urandom(300_000)})).files[0]
        for name in ("gone", "changed", "whole")
    ]
    assert made[0].kind is Kind.PYPI
    assert main(["check", *place]) == 0
    assert capsys.readouterr().out == "3 files, all there and whole\n"
    gone, changed, _ = (world.repository.store.path(one.sha256) for one in made)
    assert gone is not None
    assert changed is not None
    gone.unlink()
    changed.chmod(0o600)
    with changed.open("r+b") as blob:
        blob.seek(1000)
        blob.write(b"\0" * 64)
    assert main(["check", *place]) == 1
    said = capsys.readouterr()
    lines = {line.split("\t")[1]: line.split("\t")[::2] for line in said.out.splitlines()}
    assert lines == {
        made[0].sha256: ["missing", "ada/gone/1.0/gone-1.0-py3-none-any.whl"],
        made[1].sha256: ["other bytes", "ada/changed/1.0/changed-1.0-py3-none-any.whl"],
    }
    assert "2 of 3 files are missing or broken" in said.err
    assert main(["backup", str(world.folder / "copy"), *place]) == 1
    assert "2 files are missing or broken" in capsys.readouterr().err
    assert [path.parent.name + path.name for path in (world.folder / "copy/store/blobs").glob("*/*")] == [
        made[2].sha256
    ]


def test_no_empty_repository_is_made_to_be_copied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = tmp_path / "nowhere"
    for command in (["backup", str(tmp_path / "copy")], ["check"]):
        assert main([*command, "--data-dir", str(nowhere)]) == 1
        assert f"there is no repository in {nowhere}" in capsys.readouterr().err
    assert not nowhere.exists()
    assert main(["backup", str(nowhere), "--data-dir", str(nowhere)]) == 1
    assert "choose another folder" in capsys.readouterr().err


def test_without_pg_dump_the_way_out_is_named(
    world: World, place: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(world.folder))
    done = main(["backup", str(world.folder / "copy"), *place])
    if world.repository.engine.dialect.name == "sqlite":
        assert done == 0
    else:
        assert done == 1
        assert "pg_dump is not on this machine's PATH" in capsys.readouterr().err
