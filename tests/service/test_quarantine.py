"""What a site administrator closes or takes down, nobody else opens, changes or brings back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jupyter_repo.errors import Forbidden, InvalidRequest, NotFound, Unauthenticated
from jupyter_repo.models import Actor, Kind
from jupyter_repo.permissions import Op
from jupyter_repo.service import (
    accounts,
    audit,
    channels,
    copying,
    labels,
    notifications,
    packages,
    projects,
    quarantine,
    search,
    transfers,
    trash,
)
from tests.worlds import PRIVATE, World


@pytest.fixture
def root(world: World) -> Actor:
    with world.repository.write() as work:
        return Actor(accounts.create_user(work, "root-of-all", password="secret-root", admin=True))


def test_a_quarantine_closes_every_way_to_the_bytes_and_its_owners_can_t_lift_it(world: World, root: Actor) -> None:
    world.publish(world.ada, "acme", world.conda(), labels=("main", "dev"))
    with world.repository.write() as work:
        for who in (world.ada, world.bob, world.nobody):
            with pytest.raises((Forbidden, Unauthenticated)):
                quarantine.hold(work, who, "acme", "hello", "spam")
        with pytest.raises(InvalidRequest, match="say why"):
            quarantine.hold(work, root, "acme", "hello", " ")
        quarantine.hold(work, root, "acme", "hello", "a complaint of 3 May")
    with world.repository.write() as work:
        with pytest.raises(NotFound):
            channels.deliver(work, world.ada, "acme", Kind.CONDA, "noarch/hello-1.0-0.conda")
        for who in (world.ada, world.bob, root):
            with pytest.raises(Forbidden, match="quarantined and offers no files: a complaint of 3 May"):
                packages.get(work, who, "acme", "hello", Op.DOWNLOAD)
        glass = replace(root, break_glass="looking at the complaint")
        assert packages.get(work, glass, "acme", "hello", Op.DOWNLOAD)
        for way in (
            lambda: copying.copy(work, world.ada, "acme", "hello", "1.0", to_owner="ada"),
            lambda: projects.set_status(work, world.ada, "acme", "hello", "active"),
            lambda: packages.edit(work, world.ada, "acme", "hello", visibility=PRIVATE),
            lambda: transfers.transfer(work, world.ada, "acme", "hello", "ada", confirm="acme/hello"),
            lambda: trash.delete(work, world.ada, "acme", "hello"),
            lambda: labels.remove(work, world.ada, "acme", "dev", package="hello"),
        ):
            with pytest.raises(Forbidden):
                way()
        assert [(one.channel, one.name) for one in quarantine.listing(work, root)] == [("acme", "hello")]
        assert notifications.listing(work, world.ada)[0].text == "acme/hello was quarantined: a complaint of 3 May"
        quarantine.release(work, root, "acme", "hello")
        with pytest.raises(NotFound):
            quarantine.release(work, root, "acme", "hello")
        assert channels.deliver(work, world.bob, "acme", Kind.CONDA, "noarch/hello-1.0-0.conda")
        done = [one.action for one in audit.listing(work, world.ada, accounts.get(work, "acme"))]
        assert done[:2] == ["package.release", "package.quarantine"]


def test_owners_lift_a_quarantine_of_their_own(world: World) -> None:
    world.publish(world.ada, "ada", world.wheel())
    with world.repository.write() as work:
        projects.set_status(work, world.ada, "ada", "mywheel", "quarantined", "I look into it")
        with pytest.raises(Forbidden, match="I look into it"):
            packages.get(work, world.bob, "ada", "mywheel", Op.DOWNLOAD)
        projects.set_status(work, world.ada, "ada", "mywheel", "active")
        assert packages.get(work, world.bob, "ada", "mywheel", Op.DOWNLOAD)


def test_what_a_quarantined_notebook_says_is_not_searched(world: World, root: Actor) -> None:
    world.publish(world.ada, "ada", world.notebook("analysis", cells=[("code", "zymurgy = 1")]))
    with world.repository.write() as work:

        def found() -> list[str]:
            page = search.find(work, world.bob, "zymurgy", search.Filters())
            return [hit.one.package.name for hit in page.hits]

        assert found() == ["analysis"]
        quarantine.hold(work, root, "ada", "analysis", "spam")
        assert found() == []


def test_what_was_taken_down_its_owners_do_not_restore(world: World, root: Actor) -> None:
    world.publish(world.ada, "acme", world.conda(), labels=("main",))
    with world.repository.write() as work:
        labels.lock(work, world.ada, "acme", "main")
        trash.delete(work, root, "acme", "hello")
        assert trash.listing(work, world.ada, "acme") == []
        with pytest.raises(NotFound):
            trash.restore(work, world.ada, "acme", "hello", "1.0", "noarch/hello-1.0-0.conda")
        [last, *_] = audit.listing(work, world.ada, accounts.get(work, "acme"))
        assert (last.action, last.details["taken_down"]) == ("package.delete", True)
