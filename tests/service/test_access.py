"""The gate: the table holds, and its two forms (one thing, and the WHERE clause of lists) are one rule."""

from __future__ import annotations

import itertools

import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.errors import Forbidden, NotFound, Unauthenticated
from jupyter_repo.models import Actor, Kind, Visibility
from jupyter_repo.permissions import SCOPES, Op
from jupyter_repo.service import making, packages, trash
from jupyter_repo.service.access import about, decide, granted, visible
from jupyter_repo.service.accounts import find
from tests.worlds import World

SEE_LISTED = {Visibility.PUBLIC, Visibility.AUTHENTICATED, Visibility.PRIVATE}


@pytest.fixture
def full(world: World) -> World:
    """A package of every visibility and several kinds in every channel, one empty and one mixed among them."""
    for channel, visibility in itertools.product(("ada", "acme"), Visibility):
        world.publish(world.ada, channel, world.conda(f"c-{visibility}"), visibility=visibility)
        world.publish(world.ada, channel, world.wheel(f"p_{visibility}"), visibility=visibility)
        world.publish(world.ada, channel, world.notebook(f"n-{visibility}"), visibility=visibility)
        world.publish(world.ada, channel, world.conda(f"mixed-{visibility}"), visibility=visibility)
        world.publish(world.ada, channel, world.wheel(f"mixed-{visibility}"))
        with world.repository.write() as work:
            making.create(work, world.ada, channel, f"empty-{visibility}", None, visibility)
    world.publish(world.bob, "bob", world.conda("bobs"), visibility=Visibility.PRIVATE)
    return world


def actors(world: World) -> list[Actor]:
    made = [world.nobody, world.ada, world.bob]
    for scope in SCOPES:
        made += [world.token(world.ada, "ada", scope)[0], world.token(world.ada, "acme", scope)[0]]
        made += [world.token(world.ada, "ada", scope, login=True)[0]]
    made += [world.token(world.ada, "ada", "conda", "pypi")[0], world.token(world.bob, "bob", "all")[0]]
    return made


def test_the_gate_and_the_where_clause_are_one_rule(full: World) -> None:
    p = t.packages
    checked = 0
    for actor in actors(full):
        with full.repository.read() as work:
            rows = work.db.execute(sa.select(p.c.name, t.accounts.c.name.label("channel")).join(t.accounts)).all()
            for operation, kind in (
                (Op.SEE, None),
                (Op.DOWNLOAD, None),
                (Op.DOWNLOAD, Kind.CONDA),
                (Op.DOWNLOAD, Kind.PYPI),
            ):
                for listed in (True, False):
                    clause = visible(actor, operation, kind=kind, listed=listed)
                    found = work.db.execute(sa.select(t.accounts.c.name, p.c.name).join(t.accounts).where(clause))
                    got = {(row[0], row[1]) for row in found}
                    wanted = set()
                    for name, owner in rows:
                        channel = find(work, owner)
                        assert channel is not None
                        package = packages.lookup(work, channel, name)
                        assert package is not None
                        target = about(channel, package, [kind] if kind else ())
                        allowed = decide(work, actor, operation, target).allowed
                        # what nobody gave the actor a right on is in no list when it is unlisted
                        unlisted = package.visibility is Visibility.UNLISTED
                        held = decide(work, actor, operation, _private(target)).allowed
                        if allowed and (held or not unlisted or not listed):
                            wanted.add((owner, name))
                        checked += 1
                    assert got == wanted, (actor, operation, kind, listed)
    assert checked > 1000


def _private(target: object) -> object:
    from dataclasses import replace

    return replace(target, visibility=Visibility.PRIVATE)  # type: ignore[type-var]


def test_private_is_absent(full: World) -> None:
    for actor in (full.nobody, full.bob, full.token(full.ada, "acme", "all")[0]):
        for name in ("c-private", "never-used"):
            with full.repository.read() as work, pytest.raises(NotFound) as refused:
                packages.get(work, actor, "ada", name)
            assert str(refused.value) == f'"ada/{name}" could not be found'


def test_a_channel_that_shows_nothing_is_like_one_that_does_not_exist(full: World) -> None:
    for channel, name in (("bob", "bobs"), ("bob", "other"), ("carol", "bobs")):
        with full.repository.read() as work, pytest.raises(Unauthenticated) as refused:
            packages.get(work, full.nobody, channel, name)
        assert str(refused.value) == f'"{channel}" needs you to sign in, or does not exist'


def test_a_token_without_the_scope_is_told_what_is_missing(full: World) -> None:
    actor, _ = full.token(full.ada, "ada", "conda:download")
    with full.repository.write() as work, pytest.raises(Forbidden, match="has the scopes conda:download") as refused:
        trash.delete(work, actor, "ada", "c-private")
    assert refused.value.code == "scope_missing"


def test_a_removed_owner_and_their_tokens_keep_no_right(full: World) -> None:
    actor, secret = full.token(full.ada, "acme", "all")
    with full.repository.write() as work:
        assert granted(work, actor, _id(work, "acme"))
        assert full.ada.account is not None
        work.db.execute(sa.delete(t.owners).where(t.owners.c.account_id == full.ada.account.id))
    with full.repository.read() as work:
        from jupyter_repo.service import tokens

        presented = tokens.present(work, secret)
        assert presented.actor is None, "nor what any signed-in account may see"
        assert presented.dead is not None
        for who in (full.ada, actor):
            with pytest.raises(NotFound):
                packages.get(work, who, "acme", "c-private")


def _id(work: object, name: str) -> int:
    account = find(work, name)  # type: ignore[arg-type]
    assert account is not None
    return account.id
