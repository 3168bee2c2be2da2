"""Two people and a notebook: forked with its lineage, a change suggested, seen cell by cell, and decided."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from jupyter_repo.client.client import RepoClient
from tests.test_serve import Served

from ..builders import make_notebook
from . import axe
from .conftest import Open
from .labs import Lab
from .menus import choose
from .panel import Panel, press
from .themes import THEMES, in_theme

FIRST = [("markdown", "# Rain"), ("code", "rain = 1"), ("code", "print(rain)")]
BETTER = [*FIRST[:1], ("code", "rain = 2"), *FIRST[2:]]


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A team's repository, where everybody may sign up."""
    served = Served(tmp_path_factory.mktemp("team") / "data", "--ServeApp.sign_up=open")
    yield served
    served.stop()


@pytest.fixture(scope="module")
def bob(team: Served) -> RepoClient:
    """Somebody else, with a notebook."""
    return RepoClient(team.url, sign_up(RepoClient(team.url).sign_up, "bob")["token"])


def sign_up(ask: Any, name: str) -> Any:
    """Make an account."""
    return ask(name=name, email=f"{name}@example.org", password="correct horse", accept_terms=True)


@pytest.fixture(scope="module")
def carols(team: Served, bob: RepoClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The JupyterLab of carol, who works with that repository."""
    folder = tmp_path_factory.mktemp("carol")
    publish(bob, "bob", "theirs", folder)
    server = Lab(folder, extra=(f"--JupyterRepo.url={team.url}",))
    try:
        server.wait(state="signed-out")
        sign_up(lambda **fields: server.api("/jupyter-repo/sign-up", fields), "carol")
        yield server.wait()
    finally:
        server.close()


def publish(client: RepoClient, channel: str, name: str, folder: Path) -> None:
    """Publish the first version of a notebook, for everybody."""
    path = make_notebook(folder, f"{name}.ipynb", cells=FIRST)
    with path.open("rb") as file:
        client.upload_release(channel, [(path.name, file)], options={"package": name, "visibility": "public"})


def test_a_fork_says_where_it_comes_from(open_lab: Open, carols: Lab) -> None:
    page = open_lab(server=carols)
    panel = Panel(page)
    panel.tab("Everything")
    panel.open("theirs").get_by_role("button", name="Fork…").click()
    for theme in THEMES:
        in_theme(page, theme)
        assert axe.dialog(page) == [], theme
    panel.dialog.get_by_label("Name").fill("no/name")
    expect(panel.dialog.get_by_role("button", name="Fork", exact=True)).to_be_disabled()
    panel.dialog.get_by_label("Name").fill("mine-now")
    panel.dialog.get_by_label("Name").press("Enter")
    article = panel.region.get_by_role("article", name="carol/mine-now")
    expect(article.get_by_text("Forked from")).to_be_visible()
    expect(article.get_by_role("button", name="Fork…")).to_have_count(0)  # it is mine
    assert axe.panel(page) == []
    article.get_by_role("button", name="bob/theirs 1", exact=True).click()
    expect(panel.region.get_by_role("article", name="bob/theirs").get_by_text(re.compile(r"\d forks?"))).to_be_visible()
    panel.region.get_by_role("button", name="Fork…").click()
    panel.dialog.get_by_label("Name").fill("mine-now")
    panel.dialog.get_by_label("Name").press("Enter")
    expect(panel.dialog.get_by_role("alert").filter(has_text="mine-now")).to_be_visible()  # taken: choose another
    panel.confirm("Cancel")


def test_what_was_opened_from_somebody_else_is_published_as_a_fork(open_lab: Open, carols: Lab) -> None:
    page = open_lab(server=carols)
    panel = Panel(page)
    panel.tab("Everything")
    panel.open("theirs").get_by_role("button", name="Open", exact=True).click()  # it has no environment
    expect(panel.dialog.get_by_text("published without an environment")).to_be_visible()
    panel.dialog.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_role("tab", name="theirs.ipynb")).to_be_visible(timeout=120_000)
    notebook = page.locator(".jp-NotebookPanel:visible")
    notebook.get_by_role("button", name="Publish", exact=True).click()
    expect(panel.dialog.get_by_text("You opened it from bob/theirs")).to_be_visible()
    for theme in THEMES:
        in_theme(page, theme)
        assert axe.dialog(page) == [], theme
    press(panel.dialog.get_by_role("button", name="Fork bob/theirs, and publish there…"))
    expect(panel.dialog.get_by_role("button", name="Fork", exact=True)).to_be_visible()  # the other has a name, too
    panel.dialog.get_by_label("Name").fill("ours")
    panel.dialog.get_by_label("Name").press("Enter")
    expect(panel.dialog.get_by_text("Will become version 2 of carol/ours.")).to_be_visible()
    panel.dialog.get_by_role("checkbox", name="Attach this environment").uncheck()
    panel.confirm("Publish")
    expect(page.get_by_text("Published carol/ours, version 2")).to_be_visible(timeout=120_000)
    thing = carols.api("/jupyter-repo/things/carol/ours")
    assert (thing["latest_version"], thing["forked_from"]["full_name"]) == ("2", "bob/theirs")


def test_a_change_is_suggested_from_the_notebook_that_is_open(open_lab: Open, carols: Lab, bob: RepoClient) -> None:
    make_notebook(carols.root, "better.ipynb", cells=[*BETTER, ("code", "open('/home/carol/rain.csv')")])
    page = open_lab("/lab/tree/better.ipynb?reset", carols)
    expect(page.locator(".jp-Notebook").get_by_text("rain = 2")).to_be_visible()
    panel = Panel(page)
    suggest(page)
    dialog = panel.dialog
    send = dialog.get_by_role("button", name="Suggest", exact=True)
    dialog.get_by_role("textbox", name="Notebook").fill("bob/nothing")
    expect(dialog.get_by_role("alert").filter(has_text="bob/nothing")).to_be_visible()
    dialog.get_by_role("textbox", name="Notebook").fill("bob/theirs")
    expect(dialog.get_by_text("1 cell changed, 1 added")).to_be_visible()
    expect(dialog.get_by_role("insertion").filter(has_text="rain = 2")).to_be_visible()
    dialog.get_by_label("What it changes, and why").fill("It rains twice as much")
    expect(send).to_be_disabled()  # until something is said about what the guard found
    dialog.get_by_role("radio", name="Replace each by a placeholder").check()
    for theme in THEMES:
        in_theme(page, theme)
        assert axe.dialog(page) == [], theme
    send.click()
    expect(page.get_by_text("Suggested to bob/theirs")).to_be_visible()
    [one] = bob.suggestions("in")
    assert (one["author"], one["message"]) == ("carol", "It rains twice as much")
    assert b"/home/carol" not in bob.suggested_notebook(str(one["id"]))

    panel.menu("Suggested Changes")
    sent = panel.region.get_by_role("list", name="Suggested by you")
    expect(sent.get_by_text("Open", exact=True)).to_be_visible()
    bob.decide(str(one["id"]), "decline", "It does not")
    panel.button("Refresh").click()
    expect(sent.get_by_text("Declined")).to_be_visible()
    expect(sent.get_by_text("It does not")).to_be_visible()
    expect(sent.get_by_role("button", name="Withdraw…")).to_have_count(0)

    suggest(page)
    expect(dialog.get_by_label("What it changes, and why")).to_be_visible()
    dialog.get_by_role("textbox", name="Notebook").fill("bob/theirs==1")
    dialog.get_by_label("What it changes, and why").fill("Once more")
    dialog.get_by_role("radio", name="Leave those outputs out").check()
    send.click()
    sent.get_by_role("button", name="Withdraw…").click()
    panel.confirm("Withdraw")
    expect(sent.get_by_text("Withdrawn")).to_be_visible()


def suggest(page: Page) -> None:
    """File > Suggest a Change…"""
    choose(page, "File", "Suggest a Change…")


def test_the_author_sees_what_would_change_and_decides(open_lab: Open, carols: Lab, bob: RepoClient) -> None:
    make_notebook(carols.root, "hers.ipynb", cells=FIRST)
    carols.finish(carols.api("/jupyter-repo/publish", {"path": "hers.ipynb", "channel": "carol", "name": "hers"}))
    cells = [("markdown", "# Rain *today*"), *BETTER[1:]]
    proposal = make_notebook(carols.folder, "proposal.ipynb", cells=cells, outputs="2 mm").read_bytes()
    for message in ("Twice as much", "Thrice"):
        bob.suggest("carol", "hers", proposal, message=message)
    page = open_lab(server=carols)
    panel = Panel(page)
    press(panel.button("Suggested changes: 2 to decide"))
    waiting = panel.region.get_by_role("list", name="For you to decide")
    mine = waiting.get_by_role("listitem").filter(has_text="Twice as much")
    for theme in THEMES:
        in_theme(page, theme)
        assert axe.panel(page) == [], theme
    press(mine.get_by_role("button", name="Show changes"))
    comparison = page.get_by_role("region", name="Comparison")
    expect(comparison.get_by_role("combobox", name="To")).to_contain_text("Suggestion of bob")
    expect(comparison.get_by_role("deletion").filter(has_text="rain = 1")).to_be_visible()
    expect(comparison.get_by_role("insertion").filter(has_text="rain = 2")).to_be_visible()
    after = comparison.get_by_role("group", name="After")
    expect(after.get_by_role("heading", name="Rain today")).to_be_visible()  # drawn, as the notebook would
    press(comparison.get_by_role("button", name="Outputs changed (1)").first)
    expect(after.locator(".jp-OutputArea-output").filter(has_text="2 mm")).to_be_visible()
    mine.get_by_role("button", name="Accept…").click()
    assert axe.dialog(page) == []
    panel.dialog.get_by_label("A word to bob, if you like").fill("Thanks")
    panel.confirm("Accept")
    decided = panel.region.get_by_role("list", name="Decided")
    expect(decided.get_by_text("Accepted: version 2")).to_be_visible()
    expect(panel.button("Suggested changes: 1 to decide")).to_be_visible()
    expect(waiting.get_by_text("The notebook has version 2 since")).to_be_visible()
    waiting.get_by_role("button", name="Decline…").click()
    panel.confirm("Decline")
    expect(decided.get_by_text("Declined")).to_be_visible()
    expect(panel.button("to decide")).to_have_count(0)
    [published] = [one for one in bob.packages("carol") if one["name"] == "hers"]
    assert published["latest_version"] == "2"
    texts = [message["text"] for message in bob.notifications()]
    assert any("accepted your suggestion" in text and "Thanks" in text for text in texts), json.dumps(texts)
