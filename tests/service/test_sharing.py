"""Groups and collaborators: what they open, what they never open, and that nothing remains after a removal."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.errors import (
    AlreadyExists,
    Conflict,
    Forbidden,
    InvalidName,
    InvalidRequest,
    NotFound,
    RepoError,
    Unauthenticated,
)
from jupyter_repo.models import Actor, Kind
from jupyter_repo.service import (
    accounts,
    channels,
    collaborators,
    groups,
    notifications,
    packages,
    sessions,
    tokens,
)
from jupyter_repo.service.access import granted
from tests.worlds import World, repodata


def sees(world: World, actor: Actor, name: str = "secret") -> bool:
    """By every path: the package, a list, a search, an index, a file's address."""
    with world.repository.read() as work:
        answers = {name in [one.package.name for one in packages.listing(work, actor)]}
        for look in (
            lambda: packages.get(work, actor, "acme", name),
            lambda: channels.deliver(work, actor, "acme", Kind.CONDA, f"noarch/{name}-1.0-0.conda"),
        ):
            try:
                look()
                answers.add(True)
            except (NotFound, Unauthenticated):
                answers.add(False)
        try:
            shown = channels.view(work, actor, "acme", Kind.CONDA)
            answers.add(f"{name}-1.0".encode() in repodata(work, shown, "noarch"))
        except (NotFound, Unauthenticated):
            answers.add(False)
    assert len(answers) == 1, f"the paths disagree about {name}"
    return answers.pop()


def test_a_group_opens_what_it_lists_and_nothing_else(shared: World) -> None:
    assert sees(shared, shared.bob)
    assert not sees(shared, shared.bob, "other")
    with pytest.raises(Forbidden, match=r"this needs Read-Write on acme/secret\. Ask an owner of acme: ada\."):
        shared.publish(shared.bob, "acme", shared.conda("secret", "2.0"))
    with shared.repository.write() as work:
        groups.edit(work, shared.ada, "acme", "readers", level="write")
    shared.publish(shared.bob, "acme", shared.conda("secret", "2.0"))
    with pytest.raises(Forbidden, match="needs Owner on acme"):
        shared.publish(shared.bob, "acme", shared.conda("brand-new"))


def test_the_strongest_grant_wins(shared: World) -> None:
    def role() -> str:
        with shared.repository.read() as work:
            channel = accounts.get(work, "acme")
            package = packages.lookup(work, channel, "secret")
            assert package is not None
            return granted(work, shared.bob, channel.id, package.id).word

    assert role() == "read"
    with shared.repository.write() as work:
        collaborators.add(work, shared.ada, "acme", "secret", "bob")
    assert role() == "read-write"
    with shared.repository.write() as work:
        collaborators.add_group(work, shared.ada, "acme", "secret", "readers", "admin")
        names = [
            (one.name, one.level, one.is_group) for one in collaborators.listing(work, shared.bob, "acme", "secret")
        ]
    assert names == [("bob", "read-write", False), ("readers", "admin", True)]
    assert role() == "admin"
    with shared.repository.write() as work:
        collaborators.remove_group(work, shared.ada, "acme", "secret", "readers")
        collaborators.remove(work, shared.ada, "acme", "secret", "bob")
        with pytest.raises(NotFound):
            collaborators.remove(work, shared.ada, "acme", "secret", "bob")
    assert role() == "read"


@pytest.mark.parametrize("way", ["member", "package", "group", "expel"])
def test_after_a_removal_no_path_of_rights_remains(shared: World, way: str) -> None:
    """Session, sign-in token, index and lists: gone in the transaction that removes."""
    with shared.repository.write() as work:
        bob = accounts.get(work, "bob")
        _, secret = tokens.create(work, shared.bob, bob, "laptop", scopes=["all"], login=True)
        cookie = sessions.begin(work, bob)

    def actors() -> list[Actor]:
        with shared.repository.read() as work:
            by_token, by_cookie = tokens.present(work, secret).actor, sessions.find(work, cookie)
        assert by_token is not None
        assert by_cookie is not None
        return [shared.bob, by_token, by_cookie]

    assert all(sees(shared, actor) for actor in actors())
    with shared.repository.write() as work:
        if way == "member":
            groups.remove_member(work, shared.ada, "acme", "readers", "bob")
        elif way == "package":
            groups.remove_package(work, shared.ada, "acme", "readers", "secret")
        elif way == "group":
            groups.delete(work, shared.ada, "acme", "readers")
        else:
            groups.expel(work, shared.ada, "acme", "bob")
    assert not any(sees(shared, actor) for actor in actors())


def test_viewers_of_the_same_share_documents_and_others_don_t(shared: World) -> None:
    with shared.repository.write() as work:
        carol = Actor(accounts.create_user(work, "carol", password="secret-carol"))
        dora = Actor(accounts.create_user(work, "dora", password="secret-dora"))
        collaborators.add(work, shared.ada, "acme", "secret", "carol", "admin")
        collaborators.add(work, shared.ada, "acme", "other", "dora", "read")

    def key(actor: Actor) -> tuple[object, ...]:
        with shared.repository.read() as work:
            return channels.view(work, actor, "acme", Kind.CONDA).key

    assert key(shared.bob) == key(carol)
    assert len({key(shared.bob), key(dora), key(shared.ada)}) == 3


def test_an_organization_keeps_an_owner(world: World) -> None:
    with world.repository.write() as work:
        with pytest.raises(Conflict, match="ada is the last owner of acme"):
            groups.remove_member(work, world.ada, "acme", "Owners", "ada")
        with pytest.raises(Conflict, match="last owner"):
            groups.expel(work, world.ada, "acme", "ada")
        groups.add_member(work, world.ada, "acme", "owners", "bob")
        assert [one.name for one in groups.members(work, world.bob, "acme", "Owners")] == ["ada", "bob"]
        groups.remove_member(work, world.bob, "acme", "Owners", "ada")
        with pytest.raises(Forbidden):
            groups.listing(work, world.ada, "acme")


def test_two_owners_who_leave_at_once_leave_one(world: World) -> None:
    with world.repository.write() as work:
        groups.add_member(work, world.ada, "acme", "Owners", "bob")
    barrier, refused = threading.Barrier(2), []

    def leave(actor: Actor, name: str) -> None:
        barrier.wait()
        try:
            with world.repository.write() as work:
                groups.remove_member(work, actor, "acme", "Owners", name)
        except RepoError as error:
            refused.append(error)

    threads = [
        threading.Thread(target=leave, args=(world.ada, "bob")),
        threading.Thread(target=leave, args=(world.bob, "ada")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with world.repository.read() as work:
        left = work.db.scalar(sa.select(sa.func.count()).select_from(t.owners))
    assert left == 1
    assert len(refused) == 1


def test_what_groups_refuse(world: World) -> None:
    with world.repository.write() as work:
        groups.create(work, world.ada, "acme", "Testers", "admin")
        for problem, call in (
            (AlreadyExists, lambda: groups.create(work, world.ada, "acme", "testers")),
            (AlreadyExists, lambda: groups.create(work, world.ada, "acme", "OWNERS")),
            (InvalidName, lambda: groups.create(work, world.ada, "acme", "a/b")),
            (InvalidRequest, lambda: groups.create(work, world.ada, "acme", "x", "owner")),
            (InvalidRequest, lambda: groups.create(work, world.ada, "ada", "x")),
            (InvalidRequest, lambda: groups.delete(work, world.ada, "acme", "Owners")),
            (NotFound, lambda: groups.add_member(work, world.ada, "acme", "Testers", "nobody-here")),
            (NotFound, lambda: groups.add_member(work, world.ada, "acme", "Testers", "acme")),
            (NotFound, lambda: groups.add_package(work, world.ada, "acme", "Testers", "nothing")),
            (Forbidden, lambda: groups.create(work, world.bob, "acme", "mine")),
        ):
            with pytest.raises(problem):
                call()
    narrow, _ = world.token(world.ada, "acme", "api:modify-group")
    with world.repository.write() as work:
        groups.add_member(work, narrow, "acme", "Testers", "bob")
        for call in (
            lambda: groups.add_member(work, narrow, "acme", "Owners", "bob"),
            lambda: groups.delete(work, narrow, "acme", "Testers"),
        ):
            with pytest.raises(Forbidden, match="has the scopes api:modify-group"):
                call()


def test_people_are_told(shared: World) -> None:
    with shared.repository.write() as work:
        collaborators.add(work, shared.ada, "acme", "secret", "bob")
        groups.add_member(work, shared.ada, "acme", "Owners", "bob")
        told = [one.text for one in notifications.listing(work, shared.bob)]
        assert told == [
            "ada made you an owner of acme",
            "ada made you a collaborator of acme/secret (read-write)",
            "ada added you to the group readers of acme",
        ]
        assert notifications.mark_read(work, shared.bob) == 3
        assert notifications.mark_read(work, shared.bob) == 0
