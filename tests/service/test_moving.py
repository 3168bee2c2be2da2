"""Labels and their locks; copies, transfers, stars; deletions that come back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.errors import (
    AlreadyExists,
    Forbidden,
    InvalidName,
    InvalidRequest,
    NotFound,
    Unauthenticated,
)
from jupyter_repo.models import Actor, Kind
from jupyter_repo.service import (
    accounts,
    channels,
    collaborators,
    copying,
    groups,
    labels,
    packages,
    projects,
    stars,
    transfers,
    trash,
)
from jupyter_repo.service.copying import Mode
from jupyter_repo.service.slices import Slice
from tests.worlds import PRIVATE, World


def test_a_locked_label_changes_in_no_way(world: World) -> None:
    world.publish(world.ada, "ada", world.conda(summary="one"), labels=("rel/1",))
    basename = "noarch/hello-1.0-0.conda"
    with world.repository.write() as work:
        labels.lock(work, world.ada, "ada", "rel/1")
        assert labels.listing(work, world.ada, "ada") == {"main": False, "rel/1": True}
    attempts = {
        "add": lambda work: labels.add(work, world.ada, "ada", "rel/1", package="hello"),
        "remove": lambda work: labels.remove(work, world.ada, "ada", "rel/1"),
        "copy": lambda work: labels.copy(work, world.ada, "ada", "rel/1", "rel/1"),
        "delete file": lambda work: trash.delete_file(work, world.ada, "ada", "hello", "1.0", basename),
        "delete release": lambda work: trash.delete_release(work, world.ada, "ada", "hello", "1.0"),
        "delete package": lambda work: trash.delete(work, world.ada, "ada", "hello"),
        "transfer": lambda work: transfers.transfer(work, world.ada, "ada", "hello", "acme", confirm="ada/hello"),
    }
    for what, attempt in attempts.items():
        with pytest.raises(Forbidden, match=r"rel/1 of ada is locked") as refused, world.repository.write() as work:
            attempt(work)
        assert refused.value.code == "label_locked", what
    with pytest.raises(Forbidden, match="locked"):
        world.publish(world.ada, "ada", world.conda(summary="two"), force=True)
    with pytest.raises(Forbidden, match="locked"):
        world.publish(world.ada, "ada", world.conda("new"), labels=("rel/1",))
    with world.repository.write() as work:
        labels.unlock(work, world.ada, "ada", "rel/1")
        trash.delete(work, world.ada, "ada", "hello")


def test_labels_of_a_channel_are_an_owner_s_and_of_a_package_its_writers_(shared: World) -> None:
    with shared.repository.write() as work:
        collaborators.add(work, shared.ada, "acme", "secret", "bob", "read-write")
        assert labels.add(work, shared.bob, "acme", "dev", package="secret") == 1
        assert labels.add(work, shared.bob, "acme", "dev", package="secret") == 0
        for call in (
            lambda: labels.copy(work, shared.bob, "acme", "dev", "test"),
            lambda: labels.remove(work, shared.bob, "acme", "main"),
            lambda: labels.lock(work, shared.bob, "acme", "dev"),
        ):
            with pytest.raises(Forbidden):
                call()
        with pytest.raises(NotFound):
            labels.add(work, shared.bob, "acme", "dev", package="other")
        assert labels.listing(work, shared.bob, "acme") == {"dev": False, "main": False}
        with pytest.raises(InvalidName):
            labels.add(work, shared.ada, "acme", "a/lock", package="secret")


def test_labels_are_counted_for_each_viewer_and_page_by_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "MOST", 2)
    for name in ("one", "two", "three"):
        world.publish(world.ada, "ada", world.conda(name), labels=("rel", "zeta"))
    world.publish(world.ada, "ada", world.conda("own"), labels=("hidden", "rel"), visibility=PRIVATE)
    world.publish(world.bob, "bob", world.conda("theirs"), labels=("other",))

    def shown(actor: Actor, part: Slice | None = None) -> list[tuple[str, int, bool]]:
        with world.repository.read() as work:
            return [(one.label, one.files, one.more) for one in labels.counts(work, actor, "ada", part)]

    everybodys = [("main", 0, False), ("rel", 2, True), ("zeta", 2, True)]
    assert shown(world.nobody) == everybodys
    whole = shown(world.ada)
    assert whole == [everybodys[0], ("hidden", 1, False), *everybodys[1:]]
    for first in (2, 3):
        assert shown(world.ada, Slice("", first)) + shown(world.ada, Slice(whole[first - 1][0], 9)) == whole
    with world.repository.write() as work:
        labels.copy(work, world.ada, "ada", "hidden", "kept")
        transfers.transfer(work, world.ada, "ada", "own", "acme", confirm="ada/own")
    assert shown(world.ada) == everybodys, "labels go with their files"
    with world.repository.read() as work:
        assert [one.label for one in labels.counts(work, world.ada, "acme")] == ["main", "hidden", "kept", "rel"]
        f, lab = t.files.c, t.file_labels.c
        other = sa.select(lab.label).join(t.files, f.id == lab.file_id).where(f.account_id != lab.account_id)
        assert work.db.scalars(other).all() == []


def test_what_was_deleted_comes_back_as_it_was(world: World) -> None:
    world.publish(world.ada, "ada", world.wheel(requires=["six"]), labels=("dev", "main"), visibility=PRIVATE)
    with world.repository.read() as work:
        before = packages.files(work, packages.get(work, world.ada, "ada", "mywheel").package)[0]
        page = projects.project(work, channels.view(work, world.ada, "ada", Kind.PYPI), "mywheel")
    with world.repository.write() as work:
        trash.delete(work, world.ada, "ada", "mywheel")
        assert [one.basename for one in trash.listing(work, world.ada, "ada")] == [before.basename]
        assert trash.listing(work, world.bob, "ada") == []
        with pytest.raises(NotFound):
            trash.restore(work, world.bob, "ada", "mywheel", "1.0", before.basename)
    with world.repository.write() as work:
        restored = trash.restore(work, world.ada, "ada", "MyWheel", "1.0", before.basename)
        found = packages.get(work, world.ada, "ada", "mywheel")
        assert found.package.visibility is PRIVATE, "what was private is never public again by itself"
        assert (restored.sha256, restored.labels, restored.uploaded_at, restored.attrs) == (
            before.sha256,
            before.labels,
            before.uploaded_at,
            before.attrs,
        )
        assert projects.project(work, channels.view(work, world.ada, "ada", Kind.PYPI), "mywheel") == page
        assert trash.listing(work, world.ada, "ada") == []


def test_a_replaced_file_comes_back_when_its_successor_is_gone(world: World) -> None:
    first = world.publish(world.ada, "ada", world.conda(summary="one")).files[0]
    world.publish(world.ada, "ada", world.conda(summary="two"), force=True)
    with world.repository.write() as work, pytest.raises(AlreadyExists, match="was uploaded again since"):
        trash.restore(work, world.ada, "ada", "hello", "1.0", first.basename)
    with world.repository.write() as work:
        trash.delete_file(work, world.ada, "ada", "hello", "1.0", first.basename)
        trash.restore(work, world.ada, "ada", "hello", "1.0", first.basename)
        trash.delete_file(work, world.ada, "ada", "hello", "1.0", first.basename)
        assert len(trash.listing(work, world.ada, "ada")) == 2


def test_copies_make_nothing_public(shared: World) -> None:
    with shared.repository.write() as work:
        with pytest.raises(NotFound):
            copying.copy(work, shared.bob, "acme", "other", "1.0", to_owner="bob")
        done = copying.copy(work, shared.bob, "acme", "secret", "1.0", to_owner="bob", to_label="dev")
        assert [one.labels for one in done] == [("dev",)]
        assert packages.get(work, shared.bob, "bob", "secret").package.visibility is PRIVATE
        with pytest.raises(AlreadyExists):
            copying.copy(work, shared.bob, "acme", "secret", "1.0", to_owner="bob")
        assert copying.copy(work, shared.bob, "acme", "secret", "1.0", to_owner="bob", mode=Mode.UPDATE) == []
        replaced = copying.copy(work, shared.bob, "acme", "secret", "1.0", to_owner="bob", mode=Mode.REPLACE)
        assert [one.labels for one in replaced] == [("main",)]
        with pytest.raises(Forbidden):
            copying.copy(work, shared.bob, "bob", "secret", "1.0", to_owner="ada")
        with pytest.raises(NotFound, match="has no file with the label nope"):
            copying.copy(work, shared.bob, "acme", "secret", "1.0", to_owner="bob", from_label="nope")


def test_a_transfer_asks_twice_and_takes_people_but_no_groups(shared: World) -> None:
    with shared.repository.write() as work:
        carol = Actor(accounts.create_user(work, "carol", password="secret-carol"))
        collaborators.add(work, shared.ada, "acme", "secret", "carol", "admin")
        with pytest.raises(InvalidRequest, match="type the full name, acme/secret"):
            transfers.transfer(work, shared.ada, "acme", "secret", "ada", confirm="secret")
        with pytest.raises(Forbidden, match="needs Owner on bob"):
            transfers.transfer(work, shared.ada, "acme", "secret", "bob", confirm="acme/secret")
        with pytest.raises(Forbidden, match="needs Admin on acme/secret"):
            transfers.transfer(work, shared.bob, "acme", "secret", "bob", confirm="acme/secret")
        transfers.transfer(work, carol, "acme", "secret", "carol", confirm="acme/secret")
        with pytest.raises(NotFound):
            packages.get(work, shared.ada, "acme", "secret")
        with pytest.raises(NotFound):
            packages.get(work, shared.bob, "carol", "secret")
        found = packages.get(work, carol, "carol", "secret")
        assert packages.files(work, found.package)[0].full_name == "carol/secret/1.0/noarch/secret-1.0-0.conda"


def test_stars_are_of_what_one_sees(shared: World) -> None:
    with shared.repository.write() as work:
        stars.put(work, shared.bob, "acme", "secret")
        stars.put(work, shared.bob, "acme", "secret")
        assert [one.package.name for one in stars.listing(work, shared.bob)] == ["secret"]
        with pytest.raises(NotFound):
            stars.put(work, shared.bob, "acme", "other")
        with pytest.raises(Unauthenticated):
            stars.put(work, shared.nobody, "acme", "secret")
        groups.remove_member(work, shared.ada, "acme", "readers", "bob")
        assert stars.listing(work, shared.bob) == []


def test_access_of_many_is_all_or_none(world: World) -> None:
    world.publish(world.ada, "ada", world.conda("a"))
    world.publish(world.ada, "ada", world.conda("b"))
    with world.repository.write() as work:
        packages.set_access(work, world.ada, "ada", ["a", "b"], PRIVATE)
        assert packages.listing(work, world.bob) == []
    with pytest.raises(NotFound), world.repository.write() as work:
        packages.set_access(work, world.ada, "ada", ["a", "nope"], packages.visibility_from("public"))
    with world.repository.read() as work:
        assert packages.listing(work, world.bob) == []
