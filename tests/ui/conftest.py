"""Fixtures of the browser tests.

- `lab`, `notebook7`: real servers with an embedded repository, one for the run of this folder.
- `browser`, `page`: Chromium through playwright; the page fails its test on an uncaught error.
- `open_lab`: opens a path of `lab` and gives the page when JupyterLab is up.

What passes only on a quick machine is found with `JUPYTER_REPO_TEST_THROTTLE=4`: pages that are that many times slower.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.engines import missing

from .labs import Lab

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

Open = Callable[..., Page]

THROTTLE = float(os.environ.get("JUPYTER_REPO_TEST_THROTTLE", "1"))
"""How many times slower the browser's pages are than they could be."""
LATENCY = 50
"""Milliseconds that a throttled page waits for each answer, for each time that it is slower."""
PATIENCE = 45_000 * max(1, round(THROTTLE / 2))
"""Milliseconds to wait for a state: a slow, busy machine is no failure."""
TOASTS_STAY = """addEventListener('DOMContentLoaded', () => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('.Toastify__progress-bar { animation-play-state: paused !important; }');
  document.adoptedStyleSheets.push(sheet);
})"""
"""Toasts go by the clock (of this animation): who looks for one late would miss it."""


# pytest-jupyter's autouse fixtures open and close an event loop around every test of the run;
# playwright's synchronous API keeps one running, so they are switched off in this folder.
@pytest.fixture(autouse=True)
def jp_asyncio_loop() -> None:
    """No event loop of pytest-jupyter here."""


@pytest.fixture(autouse=True)
def jp_server_cleanup() -> None:
    """Nothing of pytest-jupyter to clean up here."""


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab."""
    server = Lab(tmp_path_factory.mktemp("lab"))
    try:
        yield server.wait()
    finally:
        server.close()


@pytest.fixture(scope="package")
def notebook7(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Notebook 7, behind a base address."""
    server = Lab(tmp_path_factory.mktemp("notebook"), app="notebook", base="/team/ada")
    try:
        yield server.wait()
    finally:
        server.close()


def chromium() -> str:
    """The browser to test with."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)
    return found or missing("Chromium", "apt-get install chromium, or set CHROMIUM to its path")


@pytest.fixture(scope="package")  # not session: its event loop must be gone before the tests of other folders
def browser() -> Iterator[Browser]:
    """Chromium."""
    executable = chromium()
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        if THROTTLE > 1:
            slow_down(found)
        yield found
        found.close()


def slow_down(browser: Browser) -> None:
    """Make every page of the browser slower, in its work and in what it hears from servers."""
    new_context = browser.new_context

    def throttle(page: Page) -> None:
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
        session.send("Network.enable")
        line = {"offline": False, "latency": LATENCY * THROTTLE, "downloadThroughput": -1, "uploadThroughput": -1}
        session.send("Network.emulateNetworkConditions", line)

    def slow_context(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.on("page", throttle)
        return context

    browser.new_context = slow_context  # type: ignore[method-assign]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has seen nothing."""
    fresh = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    fresh.grant_permissions(["clipboard-read", "clipboard-write"])
    fresh.set_default_timeout(PATIENCE)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Page]:
    """A page; leaves a screenshot in the test's folder, and fails on errors of ours that nobody caught."""
    fresh = context.new_page()
    fresh.add_init_script(TOASTS_STAY)
    errors: list[str] = []
    fresh.on("pageerror", lambda error: errors.append(error.stack or str(error)))
    yield fresh
    fresh.screenshot(path=tmp_path / f"{request.node.name}.png")
    assert not [error for error in errors if "jupyter-repo" in error], errors


@pytest.fixture
def open_lab(page: Page, lab: Lab) -> Open:
    """Open a path of JupyterLab (or of `server`)."""

    def go(path: str = "/lab?reset", server: Lab = lab) -> Page:
        sign = "&" if "?" in path else "?"
        page.goto(f"{server.url}{path}{sign}token={server.token}")
        # before that the layout may still change, and only then the splash screen goes for good
        page.wait_for_function("window.jupyterapp?.restored.then(() => true)")
        expect(page.locator("#jupyterlab-splash")).to_have_count(0)
        expect(page.locator(".jp-SideBar.jp-mod-left")).to_be_visible()
        return page

    return go
