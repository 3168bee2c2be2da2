"""Channels as they were: labels, deletions, replacements, yanks, transfers; and who may see what, which is of now."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from jupyter_repo.db import migrate
from jupyter_repo.db import tables as t
from jupyter_repo.db.engine import open_engine
from jupyter_repo.errors import InvalidRequest, NotFound, Unauthenticated
from jupyter_repo.models import Actor, Kind, Visibility
from jupyter_repo.service import channels, copying, labels, packages, past, projects, transfers, trash
from jupyter_repo.service.states import States
from jupyter_repo.service.work import Repository
from jupyter_repo.storage import open_store
from tests.worlds import World


def now() -> datetime:
    return datetime.now(UTC)


def conda(
    world: World, at: datetime, actor: Actor | None = None, channel: str = "ada", label: str = "main"
) -> set[str]:
    """The file names of `noarch/repodata.json` then."""
    with world.repository.read() as work:
        shown = channels.view(work, actor or world.nobody, channel, Kind.CONDA, label, at)
        view = States().shown(work, shown).view(label, shown.reach)
        found = json.loads(view.repodata("noarch"))
    return {*found["packages"], *found["packages.conda"]}


def wheels(world: World, at: datetime, name: str, actor: Actor | None = None) -> list[tuple[str, str | None]]:
    with world.repository.read() as work:
        shown = channels.view(work, actor or world.nobody, "ada", Kind.PYPI, None, at)
        return [(one.filename, one.yanked) for one in projects.project(work, shown, name).files]


def sha256(world: World, at: datetime, address: str, actor: Actor | None = None, label: str | None = None) -> str:
    with world.repository.read() as work:
        found = past.deliver(work, actor or world.nobody, "ada", Kind.CONDA, address, at, label)
    return found.file.sha256


def test_what_was_uploaded_later_was_not_there(world: World) -> None:
    world.publish(world.ada, "ada", world.conda("hello"))
    first = now()
    world.publish(world.ada, "ada", world.conda("hello", version="2.0"))
    assert conda(world, first) == {"hello-1.0-0.conda"}
    assert conda(world, now()) == {"hello-1.0-0.conda", "hello-2.0-0.conda"}
    with pytest.raises(NotFound, match="had no file"):
        sha256(world, first, "noarch/hello-2.0-0.conda")


def test_labels_have_their_times(world: World) -> None:
    world.publish(world.ada, "ada", world.conda("hello"), labels=("dev",))
    staged = now()
    with world.repository.write() as work:
        labels.add(work, world.ada, "ada", "main", package="hello")
        labels.remove(work, world.ada, "ada", "dev", package="hello")
    released = now()
    world.publish(world.ada, "ada", world.conda("hello", version="2.0"), labels=("dev",))
    assert (conda(world, staged), conda(world, staged, label="dev")) == (set(), {"hello-1.0-0.conda"})
    assert conda(world, released) == {"hello-1.0-0.conda"}
    with pytest.raises(NotFound, match="has no label dev"):
        conda(world, released, label="dev")
    assert conda(world, now(), label="dev") == {"hello-2.0-0.conda"}
    assert sha256(world, staged, "noarch/hello-1.0-0.conda", label="dev")
    with pytest.raises(NotFound):
        sha256(world, staged, "noarch/hello-1.0-0.conda", label="main")


def test_replaced_deleted_and_restored_bytes(world: World) -> None:
    address = "noarch/hello-1.0-0.conda"
    world.publish(world.ada, "ada", world.conda("hello"))
    first = now()
    world.publish(world.ada, "ada", world.conda("hello", files={"share/other.txt": b"other"}), force=True)
    second = now()
    with world.repository.write() as work:
        trash.delete_file(work, world.ada, "ada", "hello", "1.0", address)
    gap = now()
    with world.repository.write() as work:
        trash.restore(work, world.ada, "ada", "hello", "1.0", address)
    assert conda(world, first) == conda(world, second) == conda(world, now()) == {"hello-1.0-0.conda"}
    assert conda(world, gap) == set()
    assert sha256(world, first, address) != sha256(world, second, address) == sha256(world, now(), address)
    with world.repository.read() as work:
        found = past.records(work, channels.view(work, world.ada, "ada", Kind.CONDA).channel, first, ["hello"])
    record = json.loads(b"{" + found["hello"][0].fragment + b"}")["hello-1.0-0.conda"]
    assert record["sha256"] == sha256(world, first, address)


def test_what_is_no_longer_kept_is_not_listed_either(world: World) -> None:
    world.publish(world.ada, "ada", [world.conda("hello")])
    world.publish(world.ada, "ada", [world.conda("stays")])
    then = now()
    with world.repository.write() as work:
        trash.delete(work, world.ada, "ada", "hello")
    assert conda(world, then) == {"hello-1.0-0.conda", "stays-1.0-0.conda"}
    soon = replace(world.repository, settings=replace(world.repository.settings, restore_days=0))
    short = replace(world, repository=soon)
    # its bytes may go at any moment: before the sweep and after it the answer is the same
    assert conda(short, then) == {"stays-1.0-0.conda"}
    with pytest.raises(NotFound, match="deleted files are kept for 0 days"):
        sha256(short, then, "noarch/hello-1.0-0.conda")
    with soon.write() as work:
        before = channels.view(work, world.ada, "ada", Kind.CONDA).channel.generation
        assert trash.sweep(work) == 1
        # indexes of the past that were kept under the old generation are made anew
        assert channels.view(work, world.ada, "ada", Kind.CONDA).channel.generation > before
    assert conda(world, then) == {"stays-1.0-0.conda"}


def test_who_may_see_is_of_now(world: World) -> None:
    world.publish(world.ada, "ada", world.conda("hello"))
    world.publish(world.ada, "ada", world.conda("open"))
    then = now()
    with world.repository.write() as work:
        packages.edit(work, world.ada, "ada", "hello", visibility=Visibility.PRIVATE)
    assert (conda(world, then), conda(world, then, world.bob)) == ({"open-1.0-0.conda"},) * 2
    assert conda(world, then, world.ada) == {"hello-1.0-0.conda", "open-1.0-0.conda"}
    with pytest.raises(NotFound):
        sha256(world, then, "noarch/hello-1.0-0.conda", world.bob)
    assert sha256(world, then, "noarch/hello-1.0-0.conda", world.ada)
    with world.repository.write() as work:
        projects.set_status(work, world.ada, "ada", "hello", "quarantined")
    assert conda(world, then, world.ada) == {"open-1.0-0.conda"}


def test_a_deleted_package_is_seen_by_whom_it_was_open_to_and_its_successor_never_opens_it(world: World) -> None:
    world.publish(world.ada, "ada", world.conda("veiled"), visibility=Visibility.PRIVATE)
    for name in ("plain", "closed", "stays"):
        world.publish(world.ada, "ada", world.conda(name))
    then = now()
    with world.repository.write() as work:
        for name in ("veiled", "plain", "closed"):
            trash.delete(work, world.ada, "ada", name)
    world.publish(world.ada, "ada", world.conda("veiled", version="2.0"))
    world.publish(world.ada, "ada", world.conda("closed", version="2.0"), visibility=Visibility.PRIVATE)
    public = {"plain-1.0-0.conda", "stays-1.0-0.conda"}
    assert (conda(world, then), conda(world, then, world.bob)) == (public, public)
    assert conda(world, then, world.ada) == {*public, "veiled-1.0-0.conda", "closed-1.0-0.conda"}


def test_yanks_have_their_times(world: World) -> None:
    world.publish(world.ada, "ada", world.wheel("mywheel"))
    fine = now()
    address = ("ada", "mywheel", "1.0", "mywheel-1.0-py3-none-any.whl")
    for reason in ("broken", "very broken", None):
        with world.repository.write() as work:
            projects.yank(work, world.ada, *address, reason)
        if reason == "broken":
            broken = now()
    good = now()
    with world.repository.write() as work:
        trash.delete_file(work, world.ada, *address)
    for moment, yanked in ((fine, None), (broken, "broken"), (good, None)):
        assert wheels(world, moment, "MyWheel") == [(address[-1], yanked)]
    with pytest.raises(NotFound):
        wheels(world, now(), "mywheel")
    with world.repository.read() as work:
        shown = channels.view(work, world.nobody, "ada", Kind.PYPI, None, fine)
        assert projects.names(work, world.nobody, shown) == ["mywheel"]


def test_a_transferred_package_was_where_it_was(world: World) -> None:
    world.publish(world.ada, "ada", world.conda("stays"))
    world.publish(world.ada, "acme", world.conda("acmes"))
    world.publish(world.ada, "ada", world.conda("hello"))
    before = now()
    with world.repository.write() as work:
        transfers.transfer(work, world.ada, "ada", "hello", "acme", confirm="ada/hello")
    after = now()
    assert conda(world, before) == {"hello-1.0-0.conda", "stays-1.0-0.conda"}
    assert conda(world, after) == {"stays-1.0-0.conda"}
    assert conda(world, before, channel="acme") == {"acmes-1.0-0.conda"}
    assert conda(world, after, channel="acme") == {"acmes-1.0-0.conda", "hello-1.0-0.conda"}
    with world.repository.write() as work:
        packages.edit(work, world.ada, "acme", "hello", visibility=Visibility.PRIVATE)
    # its new owners have the say, also over what its old ones see
    assert conda(world, before, world.ada) == {"stays-1.0-0.conda"}


def test_a_copy_was_not_there_before(world: World) -> None:
    world.publish(world.ada, "ada", world.conda("hello"))
    world.publish(world.ada, "acme", world.conda("acmes"))
    before = now()
    with world.repository.write() as work:
        copying.copy(work, world.ada, "ada", "hello", "1.0", to_owner="acme")
    assert conda(world, before, channel="acme") == {"acmes-1.0-0.conda"}
    assert conda(world, now(), channel="acme") == {"acmes-1.0-0.conda", "hello-1.0-0.conda"}


def test_moments_that_have_no_answer(world: World) -> None:
    world.publish(world.ada, "ada", world.conda("hello"))
    with pytest.raises(InvalidRequest, match="has not come yet"):
        conda(world, now() + timedelta(minutes=1))
    with pytest.raises(NotFound, match="did not exist yet"):
        conda(world, now() - timedelta(days=1))
    with pytest.raises(Unauthenticated):
        conda(world, now() - timedelta(days=1), channel="bob")


def test_a_kept_past_is_brought_up_by_what_changes_now(world: World) -> None:
    for name in ("hello", "other"):
        world.publish(world.ada, "ada", world.conda(name))
    then, states = now(), States()

    def listed() -> bytes:
        with world.repository.read() as work:
            shown = channels.view(work, world.nobody, "ada", Kind.CONDA, "main", then)
            return states.shown(work, shown).view("main", shown.reach).shard_index("noarch")

    before = listed()
    world.publish(world.ada, "ada", world.conda("later"))
    with world.repository.write() as work:
        trash.delete(work, world.ada, "ada", "other")
    assert listed() == before
    with world.repository.write() as work:
        packages.edit(work, world.ada, "ada", "hello", visibility=Visibility.PRIVATE)
    assert listed() != before


def test_rows_from_before_get_their_intervals(db_url: str, tmp_path: Path) -> None:
    """Down to the schema without intervals and up again: what is there, and what can be restored, has a past."""
    repository = Repository(open_engine(db_url), open_store(tmp_path / "store"))
    world = World.new(repository, tmp_path)
    world.publish(world.ada, "ada", world.conda("hello"), labels=("main", "dev"))
    world.publish(world.ada, "ada", world.conda("gone"))
    then = now()
    with repository.write() as work:
        trash.delete(work, world.ada, "ada", "gone")
    engine = open_engine(db_url, foreign_keys=False)
    with engine.execution_options(write=True).begin() as connection:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0006")
        command.downgrade(config, "-1")
        names = {column["name"] for column in sa.inspect(connection).get_columns("files")}
        assert "since" not in names
    engine.dispose()
    migrate.upgrade(db_url)
    assert conda(world, then) == {"hello-1.0-0.conda", "gone-1.0-0.conda"}
    assert conda(world, then, label="dev") == {"hello-1.0-0.conda"}
    with repository.read() as work:
        row = work.db.execute(sa.select(t.files.c.since, t.files.c.uploaded_at)).one()
    assert row.since == row.uploaded_at
    repository.close()
