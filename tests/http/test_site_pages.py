"""Pages of the site itself: documentation, terms, contact, status; and how heavy any page may be."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jupyter_repo.permissions import RULES, SCOPES
from jupyter_repo.service.work import Settings

from .browsing import Browsing
from .browsing import ada as ada
from .conftest import Answering, serve


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
        assert not re.findall(r'(?:src|<link (?!rel="canonical")[^>]*href)="(?:https?:)?//', page)
        assert not re.findall(r"<script(?! src)|\son\w+=|\sstyle=", page)
