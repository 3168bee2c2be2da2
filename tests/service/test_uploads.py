"""Publishing: names, versions, replacing, and that a refusal leaves nothing behind."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.errors import AlreadyExists, Conflict, Forbidden, InvalidName, InvalidPackage, Unauthenticated
from jupyter_repo.models import Kind, Visibility
from jupyter_repo.service import packages, trash
from tests.worlds import World


def test_a_notebook_published_again_is_the_next_version_and_the_old_one_stays(world: World) -> None:
    first = world.publish(world.ada, "ada", world.notebook(cells=[("code", "1")]))
    second = world.publish(world.ada, "ada", world.notebook(cells=[("code", "2")]))
    assert (first.created, first.release.version) == (True, "1")
    assert (second.created, second.release.version) == (False, "2")
    with world.repository.read() as work:
        found = packages.get(work, world.nobody, "ada", "analysis")
        assert found.package.latest_version == "2"
        old = packages.file(work, found, "1", "analysis.ipynb")
        with work.store.open(old.sha256) as blob:
            assert json.load(blob)["cells"][0]["source"] == ["1"]


def test_a_notebook_brings_its_environment_in_one_release(world: World) -> None:
    done = world.publish(world.ada, "ada", [world.notebook(), world.environment()])
    assert [file.basename for file in done.files] == ["analysis.ipynb", "environment.yml"]
    assert done.package.package.kinds == (Kind.NOTEBOOK,)


@pytest.mark.parametrize("visibility", list(Visibility))
def test_the_visibility_is_there_from_the_first_moment(world: World, visibility: Visibility) -> None:
    done = world.publish(world.ada, "ada", world.conda(), visibility=visibility)
    assert done.package.package.visibility is visibility


def test_visibility_is_kept_by_later_uploads_that_name_none(world: World) -> None:
    world.publish(world.ada, "ada", world.conda(), visibility=Visibility.PRIVATE)
    again = world.publish(world.ada, "ada", world.conda(version="2.0"))
    assert again.package.package.visibility is Visibility.PRIVATE


def test_the_same_bytes_again_are_no_error_and_no_second_file(world: World) -> None:
    path = world.conda()
    world.publish(world.ada, "ada", path)
    again = world.publish(world.ada, "ada", path)
    assert len(again.files) == 1


def test_other_bytes_under_the_same_name_are_refused_and_leave_nothing(world: World) -> None:
    world.publish(world.ada, "ada", world.conda(summary="one"))
    before = world.blobs()
    with pytest.raises(AlreadyExists, match=r"hello-1\.0-0\.conda is already in ada/hello 1\.0"):
        world.publish(world.ada, "ada", world.conda(summary="two"))
    assert world.blobs() == before
    assert world.leftovers() == []


def test_force_replaces_the_file_in_one_transaction(world: World) -> None:
    old = world.publish(world.ada, "ada", world.conda(summary="one")).files[0]
    new = world.publish(world.ada, "ada", world.conda(summary="two"), force=True).files
    assert len(new) == 1
    assert new[0].sha256 != old.sha256


def test_a_client_that_repeats_itself_makes_one_release(world: World) -> None:
    path = world.notebook()
    first = world.publish(world.ada, "ada", path, key="k1")
    again = world.publish(world.ada, "ada", path, key="k1")
    assert first.release.id == again.release.id
    assert world.publish(world.ada, "ada", path, key="k2").release.version == "2"


def test_conda_and_python_packages_may_share_a_name_but_a_notebook_may_not(world: World) -> None:
    world.publish(world.ada, "ada", world.conda("thing"))
    both = world.publish(world.ada, "ada", world.wheel("thing"))
    assert both.package.package.kinds == (Kind.CONDA, Kind.PYPI)
    with pytest.raises(Conflict, match="is a conda package already"):
        world.publish(world.ada, "ada", world.notebook("thing"))


def test_names_are_compared_in_normal_form(world: World) -> None:
    world.publish(world.ada, "ada", world.wheel("My_Thing", "1.0"))
    again = world.publish(world.ada, "ada", world.wheel("my.thing", "2.0"))
    assert again.created is False
    assert again.package.package.name == "My_Thing"


def test_a_package_keeps_its_own_name_and_version(world: World) -> None:
    with pytest.raises(InvalidPackage, match="is a package called hello, not other"):
        world.publish(world.ada, "ada", world.conda(), package="other")
    with pytest.raises(InvalidPackage, match=r"is version 1\.0, not 2\.0"):
        world.publish(world.ada, "ada", world.conda(), version="2.0")
    with pytest.raises(InvalidName):
        world.publish(world.ada, "ada", world.notebook(), package="../evil")
    assert world.blobs() == set()


@pytest.mark.parametrize(
    ("actor", "channel", "error"),
    [("nobody", "ada", Unauthenticated), ("bob", "ada", Forbidden), ("bob", "acme", Forbidden)],
)
def test_who_may_not_publish(world: World, actor: str, channel: str, error: type[Exception]) -> None:
    world.publish(world.ada, channel, world.wheel())  # so that the channel shows something
    before = world.blobs()
    with pytest.raises(error):
        world.publish(getattr(world, actor), channel, world.conda())
    assert world.blobs() == before
    assert world.leftovers() == []


def test_a_refusal_says_which_right_is_missing_and_whom_to_ask(world: World) -> None:
    with pytest.raises(Forbidden, match=r"this needs Owner on acme\. Ask an owner of acme: ada"):
        world.publish(world.bob, "acme", world.conda())


@pytest.mark.parametrize(
    ("scope", "path", "allowed"),
    [
        ("all", "conda", True), ("api:write", "conda", True), ("conda", "conda", True), ("pypi:upload", "conda", False),
        ("pypi:upload", "wheel", True), ("pypi", "wheel", True), ("conda", "wheel", False), ("repos", "wheel", False),
        ("api:read", "conda", False), ("conda:download", "conda", False), ("conda", "notebook", False),
        ("api", "notebook", True),
    ],
)  # fmt: skip
def test_what_a_token_may_upload(world: World, scope: str, path: str, allowed: bool) -> None:
    actor, _ = world.token(world.ada, "ada", scope)
    file = getattr(world, path)()
    if allowed:
        assert world.publish(actor, "ada", file).files
    else:
        with pytest.raises(Forbidden, match=f"has the scopes {scope}; this needs one of: .*all"):
            world.publish(actor, "ada", file)
        assert world.blobs() == set()


def test_a_token_reaches_no_other_channel(world: World) -> None:
    actor, _ = world.token(world.ada, "ada", "all")
    with pytest.raises(Forbidden, match="belongs to another channel than acme"):
        world.publish(actor, "acme", world.conda())


def test_every_publishing_moves_the_generation(world: World) -> None:
    def generation() -> int:
        with world.repository.read() as work:
            return int(
                work.db.execute(sa.select(t.accounts.c.generation).where(t.accounts.c.name == "ada")).scalar_one()
            )

    before = generation()
    world.publish(world.ada, "ada", world.conda())
    after = generation()
    assert after > before
    with world.repository.write() as work:
        trash.delete_file(work, world.ada, "ada", "hello", "1.0", "noarch/hello-1.0-0.conda")
    assert generation() > after


@pytest.mark.parametrize(
    ("versions", "latest"),
    [(["1.0", "2.0", "1.5"], "2.0"), (["1.0", "2.0rc1"], "1.0"), (["1", "2", "10"], "10"), (["2.0a1"], "2.0a1")],
)
def test_the_latest_version(world: World, versions: list[str], latest: str) -> None:
    for version in versions:
        done = world.publish(world.ada, "ada", world.wheel(version=version))
    assert done.package.package.latest_version == latest


def test_the_summary_is_the_latest_version_s(world: World) -> None:
    world.publish(world.ada, "ada", world.wheel(version="2.0", summary="new"))
    old = world.publish(world.ada, "ada", world.wheel(version="1.0", summary="old"))
    assert old.package.package.summary == "new"


def test_a_chosen_summary_outlives_the_next_publishing_of_a_notebook(world: World) -> None:
    world.publish(world.ada, "ada", world.notebook(cells=[("markdown", "# One")]), summary="Mine")
    again = world.publish(world.ada, "ada", world.notebook(cells=[("markdown", "# Two")]))
    assert again.package.package.summary == "Mine"
    asked = world.publish(world.ada, "ada", world.notebook(cells=[("markdown", "# Two")]), summary="Other")
    assert asked.package.package.summary == "Other"
