"""Where and how the panel works as well: other drives, a slow repository, a session that ends while one publishes."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, Route, expect

from ..builders import make_notebook
from .conftest import Open
from .labs import Lab
from .menus import choose
from .panel import Panel, press
from .test_publish import press_publish

PUBLISH = re.compile(r"/jupyter-repo/publish(\?|$)")

RESET = """async () => {
  const {serverSettings} = window.jupyterapp.serviceManager;
  await window.jupyterapp.serviceManager.settings.save('jupyter-repo:repository', '{}');
  await window.jupyterapp.serviceManager.settings.save('jupyter-repo:publish', '{}');
  await fetch(serverSettings.baseUrl + 'jupyter-repo/settings', {
    method: 'PUT', headers: {Authorization: 'token ' + serverSettings.token, 'Content-Type': 'application/json'},
    body: JSON.stringify({default_visibility: 'public', guard: {off: [], max_output_mib: 2}})});
}"""

SECOND_DRIVE = """content => {
  const files = {'tides.ipynb': content};
  const model = (path, whole) => ({
    name: path, path, type: 'notebook', format: 'json', mimetype: null, writable: true, size: 500,
    created: '2026-11-01T00:00:00Z', last_modified: '2026-11-01T00:00:00Z', content: whole ? files[path] : null});
  const point = {id: 'one', last_modified: '2026-11-01T00:00:00Z'};
  window.second = files;
  window.jupyterapp.serviceManager.contents.addDrive({
    name: 'Second', isDisposed: false, dispose: () => undefined,
    fileChanged: {connect: () => true, disconnect: () => true},
    get: async (path, options) => model(path, options?.content !== false),
    save: async (path, saved) => { files[path] = saved.content; return model(path, false); },
    createCheckpoint: async path => { window.checkpoint = files[path]; return point; },
    listCheckpoints: async () => [point],
    restoreCheckpoint: async () => undefined, deleteCheckpoint: async () => undefined,
    getDownloadUrl: async () => '',
  });
  void window.jupyterapp.commands.execute('docmanager:open', {path: 'Second:tides.ipynb'});
}"""


def never(route: Route) -> None:
    """No answer, until the page no longer waits for one."""


def test_a_notebook_of_another_drive_is_published(open_lab: Open, lab: Lab, tmp_path: Path) -> None:
    content = json.loads(make_notebook(tmp_path, "tides.ipynb").read_text())
    page = open_lab()
    page.evaluate(SECOND_DRIVE, content)
    press_publish(page)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("far-tides")
    expect(dialog.get_by_text(re.compile("New notebook .*/far-tides"))).to_be_visible()
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text(re.compile("Published .*/far-tides, version 1"))).to_be_visible()
    page.wait_for_function("window.second['tides.ipynb'].metadata.jupyter_repo?.name === 'far-tides'")
    assert not list(lab.root.glob("**/tides.ipynb"))
    restored_there(page)
    choose(page, "File", "Suggest a Change…")
    # the kernel may have written its language into it meanwhile
    same = re.compile("Nothing differs from .*/far-tides 1|Against .*/far-tides 1: no cell changed")
    expect(dialog.get_by_text(same)).to_be_visible()


def restored_there(page: Page) -> None:
    """What was published comes back in the place of the file, in a drive that only the page can reach."""
    code = page.locator(".jp-NotebookPanel:visible .jp-CodeCell .cm-content").first
    code.fill("print('something else')")
    Panel(page).open("far-tides").get_by_role("button", name="Restore version 1").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="In the place of Second:tides.ipynb").check()
    dialog.get_by_role("button", name="Restore", exact=True).click()
    expect(page.get_by_text("Second:tides.ipynb is version 1 again")).to_be_visible()
    expect(code).to_have_text("print(1 + 1)")
    assert page.evaluate("window.checkpoint.cells[1].source") == "print('something else')"
    there = page.evaluate("window.second['tides.ipynb']")
    assert there["cells"][1]["source"] == "print(1 + 1)"
    kept = there["metadata"]["jupyter_repo"]
    assert (kept["name"], kept["version"]) == ("far-tides", "1")


def test_a_repository_that_answers_slowly(open_lab: Open, page: Page) -> None:
    panel = Panel(open_lab())
    expect(panel.region.get_by_role("tabpanel")).to_be_visible()
    page.route("**/jupyter-repo/search?*", never)
    panel.tab("Everything")
    expect(panel.region.get_by_text(re.compile("takes long to answer"))).to_be_visible()
    panel.tab("Favourites")  # the panel stays usable
    expect(panel.region.get_by_text(re.compile("takes long to answer"))).to_have_count(0)
    panel.tab("Everything")
    press(panel.button("Stop waiting"))
    expect(panel.region.get_by_role("alert")).to_contain_text("You stopped waiting")
    page.unroute("**/jupyter-repo/search?*")
    press(panel.button("Try again"))
    expect(panel.region.get_by_role("alert")).to_have_count(0)
    expect(panel.region.get_by_role("list", name="Everything").or_(panel.region.get_by_role("heading"))).to_be_visible()
    panel.tab("Mine")


def test_a_start_with_a_slow_repository(open_lab: Open, page: Page) -> None:
    page.route("**/jupyter-repo/status*", never)
    open_lab()
    page.get_by_role("tab", name="Repository").click()
    region = page.get_by_role("region", name="Repository", exact=True)
    expect(region.get_by_role("heading", name="Waiting for the repository")).to_be_visible()
    press(region.get_by_role("button", name="Stop waiting"))
    expect(region.get_by_role("heading", name="Not connected")).to_be_visible()
    page.unroute("**/jupyter-repo/status*")
    press(region.get_by_role("button", name="Try again"))
    expect(region.get_by_role("searchbox", name="Search my things")).to_be_visible()


def test_a_session_that_ends_while_one_publishes(open_lab: Open, lab: Lab) -> None:
    make_notebook(lab.root, "midway.ipynb")
    page = open_lab("/lab/tree/midway.ipynb?reset")
    panel = Panel(page)

    def leave(route: Route) -> None:
        lab.api("/jupyter-repo/logout", {})
        route.continue_()

    press_publish(page)
    panel.dialog.get_by_label("Summary").fill("Typed once")
    page.route(PUBLISH, leave, times=1)
    try:
        panel.confirm("Publish")
        expect(page.get_by_text(re.compile("midway.ipynb was not published"))).to_be_visible()
        expect(panel.region.get_by_role("heading", name="You are signed out")).to_be_visible()
        press(panel.button("Sign in"))  # the owner of a repository on this computer needs no password
        expect(page.get_by_text(re.compile("Published .*/midway, version 1"))).to_be_visible()
        expect(page.get_by_text(re.compile("midway.ipynb was not published"))).to_have_count(0)
        expect(panel.open("midway").get_by_text("Typed once")).to_be_visible()
    finally:
        if lab.api("/jupyter-repo/status")["state"] != "ready":
            lab.api("/jupyter-repo/login", {"username": "", "password": ""})


def test_every_setting_holds_at_once(open_lab: Open, lab: Lab) -> None:
    """Address and active account have flows of their own: test_team, test_list."""
    cells = [("code", "rain = open('/home/ada/rain.csv')")]
    make_notebook(lab.root, "settled.ipynb", cells=cells, outputs="rain " * 4000)
    page = open_lab("/lab/tree/settled.ipynb?reset")
    panel = Panel(page)
    expect(panel.region.get_by_role("tabpanel")).to_be_visible()
    # a notebook that opens late would come to the front, before the settings
    expect(page.locator(".jp-NotebookPanel:visible .jp-CodeCell").first).to_be_visible()
    panel.menu("Repository Settings")

    def field(name: str) -> Locator:
        page.get_by_role("tab", name="Settings").click()
        return page.locator(f'[id="jp-SettingsEditor-jupyter-repo:{name}"]')

    def known(access: str, off: list[str]) -> None:
        """Wait until the Jupyter server has heard."""

        def heard() -> bool:
            settings = lab.api("/jupyter-repo/settings")
            return (settings["default_visibility"] or "public", settings["guard"]["off"]) == (access, off)

        lab.until(heard)

    try:
        field("repository_access").select_option(label="Private: only you and the people you share with")
        known("private", [])  # the editor draws its form anew when that is saved
        field("repository_guard_home-path").uncheck()
        known("private", ["home-path"])
        page.get_by_role("tab", name="settled.ipynb").click()
        press_publish(page)
        expect(panel.dialog.get_by_label("Access")).to_have_value("private")
        expect(panel.dialog.get_by_role("list", name="Findings")).to_have_count(0)
        page.keyboard.press("Escape")
        expect(panel.dialog).to_be_hidden()
        page.get_by_role("tab", name="Settings").click()
        field("repository_guard_home-path").check()
        known("private", [])
        page.get_by_role("tab", name="settled.ipynb").click()
        press_publish(page)
        expect(panel.dialog.get_by_role("list", name="Findings").get_by_role("listitem")).to_have_count(1)
        page.keyboard.press("Escape")
        expect(panel.dialog).to_be_hidden()
        page.get_by_role("tab", name="Settings").click()
        size = field("repository_guard_largeOutputMiB")
        size.fill("0.01")
        size.press("Tab")
        lab.until(lambda: lab.api("/jupyter-repo/settings")["guard"]["max_output_mib"] < 1)
        field("publish_attachEnvironment").uncheck()
        page.get_by_role("tab", name="settled.ipynb").click()

        def attached() -> bool:
            press_publish(page)
            findings = panel.dialog.get_by_role("list", name="Findings").get_by_role("listitem")
            expect(findings).to_have_count(2)
            expect(findings.filter(has_text="Cell 1, output")).to_be_visible()
            checked = panel.dialog.get_by_label("Attach this environment").is_checked()
            page.keyboard.press("Escape")
            expect(panel.dialog).to_be_hidden()
            return checked

        lab.until(lambda: not attached())  # JupyterLab tells the plugin when it has saved
    finally:
        page.evaluate(RESET)
        known("public", [])
