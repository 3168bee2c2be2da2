"""Plans: limits asked before anything is kept, what a smaller plan does, who changes it, academic addresses."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.errors import Conflict, Forbidden, InvalidRequest, NotFound, QuotaExceeded
from jupyter_repo.models import Actor, Kind, Visibility
from jupyter_repo.service import (
    accounts,
    audit,
    copying,
    links,
    making,
    notifications,
    packages,
    plan_catalogue,
    plans,
    staging,
    transfers,
    trash,
)
from jupyter_repo.service.plans import Standing
from tests.worlds import PRIVATE, PUBLIC, World

CATALOGUE = [
    {"plan": "personal", "title": "Free", "for": ["user"]},
    {"plan": "free", "title": "Free", "for": ["org"], "private_packages": 0},
    {"plan": "small", "title": "Small", "for": ["org"], "private_packages": 2, "storage": 10**6, "price": "5 a month"},
    {"plan": "academic", "title": "Academic add-on", "for": ["user", "org"], "private_packages": 1, "academic": True},
]


@pytest.fixture
def limited(world: World) -> World:
    settings = replace(world.repository.settings, plans=plan_catalogue.from_config(CATALOGUE))
    return replace(world, repository=replace(world.repository, settings=settings))


@pytest.fixture
def root(limited: World) -> Actor:
    with limited.repository.write() as work:
        return Actor(accounts.create_user(work, "root-of-all", password="secret-root", admin=True))


def standing(world: World, name: str = "acme") -> Standing:
    with world.repository.read() as work:
        return plans.of(work, accounts.get(work, name))


def assign(world: World, root: Actor, word: str) -> None:
    with world.repository.write() as work:
        plans.assign(work, root, "acme", word)


def test_a_site_without_a_catalogue_has_no_limits(world: World) -> None:
    world.publish(world.ada, "acme", world.conda(), visibility=PRIVATE)
    found = standing(world)
    assert (found.plan, found.private_packages, found.over) == (plans.NO_PLAN, 1, ())


def test_a_limit_refuses_by_every_way_in_and_nothing_is_kept(limited: World, root: Actor) -> None:
    limited.publish(limited.ada, "ada", limited.conda("own"), visibility=PRIVATE)
    limited.publish(limited.ada, "acme", limited.conda("open"))
    before = limited.blobs()
    with pytest.raises(QuotaExceeded) as refused:
        limited.publish(limited.ada, "acme", limited.conda("closed"), visibility=PRIVATE)
    assert "the plan Free of acme has no private packages: choose another access" in refused.value.message
    assert "ask for another plan at /acme/settings/billing" in refused.value.message
    assert limited.blobs() == before
    assert limited.leftovers() == []
    with limited.repository.write() as work:
        for way in (
            lambda: packages.edit(work, limited.ada, "acme", "open", visibility=PRIVATE),
            lambda: packages.set_access(work, limited.ada, "acme", ["open"], PRIVATE),
            lambda: making.create(work, limited.ada, "acme", "empty", None, PRIVATE),
            lambda: transfers.transfer(work, limited.ada, "ada", "own", "acme", confirm="ada/own"),
            lambda: copying.copy(work, limited.ada, "ada", "own", "1.0", to_owner="acme"),
        ):
            with pytest.raises(QuotaExceeded):
                way()
        for visibility in (Visibility.AUTHENTICATED, Visibility.UNLISTED):
            packages.edit(work, limited.ada, "acme", "open", visibility=visibility)
    assert standing(limited).private_packages == 0


def test_storage_counts_bytes_of_files_also_of_those_copied_and_restored(limited: World, root: Actor) -> None:
    first = limited.conda("first")
    assign(limited, root, "small")
    limited.publish(limited.ada, "acme", first)
    limited.publish(limited.ada, "ada", limited.conda("own"))
    used = standing(limited).storage
    assert used == first.stat().st_size
    with limited.repository.write() as work:
        plans.override(work, root, "acme", {"storage": used + 10})
    with pytest.raises(QuotaExceeded, match=r"of storage, .* are used, and this needs"):
        limited.publish(limited.ada, "acme", limited.conda("second"))
    # forced over itself it takes the place of what it replaces
    limited.publish(limited.ada, "acme", limited.conda("first", build_number=0), force=True)
    with limited.repository.write() as work:
        acme = accounts.get(work, "acme")
        with pytest.raises(QuotaExceeded):
            transfers.transfer(work, limited.ada, "ada", "own", "acme", confirm="ada/own")
        with pytest.raises(QuotaExceeded):
            copying.copy(work, limited.ada, "ada", "own", "1.0", to_owner="acme")
        trash.delete(work, limited.ada, "acme", "first")
        plans.override(work, root, "acme", {"storage": 10})
        with pytest.raises(QuotaExceeded):
            trash.restore(work, limited.ada, "acme", "first", "1.0", "noarch/first-1.0-0.conda")
        with pytest.raises(QuotaExceeded):
            plans.check_storage(work, acme, 11)
        plans.check_storage(work, acme, 10)
        plans.override(work, root, "acme", None)
        assert plans.of(work, acme).limits.storage == 10**6


def test_a_smaller_plan_keeps_everything_private_and_freezes_private_uploads(limited: World, root: Actor) -> None:
    assign(limited, root, "small")
    for name in ("one", "two"):
        limited.publish(limited.ada, "acme", limited.conda(name), visibility=PRIVATE)
    limited.publish(limited.ada, "acme", limited.conda("one", "2.0"))  # at the limit new versions come in
    assign(limited, root, "free")
    found = standing(limited)
    assert (found.private_packages, found.limits.private_packages, found.over) == (2, 0, ("private_packages",))
    for wishes in ({}, {"visibility": PRIVATE}):
        with pytest.raises(QuotaExceeded, match="keeps what it has, and takes no private uploads"):
            limited.publish(limited.ada, "acme", limited.conda("one", "3.0"), **wishes)
    with limited.repository.write() as work:
        with pytest.raises(QuotaExceeded):
            staging.stage(
                work, limited.ada, "acme", "one", "2.0", "noarch/x-1-0.conda", kind=Kind.CONDA, labels=(), sha256=None
            )
        assert packages.get(work, limited.ada, "acme", "one").package.visibility is PRIVATE
        assert len(packages.files(work, packages.get(work, limited.ada, "acme", "one").package)) == 2
        packages.edit(work, limited.ada, "acme", "one", visibility=PUBLIC)
    limited.publish(limited.ada, "acme", limited.conda("one", "3.0"))
    limited.publish(limited.ada, "acme", limited.conda("public"))


def test_owners_ask_and_administrators_answer(limited: World, root: Actor) -> None:
    token, _ = limited.token(limited.ada, "acme", "all")
    with limited.repository.write() as work:
        for who in (limited.bob, token):
            with pytest.raises(Forbidden):
                plans.request(work, who, "acme", "small")
        with pytest.raises(InvalidRequest, match="'personal' is no plan for acme; there are: free, small"):
            plans.request(work, limited.ada, "acme", "personal")
        with pytest.raises(Conflict, match="acme has the plan Free already"):
            plans.request(work, limited.ada, "acme", "free")
        plans.request(work, limited.ada, "acme", "small", "first")
        plans.request(work, limited.ada, "acme", "small", "for the course")
        assert notifications.listing(work, root)[0].text == "ada asks for the plan Small for acme"
        [waiting] = plans.requests(work, root)
        assert (waiting.channel, waiting.plan, waiting.note, waiting.requested_by) == (
            "acme", "small", "for the course", "ada",
        )  # fmt: skip
        for call in (
            lambda: plans.requests(work, limited.ada),
            lambda: plans.answer(work, limited.ada, waiting.id, approve=True),
            lambda: plans.assign(work, limited.ada, "acme", "small"),
            lambda: plans.override(work, limited.ada, "acme", {"storage": None}),
        ):
            with pytest.raises(Forbidden):
                call()
        assert plans.standing(work, token, "acme")[1].requested == "small"
        with pytest.raises(Forbidden):
            plans.standing(work, limited.bob, "acme")
        plans.answer(work, root, waiting.id, approve=False)
        with pytest.raises(NotFound):
            plans.answer(work, root, waiting.id, approve=True)
        plans.request(work, limited.ada, "acme", "small")
        [again] = plans.requests(work, root)
        plans.answer(work, root, again.id, approve=True)
        found = plans.of(work, accounts.get(work, "acme"))
        assert (found.plan.word, found.requested) == ("small", "")
        assert notifications.listing(work, limited.ada)[0].text == "acme has the plan Small now"
        done = [one.action for one in audit.listing(work, limited.ada, accounts.get(work, "acme"))]
        assert {"plan.request", "plan.refuse", "plan.assign"} <= set(done)
        for limits in ({"storage": -1}, {"storage": "much"}, {"cpu": 1}, {"storage": True}):
            with pytest.raises(InvalidRequest):
                plans.override(work, root, "acme", limits)


def test_a_confirmed_academic_address_gets_the_add_on(limited: World) -> None:
    with limited.repository.write() as work:
        ada = accounts.get(work, "ada")
        accounts.set_email(work, ada, "ada@physics.uni.edu")
    assert not standing(limited).academic, "only once it was confirmed"
    with limited.repository.write() as work:
        links.confirmed(work, ada, "ada@physics.uni.edu")
    assert (standing(limited).academic, standing(limited).limits.private_packages) == (True, 1)
    assert standing(limited, "ada").limits.private_packages is None, "no limit and one more is no limit"
    with limited.repository.write() as work:
        work.db.execute(sa.update(t.accounts).where(t.accounts.c.name == "ada").values(disabled=True))
    assert not standing(limited).academic


@pytest.mark.parametrize(
    ("address", "counts"),
    [
        ("a@x.edu", True),
        ("a@deep.x.EDU", True),
        ("a@x.edu.", True),
        ("a@x.ac.uk", True),
        ("a@x.edu.evil.example", False),
        ("a@xedu", False),
        ("a@x.notedu", False),
        ("a.edu@x.example", False),
        ("", False),
    ],
)
def test_academic_suffixes_are_whole_labels(address: str, counts: bool) -> None:
    assert plan_catalogue.academic_address(address, [".edu", "ac.uk", ""]) is counts


@pytest.mark.parametrize(
    "entry",
    [
        "free",
        {},
        {"plan": "Free!", "for": ["user"]},
        {"plan": "free"},
        {"plan": "free", "for": ["robots"]},
        {"plan": "free", "for": ["user"], "storage": "100 GB"},
    ],
)
def test_a_catalogue_that_can_t_be_read_says_what_is_wrong(entry: object) -> None:
    with pytest.raises(InvalidRequest):
        plan_catalogue.from_config([entry])


def test_the_catalogue_of_a_server_that_says_nothing_else() -> None:
    words = {plan.word: plan.limits for plan in plan_catalogue.from_config(plan_catalogue.DEFAULT)}
    assert (words["personal"].private_packages, words["free"].private_packages) == (None, 0)
    assert words["organization"] == plan_catalogue.Limits(100, 100 * 10**9)
    with pytest.raises(InvalidRequest, match="once only"):
        plan_catalogue.from_config([CATALOGUE[0], CATALOGUE[0]])
