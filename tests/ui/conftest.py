"""Fixtures of the browser tests.

- `lab`, `notebook7`: real servers with an embedded repository, one for the run of this folder.
- `browser`, `page`: Chromium through playwright; the page fails its test on an uncaught error.
- `open_lab`: opens a path of `lab` and gives the page when JupyterLab is up.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

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

PATIENCE = 45_000
"""Milliseconds to wait for a state: a slow, busy machine is no failure."""


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
        yield found
        found.close()


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
        page.wait_for_selector("#jupyterlab-splash", state="detached")
        page.wait_for_selector(".jp-SideBar.jp-mod-left")
        return page

    return go
