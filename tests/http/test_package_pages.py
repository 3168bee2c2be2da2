"""Pages of packages, channels and labels; package settings by plain forms; what is not allowed is not offered."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
import requests
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.models import Kind, Visibility
from jupyter_repo.permissions import RULES, SCOPES
from jupyter_repo.service import collaborators, collector, forks, groups, packages
from jupyter_repo.service.work import Settings
from tests.worlds import PRIVATE

from .browsing import Browsing
from .conftest import Answering, serve

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def ada(repo: Answering) -> Browsing:
    """Ada's browser."""
    return Browsing(repo).sign_in("ada")


def test_a_package_page_says_what_there_is_to_know(repo: Answering, ada: Browsing) -> None:
    world = repo.world
    readme = "# Tidekit\n\nSome **bold** words."
    world.publish(world.ada, "ada", world.wheel("tidal-core"))
    published = world.publish(
        world.ada, "ada", world.wheel("tidekit", "2.0", description=readme, requires=["tidal-core>=1", "numpy"])
    )
    with world.repository.write() as work:
        collector.count_downloads(work, {published.files[0].id: 7})
        collaborators.add(work, world.ada, "ada", "tidekit", "bob", "read")
    page = ada.open("/ada/tidekit")
    assert 'href="/ada/tidal-core"' in page
    assert 'href="/ada/numpy"' not in page
    assert "numpy" in ada.text
    assert "7 downloads in the last 90 days" in page
    assert "BSD" in page or "Licence" not in page
    assert re.search(r"pip install --extra-index-url http://\S+/pypi/ada/simple/ tidekit", page)
    assert "bob</a>" in page
    assert "/ada/tidekit/settings" in page
    anonymous = Browsing(repo)
    anonymous.open("/ada/tidekit")
    assert "Collaborators" not in anonymous.text
    assert "/ada/tidekit/settings" not in anonymous.page
    assert 'action="/stars/' not in anonymous.page
    file = anonymous.open("/ada/tidekit/2.0/files/tidekit-2.0-py3-none-any.whl")
    assert published.files[0].sha256 in file
    assert 'href="/ada/tidal-core"' in file
    assert Browsing(repo).open("/ada/tidekit/2.0/files/nothing.whl")
    assert repo.get("/ada/tidekit/2.0/files/nothing.whl").status_code == 404


def test_a_readme_in_markdown_is_rendered_and_tame(repo: Answering) -> None:
    world = repo.world
    text = "# Head\n\n**bold** <script>alert(1)</script> [x](javascript:alert(1))"
    world.publish(world.ada, "ada", world.wheel("kit", description=text))
    page = repo.get("/ada/kit").text
    assert "<script>alert" not in page
    assert "**bold**" in page, "without its type a description is plain text"
    with world.repository.write() as work:
        found = packages.get(work, world.ada, "ada", "kit")
        [file] = packages.files(work, found.package)
        attrs = {**file.attrs, "description_content_type": "text/markdown; charset=UTF-8"}
        work.db.execute(sa.update(t.files).values(attrs=attrs))
    page = repo.get("/ada/kit").text
    assert "<strong>bold</strong>" in page
    assert "<script>alert" not in page
    assert "javascript:" not in page


def test_a_private_package_shows_commands_with_a_token(repo: Answering, ada: Browsing) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.conda(), visibility=PRIVATE)
    assert "/t/&lt;TOKEN&gt;/conda/ada" in ada.open("/ada/hello")
    assert "/ada/settings/access" in ada.page


def test_versions_are_compared(repo: Answering) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.notebook("book", cells=[("code", "x = 1"), ("markdown", "<b>kept</b>")]))
    world.publish(world.ada, "ada", world.notebook("book", cells=[("code", "x = 2"), ("markdown", "<b>kept</b>")]))
    world.publish(world.ada, "ada", world.notebook("book", cells=[("code", "<script>x = 2</script>")]))
    visitor = Browsing(repo)
    assert "/ada/book/3/diff" in visitor.open("/ada/book")
    visitor.open("/ada/book/2/diff")
    assert "1 cell changed, 0 added, 0 removed; 1 the same." in visitor.text
    assert re.search(r'class="removed">.*x = <mark>1</mark>', visitor.page)
    visitor.open("/ada/book/3/diff?with=1")
    assert "&lt;script&gt;" in visitor.page
    assert "<script>x" not in visitor.page
    visitor.open("/ada/book/1/diff")
    assert "do not differ" in visitor.text, "there is none before the first"
    assert repo.get("/ada/book/3/diff?with=9").status_code == 404
    assert repo.get("/ada/book/9/diff").status_code == 404


def test_a_fork_and_its_original_name_each_other_to_those_who_see_both(repo: Answering) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.notebook("book", cells=[("code", "x = 1")]))
    with world.repository.write() as work:
        forks.fork(work, world.bob, "ada", "book")
    visitor = Browsing(repo)
    visitor.open("/bob/book")
    assert "Forked from ada/book 1" in visitor.text
    assert "%repo open bob/book" in visitor.text
    visitor.open("/ada/book")
    assert "bob/book of 1" in visitor.text
    with world.repository.write() as work:
        packages.edit(work, world.ada, "ada", "book", visibility=Visibility.PRIVATE)
    assert "ada/book" not in visitor.open("/bob/book"), "where it came from is private now"


def test_a_hopeless_notebook_is_offered_for_download(repo: Answering) -> None:
    cells = [nbformat.v4.new_markdown_cell("x" * 100)]
    body = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    padded = body.replace(b"x" * 100, b"x" * (21 << 20))
    assert repo.put("/api/upload/ada/huge.ipynb?allow_findings=1", by="ada", data=padded).status_code == 201
    assert "Too large to show here" in repo.get("/ada/huge").text
    assert len(repo.get("/ada/huge").content) < 60_000
    assert repo.get("/ada/huge/1/diff").status_code == 404


def test_a_star_by_a_form(repo: Answering, ada: Browsing) -> None:
    repo.world.publish(repo.world.ada, "ada", repo.world.conda())
    ada.open("/favorites")
    assert "No favorites yet" in ada.text
    ada.open("/ada/hello")
    ada.submit("/stars/ada/hello", starred="1")
    assert ada.path == "/ada/hello"
    assert "★ Starred 1" in ada.text
    assert 'href="/ada/hello"' in ada.open("/favorites")
    ada.open("/ada/hello")
    ada.submit("/stars/ada/hello", starred="0")
    assert "☆ Star 0" in ada.text


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


class TestSettings:
    """`/<channel>/<name>/settings/…`."""

    def test_general(self, repo: Answering, ada: Browsing) -> None:
        world = repo.world
        world.publish(world.ada, "ada", world.wheel("kit"))
        ada.open("/ada/kit/settings")
        ada.submit(
            "/ada/kit/settings", do="describe", summary="Tides", home="javascript:alert(1)", dev_url="", doc_url=""
        )
        assert ada.status == 400
        assert "begins with https://" in ada.text
        assert ">Tides</textarea>" in ada.page, "what was typed stays"
        ada.submit(
            "/ada/kit/settings", do="describe", summary="Tides", home="https://tides.example", dev_url="", doc_url=""
        )
        assert "Saved." in ada.text
        ada.submit("/ada/kit/settings", do="mark", status="deprecated", status_reason="Use other-kit.")
        page = ada.open("/ada/kit")
        assert 'href="https://tides.example"' in page
        assert "This package is deprecated. Use other-kit." in ada.text
        assert "Tides" in ada.text
        ada.open("/ada/kit/settings")
        file = re.search(r'name="file" value="(\d+)"', ada.page)
        assert file is not None
        ada.submit("/ada/kit/settings", do="yank", file=file[1], reason="Broken")
        assert (
            repo.get("/pypi/ada/simple/kit/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}).json()[
                "files"
            ][0]["yanked"]
            == "Broken"
        )
        ada.submit("/ada/kit/settings", do="unyank", file=file[1])
        assert "offered again" in ada.text
        ada.submit("/ada/kit/settings", do="nonsense")
        assert ada.status == 400

    def test_labels(self, repo: Answering, ada: Browsing) -> None:
        world = repo.world
        world.publish(world.ada, "ada", world.conda())
        world.publish(world.ada, "ada", world.conda("other"))
        where = "/ada/hello/settings/labels"
        ada.open(where)
        ada.submit(where, do="add", label="no good!", version="")
        assert ada.status == 400
        assert "can't be a label" in ada.text.lower() or "can’t be a label" in ada.text.lower()
        ada.submit(where, do="add", label="dev", version="1.0")
        assert repo.get("/api/channels/ada/dev").json()["files"][0]["basename"] == "noarch/hello-1.0-0.conda"
        ada.submit(where, do="move", source="dev", target="test")
        assert set(repo.get("/api/channels/ada").json()) == {"main", "test"}
        ada.submit(where, do="copy", source="main", target="stable")
        assert len(repo.get("/api/channels/ada/stable").json()["files"]) == 1, "of this package only"
        ada.submit(where, do="remove", label="test", version="1.0")
        assert set(repo.get("/api/channels/ada").json()) == {"main", "stable"}
        ada.submit(where, do="lock", label="main")
        ada.submit(where, do="remove", label="main", version="1.0")
        assert ada.status == 403
        assert "locked" in ada.text
        ada.submit(where, do="unlock", label="main")
        assert "can be changed again" in ada.text

    def test_collaborators(self, repo: Answering, ada: Browsing) -> None:
        world = repo.world
        world.publish(world.ada, "acme", world.conda(), visibility=PRIVATE)
        with world.repository.write() as work:
            groups.create(work, world.ada, "acme", "crew", level="read")
        bob = Browsing(repo).sign_in("bob")
        bob.open("/acme/hello")
        assert bob.status == 404
        where = "/acme/hello/settings/collaborators"
        ada.open(where)
        ada.submit(where, do="add", user="nobody-there", level="read")
        assert ada.status == 404
        assert "does not exist" in ada.text
        ada.submit(where, do="add", user="bob", level="read-write")
        assert "bob has Read-Write now" in ada.text
        ada.submit(where, do="add-group", group="crew", level="admin")
        assert "The group crew has Admin now" in ada.text
        bob.open("/acme/hello")
        assert bob.status == 200
        bob.open("/acme/hello/settings")
        assert bob.path == "/acme/hello/settings/labels", "what a Read-Write may change"
        assert ">Admin</a>" not in bob.page
        bob.open("/acme/hello/settings/admin")
        assert bob.status == 403
        bob.open("/acme/hello")
        bob.submit("/acme/hello/settings/admin", do="delete", typed="acme/hello")
        assert bob.status == 403
        ada.submit(where, do="remove", who="bob")
        ada.submit(where, do="remove", who="crew", is_group="1")
        assert "Nobody beside the owners" in ada.text
        bob.open("/acme/hello")
        assert bob.status == 404

    def test_make_private_and_public_again(self, repo: Answering, ada: Browsing) -> None:
        world = repo.world
        world.publish(world.ada, "ada", world.conda())
        ada.open("/ada/hello/settings/admin")
        ada.submit("/ada/hello/settings/admin", do="access", visibility="private")
        assert "The access is private now" in ada.text
        assert repo.get("/ada/hello").status_code == 404
        assert repo.get("/conda/ada/noarch/hello-1.0-0.conda").status_code in (401, 404)
        ada.submit("/ada/hello/settings/admin", do="access", visibility="public")
        assert repo.get("/ada/hello").status_code == 200

    def test_transfer_asks_twice(self, repo: Answering, ada: Browsing) -> None:
        world = repo.world
        world.publish(world.ada, "ada", world.conda())
        where = "/ada/hello/settings/admin"
        ada.open(where)
        assert re.findall(r'<option value="(\w+)"', ada.page) == ["acme"]
        ada.submit(where, do="transfer", to="acme", confirm="hello")
        assert ada.status == 400
        assert "type the full name, ada/hello" in ada.text.lower()
        ada.submit(where, do="transfer", to="bob", confirm="ada/hello")
        assert ada.status == 403
        ada.submit(where, do="transfer", to="acme", confirm="ada/hello")
        assert ada.path == "/acme/hello"
        assert "hello belongs to acme now." in ada.text
        assert repo.get("/ada/hello").status_code == 404

    def test_delete_wants_the_typed_name(self, repo: Answering, ada: Browsing) -> None:
        world = repo.world
        world.publish(world.ada, "ada", world.conda())
        where = "/ada/hello/settings/admin"
        ada.open(where)
        ada.submit(where, do="delete", typed="hello")
        assert ada.status == 400
        assert repo.get("/ada/hello").status_code == 200
        ada.submit(where, do="delete", typed="ada/hello")
        assert ada.path == "/ada"
        assert "ada/hello is deleted" in ada.text
        assert repo.get("/ada/hello").status_code == 404

    def test_nobody_else_finds_settings(self, repo: Answering) -> None:
        world = repo.world
        world.publish(world.ada, "ada", world.conda())
        world.publish(world.ada, "ada", world.conda("veiled"), visibility=PRIVATE)
        bob = Browsing(repo).sign_in("bob")
        for section in ("", "/labels", "/collaborators", "/admin"):
            bob.open(f"/ada/hello/settings{section}")
            assert bob.status == 403
            bob.open(f"/ada/veiled/settings{section}")
            assert bob.status == 404
            visitor = Browsing(repo)
            visitor.open(f"/ada/veiled/settings{section}")
            assert visitor.path.startswith("/login?next=")


def test_the_labels_of_a_channel(repo: Answering, ada: Browsing) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.conda())
    ada.open("/labels")
    assert ada.path == "/labels/ada"
    ada.submit("/labels/ada", do="copy", source="main", target="dev")
    assert "/conda/ada/label/dev" in ada.page
    ada.submit("/labels/ada", do="lock", label="dev")
    ada.submit("/labels/ada", do="remove", label="dev")
    assert ada.status == 403
    ada.submit("/labels/ada", do="unlock", label="dev")
    ada.submit("/labels/ada", do="remove", label="dev")
    assert "/conda/ada/label/dev" not in ada.page
    visitor = Browsing(repo)
    visitor.open("/labels/ada")
    assert visitor.status == 200
    assert "Copy or move" not in visitor.text
    assert repo.get("/labels").status_code == 302


def test_notices_are_written_on_a_page_and_read_by_conda(repo: Answering, ada: Browsing) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.conda())
    until = datetime.now(UTC) + timedelta(days=30)
    ada.open("/ada/settings/notices")
    day = f"{until:%Y-%m-%d}"
    first = {"message-0": "We move.", "level-0": "warning", "until-0": "soon", "message-1": ""}
    ada.submit("/ada/settings/notices", **first)
    assert ada.status == 400
    assert 'value="We move."' in ada.page
    ada.submit("/ada/settings/notices", **{**first, "until-0": day})
    [notice] = repo.get("/conda/ada/notices.json").json()["notices"]
    assert (notice["message"], notice["level"]) == ("We move.", "warning")
    assert notice["expired_at" if "expired_at" in notice else "expires_at"].startswith(day)
    assert Browsing(repo).sign_in("bob").open("/ada/settings/notices")
    bob = Browsing(repo).sign_in("bob")
    bob.open("/ada/settings/notices")
    assert bob.status == 403


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


def test_the_documentation_is_made_from_the_code(repo: Answering) -> None:
    visitor = Browsing(repo)
    visitor.open("/docs/permissions")
    for rule in RULES.values():
        assert rule.says.rstrip(".") in visitor.text
    for says in SCOPES.values():
        assert says in visitor.text
    visitor.open("/docs/api")
    assert "GET /api/search" in visitor.text
    visitor.open("/docs/clients")
    assert f"{repo.url}/conda/CHANNEL" in visitor.text
    assert repo.get("/docs/nonsense").status_code == 404


def test_what_robots_finders_of_holes_and_the_curious_read(repo: Answering) -> None:
    assert "Disallow: /api" in repo.get("/robots.txt").text
    assert repo.get("/.well-known/security.txt").status_code == 404, "nobody is named"
    assert "no terms of their own" in repo.get("/terms").text
    status = repo.get("/status")
    assert status.status_code == 200
    assert "Everything answers" in status.text
    assert str(repo.world.folder) not in status.text


def test_the_administrator_s_terms_and_contact(tmp_path: Path) -> None:
    terms = tmp_path / "terms.md"
    terms.write_text("# Ours\n\nBe **kind**. <script>alert(1)</script>")
    settings = Settings(contact="security@example.org", terms=str(terms))
    for repo in serve(tmp_path, settings):
        text = repo.get("/.well-known/security.txt").text
        assert "Contact: mailto:security@example.org" in text
        expires = re.search(r"Expires: (\S+)", text)
        assert expires is not None
        assert datetime.now(UTC) < datetime.fromisoformat(expires[1]) < datetime.now(UTC) + timedelta(days=365)
        page = repo.get("/terms").text
        assert "<strong>kind</strong>" in page
        assert "<script>alert" not in page
        assert "mailto:security@example.org" in repo.get("/about").text


def test_status_says_so_when_the_storage_is_gone(repo: Answering) -> None:
    class Gone:
        def exists(self, sha256: str) -> bool:
            raise OSError("the disk is away")

    repository = repo.service.site.repository
    kept = repository.store
    object.__setattr__(repository, "store", Gone())
    try:
        answer = repo.get("/status")
    finally:
        object.__setattr__(repository, "store", kept)
    assert answer.status_code == 503
    assert "does not answer" in answer.text
    assert "the disk is away" not in answer.text


def test_every_page_is_light(repo: Answering, ada: Browsing) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.notebook("book"))
    world.publish(world.ada, "ada", world.conda())
    for path in (
        "/", "/?q=book", "/view-all", "/ada", "/ada/book", "/ada/hello", "/ada/hello/settings", "/docs/api",
        "/docs/permissions", "/labels/ada", "/terms", "/ada/hello/1.0/files/noarch/hello-1.0-0.conda",
    ):  # fmt: skip
        page = ada.open(path)
        assert ada.status == 200, path
        assert len(page.encode()) < 60_000, path
        assert len(re.findall(r"<link rel=\"stylesheet\"|<script src", page)) <= 8
        # no address elsewhere is loaded, and nothing runs inline
        assert not re.findall(r'(?:src|<link[^>]*href)="(?:https?:)?//', page)
        assert not re.findall(r"<script(?! src)|\son\w+=|\sstyle=", page)


def test_kinds_have_their_words(repo: Answering) -> None:
    assert {str(kind) for kind in Kind} == set(re.findall(r'\?kind=(\w+)"', requests.get(repo.url, timeout=10).text))
