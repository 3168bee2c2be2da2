"""What the panel says when the repository can't be used, and the way on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from ..engines import free_port
from .conftest import Open
from .labs import Lab

Start = Callable[..., Lab]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a server of one's own."""
    started: list[Lab] = []

    def go(*extra: str) -> Lab:
        started.append(Lab(tmp_path / f"lab{len(started)}", extra=extra))
        return started[-1].wait(ready=False)

    yield go
    for lab in started:
        lab.close()


def show(page: Page) -> None:
    """Open the panel, whatever it shows."""
    page.get_by_role("tab", name="Repository").click()


def test_a_repository_that_is_down(open_lab: Open, start: Start) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    page = open_lab(server=start(f"--JupyterRepo.url={address}"))
    show(page)
    alert = page.get_by_role("alert").filter(has_text="The repository can’t be reached")
    expect(alert).to_be_visible()
    expect(alert).to_contain_text(address)
    with page.expect_response("**/jupyter-repo/status*"):
        page.get_by_role("button", name="Try again").click()
    expect(alert).to_be_visible()


def test_a_team_repository_asks_for_name_and_password(open_lab: Open, lab: Lab, start: Start) -> None:
    status = lab.api("/jupyter-repo/status")
    lab.api("/jupyter-repo/account", {"password": "correct horse"}, "PUT")
    page = open_lab(server=start(f"--JupyterRepo.url={status['url']}"))
    show(page)
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    page.get_by_role("button", name="Sign in", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("User name").fill(status["account"])
    dialog.get_by_label("Password").fill("wrong horse")
    dialog.get_by_label("Password").press("Enter")
    expect(dialog.get_by_role("alert").filter(has_text="password")).to_be_visible()
    dialog.get_by_label("Password").fill("correct horse")
    dialog.get_by_label("Password").press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("searchbox", name="Search my things")).to_be_visible()

    page.get_by_role("button", name="Account and repository").click()
    page.get_by_role("menuitem", name="Sign Out of Repository").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()


def test_the_server_extension_is_missing(open_lab: Open, start: Start) -> None:
    page = open_lab(server=start("--ServerApp.jpserver_extensions=jupyter_repo=False"))
    show(page)
    expect(page.get_by_role("alert").filter(has_text="The server part is missing")).to_be_visible()
    expect(page.get_by_text("jupyter server extension enable jupyter_repo")).to_be_visible()


def test_two_versions_say_what_to_install(open_lab: Open, page: Page) -> None:
    def older(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=json.dumps({**answer.json(), "version": "0.0.9"}))

    page.route("**/jupyter-repo/status*", older)
    open_lab()
    show(page)
    alert = page.get_by_role("alert").filter(has_text="Two versions")
    expect(alert).to_contain_text("0.0.9")
    expect(alert.get_by_text("pip install --upgrade jupyter-repo")).to_be_visible()


def test_the_versions_of_all_parts_agree() -> None:
    from jupyter_repo._version import __version__

    npm = Path(__file__).parents[2] / "labextension"
    assert json.loads((npm / "package.json").read_text())["version"] == __version__
    assert f"VERSION = '{__version__}'" in (npm / "src" / "version.ts").read_text()
