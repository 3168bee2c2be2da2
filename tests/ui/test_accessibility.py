"""Names, roles, keyboard, and a narrow panel, in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ..builders import make_notebook, make_wheel
from . import axe
from .conftest import Open
from .labs import Lab
from .panel import Panel, press
from .themes import THEMES, in_theme

NAMELESS = """panel => [...panel.querySelectorAll('button, input, select, a, summary, [tabindex]')]
  .filter(control => control.checkVisibility() && !(
    control.getAttribute('aria-label')?.trim() || control.innerText?.trim() ||
    [...(control.labels ?? [])].some(label => label.innerText.trim())))
  .map(control => control.outerHTML)"""

DUPLICATE_IDS = """panel => [...panel.querySelectorAll('[id]')].map(node => node.id)
  .filter((id, index, all) => all.indexOf(id) !== index)"""

TOO_WIDE = """panel => [...panel.querySelectorAll('*')].filter(node => node.checkVisibility()
    && !node.matches('.jp-Repo-visuallyHidden')
    && node.getBoundingClientRect().right > panel.getBoundingClientRect().right + 1)
  .map(node => node.outerHTML.slice(0, 200))"""

FIRST_FOCUSED = """dialog => document.activeElement ===
  dialog.querySelector(':is(button, input, select, textarea):enabled')"""

CONTRAST = """panel => {
  const parse = text => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(value => value / 255)
    .map(value => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  const behind = node => {
    for (; node; node = node.parentElement) {
      const color = parse(getComputedStyle(node).backgroundColor);
      if (color.length === 3 || color[3] > 0.99) return color;
    }
    return [255, 255, 255];
  };
  const own = node => [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim());
  return [...panel.querySelectorAll('*')]
    .filter(node => node.checkVisibility() && own(node) && !node.closest(':disabled, .jp-Repo-visuallyHidden'))
    .map(node => {
      const [text, ground] = [light(parse(getComputedStyle(node).color)), light(behind(node))];
      return [(Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05), node.outerHTML.slice(0, 160)];
    })
    .filter(([ratio]) => ratio < 4.5);
}"""


@pytest.fixture
def panel(open_lab: Open, lab: Lab) -> Panel:
    """The panel with a thing in it, and an organization."""
    if not lab.api("/jupyter-repo/organizations")["organizations"]:
        lab.api("/jupyter-repo/organizations", {"name": "reachers"})
    if not [one for one in lab.api("/jupyter-repo/things")["things"] if one["name"] == "reachable"]:
        upload(lab, make_wheel(lab.root, name="reachable", summary="A thing to be reached"))
    make_notebook(lab.root, "judged.ipynb", cells=[("code", "rain = open('/home/ada/rain.csv')")])
    page = open_lab("/lab/tree/judged.ipynb?reset")
    expect(page.locator(".jp-NotebookPanel-toolbar").get_by_role("button", name="Publish", exact=True)).to_be_enabled()
    found = Panel(page)
    expect(found.row("reachable")).to_be_visible()
    return found


def upload(lab: Lab, path: Path) -> None:
    """Upload a file of the Jupyter server."""
    account = lab.api("/jupyter-repo/status")["account"]
    lab.finish(lab.api("/jupyter-repo/upload", {"path": path.name, "channel": account}))


def look(panel: Panel) -> None:
    """Look at what the panel shows now."""
    for check in (NAMELESS, DUPLICATE_IDS, TOO_WIDE, CONTRAST):
        assert panel.region.evaluate(check) == []
    assert axe.panel(panel.page) == []


def views(panel: Panel) -> None:
    """Look at every view of the panel for controls without a name, doubled ids and what sticks out."""
    look(panel)
    panel.open("reachable")
    look(panel)
    panel.menu("Access Tokens")
    panel.button("New token").click()
    expect(panel.region.get_by_role("form", name="New access token")).to_be_visible()
    look(panel)
    panel.menu("Organizations and Groups")
    expect(panel.region.get_by_role("list", name="My organizations")).to_be_visible()
    look(panel)
    panel.region.get_by_role("list", name="My organizations").get_by_role("button").first.click()
    expect(panel.region.get_by_role("list", name=re.compile("^Groups of "))).to_be_visible()
    look(panel)
    panel.button("Owners").click()
    expect(panel.region.get_by_role("list", name="Owners")).to_be_visible()
    look(panel)
    panel.button("Notifications").click()
    expect(panel.region.get_by_role("article", name="Notifications")).to_be_visible()
    look(panel)
    home(panel)
    panel.tab("Favourites")
    expect(panel.region.get_by_role("searchbox", name="Search my favourites")).to_be_visible()
    look(panel)
    panel.tab("Everything")
    expect(panel.region.get_by_role("searchbox", name="Search everything")).to_be_visible()
    expect(panel.row("reachable")).to_be_visible()
    look(panel)
    panel.button("Select").click()
    panel.row("reachable").click()
    look(panel)
    panel.button("Delete…").click()
    assert axe.dialog(panel.page) == []
    panel.confirm("Cancel")
    dialogs(panel)
    panel.page.set_viewport_size({"width": 320, "height": 700})  # on a telephone a dialog has 300 px
    dialogs(panel)


def home(panel: Panel) -> None:
    """Go back to the list, through every view that lies over it."""
    back = panel.region.locator(".jp-Repo-back button").first
    while panel.search.count() == 0:
        pressed = back.element_handle()
        pressed.click()
        pressed.wait_for_element_state("hidden")
        expect(panel.search.or_(back)).to_be_visible()


def dialogs(panel: Panel) -> None:
    """Look at the dialogs: the account, an upload, a publication with findings, a pasted link."""
    page = panel.page

    def run(command: str) -> None:
        page.evaluate("command => void window.jupyterapp.commands.execute(command)", command)

    def judge() -> None:
        expect(panel.dialog).to_be_visible()
        assert axe.dialog(page) == []
        expect(panel.dialog.locator(":focus")).to_be_visible()
        panel.dialog.locator(".jp-Dialog-footer button:enabled").last.focus()
        page.keyboard.press("Tab")  # round to the first place
        page.wait_for_function(FIRST_FOCUSED, arg=panel.dialog.element_handle())
        for check in (NAMELESS, DUPLICATE_IDS, TOO_WIDE):
            assert panel.dialog.locator(".jp-Dialog-content").evaluate(check) == []
        press(panel.dialog.get_by_role("button", name="Cancel"))
        expect(panel.dialog).to_be_hidden()

    with page.expect_file_chooser() as chooser:
        run("jupyter-repo:upload-files")
    chooser.value.set_files([{"name": "plain.csv", "mimeType": "text/csv", "buffer": b"a,b"}])
    judge()
    for command in ("jupyter-repo:edit-account", "jupyter-repo:publish-notebook", "jupyter-repo:open-from-repository"):
        run(command)
        judge()


@pytest.mark.parametrize("theme", THEMES)
def test_every_view_has_names_and_contrast_and_fits(panel: Panel, page: Page, theme: str) -> None:
    in_theme(page, theme)
    views(panel)


def test_the_list_and_the_details_by_keyboard_alone(panel: Panel, page: Page) -> None:
    panel.search.focus()
    for _ in range(9):  # six chips, whose things, Select, then the first row
        page.keyboard.press("Tab")
    first = panel.rows.first
    expect(first).to_be_focused()
    panel.search.fill("reachable")
    expect(panel.rows).to_have_count(1)
    panel.row("reachable").focus()
    page.keyboard.press("Enter")
    expect(panel.button("My things")).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel.search).to_be_visible()


def test_the_arrow_keys_walk_the_list(lab: Lab, panel: Panel, page: Page) -> None:
    upload(lab, make_wheel(lab.root, name="neighbour"))
    panel.button("Refresh").click()
    expect(panel.row("neighbour")).to_be_visible()
    rows = panel.rows
    rows.first.focus()
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("Home")
    expect(rows.first).to_be_focused()
    page.keyboard.press("ArrowRight")
    star = panel.region.get_by_role("button", name=re.compile("^Favourite: ")).first
    expect(star).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(rows.first).to_be_focused()
    page.keyboard.press("Tab")
    expect(rows.nth(1)).not_to_be_focused()  # the list is one stop of the Tab key
