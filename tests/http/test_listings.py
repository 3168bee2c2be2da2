"""Lists that go on by key, search with filters, feeds: each shows what its reader may see."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import requests

from jupyter_repo.models import Kind
from tests.worlds import PRIVATE

from .browsing import Browsing
from .conftest import Answering

ATOM = "{http://www.w3.org/2005/Atom}"


def test_lists_go_on_by_key(repo: Answering) -> None:
    world = repo.world
    for number in range(33):
        world.publish(world.ada, "ada", world.environment(f"env-{number:02}"))
    visitor, seen, path = Browsing(repo), [], "/environments"
    while path:
        visitor.open(path)
        assert len(visitor.page.encode()) < 60_000
        seen += re.findall(r'class="thing-name" href="/ada/(env-\d+)"', visitor.page)
        following = re.search(r'href="([^"]+)" rel="next"', visitor.page)
        path = following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"env-{number:02}" for number in reversed(range(33))]
    assert "env-00" not in visitor.open("/notebooks")
    assert "env-00" not in visitor.open("/packages")
    assert repo.get("/environments?after=nonsense").status_code == 400


def test_search_with_filters_and_excerpts(repo: Answering) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.notebook("book", cells=[("code", "obscure_call('<i>x</i>')")]))
    world.publish(world.ada, "ada", world.conda("obscure-lib"), labels=("dev",))
    visitor = Browsing(repo)
    visitor.open("/?q=obscure")
    assert re.findall(r'class="thing-name" href="([^"]+)"', visitor.page) == ["/ada/obscure-lib", "/ada/book"]
    assert "<mark>obscure</mark>_call(&#39;&lt;i&gt;" in visitor.page
    visitor.open("/?q=obscure&kind=ipynb")
    assert re.findall(r'class="thing-name" href="([^"]+)"', visitor.page) == ["/ada/book"]
    visitor.open("/?channel=ada&label=dev")
    assert re.findall(r'class="thing-name" href="([^"]+)"', visitor.page) == ["/ada/obscure-lib"]
    visitor.open("/?q=obscure&channel=nobody-there")
    assert "Nothing found" in visitor.text
    visitor.open("/?q=obscure&sort=newest&visibility=public")
    assert re.findall(r'class="thing-name" href="([^"]+)"', visitor.page) == ["/ada/obscure-lib", "/ada/book"]
    assert '<option value="newest" selected>Newest</option>' in visitor.page
    assert "?kind=ipynb&amp;q=obscure&amp;visibility=public&amp;sort=newest" in visitor.page, "tabs keep the rest"
    visitor.open("/?q=obscure&licence=bsd-3-clause")
    assert re.findall(r'class="thing-name" href="([^"]+)"', visitor.page) == ["/ada/obscure-lib"]
    assert repo.get("/?q=obscure&visibility=everybody").status_code == 400
    visitor.open("/ada?q=obscure")
    assert "/ada/book" in visitor.page


def test_a_feed_shows_what_its_reader_may_see(repo: Answering) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.wheel("open", summary="a < b & \x0bc"))
    world.publish(world.ada, "ada", world.conda("veiled"), visibility=PRIVATE)
    answer = repo.get("/feeds/ada/atom.xml")
    assert answer.headers["Content-Type"].startswith("application/atom+xml")

    def titles(text: str) -> list[str]:
        return [str(one.findtext(f"{ATOM}title")) for one in ElementTree.fromstring(text).iter(f"{ATOM}entry")]

    assert titles(answer.text) == ["open 1.0"]
    token = repo.tokens["ada"]
    full = repo.get(f"/t/{token}/feeds/ada/atom.xml")
    assert titles(full.text) == ["veiled 1.0", "open 1.0"]
    assert token not in full.text
    assert full.headers["Cache-Control"].startswith("private")
    assert repo.get("/feeds/bob/atom.xml").status_code == 404


def test_kinds_have_their_words(repo: Answering) -> None:
    assert {str(kind) for kind in Kind} == set(re.findall(r'\?kind=(\w+)"', requests.get(repo.url, timeout=60).text))
