"""Forks and suggestions: what is copied, who sees lineage and proposals, who decides, and what becomes of the bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_repo import formats
from jupyter_repo.errors import AlreadyExists, Conflict, Forbidden, InvalidRequest, NotFound, RepoError, Unauthenticated
from jupyter_repo.models import Actor, Kind, Visibility
from jupyter_repo.service import collaborators, collector, forks, notifications, packages, suggestions, trash
from jupyter_repo.service.suggestions import Suggestion
from tests.worlds import World


def notebook(folder: Path, source: str) -> Path:
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    path = folder / "nb.ipynb"
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


def publish(world: World, source: str, **wishes: object) -> None:
    files = [notebook(world.folder, source), world.environment()]
    world.publish(world.ada, "acme", files, package="nb", **wishes)


def propose(world: World, actor: Actor, source: str = "x = 2", base: str = "") -> Suggestion:
    path = notebook(world.folder, source)
    upload = world.repository.store.new_upload()
    upload.write(path.read_bytes())
    with upload.file() as file:
        info = formats.read(path.name, file, kind=Kind.NOTEBOOK)
    try:
        with world.repository.write() as work:
            return suggestions.suggest(work, actor, "acme", "nb", info, upload, base=base, message="Better so")
    finally:
        upload.discard()


def told(world: World, actor: Actor) -> list[str]:
    with world.repository.read() as work:
        return [one.text for one in notifications.listing(work, actor)]


def test_a_fork_has_the_bytes_and_knows_where_they_came_from(world: World) -> None:
    publish(world, "x = 1")
    publish(world, "x = 2")
    with world.repository.write() as work:
        made = forks.fork(work, world.bob, "acme", "nb", "1", to_name="mine")
        assert (made.channel.name, made.package.name, made.package.latest_version) == ("bob", "mine", "1")
        ours = {one.basename: one.sha256 for one in packages.files(work, made.package)}
        source = packages.get(work, world.bob, "acme", "nb")
        theirs = {one.basename: one.sha256 for one in packages.files(work, source.package, version="1")}
        assert ours == theirs
        assert len(ours) == 2
        origin = forks.origin(work, world.nobody, made.package.id)
        assert origin is not None
        assert (origin.channel, origin.name, origin.version) == ("acme", "nb", "1")
        [copy] = forks.listing(work, world.nobody, source.package.id)
        assert (copy.channel, copy.name) == ("bob", "mine")
    with world.repository.write() as work, pytest.raises(AlreadyExists):
        forks.fork(work, world.bob, "acme", "nb", to_name="mine")
    with world.repository.write() as work:
        packages.edit(work, world.ada, "acme", "nb", visibility=Visibility.PRIVATE)
    with world.repository.read() as work:
        assert forks.origin(work, world.bob, made.package.id) is None, "a private origin is absent"
        assert forks.origin(work, world.ada, made.package.id) is not None


def test_a_fork_shows_nothing_to_more_people(world: World) -> None:
    publish(world, "x = 1", visibility=Visibility.PRIVATE)
    with world.repository.write() as work, pytest.raises(NotFound):
        forks.fork(work, world.bob, "acme", "nb")
    with world.repository.write() as work:
        collaborators.add(work, world.ada, "acme", "nb", "bob", "read")
    for shown in (Visibility.PUBLIC, Visibility.AUTHENTICATED, Visibility.UNLISTED):
        with world.repository.write() as work, pytest.raises(InvalidRequest, match="more people"):
            forks.fork(work, world.bob, "acme", "nb", visibility=shown)
    with world.repository.write() as work:
        assert forks.fork(work, world.bob, "acme", "nb").package.visibility is Visibility.PRIVATE
    with world.repository.write() as work, pytest.raises(Forbidden):
        forks.fork(work, world.bob, "acme", "nb", to_owner="acme", to_name="other")
    with world.repository.write() as work:
        packages.edit(work, world.ada, "acme", "nb", visibility=Visibility.PUBLIC)
    with world.repository.write() as work, pytest.raises(Unauthenticated):
        forks.fork(work, world.nobody, "acme", "nb")
    world.publish(world.ada, "acme", world.conda())
    with world.repository.write() as work, pytest.raises(InvalidRequest, match="no notebook"):
        forks.fork(work, world.bob, "acme", "hello")


def test_an_accepted_suggestion_is_the_next_version_with_its_environment(world: World) -> None:
    publish(world, "x = 1")
    one = propose(world, world.bob)
    assert (one.state, one.base_version, one.can) == ("open", "1", ("withdraw",))
    assert told(world, world.ada) == ["bob suggests a change to acme/nb: Better so"]
    with world.repository.read() as work:
        [mine] = suggestions.listing(work, world.ada, box="in")
        assert mine.can == ("accept", "decline")
        assert suggestions.listing(work, world.ada, box="out") == []
        assert [found.id for found in suggestions.listing(work, world.bob, box="out", full_name="acme/nb")] == [one.id]
        assert suggestions.listing(work, world.bob, box="in") == []
    with world.repository.write() as work, pytest.raises(Forbidden):
        suggestions.accept(work, world.bob, one.id)
    with world.repository.write() as work:
        done = suggestions.accept(work, world.ada, one.id, "Thank you")
        assert (done.state, done.made_version, done.decided_by, done.can) == ("accepted", "2", "ada", ())
        found = packages.get(work, world.ada, "acme", "nb")
        assert found.package.latest_version == "2"
        files = {file.kind: file.sha256 for file in packages.files(work, found.package, version="2")}
        assert files[Kind.NOTEBOOK] == one.sha256
        assert Kind.ENVIRONMENT in files
    assert told(world, world.bob) == ["ada accepted your suggestion to acme/nb: Thank you"]
    for again in (suggestions.accept, suggestions.decline):
        with world.repository.write() as work, pytest.raises(Conflict, match="accepted already"):
            again(work, world.ada, one.id)


def test_a_suggestion_is_declined_in_a_word_or_withdrawn(world: World) -> None:
    publish(world, "x = 1")
    one, other = propose(world, world.bob), propose(world, world.bob, "x = 3")
    with world.repository.write() as work:
        assert suggestions.decline(work, world.ada, one.id, "Not now").word == "Not now"
        with pytest.raises(Forbidden, match="decline it"):
            suggestions.withdraw(work, world.ada, other.id)
        assert suggestions.withdraw(work, world.bob, other.id).state == "withdrawn"
        assert suggestions.listing(work, world.ada, box="in", state="open") == []
        assert packages.get(work, world.ada, "acme", "nb").package.latest_version == "1"
    assert told(world, world.bob)[0] == "ada declined your suggestion to acme/nb: Not now"


def test_what_became_private_is_in_no_message(world: World) -> None:
    publish(world, "x = 1")
    one, other = propose(world, world.bob), propose(world, world.bob, "x = 3")
    with world.repository.write() as work:
        suggestions.decline(work, world.ada, other.id, "Not so")
        assert notifications.unread(work, world.bob) == 1
        packages.edit(work, world.ada, "acme", "nb", visibility=Visibility.PRIVATE)
        suggestions.decline(work, world.ada, one.id, "Not now")
        assert notifications.unread(work, world.bob) == 0
        assert notifications.listing(work, world.bob, limit=1) == []
        assert len(notifications.listing(work, world.ada)) == notifications.unread(work, world.ada) == 2
        collaborators.add(work, world.ada, "acme", "nb", "bob", "read")
    assert told(world, world.bob) == [
        "ada made you a collaborator of acme/nb (read)",
        "ada declined your suggestion to acme/nb: Not so",
    ], "the second word was said while it was none of his business"


def test_suggestions_are_for_their_author_and_those_who_may_publish(world: World) -> None:
    publish(world, "x = 1")
    one = propose(world, world.bob)
    with world.repository.write() as work:
        from jupyter_repo.service import accounts

        carol = Actor(accounts.create_user(work, "carol", email="c@example.org", password="secret-carol"))
    for stranger in (carol, world.token(world.ada, "ada", "all")[0]):
        with world.repository.read() as work, pytest.raises(NotFound):
            suggestions.get(work, stranger, one.id)
    with world.repository.read() as work, pytest.raises(NotFound):
        suggestions.get(work, world.ada, one.id + 1)
    with world.repository.read() as work, pytest.raises(Unauthenticated):
        suggestions.get(work, world.nobody, one.id)
    with world.repository.write() as work:
        collaborators.add(work, world.ada, "acme", "nb", "carol", "read-write")
        assert suggestions.get(work, carol, one.id).can == ("accept", "decline")
        collaborators.remove(work, world.ada, "acme", "nb", "carol")
        packages.edit(work, world.ada, "acme", "nb", visibility=Visibility.PRIVATE)
    with world.repository.read() as work:
        with pytest.raises(NotFound):
            suggestions.get(work, world.bob, one.id)
        assert suggestions.listing(work, world.bob, box="out") == [], "private is absent, also to its suggester"
        assert len(suggestions.listing(work, world.ada, box="in")) == 1


def test_what_is_refused_and_how_many_may_wait(world: World) -> None:
    publish(world, "x = 1")
    with pytest.raises(NotFound):
        propose(world, world.bob, base="7")
    with pytest.raises(Unauthenticated):
        propose(world, world.nobody)
    with pytest.raises(RepoError, match="scope"):
        propose(world, world.token(world.bob, "bob", "api:read")[0])
    for number in range(suggestions.OPEN_LIMIT):
        propose(world, world.bob, f"x = {number}")
    with pytest.raises(Conflict, match="open suggestions"):
        propose(world, world.bob)


def test_the_bytes_of_a_suggestion_are_kept_while_it_stands(world: World) -> None:
    publish(world, "x = 1")
    one = propose(world, world.bob, "only = 'here'")
    collector.sweep(world.repository, grace=-60)
    assert one.sha256 in world.blobs()
    with world.repository.write() as work:
        trash.delete(work, world.ada, "acme", "nb")
    collector.sweep(world.repository, grace=-60)
    assert one.sha256 not in world.blobs()
