"""The pages of packages in a real browser: flows with and without JavaScript, axe in both themes, a narrow screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from jupyter_repo.models import Visibility
from jupyter_repo.service import collaborators
from tests.http.conftest import Answering, serve

from . import axe
from .conftest import PATIENCE

STAR = re.compile(r"\bStar(?!red)")
PRESSED_TWICE = """() => {
    const form = document.querySelector('main form'), refused = [];
    addEventListener('submit', event => { refused.push(event.defaultPrevented); event.preventDefault(); });
    form.requestSubmit();
    form.requestSubmit();
    return refused;
}"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TABLE = "\n".join(f"| {' | '.join([word] * 6)} |" for word in ("constituent", "---", "semidiurnal"))
"""wider than a phone"""
PAGES = (
    "/", "/?q=tides", "/?channel=ada&label=main", "/view-all", "/packages", "/favorites", "/ada", "/labels/ada",
    "/ada/book", "/ada/book/1", "/ada/book?interactive=1", "/ada/book/2/diff", "/ada/kit", "/ada/tides", "/ada/science",
    "/ada/kit/1.0/files/kit-1.0-py3-none-any.whl", "/ada/kit/settings", "/ada/kit/settings/labels",
    "/ada/kit/settings/collaborators", "/ada/kit/settings/admin", "/ada/settings/notices", "/docs", "/docs/clients",
    "/docs/permissions", "/docs/api", "/docs/search", "/terms", "/about", "/status", "/ada/nothing-here",
)  # fmt: skip


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answering]:
    """A repository with one of each kind."""
    for repo in serve(tmp_path_factory.mktemp("pages")):
        world = repo.world
        long = "a_very_long_name_that_no_line_can_hold = " + "another_one + " * 30
        script, wide = ("code", "show()"), ("markdown", f"# Tides\n\n$x$\n\n{TABLE}")
        first = [("markdown", "# Tides\n\n$h$"), ("code", long), ("code", long * 2)]  # coloured, and too long for that
        world.publish(world.ada, "ada", world.notebook("book", cells=first))
        world.publish(world.ada, "ada", world.notebook("book", cells=[wide, script]))
        world.publish(world.ada, "ada", world.wheel("kit", summary="Predict tides", requires=["tides"]))
        world.publish(world.ada, "ada", world.conda("tides", depends=["python >=3.11", "kit"]))
        world.publish(world.ada, "ada", world.environment("science"))
        with world.repository.write() as work:
            collaborators.add(work, world.ada, "ada", "kit", "bob", "read")
        yield repo


def opened(browser: Browser, repo: Answering, **options: object) -> Iterator[BrowserContext]:
    """A signed-in browser (Ada's)."""
    context = browser.new_context(locale="en-US", **options)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{repo.url}/login")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill("secret-ada")
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Profile: ")).to_have_count(1)
    yield context
    context.close()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def page(browser: Browser, repo: Answering, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of Ada's browser."""
    for context in opened(browser, repo, java_script_enabled=request.param, viewport={"width": 1200, "height": 900}):
        yield context.pages[0]


def test_found_read_starred(repo: Answering, page: Page) -> None:
    page.goto(repo.url)
    page.get_by_label("Words to look for").fill("tid")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("heading", name="Found for “tid”")).to_be_visible()
    page.get_by_role("navigation", name="Kind").get_by_role("link", name="Notebooks").click()
    expect(page.get_by_role("link", name="ada/tides")).to_have_count(0)
    page.get_by_role("link", name="ada/book").click()
    expect(page.locator("article.notebook h1")).to_contain_text("Tides")
    page.get_by_role("button", name=STAR).click()
    expect(page.get_by_role("button", name="Starred")).to_be_visible()
    page.goto(f"{repo.url}/favorites")
    expect(page.get_by_role("link", name="ada/book")).to_be_visible()
    page.get_by_role("link", name="ada/book").click()
    page.get_by_role("button", name="Starred").click()
    expect(page.get_by_role("button", name=STAR)).to_be_visible()
    page.get_by_role("link", name="Compare with 1").click()
    expect(page.get_by_role("heading", name="What changed")).to_be_visible()
    expect(page.locator(".diff .removed").first).to_be_visible()


def test_made_private_and_transferred(repo: Answering, page: Page) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.conda("mover"), force=True)
    page.goto(f"{repo.url}/ada/mover")
    page.get_by_role("link", name="Settings", exact=True).last.click()
    page.get_by_role("navigation", name="Settings").get_by_role("link", name="Admin").click()
    page.get_by_label("Private").check()
    page.get_by_role("button", name="Set access").click()
    expect(page.get_by_role("status")).to_contain_text("The access is private now.")
    assert repo.get("/ada/mover").status_code == 404
    page.get_by_label("To", exact=True).select_option("acme")
    page.get_by_label("Type ada/mover to confirm").first.fill("mover")
    page.get_by_role("button", name="Transfer").click()
    expect(page.get_by_text("Type the full name, ada/mover").first).to_be_visible()
    page.get_by_label("To", exact=True).select_option("acme")
    page.get_by_label("Type ada/mover to confirm").first.fill("ada/mover")
    page.get_by_role("button", name="Transfer").click()
    expect(page).to_have_url(f"{repo.url}/acme/mover")
    expect(page.get_by_role("status")).to_contain_text("mover belongs to acme now.")
    expect(page.locator(".badge.private")).to_be_visible()
    page.goto(f"{repo.url}/acme/mover/settings/admin")
    page.get_by_label("Type acme/mover to confirm").last.fill("acme/mover")
    page.get_by_role("button", name="Delete mover").click()
    expect(page).to_have_url(f"{repo.url}/acme")


def test_labels_and_people_by_forms(repo: Answering, page: Page) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.conda("labelled"), force=True, visibility=Visibility.PRIVATE)
    page.goto(f"{repo.url}/ada/labelled/settings/labels")
    page.get_by_label("Label", exact=True).fill("dev")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("button", name="dev : take it off 1.0")).to_be_visible()
    page.get_by_role("navigation", name="Settings").get_by_role("link", name="Collaborators").click()
    page.get_by_label("Username").fill("bob")
    page.get_by_label("May", exact=True).first.select_option("read")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("bob has Read now.")
    page.get_by_role("button", name="Remove bob").click()
    expect(page.get_by_role("status")).to_contain_text("no collaborator any more")


def test_names_are_offered_and_commands_copied(browser: Browser, repo: Answering) -> None:
    for context in opened(browser, repo):
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.pages[0]
        page.goto(f"{repo.url}/ada/tides")
        page.locator("main").get_by_text("Downloads").first.click()
        page.get_by_role("button", name="Copy the command for conda").click()
        expect(page.get_by_role("button", name="Copy the command for conda")).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == f"conda install -c {repo.url}/conda/ada tides"
        page.mouse.move(0, 0)
        expect(page.get_by_role("button", name="Copy the command for conda")).to_have_text("Copy")
        page.keyboard.press("/")
        search = page.get_by_role("banner").get_by_role("combobox")
        expect(search).to_be_focused()
        search.press_sequentially("tid/")
        expect(search).to_have_value("tid/")
        search.press("Backspace")
        expect(page.locator("#bar-names option[value=tides]")).to_have_count(1)


def test_a_form_is_sent_once_however_often_its_button_is_pressed(browser: Browser, repo: Answering) -> None:
    for context in opened(browser, repo):
        page = context.pages[0]
        page.goto(f"{repo.url}/organizations/new")
        page.get_by_label("Name").fill("twice")
        refused = page.evaluate(PRESSED_TWICE)
        assert refused == [False, True]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_used_by_everybody_on_a_phone(browser: Browser, repo: Answering, scheme: str) -> None:
    failed, complaints = [], list[str]()
    for context in opened(browser, repo, color_scheme=scheme, viewport={"width": 320, "height": 700}):
        page = context.pages[0]
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        for path in PAGES:
            page.goto(repo.url + path)
            if page.evaluate(TOO_WIDE) > 0:
                failed.append(f"{path} is too wide")
            failed += [f"{path}: {found}" for found in axe.findings(page, "body")]
            failed += [f"{path}: {one}" for one in complaints if "404" not in one]
            complaints.clear()
    assert not failed, "\n".join(failed)


def test_a_visitor_meets_search_first_and_may_sign_in_beside_it(browser: Browser, repo: Answering) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.goto(repo.url)
    search = page.get_by_label("Words to look for").bounding_box()
    card = page.get_by_label("Username").bounding_box()
    assert search is not None
    assert card is not None
    assert search["y"] < card["y"]
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill("secret-ada")
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("What is new")).to_be_visible()
    context.close()
