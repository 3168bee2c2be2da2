"""The pages of accounts and organizations: nothing grave for axe in both themes, no overflow on a phone, light."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from jupyter_repo.db import tables as t
from jupyter_repo.service import groups, notifications
from tests.http.conftest import Answering, serve

from . import axe
from .test_web_flows import sign_in

OPEN = [
    "/login",
    "/signup",
    "/account/forgot_password",
    "/account/forgot_username",
    "/account/reset/dead",
    "/nowhere/at-all",
]
SIGNED_IN = [
    "/dashboard",
    "/dashboard/add",
    "/notifications",
    "/groups",
    "/organizations/new",
    "/account/verify",
    "/labels/ada",
    "/ada/analysis",
    "/ada/a-rather-long-name-of-a-package-that-has-to-wrap-somewhere",
    "/ada/settings/profile",
    "/ada/settings/account",
    "/ada/settings/billing",
    "/ada/settings/access",
    "/ada/settings/organizations",
    "/ada/settings/notifications",
    "/ada/settings/security",
    "/ada/settings/mirrors",
    "/acme/settings/profile",
    "/acme/settings/account",
    "/acme/groups/",
    "/acme/groups/Owners/",
    "/acme/groups/Developers/",
    "/?q=tool&sort=downloads",
    "/admin/accounts/acme",
    "/admin/plans",
    "/admin/quarantine",
    "/admin/jobs",
    "/admin/audit",
]
MAX_PAGE = 60_000
"""bytes without images"""
SHIFTS = """() => new Promise(done => {
    let moved = 0
    const note = entries => entries.forEach(one => moved += one.value)
    const watch = new PerformanceObserver(list => note(list.getEntries()))
    watch.observe({type: "layout-shift", buffered: true})
    // two frames later all that happened until now is told
    requestAnimationFrame(() => requestAnimationFrame(() => { note(watch.takeRecords()); done(moved) }))
})"""
"""how much of the page moved after it was drawn"""


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answering]:
    """A served repository with something on every page."""
    for found in serve(tmp_path_factory.mktemp("looks")):
        world = found.world
        found.upload(world.conda("a-rather-long-name-of-a-package-that-has-to-wrap-somewhere", "2026.11.21.post1"))
        found.upload(world.notebook(cells=[("markdown", "# Waves")]), visibility="private")
        found.upload(world.conda("tool"), channel="acme", by="acme", visibility="private")
        with world.repository.write() as work:
            groups.create(work, world.ada, "acme", "Developers", "read-write")
            groups.add_member(work, world.ada, "acme", "Developers", "bob")
            groups.add_package(work, world.ada, "acme", "Developers", "tool")
            assert world.ada.account is not None
            for number in range(4):
                text = f"bob added you to the group number-{number} of an-organization-with-quite-a-long-name"
                notifications.tell(work, world.ada.account.id, "group", text, "/acme")
            work.db.execute(sa.update(t.accounts).where(t.accounts.c.name == "ada").values(is_admin=True))
        found.service.site.jobs.run("database")
        yield found


@pytest.fixture(scope="module")
def ada(browser: Browser, repo: Answering) -> Iterator[Page]:
    """Ada's browser."""
    context = browser.new_context(base_url=repo.url, viewport={"width": 1200, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    sign_in(page, "ada")
    yield page
    context.close()


@pytest.fixture(scope="module")
def visitor(browser: Browser, repo: Answering) -> Iterator[Page]:
    """Somebody who is not signed in."""
    context = browser.new_context(base_url=repo.url, viewport={"width": 1200, "height": 900}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def look(page: Page, path: str) -> None:
    """Open it at a wide and at a narrow width, in both themes, with a menu open."""
    weight, documents = 0, 0

    def weigh(response: object) -> None:
        nonlocal weight, documents
        kind = response.request.resource_type  # type: ignore[attr-defined]
        documents += kind in ("document", "xhr", "fetch")
        if kind != "image":
            weight += len(response.body())  # type: ignore[attr-defined]

    page.set_viewport_size({"width": 1200, "height": 900})
    page.on("response", weigh)
    page.goto(path)
    page.wait_for_load_state("load")
    # a tenth of what web.dev calls good; on a slow machine scripts come after the first drawing
    assert page.evaluate(SHIFTS) < 0.01, "what one has begun to read stays where it is"
    page.remove_listener("response", weigh)
    assert documents == 1, "one round trip"
    assert weight < MAX_PAGE, weight
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        assert axe.findings(page, "html") == [], (path, theme)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.locator(".bar .menu > summary").last.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    assert axe.findings(page, "header") == [], path


@pytest.mark.parametrize("path", OPEN)
def test_a_page_for_everybody(visitor: Page, path: str) -> None:
    look(visitor, path)


@pytest.mark.parametrize("path", SIGNED_IN)
def test_a_page_of_the_signed_in(ada: Page, path: str) -> None:
    look(ada, path)


def test_a_notebook_on_paper_is_black_on_white(ada: Page) -> None:
    ada.set_viewport_size({"width": 760, "height": 1000})
    ada.emulate_media(media="print", color_scheme="dark")
    ada.goto("/ada/analysis")
    ink = "getComputedStyle(document.body).color.match(/\\d+/g).map(Number)"
    assert max(ada.evaluate(ink)) < 60, "whatever the screen shows"
    assert not ada.locator(".bar").is_visible()
    assert not ada.get_by_role("link", name="Download", exact=True).is_visible()
    assert ada.get_by_role("heading", name="Waves").is_visible()
    assert ada.get_by_role("heading", name="Get it").is_visible()
    assert ada.locator(".notebook").evaluate("page => getComputedStyle(page).borderStyle") == "none"
    ada.emulate_media(media="screen")


def test_where_colours_are_the_reader_s_own_one_tab_is_marked(ada: Page) -> None:
    ada.emulate_media(forced_colors="active", color_scheme="light")
    for path, tabs, side in (("/dashboard", ".tabs a", "Bottom"), ("/ada/settings/access", ".side a", "Left")):
        ada.goto(path)
        drawn = (
            f"""tabs => tabs.map(tab => [tab.hasAttribute("aria-current"), getComputedStyle(tab).border{side}Color])"""
        )
        lines = ada.locator(tabs).evaluate_all(drawn)
        marked = {colour for current, colour in lines if current}
        assert len(marked) == 1
        assert marked.isdisjoint(colour for current, colour in lines if not current), path
    ada.emulate_media(forced_colors="none")


def test_a_page_with_a_new_token_a_dialog_and_a_refused_form(ada: Page) -> None:
    ada.set_viewport_size({"width": 1200, "height": 900})
    ada.goto("/ada/settings/access")
    ada.get_by_label("Name").fill("looked at")
    ada.get_by_role("button", name="Create token").click()
    expect(ada.get_by_text("Choose at least one")).to_be_visible()
    assert axe.findings(ada, "html") == [], "refused"
    ada.get_by_label("repos", exact=True).check()
    ada.get_by_role("button", name="Create token").click()
    expect(ada.locator("#secret")).to_be_visible()
    for theme in ("light", "dark"):
        ada.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        assert axe.findings(ada, "html") == []
    ada.get_by_role("link", name="looked at").click()
    expect(ada.get_by_role("dialog")).to_be_visible()
    assert axe.findings(ada, "dialog") == []
