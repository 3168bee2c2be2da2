"""Search finds what the viewer may know, best first, page by page, in the moment it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from jupyter_repo.db import fulltext
from jupyter_repo.db import tables as t
from jupyter_repo.errors import InvalidRequest
from jupyter_repo.models import Actor, Kind, Visibility
from jupyter_repo.service import accounts, collaborators, collector, matching, packages, search, transfers, trash
from jupyter_repo.service.search import Filters, Page, Sort
from jupyter_repo.service.work import Work
from tests.worlds import PRIVATE, World

Ask = Callable[..., list[str]]


@pytest.fixture
def ask(world: World) -> Ask:
    def find(text: str, actor: Actor | None = None, **options: object) -> list[str]:
        with world.repository.read() as work:
            names = ("kind", "label", "platform", "licence", "visibility")
            filters = Filters(**{key: options.pop(key) for key in names if key in options})  # type: ignore[arg-type]
            page = search.find(work, actor or world.nobody, text, filters, **options)  # type: ignore[arg-type]
            return [f"{hit.one.package.channel}/{hit.one.package.name}" for hit in page.hits]

    return find


def waves(world: World, name: str = "analysis", **options: object) -> None:
    notebook = world.notebook(name, cells=[("markdown", "# Tides"), ("code", "import obscure_module  # Überflut")])
    world.publish(world.ada, "ada", notebook, **options)


def test_the_exact_name_comes_first_then_names_then_summaries_then_text(world: World, ask: Ask) -> None:
    waves(world, "tides")
    world.publish(world.ada, "ada", world.notebook("deep", cells=[("markdown", "# Deep\n\nx"), ("code", "tides()")]))
    world.publish(world.ada, "ada", world.wheel("plain", summary="About tides and moons"))
    world.publish(world.ada, "ada", world.wheel("tides-model"))
    assert ask("tides") == ["ada/tides", "ada/tides-model", "ada/plain", "ada/deep"]
    assert ask("tid") == ["ada/tides-model", "ada/tides", "ada/plain", "ada/deep"], "the beginning of a word will do"
    assert ask("tides", names=True) == ["ada/tides", "ada/tides-model"]


def test_sorted_by_downloads_or_the_newest_first_page_by_page(world: World, ask: Ask) -> None:
    for name in ("tides", "plain", "moon", "sun"):
        world.publish(world.ada, "ada", world.wheel(name, summary="" if name == "tides" else "About tides"))
    world.publish(world.ada, "ada", world.notebook("deep", cells=[("markdown", "# Deep\n\nx"), ("code", "tides()")]))
    with world.repository.write() as work:
        f, p = t.files.c, t.packages.c
        for name, count in (("plain", 7), ("moon", 3), ("deep", 3)):
            mine = f.package_id == sa.select(p.id).where(p.name == name).scalar_subquery()
            collector.count_downloads(work, {work.db.scalar(sa.select(f.id).where(mine)) or 0: count})
    orders = {
        Sort.RELEVANCE: ["tides", "sun", "moon", "plain", "deep"],
        Sort.DOWNLOADS: ["plain", "deep", "moon", "sun", "tides"],
        Sort.NEWEST: ["deep", "sun", "moon", "plain", "tides"],
    }
    for sort, names in orders.items():
        assert ask("tides", sort=sort) == [f"ada/{name}" for name in names], sort
        seen, after = [], ""
        for _ in range(5):
            with world.repository.read() as work:
                page = search.find(work, world.nobody, "tides", Filters(), sort=sort, after=after, limit=1)
            seen += [hit.one.package.name for hit in page.hits]
            after = page.after
        assert (seen, after) == (names, ""), sort
    assert ask("tides", names=True, sort=Sort.NEWEST) == ["ada/tides"]
    with pytest.raises(InvalidRequest, match="is not the end of a page"):
        ask("tides", sort=Sort.NEWEST, after="x")


@pytest.mark.parametrize("spelled", [True, False])
def test_however_many_match_the_most_downloaded_come_first(
    world: World, ask: Ask, monkeypatch: pytest.MonkeyPatch, spelled: bool
) -> None:
    counts = {"tides-a": 2, "plain": 9, "tides-b": 5, "moon": 1, "tides-c": 0, "sun": 7, "tides-d": 5, "tides-e": 0}
    for name, count in counts.items():
        summary = "about tides" if name == "moon" else ""
        file = world.publish(world.ada, "ada", world.wheel(name, summary=summary)).files[0]
        with world.repository.write() as work:
            collector.count_downloads(work, {file.id: count})
    wanted = ["tides-d", "tides-b", "tides-a", "moon", "tides-e", "tides-c"]
    assert ask("tides", sort=Sort.DOWNLOADS) == [f"ada/{name}" for name in wanted]
    # as if they were too many to be sorted
    for name, value in (("AT_ONCE", 2), ("FIRST", 2), ("LOOKED_AT", 3)):
        monkeypatch.setattr(matching, name, value)
    if not spelled:
        monkeypatch.setattr(fulltext, "SPELLED", 0)
    seen: list[str] = []
    after, bounded = "", set()
    while not seen or after:
        with world.repository.read() as work:
            page = search.find(work, world.nobody, "tid", Filters(), sort=Sort.DOWNLOADS, after=after, limit=1)
        assert not after or page.after != after
        seen += [hit.one.package.name for hit in page.hits]
        after, bounded = page.after, bounded | {page.bounded}
    assert seen == wanted
    assert bounded == {True, False}, "of three packages in a row none may match"
    assert ask("tides", names=True, sort=Sort.DOWNLOADS)[0] == "ada/tides-d"
    assert ask("tides b", sort=Sort.DOWNLOADS) == ["ada/tides-b"]


@pytest.mark.parametrize("common", [0, 1000])
def test_words_are_found_alike_however_common_they_seem(
    world: World, ask: Ask, monkeypatch: pytest.MonkeyPatch, common: int
) -> None:
    for number in range(4):
        world.publish(world.ada, "ada", world.wheel(f"tides-{number}", summary="moons" if number % 2 else ""))
    questions = ("tides", "moon", "tides moon", "1", "nothing")
    found = {(words, sort): ask(words, sort=sort) for words in questions for sort in Sort}
    assert found["moon", Sort.NEWEST] == ["ada/tides-3", "ada/tides-1"]
    monkeypatch.setattr(matching, "COMMON", common or 1)
    monkeypatch.setattr(matching, "SAMPLE", 1 if common else 50)
    monkeypatch.setattr(matching, "FIRST", 2)
    assert {key: ask(key[0], sort=key[1]) for key in found} == found


@pytest.mark.parametrize("sort", list(Sort))
def test_filters_that_let_few_through_cost_no_more_than_a_page(
    world: World, monkeypatch: pytest.MonkeyPatch, sort: Sort
) -> None:
    for number in range(6):
        spdx = "MIT" if number % 3 == 0 else "Apache-2.0"
        world.publish(world.ada, "ada", world.conda(f"tides-{number}", spdx=spdx))
    world.publish(world.bob, "bob", world.conda("tides-x", spdx="MIT"))
    monkeypatch.setattr(matching, "LOOKED_AT", 2)

    def seen(look: Callable[[Work, str], Page]) -> tuple[list[str], int]:
        names, after, pages = [], "", 0
        while not pages or after:
            with world.repository.read() as work:
                page = look(work, after)
            assert not after or page.after != after
            names += [hit.one.package.name for hit in page.hits]
            after, pages = page.after, pages + 1
        return names, pages

    mit = Filters(licence="MIT")
    monkeypatch.setattr(matching, "AT_ONCE", 1)
    names, pages = seen(lambda work, after: search.find(work, world.nobody, "tides", mit, sort=sort, after=after))
    assert names == ["tides-x", "tides-3", "tides-0"]
    assert pages > 1
    assert seen(lambda work, after: search.recent(work, world.nobody, mit, after=after))[0] == names
    with world.repository.read() as work:
        inside = Filters(licence="MIT", channel=accounts.get(work, "bob"))
        page = search.find(work, world.nobody, "tides", inside, sort=sort)
    assert ([hit.one.package.name for hit in page.hits], page.after) == (["tides-x"], ""), "others cost it nothing"


def test_licence_and_access_narrow_searches_and_lists(world: World, ask: Ask) -> None:
    world.publish(world.ada, "ada", world.conda("tides", spdx="BSD-3-Clause"))
    world.publish(world.ada, "ada", world.conda("tides-own", spdx="Apache-2.0"), visibility=PRIVATE)
    assert ask("tides", licence="bsd-3-clause") == ["ada/tides"]
    assert ask("tides", licence="MIT") == []
    assert ask("tides", world.ada, visibility=PRIVATE) == ["ada/tides-own"]
    assert ask("tides", visibility=PRIVATE) == [], "a filter opens nothing"
    with world.repository.read() as work:
        for filters, names in (
            (Filters(licence="Apache-2.0"), ["tides-own"]),
            (Filters(visibility=Visibility.PUBLIC), ["tides"]),
        ):
            assert [hit.one.package.name for hit in search.recent(work, world.ada, filters).hits] == names


@pytest.mark.parametrize(
    "words", ["obscure", "OBSCURE_MODULE", "uberflut", "notebook tides", "ada obscure", "analysis", "tides ada ipynb"]
)
def test_words_are_found_wherever_they_stand(world: World, ask: Ask, words: str) -> None:
    waves(world)
    world.publish(world.ada, "ada", world.conda("other"))
    assert ask(words) == ["ada/analysis"]


@pytest.mark.parametrize(
    "words", ["", "   ", "!!!", '"', "tides OR x", "tides AND", "{name} : tides", "tides -nothing", "x" * 9000, "'; --"]
)
def test_no_words_are_operators(world: World, ask: Ask, words: str) -> None:
    waves(world)
    assert ask(words) == []


def test_outputs_of_a_notebook_are_searched_too(world: World, ask: Ask) -> None:
    world.publish(world.ada, "ada", world.notebook("sums", outputs="the remarkable answer"))
    assert ask("remarkable") == ["ada/sums"]


def test_what_is_private_is_found_by_those_who_may_read_it_only(world: World, ask: Ask) -> None:
    waves(world, visibility=PRIVATE)
    for words in ("tides", "analysis", "obscure"):
        assert ask(words) == ask(words, world.bob) == []
        assert ask(words, world.ada) == ["ada/analysis"]
    with world.repository.write() as work:
        collaborators.add(work, world.ada, "ada", "analysis", "bob", "read")
    assert ask("obscure", world.bob) == ["ada/analysis"]
    with world.repository.write() as work:
        packages.edit(work, world.ada, "ada", "analysis", visibility=Visibility.PUBLIC)
    assert ask("obscure") == ["ada/analysis"]
    with world.repository.write() as work:
        packages.edit(work, world.ada, "ada", "analysis", visibility=Visibility.UNLISTED)
    assert ask("obscure") == []


def test_a_site_administrator_finds_a_private_notebook_by_its_name_and_not_by_what_it_says(
    world: World, ask: Ask
) -> None:
    waves(world, visibility=PRIVATE)
    with world.repository.write() as work:
        root = Actor(accounts.create_user(work, "root-user", email="r@example.org", admin=True))
    assert ask("analysis", root) == ["ada/analysis"]
    assert ask("obscure", root) == []


def test_deleting_the_latest_version_takes_its_words_out_and_restoring_brings_them_back(world: World, ask: Ask) -> None:
    waves(world)
    world.publish(world.ada, "ada", world.notebook("analysis", cells=[("code", "a_secret_name = 1")]))
    assert ask("secret") == ["ada/analysis"]
    assert ask("obscure") == []
    with world.repository.write() as work:
        trash.delete_release(work, world.ada, "ada", "analysis", "2")
    assert ask("secret") == []
    assert ask("obscure") == ["ada/analysis"]
    with world.repository.write() as work:
        trash.delete(work, world.ada, "ada", "analysis")
    assert ask("analysis") == ask("obscure") == []
    with world.repository.write() as work:
        trash.restore(work, world.ada, "ada", "analysis", "1", "analysis.ipynb")
    assert ask("obscure") == ["ada/analysis"]


def test_a_change_is_found_at_once(world: World, ask: Ask) -> None:
    waves(world)
    with world.repository.write() as work:
        packages.edit(work, world.ada, "ada", "analysis", summary="Now of volcanoes")
    assert ask("volcanoes") == ["ada/analysis"]
    with world.repository.write() as work:
        transfers.transfer(work, world.ada, "ada", "analysis", "acme", confirm="ada/analysis")
    assert ask("obscure") == ["acme/analysis"]
    assert ask("acme") == ["acme/analysis"]
    assert ask("ada obscure") == []


def test_an_account_that_goes_takes_its_words_with_it(world: World, ask: Ask) -> None:
    waves(world)
    with world.repository.write() as work:
        work.db.execute(sa.delete(t.accounts).where(t.accounts.c.name == "ada"))
    assert ask("obscure") == []
    if world.repository.engine.dialect.name == "sqlite":
        with world.repository.write() as work:  # raises if index and documents disagree
            work.db.exec_driver_sql("INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)")


def test_filters(world: World, ask: Ask) -> None:
    world.publish(world.ada, "ada", world.conda("tides", subdir="linux-64", noarch=None), labels=("dev",))
    waves(world, "tides-book")
    assert ask("tides", kind=Kind.NOTEBOOK) == ["ada/tides-book"]
    assert ask("tides", platform="linux-64") == ["ada/tides"]
    assert ask("tides", label="dev") == ["ada/tides"]
    assert ask("tides", label="other") == []


def all_pages(look: Callable[[str], Page]) -> list[str]:
    names: list[str] = []
    after = ""
    while True:
        page = look(after)
        assert len(page.hits) <= 2
        names += [hit.one.package.name for hit in page.hits]
        after = page.after
        if not after:
            return names


@pytest.mark.parametrize(("looked_at", "first"), [(5000, 100), (2, 1), (1, 1), (3, 2)])
def test_pages_follow_each_other_without_gap_or_repetition(
    world: World, monkeypatch: pytest.MonkeyPatch, looked_at: int, first: int
) -> None:
    monkeypatch.setattr(matching, "LOOKED_AT", looked_at)
    monkeypatch.setattr(matching, "FIRST", first)
    for name in ("zz", "tides", "tides-a", "tides-b", "tides-c", "plain"):
        summary = "of tides" if name == "plain" else "s"
        world.publish(world.ada, "ada", world.wheel(name, summary=summary))
    waves(world, "book")
    with world.repository.read() as work:
        found = all_pages(lambda after: search.find(work, world.nobody, "tides", Filters(), after=after, limit=2))
        assert found == ["tides", "tides-c", "tides-b", "tides-a", "book", "plain"]
        listed = all_pages(lambda after: search.recent(work, world.nobody, Filters(), after=after, limit=2))
        assert listed == ["book", "plain", "tides-c", "tides-b", "tides-a", "tides", "zz"]
        ada = accounts.get(work, "ada")
        kinds = Filters(Kind.PYPI, channel=ada)
        assert all_pages(lambda after: search.recent(work, world.nobody, kinds, after=after, limit=2)) == listed[1:]
        with pytest.raises(InvalidRequest):
            search.find(work, world.nobody, "tides", Filters(), after="nonsense")


def test_the_excerpt_shows_what_was_found_and_nothing_as_markup(world: World) -> None:
    cells = [("code", "x = 1\n" * 100 + "<b>obscure</b> & more")]
    world.publish(world.ada, "ada", world.notebook("book", cells=cells))
    with world.repository.read() as work:
        [hit] = search.find(work, world.nobody, "obsc", Filters()).hits
    assert [piece.text for piece in hit.excerpt if piece.found] == ["obscure"]
    assert "".join(piece.text for piece in hit.excerpt).endswith("<b>obscure</b> & more")


def plans(world: World, look: Callable[[Work], object]) -> list[str]:
    """How the database would answer the first question that `look` asks about packages, and all that follow."""
    asked: list[tuple[str, Any]] = []
    engine = world.repository.engine

    def keep(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        asked.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", keep)
    try:
        with world.repository.read() as work:
            look(work)
    finally:
        sa.event.remove(engine, "before_cursor_execute", keep)
    questions = [one for one in asked if one[0].startswith("SELECT") and "LIMIT" in one[0]]
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            explain = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values) for sql, values in questions]
            return ["\n".join(row[3] for row in answer) for answer in explain]
        # a few rows are read fastest one after the other: ask what it does when there are many
        for method in ("seqscan", "sort"):
            connection.exec_driver_sql(f"SET enable_{method} = off")
        return [
            "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {sql}", values))
            for sql, values in questions
        ]


def test_no_page_reads_or_sorts_all_packages(world: World) -> None:
    waves(world)
    with world.repository.read() as work:
        ada = accounts.get(work, "ada")
    lite = world.repository.engine.dialect.name == "sqlite"
    found = plans(world, lambda work: search.find(work, world.nobody, "tides", Filters()))
    assert "ix_packages_name_key" in found[0]
    in_index = [one for one in found if ("search_index VIRTUAL TABLE INDEX" if lite else "search_index") in one]
    more = 0 if lite else 3  # a sample, and who of one rank's is in the better one, by their keys
    counts = 5 + more, 3 + more
    assert (len(found), len(in_index)) == counts, "the very name; keys of each other rank; and the package of one"
    assert lite or sum("on ix_search_index" in one for one in found) == 3, "whatever the planner believes"
    for filters, index in (
        (Filters(), "ix_listings_kind"),
        (Filters(Kind.NOTEBOOK), "ix_listings_kind"),
        (Filters(installable=True), "ix_listings_kind"),
        (Filters(Kind.NOTEBOOK, channel=ada), "ix_listings_channel"),
    ):
        for after in ("", "1700000000000000-5"):
            asked = plans(world, lambda work: search.recent(work, world.nobody, filters, after=after))  # noqa: B023
            assert [one for one in asked if index not in one] == []
            found += asked
    for one in found:
        assert "Seq Scan" not in one, one
        if lite:
            assert "TEMP B-TREE" not in one, one
            assert "SCAN packages" not in one, one
            assert "SCAN listings" not in one, one


def test_words_of_the_index_are_asked_for_one_by_one_unless_they_are_many(
    world: World, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a common beginning FTS5 would read the packages of all words that begin so, for each page."""
    for name in ("tidal-a", "tides-b", "tidings", "tie"):
        world.publish(world.ada, "ada", world.wheel(name))
    world.publish(world.ada, "ada", world.wheel("gone"))
    with world.repository.write() as work:
        trash.delete(work, world.ada, "ada", "gone")
    found = {words: ask(words) for words in ("tid", "tida", "tide b", "tidi", "t", "gone", "tidesx")}
    assert found == {
        "tid": ["ada/tidings", "ada/tides-b", "ada/tidal-a"],
        "tida": ["ada/tidal-a"],
        "tide b": ["ada/tides-b"],
        "tidi": ["ada/tidings"],
        "t": ["ada/tie", "ada/tidings", "ada/tides-b", "ada/tidal-a"],
        "gone": [],
        "tidesx": [],
    }
    with world.repository.read() as work:
        spelled = fulltext.question(work.db, ["tides", "t", "ti"]).spelled
    if world.repository.engine.dialect.name == "sqlite":
        assert spelled == (("tides",), ("tidal", "tides", "tidings", "tie"), None)
    monkeypatch.setattr(fulltext, "SPELLED", 0)
    assert found == {words: ask(words) for words in found}


def test_downloads_are_counted_by_day(world: World) -> None:
    one = world.publish(world.ada, "ada", world.conda(version="1.0")).files[0]
    other = world.publish(world.ada, "ada", world.conda(version="2.0")).files[0]
    for counts in ({one.id: 2, other.id: 3}, {other.id: 1, 999_999: 5}):
        with world.repository.write() as work:
            collector.count_downloads(work, counts)
            today = work.now.date()
    with world.repository.read() as work:
        d = t.daily_downloads
        assert work.db.execute(sa.select(d.c.day, d.c.count)).all() == [(today, 6)]
        assert (
            sum(
                file.downloads
                for file in packages.files(work, packages.lookup(work, accounts.get(work, "ada"), "hello"))
            )
            == 6
        )  # type: ignore[arg-type]


def test_the_longest_text_in_the_widest_letters_is_no_obstacle(world: World, ask: Ask) -> None:
    letters = (chr(0x20000 + number % 40_000) + chr(0x20000 + number * 7 % 40_000) for number in range(60_000))
    words = " ".join(letters)
    world.publish(world.ada, "ada", world.notebook("wide", cells=[("code", "beginning"), ("code", words)]))
    assert ask("beginning") == ["ada/wide"]
