"""Many who change the same things at once: each is done or refused, and nobody waits for who waits for them."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from jupyter_repo import formats
from jupyter_repo.db import tables as t
from jupyter_repo.errors import Conflict, RepoError
from jupyter_repo.models import Actor, Kind, Visibility
from jupyter_repo.service import (
    accounts,
    closing,
    collaborators,
    collector,
    copying,
    details,
    forks,
    groups,
    labels,
    packages,
    projects,
    sessions,
    stars,
    suggestions,
    tokens,
    transfers,
    trash,
)
from jupyter_repo.service.work import Work
from tests.worlds import World

ROUNDS, THREADS = 25, 6
NAMES = ("one", "two", "three")


def test_changes_of_the_same_packages_never_block_each_other_for_good(world: World) -> None:
    """A deadlock is no RepoError: it would end the test."""
    token = world.token(world.ada, "ada", "all")[0].token
    assert token is not None
    made = {name: [world.conda(name, version=f"{number}.0") for number in range(4)] for name in NAMES}
    for name in NAMES:
        world.publish(world.ada, "ada", made[name][:2])

    def change(dice: random.Random) -> None:
        name, owner, other = dice.choice(NAMES), *dice.sample(["ada", "acme"], 2)
        act = dice.choice(ACTS)
        if act is upload:
            world.publish(world.ada, owner, dice.sample(made[name], 2), force=True)
            return
        with world.repository.write() as work:
            act(work, world, token.id, owner, other, name)

    at_once(change)
    assert wrong(world) == {}


def at_once(change: Callable[[random.Random], None]) -> None:
    """Many make that change many times; each of them is done at least once."""

    def some(seed: int) -> int:
        dice, done = random.Random(seed), 0
        for _ in range(ROUNDS):
            try:
                change(dice)
                done += 1
            except RepoError:  # somebody was quicker: it is gone, there already, or somebody else's
                pass
        return done

    with ThreadPoolExecutor(THREADS) as pool:
        assert all(pool.map(some, range(THREADS)))


def wrong(world: World) -> dict[str, list[Any]]:
    """Rows that say of the same thing what others don't."""
    f, lab, p, g, o, a = (one.c for one in (t.files, t.file_labels, t.packages, t.groups, t.owners, t.accounts))
    joined = {
        "labels": sa.select(f.address, lab.label).where(lab.file_id == f.id, lab.account_id != f.account_id),
        "files": sa.select(f.address).where(f.package_id == p.id, f.account_id != p.account_id),
        "downloads": sa.select(p.name, p.downloads).where(
            p.downloads
            != sa.select(sa.func.coalesce(sa.func.sum(f.downloads), 0)).where(f.package_id == p.id).scalar_subquery()
        ),
        "listings": sa.select(p.name).where(t.listings.c.package_id == p.id, t.listings.c.account_id != p.account_id),
        "ownerless": sa.select(a.name).where(
            a.kind == "organization", ~sa.exists(sa.select(1).where(o.organization_id == a.id))
        ),
        **{
            table.name: sa.select(p.name, g.name).where(
                table.c.package_id == p.id, table.c.group_id == g.id, g.account_id != p.account_id
            )
            for table in (t.group_packages, t.collaborating_groups)
        },
    }
    with world.repository.read() as work:
        found = {name: list(work.db.execute(query)) for name, query in joined.items()}
    return {name: rows for name, rows in found.items() if rows}


def upload(work: Work, world: World, token: int, owner: str, other: str, name: str) -> None:
    """Two versions in one transaction, replacing what is there."""


def label(work: Work, world: World, token: int, owner: str, other: str, name: str) -> None:
    labels.copy(work, world.ada, owner, "main", "dev")
    labels.remove(work, world.ada, owner, "dev")


def edit(work: Work, world: World, token: int, owner: str, other: str, name: str) -> None:
    packages.edit(work, world.ada, owner, name, summary="changed", visibility=Visibility.PUBLIC)


def mark(work: Work, world: World, token: int, owner: str, other: str, name: str) -> None:
    projects.set_status(work, world.ada, owner, name, "deprecated")


def delete(work: Work, world: World, token: int, owner: str, other: str, name: str) -> None:
    trash.delete(work, world.ada, owner, name)


def restore(work: Work, world: World, token: int, owner: str, other: str, name: str) -> None:
    trash.restore(work, world.ada, owner, name, "1.0", f"noarch/{name}-1.0-0.conda")


def transfer(work: Work, world: World, token: int, owner: str, other: str, name: str) -> None:
    transfers.transfer(work, world.ada, owner, name, other, confirm=f"{owner}/{name}")


def copy(work: Work, world: World, token: int, owner: str, other: str, name: str) -> None:
    copying.copy(work, world.ada, owner, name, "1.0", to_owner=other, mode=copying.Mode.REPLACE)


def count(work: Work, world: World, token: int, owner: str, other: str, name: str) -> None:
    keys = list(work.db.scalars(sa.select(t.files.c.id)))
    collector.count_downloads(work, dict.fromkeys(reversed(keys), 1))
    tokens.record_use(work, {token: datetime.now(UTC)})


def sweep(work: Work, world: World, token: int, owner: str, other: str, name: str) -> None:
    trash.sweep(work)
    collector.forget_changes(work)


ACTS: tuple[Callable[[Work, World, int, str, str, str], None], ...] = (
    *(upload, label, edit, mark, delete, restore, transfer, copy, count, sweep),
)


def test_sharing_and_suggesting_while_things_move_and_go(world: World) -> None:
    books = [world.notebook("book", cells=[("code", f"x = {number}")]) for number in range(3)]
    world.publish(world.ada, "ada", books[0])
    with world.repository.write() as work:
        groups.create(work, world.ada, "acme", "team")

    def change(dice: random.Random) -> None:
        act, owner, other = dice.choice(SHARING), *dice.sample(["ada", "acme"], 2)
        if act is publish:
            world.publish(world.ada, owner, dice.choice(books))
        elif act is suggest:
            _suggest(world, owner, dice.choice(books))
        elif act is come_and_go:
            _come_and_go(world, f"guest-{dice.getrandbits(60)}", owner)
        else:
            with world.repository.write() as work:
                act(work, world, owner, other)

    at_once(change)
    assert wrong(world) == {}


Sharing = Callable[[Work, World, str, str], None]


def publish(work: Work, world: World, owner: str, other: str) -> None:
    """Another version of the notebook."""


def suggest(work: Work, world: World, owner: str, other: str) -> None:
    """Bob has a change for the notebook."""


def _suggest(world: World, owner: str, book: Path) -> None:
    upload = world.repository.store.new_upload()
    upload.write(book.read_bytes())
    with upload.file() as file:
        info = formats.read(book.name, file, kind=Kind.NOTEBOOK)
    try:
        with world.repository.write() as work:
            suggestions.suggest(work, world.bob, owner, "book", info, upload, base="", message="Better so")
    finally:
        upload.discard()


def answer(work: Work, world: World, owner: str, other: str) -> None:
    for one in suggestions.listing(work, world.ada, box="in", state=suggestions.OPEN, limit=1):
        suggestions.accept(work, world.ada, one.id)


def decline(work: Work, world: World, owner: str, other: str) -> None:
    for one in suggestions.listing(work, world.ada, box="in", state=suggestions.OPEN, limit=1):
        suggestions.decline(work, world.ada, one.id)


def fork(work: Work, world: World, owner: str, other: str) -> None:
    forks.fork(work, world.bob, owner, "book", to_name=f"book-of-{owner}")


def forget(work: Work, world: World, owner: str, other: str) -> None:
    trash.delete(work, world.bob, "bob", f"book-of-{owner}")


def star(work: Work, world: World, owner: str, other: str) -> None:
    stars.put(work, world.bob, owner, "book")


def unstar(work: Work, world: World, owner: str, other: str) -> None:
    stars.remove(work, world.bob, owner, "book")


def give(work: Work, world: World, owner: str, other: str) -> None:
    groups.add_member(work, world.ada, "acme", "team", "bob")
    groups.add_package(work, world.ada, "acme", "team", "book")
    collaborators.add_group(work, world.ada, "acme", "book", "team", "admin")


def share(work: Work, world: World, owner: str, other: str) -> None:
    collaborators.add(work, world.ada, owner, "book", "bob", "read-write")


def expel(work: Work, world: World, owner: str, other: str) -> None:
    groups.expel(work, world.ada, "acme", "bob")


def move(work: Work, world: World, owner: str, other: str) -> None:
    transfers.transfer(work, world.ada, owner, "book", other, confirm=f"{owner}/book")


def erase(work: Work, world: World, owner: str, other: str) -> None:
    trash.delete(work, world.ada, owner, "book")


def come_and_go(work: Work, world: World, owner: str, other: str) -> None:
    """Somebody becomes an owner of acme, forks the notebook, signs in, and closes the account."""


def _come_and_go(world: World, name: str, owner: str) -> None:
    repository = world.repository
    with repository.write() as work:
        guest = Actor(accounts.create_user(work, name, email=f"{name}@example.org", password="secret-guest"))
        groups.add_member(work, world.ada, "acme", "Owners", name)
        link = sessions.link(work, guest)

    def close() -> None:
        with repository.write() as work:
            closing.close(work, guest, name, password="secret-guest", typed=name)

    def use() -> None:
        with contextlib.suppress(RepoError), repository.write() as work:
            sessions.redeem(work, link)
        with contextlib.suppress(RepoError), repository.write() as work:
            stars.put(work, guest, owner, "book")
        with contextlib.suppress(RepoError), repository.write() as work:
            forks.fork(work, guest, owner, "book", to_owner=name)

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(use), pool.submit(close)]:
            one.result()


SHARING: tuple[Sharing, ...] = (
    *(publish, suggest, answer, decline, fork, forget, star, unstar, give, share, expel, move, erase, come_and_go),
)


def test_the_last_two_owners_do_not_leave_at_once(world: World) -> None:
    with world.repository.write() as work:
        groups.add_member(work, world.ada, "acme", "Owners", "bob")

    def close() -> None:
        with world.repository.write() as work:
            closing.close(work, world.bob, "bob", password="secret-bob", typed="bob")

    with ThreadPoolExecutor(1) as pool:
        with world.repository.write() as work:
            groups.remove_member(work, world.ada, "acme", "Owners", "ada")
            going = pool.submit(close)
            wait([going], timeout=0.5)  # it has to wait for this transaction; without that it would be done by now
        with pytest.raises(Conflict, match="bob is the only owner of acme"):
            going.result()
    assert wrong(world) == {}


def test_a_reading_transaction_sees_one_moment(world: World) -> None:
    world.publish(world.ada, "ada", world.conda("one"))
    with world.repository.read() as work:
        found = packages.get(work, world.nobody, "ada", "one")
        with world.repository.write() as other:
            trash.delete(other, world.ada, "ada", "one")
        assert details.aside(work, world.nobody, found.package).stars == 0
        assert len(packages.files(work, found.package)) == 1
    with world.repository.read() as work, pytest.raises(RepoError):
        packages.get(work, world.nobody, "ada", "one")
