"""Tokens that people make for a channel of others: as narrow as their rights there, and dead with the last of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from jupyter_repo.errors import Forbidden, InvalidRequest, NotFound
from jupyter_repo.models import Actor, Kind
from jupyter_repo.service import accounts, channels, collaborators, groups, labels, packages, tokens
from jupyter_repo.service.work import Repository, Work
from tests.worlds import PRIVATE, World


def seen(world: World, actor: Actor) -> list[str]:
    with world.repository.read() as work:
        acme = accounts.get(work, "acme")
        return sorted(one.package.name for one in packages.listing(work, actor, channels=[acme]))


def as_collaborator(work: Work, world: World) -> Callable[[Work], None]:
    collaborators.add(work, world.ada, "acme", "shared", "bob", "read")
    return lambda later: collaborators.remove(later, world.ada, "acme", "shared", "bob")


def as_member(work: Work, world: World) -> Callable[[Work], None]:
    groups.create(work, world.ada, "acme", "devs", "read")
    groups.add_package(work, world.ada, "acme", "devs", "shared")
    groups.add_member(work, world.ada, "acme", "devs", "bob")
    return lambda later: groups.remove_member(later, world.ada, "acme", "devs", "bob")


@pytest.mark.parametrize("way", [as_collaborator, as_member])
def test_it_reaches_what_its_maker_reaches_there_and_dies_with_it(
    world: World, way: Callable[[Work, World], Callable[[Work], None]]
) -> None:
    for name in ("shared", "other"):
        world.publish(world.ada, "acme", world.conda(name), visibility=PRIVATE)
    world.publish(world.bob, "bob", world.conda("own"), visibility=PRIVATE)
    with pytest.raises(Forbidden):
        world.token(world.bob, "acme", "all")
    with world.repository.write() as work:
        remove = way(work, world)
    token, secret = world.token(world.bob, "acme", "all")
    assert seen(world, token) == ["shared"]
    with world.repository.read() as work:
        assert packages.listing(work, token, channels=[accounts.get(work, "bob")]) == [], "of one channel, not his own"
        acme = accounts.get(work, "acme")
        assert [one.maker for one in tokens.listing(work, world.bob, acme)] == ["bob"]
        assert accounts.me(work, token).name == "bob"
        with pytest.raises(NotFound):
            channels.deliver(work, token, "acme", Kind.CONDA, "noarch/other-1.0-0.conda")
        assert channels.deliver(work, token, "acme", Kind.CONDA, "noarch/shared-1.0-0.conda")
    for path, wanted in ((world.conda("shared", "2.0"), Forbidden), (world.conda("brand-new"), Forbidden)):
        with pytest.raises(wanted):
            world.publish(token, "acme", path)
    with world.repository.write() as work:
        remove(work)
    with world.repository.read() as work:
        presented = tokens.present(work, secret)
        assert presented.actor is None
        assert presented.dead is not None
        assert not tokens.would_open(work, presented.dead, "acme"), "it opens nothing, and so breaks nothing public"
    with pytest.raises(Forbidden):
        world.token(world.bob, "acme", "repos")


def test_nobody_sees_or_ends_the_tokens_of_others_but_the_owners(world: World) -> None:
    world.publish(world.ada, "acme", world.conda("shared"), visibility=PRIVATE)
    with world.repository.write() as work:
        as_collaborator(work, world)
    mine, _ = world.token(world.ada, "acme", "all")
    his, _ = world.token(world.bob, "acme", "all")
    with world.repository.write() as work:
        acme = accounts.get(work, "acme")
        assert [one.maker for one in tokens.listing(work, his, acme)] == ["bob"]
        assert [one.maker for one in tokens.listing(work, mine, acme)] == ["bob", "ada"]
        tokens.revoke(work, his, acme, "token 1 all")
        assert [one.maker for one in tokens.listing(work, world.ada, acme)] == ["ada"], "of one name, his own only"
        with pytest.raises(NotFound):
            tokens.revoke(work, world.bob, acme, "token 1 all")
        with pytest.raises(Forbidden):
            tokens.listing(work, world.bob, accounts.get(work, "ada"))


def with_rules(world: World, **rules: object) -> World:
    repository: Repository = replace(world.repository, settings=replace(world.repository.settings, **rules))  # type: ignore[arg-type]
    return replace(world, repository=repository)


def test_the_site_caps_the_life_of_tokens(world: World) -> None:
    before, _ = world.token(world.ada, "ada", "all", lifetime=timedelta(days=300))
    capped = with_rules(world, max_token_days=90)
    for options in ({"forever": True}, {"lifetime": timedelta(days=91)}):
        with pytest.raises(InvalidRequest, match="tokens live at most 90 days here") as refused:
            capped.token(world.ada, "ada", "repos", **options)
        assert refused.value.status == 422
    actor, _ = capped.token(world.ada, "ada", "repos")
    with capped.repository.write() as work:
        assert actor.token is not None
        made = tokens.current(work, actor.token)
        assert made.expires_at == made.created_at + timedelta(days=90)
        rotated, _ = tokens.rotate(work, world.ada, accounts.get(work, "ada"), "token 1 all")
        assert rotated.expires_at == rotated.created_at + timedelta(days=90)
    assert before.token is not None


def test_where_the_site_lets_them_admins_lock_what_is_all_theirs(world: World) -> None:
    for name in ("one", "two"):
        world.publish(world.ada, "acme", world.conda(name), labels=("main", name))
    with world.repository.write() as work:
        collaborators.add(work, world.ada, "acme", "one", "bob", "admin")
        with pytest.raises(Forbidden):
            labels.lock(work, world.bob, "acme", "one")
    open_site = with_rules(world, admins_lock_labels=True)
    narrow, _ = world.token(world.bob, "acme", "repos")
    with open_site.repository.write() as work:
        for label in ("main", "two"):
            with pytest.raises(Forbidden, match="needs Owner on acme"):
                labels.lock(work, world.bob, "acme", label)
        with pytest.raises(Forbidden):
            labels.lock(work, narrow, "acme", "one")
        labels.lock(work, world.bob, "acme", "one")
        assert labels.listing(work, world.ada, "acme")["one"] is True
        labels.unlock(work, world.bob, "acme", "one")
