"""Point 2: publish a notebook, again, and read it in the browser."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Page, Route, expect

from ..builders import make_conda, make_notebook
from .conftest import Open
from .labs import Lab
from .menus import close
from .panel import Panel
from .themes import THEMES, in_theme


def press_publish(page: Page) -> None:
    """Press the toolbar's button; the dialog is open then."""
    page.locator(".jp-NotebookPanel-toolbar").get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def remembered(notebook: Path) -> Any:
    """The choices that a notebook's file keeps."""
    return json.loads(notebook.read_text())["metadata"].get("jupyter_repo", {})


def test_publish_change_and_publish_again(open_lab: Open, lab: Lab) -> None:
    make_notebook(lab.root, "Rainfall in Lisbon.ipynb")
    account = lab.api("/jupyter-repo/status")["account"]
    page = open_lab("/lab/tree/Rainfall%20in%20Lisbon.ipynb?reset")
    panel = Panel(page)

    press_publish(page)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Name")).to_have_value("rainfall-in-lisbon")
    expect(dialog.get_by_label("Attach this environment")).to_be_checked()
    expect(dialog.get_by_text(f"New notebook {account}/rainfall-in-lisbon.")).to_be_visible()
    dialog.get_by_label("Summary").fill("How much it rained")
    panel.confirm("Publish")
    expect(page.get_by_text(f"Published {account}/rainfall-in-lisbon, version 1")).to_be_visible()
    expect(panel.row("rainfall-in-lisbon")).to_be_visible()
    lab.until(lambda: remembered(lab.root / "Rainfall in Lisbon.ipynb").get("version") == "1")

    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Open", exact=True).click()
    expect(opened.value.get_by_text("It adds two numbers.")).to_be_visible()
    assert opened.value.url.endswith(f"/{account}/rainfall-in-lisbon")
    opened.value.close()
    # it is known at once that there is something to compare with
    expect(page.locator(".jp-NotebookPanel-toolbar").get_by_role("button", name="Show what differs")).to_be_visible()

    publish_while_it_is_saved(page, lab)
    expect(dialog.get_by_text(f"Will become version 2 of {account}/rainfall-in-lisbon.")).to_be_visible()
    expect(dialog.get_by_label("Summary")).to_have_value("How much it rained")
    dialog.get_by_label("Attach this environment").uncheck()
    panel.confirm("Publish")
    expect(page.get_by_text(f"Published {account}/rainfall-in-lisbon, version 2")).to_be_visible()
    page.get_by_role("button", name="Copy link").last.click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text.endsWith('/rainfall-in-lisbon'))")

    article = panel.open("rainfall-in-lisbon")
    expect(article.get_by_text("How much it rained")).to_be_visible()
    versions = article.get_by_role("region", name="Versions")
    expect(versions.get_by_role("button", name="Delete version 2")).to_be_visible()
    expect(versions.get_by_text("1", exact=True)).to_be_visible()
    document = lab.api(f"/jupyter-repo/things/{account}/rainfall-in-lisbon")
    files = {(file["version"], file["filename"]) for file in document["files"]}
    assert ("1", "environment.yml") in files
    assert ("2", "environment.yml") not in files

    lab.until(lambda: remembered(lab.root / "Rainfall in Lisbon.ipynb").get("environment") is False)
    assert remembered(lab.root / "Rainfall in Lisbon.ipynb") == {
        "channel": account,
        "name": "rainfall-in-lisbon",
        "summary": "How much it rained",
        "visibility": "public",
        "environment": False,
        "thumbnail": True,
        "version": "2",
    }


def publish_while_it_is_saved(page: Page, lab: Lab) -> None:
    """Press Publish while JupyterLab's own save is under way: the file is new, and the page has not heard of it yet.

    The next save would find a file newer than the one it knows, and ask whether somebody else has changed it.
    """
    held: list[Callable[[], None]] = []

    def hold(route: Route) -> None:
        if route.request.method == "PUT" and not held:
            answer = route.fetch()
            held.append(lambda: route.fulfill(response=answer))
        else:
            route.continue_()

    page.route("**/api/contents/Rainfall*", hold)
    page.evaluate(
        """() => {
          const { context } = window.jupyterapp.shell.currentWidget;
          context.model.setMetadata('edited', true);
          void context.save(); // as the timer of autosave does
        }"""
    )
    lab.until(lambda: page.evaluate("true") and held)
    page.locator(".jp-NotebookPanel-toolbar").get_by_role("button", name="Publish", exact=True).click()
    asked = f"{lab.url}/api/contents/Rainfall%20in%20Lisbon.ipynb?content=0&hash=1&token={lab.token}"
    page.evaluate("url => fetch(url).then(answer => answer.text())", asked)  # a save that had begun has asked this too
    held[0]()
    expect(page.get_by_role("dialog")).to_contain_text("Publish Rainfall in Lisbon.ipynb")


def test_a_name_that_is_taken_or_not_legal_is_refused_in_the_dialog(open_lab: Open, lab: Lab) -> None:
    make_notebook(lab.root, "names.ipynb")
    make_conda(lab.root, name="taken")
    channel = lab.api("/jupyter-repo/status")["account"]
    lab.finish(lab.api("/jupyter-repo/upload", {"path": "taken-1.0-0.conda", "channel": channel}))
    page = open_lab("/lab/tree/names.ipynb?reset")

    press_publish(page)
    dialog = page.get_by_role("dialog")
    publish = dialog.get_by_role("button", name="Publish", exact=True)
    dialog.get_by_label("Name").fill("taken")
    expect(dialog.get_by_role("alert").filter(has_text=re.compile("conda package already"))).to_be_visible()
    expect(publish).to_be_disabled()
    dialog.get_by_label("Name").fill("-no")
    expect(dialog.get_by_text("Use letters, digits")).to_be_visible()
    expect(publish).to_be_disabled()
    dialog.get_by_label("Name").press("Enter")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Name").fill("free")
    expect(publish).to_be_enabled()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


@pytest.mark.parametrize("theme", THEMES)
def test_the_guard_shows_what_it_found_in_its_cell_and_asks(
    open_lab: Open, lab: Lab, tmp_path: Path, theme: str
) -> None:
    name = f"leaky-{theme.split()[-1].lower()}"
    cells = [
        ("markdown", "# Rainfall"),
        ("code", "rain = open('/home/ada/rain.csv')"),
        ("code", "key = 'AKIAABCDEFGH12345678'"),
        ("code", "db_password = 'correct-horse'"),
    ]
    notebook = make_notebook(lab.root, f"{name}.ipynb", cells=cells)
    page = open_lab(f"/lab/tree/{name}.ipynb?reset")
    in_theme(page, theme)
    press_publish(page)
    dialog = page.get_by_role("dialog")
    found = dialog.get_by_role("list", name="Findings").get_by_role("listitem")
    expect(found).to_have_count(3)
    expect(found.nth(1)).to_contain_text("Cell 3, source")
    expect(found.nth(1)).to_contain_text("key = 'AKIA…")
    publish = dialog.get_by_role("button", name="Publish", exact=True)
    expect(publish).to_be_disabled()
    page.screenshot(path=tmp_path / f"guard-{name}.png")
    dialog.get_by_role("radio", name=re.compile("Leave those outputs out")).focus()
    page.keyboard.press("ArrowDown")  # by keyboard, as a group of radio buttons works
    expect(dialog.get_by_role("radio", name=re.compile("Replace each"))).to_be_checked()
    publish.click()
    expect(page.get_by_text(re.compile(f"Published .*/{name}, version 1"))).to_be_visible()
    lab.until(lambda: remembered(notebook).get("version") == "1")
    assert "/home/ada" in notebook.read_text()
    account = lab.api("/jupyter-repo/status")["account"]
    saved = lab.api("/jupyter-repo/download", {"full_name": f"{account}/{name}"})["path"]
    text = (lab.root / saved).read_text()
    assert "/home/ada" not in text
    assert "AKIA" not in text
    assert "correct-horse" not in text


def test_publish_from_the_file_browser_by_its_context_menu(open_lab: Open, lab: Lab) -> None:
    make_notebook(lab.root, "closed.ipynb")
    page = open_lab()
    page.get_by_role("listitem", name=re.compile("closed.ipynb")).click(button="right")
    page.get_by_role("menuitem", name="Publish to Repository").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text(re.compile("Published .*/closed, version 1"))).to_be_visible()
    lab.until(lambda: remembered(lab.root / "closed.ipynb").get("name") == "closed")


def test_the_command_is_in_the_file_menu_and_the_palette(open_lab: Open, lab: Lab) -> None:
    page = open_lab()
    page.get_by_role("menuitem", name="File", exact=True).click()
    item = page.get_by_role("menuitem", name="Publish to Repository")
    expect(item).to_be_visible()
    expect(item).to_have_attribute("aria-disabled", "true")  # no notebook is open
    close(page)
    page.keyboard.press("Escape")
    palette = page.locator(".lm-CommandPalette-input")
    active = page.locator(".lm-CommandPalette-item.lm-mod-active").filter(has_text="Show Repository")

    def offered() -> bool:
        """The palette goes when the focus does, which a menu that is closed or a late launcher may take."""
        if not palette.is_visible():
            page.keyboard.press("Control+Shift+c")
        elif not active.is_visible():
            with contextlib.suppress(Error):
                palette.fill("Show Repository", timeout=5_000)
        return active.is_visible()

    lab.until(offered)
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Repository", exact=True)).to_be_visible()
