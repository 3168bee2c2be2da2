"""Lists by key: parts put together are the whole, and what a page asks reads no table from end to end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from jupyter_repo.models import Actor
from jupyter_repo.names import package_key
from jupyter_repo.service import (
    accounts,
    administration,
    audit,
    collaborators,
    groups,
    labels,
    matching,
    notifications,
    packages,
    search,
    stars,
    takedowns,
    tokens,
)
from jupyter_repo.service.search import Filters
from jupyter_repo.service.slices import Slice
from jupyter_repo.service.work import Work
from tests.worlds import World

Listing = Callable[[Work, World, Slice | None], list[Any]]
LISTS: dict[str, tuple[Listing, Callable[[Any], str]]] = {
    "tokens": (lambda work, w, part: tokens.listing(work, w.ada, w.ada.account, part), lambda one: str(one.id)),  # type: ignore[arg-type]
    "organizations": (lambda work, w, part: accounts.organizations_of(work, w.ada.account, part), lambda one: one.name),  # type: ignore[arg-type]
    "groups": (lambda work, w, part: groups.listing(work, w.ada, "acme", part), lambda one: one.name.lower()),
    "membership": (lambda work, w, part: groups.of(work, w.bob.account, part), groups.membership_key),  # type: ignore[arg-type]
    "members": (lambda work, w, part: groups.members(work, w.ada, "acme", "team-0", part), lambda one: one.name),
    "people": (lambda work, w, part: groups.people(work, w.ada, "acme", part), lambda one: one.account.name),
    "packages": (
        lambda work, w, part: groups.packages(work, w.ada, "acme", "team-0", part),
        lambda one: package_key(one.name),
    ),
    "favorites": (lambda work, w, part: stars.listing(work, w.bob, part), lambda one: str(one.package.id)),
}


@pytest.fixture
def crowded(world: World) -> World:
    with world.repository.write() as work:
        for number in range(5):
            accounts.create_user(work, f"user-{number}", password=None, email="")
            accounts.create_organization(work, f"org-{number}", world.ada.account, email="")  # type: ignore[arg-type]
    for number in range(5):
        world.publish(world.ada, "acme", world.conda(f"kit-{number}"))
        world.token(world.ada, "ada", *["conda", "pypi", "api", "repos", "all"][: number + 1])
    with world.repository.write() as work:
        for number in range(5):
            stars.put(work, world.bob, "acme", f"kit-{number}")
            groups.create(work, world.ada, "acme", f"Team-{number}")
            groups.add_member(work, world.ada, "acme", "team-0", f"user-{number}")
            groups.add_member(work, world.ada, "acme", f"team-{number}", "bob")
            groups.add_package(work, world.ada, "acme", "team-0", f"kit-{number}")
        collaborators.add(work, world.ada, "acme", "kit-0", "user-1", "read")
    return world


@pytest.mark.parametrize("name", LISTS)
def test_the_parts_of_a_list_are_the_whole(crowded: World, name: str) -> None:
    listing, key = LISTS[name]
    with crowded.repository.read() as work:
        whole = listing(work, crowded, None)
        assert len(whole) >= 5
        parts: list[Any] = []
        after = ""
        for _ in range(len(whole) + 1):
            part = listing(work, crowded, Slice(after, 2))
            parts += part
            if not part:
                break
            after = key(part[-1])
    assert parts == whole
    assert len({key(one) for one in whole}) == len(whole), "no two have one key"


@contextmanager
def plans(repository: Any) -> Iterator[list[str]]:
    """The plans of all reading statements that run meanwhile, as the database describes them."""
    asked: list[tuple[str, Any]] = []
    found: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    sa.event.listen(repository.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(repository.engine, "before_cursor_execute", note)
        lite = repository.engine.dialect.name == "sqlite"
        with repository.engine.connect() as connection:
            if not lite:  # few rows are rightly read without an index, unless it is forbidden
                connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            for statement, parameters in asked:
                lines = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' if lite else ''}{statement}", parameters)
                found += [f"{row[-1]} of {statement}" for row in lines]


PAGES: dict[str, Callable[[Work, World], object]] = {
    **{name: lambda work, w, listing=listing: listing(work, w, Slice("", 51)) for name, (listing, _) in LISTS.items()},  # type: ignore[misc]
    "home": lambda work, w: search.recent(work, w.nobody, Filters()),
    "channel": lambda work, w: search.recent(work, w.bob, Filters(channel=accounts.get(work, "acme"))),
    "search": lambda work, w: search.find(work, w.bob, "kit", Filters()),
    "by downloads": lambda work, w: search.find(work, w.bob, "kit", Filters(), sort=search.Sort.DOWNLOADS),
    "by downloads, of many": lambda work, w: _of_many(work, w),
    "licence": lambda work, w: search.find(work, w.bob, "kit", Filters(licence="MIT")),
    "labels": lambda work, w: labels.counts(work, w.bob, "acme", Slice("", 51)),
    "a package's labels": lambda work, w: labels.of_releases(
        work, packages.releases(work, packages.get(work, w.bob, "acme", "kit-0").package, Slice("", 51))
    ),
    "package": lambda work, w: packages.releases(work, packages.get(work, w.bob, "acme", "kit-0").package),
    "files": lambda work, w: packages.files(work, packages.get(work, w.bob, "acme", "kit-0").package, version="1.0"),
    "notifications": lambda work, w: notifications.listing(work, w.bob, limit=51),
    "the channel's log": lambda work, w: audit.listing(work, w.ada, accounts.get(work, "acme"), limit=51),
    "accounts": lambda work, _: administration.accounts(work, _root(work)),
    "the site's log": lambda work, _: audit.listing(work, _root(work), None, limit=51),
    "taken down": lambda work, _: takedowns.listing(work, _root(work)),
}
"""What the pages ask the database."""
LARGE = (
    *("packages", "files", "releases", "file_labels", "tokens", "notifications", "changes"),
    *("search_documents", "search_index"),
)


def _of_many(work: Work, w: World) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "AT_ONCE", 2)  # as if they were too many to be sorted
        return search.find(work, w.bob, "kit", Filters(), sort=search.Sort.DOWNLOADS)


def _root(work: Work) -> Actor:
    return Actor(accounts.get(work, "root-of-all"))


def test_no_page_reads_a_large_table_from_end_to_end(crowded: World) -> None:
    with crowded.repository.write() as work:
        accounts.create_user(work, "root-of-all", password="secret-root", admin=True)
    # SQLite's lines begin with the word; an index that is read in the order of the page ends early
    whole = re.compile(rf"(?:^SCAN|Seq Scan on) (?:{'|'.join(LARGE)})\b(?! USING| VIRTUAL)")
    for name, page in PAGES.items():
        with plans(crowded.repository) as found, crowded.repository.read() as work:
            page(work, crowded)
        assert found, name
        assert [line for line in found if whole.search(line)] == [], name
