"""The list by keyboard: favourites, several things at once; labels; files that are dropped; the active account."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from ..builders import make_conda, make_wheel
from . import axe
from .conftest import Open
from .labs import Lab
from .panel import Panel, press
from .test_everywhere import never

DROP = """files => {
  const data = new DataTransfer();
  files.forEach(([name, bytes]) => data.items.add(new File([new Uint8Array(bytes)], name)));
  const panel = document.querySelector('#jupyter-repo-panel');
  const fire = type => panel.querySelector('header').dispatchEvent(
    new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true}));
  fire('dragover');
  const marked = panel.classList.contains('jp-mod-dropTarget');
  fire('drop');
  return marked;
}"""

TO_THE_RIGHT = """() => {
  const {shell} = window.jupyterapp;
  const panel = [...shell.widgets('left')].find(({id}) => id === 'jupyter-repo-panel');
  shell.add(panel, 'right', {rank: 600});
  shell.activateById('jupyter-repo-panel');
  shell.activateById('filebrowser');
}"""


def upload(panel: Panel, *files: Path) -> None:
    """Upload files and wait for them."""
    panel.choose(files)
    panel.confirm("Upload")
    for file in files:
        expect(panel.row(re.split(r"-\d", file.name)[0].replace("_", "-"))).to_be_visible()


def test_a_favourite_by_keyboard(open_lab: Open, tmp_path: Path) -> None:
    panel = Panel(open_lab())
    upload(panel, make_wheel(tmp_path, name="beloved"))
    panel.row("beloved").focus()
    panel.page.keyboard.press("ArrowRight")
    with panel.page.expect_response("**/jupyter-repo/stars/**") as answer:
        panel.page.keyboard.press("Enter")
    assert answer.value.ok
    panel.tab("Favourites")
    panel.region.get_by_role("list", name="Favourites").get_by_text("beloved", exact=True).click()
    star = panel.button("Favourite: beloved")
    expect(star).to_have_attribute("aria-pressed", "true")
    with panel.page.expect_response("**/jupyter-repo/stars/**"):
        star.click()
    expect(star).to_have_attribute("aria-pressed", "false")
    panel.button("Back").click()
    expect(panel.region.get_by_role("heading", name="No favourites yet")).to_be_visible()
    panel.tab("Mine")


def test_several_at_once_by_keyboard(open_lab: Open, lab: Lab, tmp_path: Path) -> None:
    me = lab.api("/jupyter-repo/status")["account"]
    panel, names = Panel(open_lab()), ["many-a", "many-b", "many-c"]
    upload(panel, *(make_wheel(tmp_path, name=name) for name in names))
    panel.search.fill("many-")
    expect(panel.rows).to_have_count(3)
    panel.rows.first.focus()
    for key in ("x", "ArrowDown", "x"):
        panel.page.keyboard.press(key)
    bar = panel.region.get_by_role("region", name="Chosen things")
    expect(bar.get_by_text("2 chosen")).to_be_visible()
    assert axe.panel(panel.page) == []
    bar.get_by_label("Set access").select_option("private")
    expect(panel.dialog.get_by_text("Their access will be: Private.")).to_be_visible()
    assert axe.dialog(panel.page) == []
    panel.confirm("Change access")
    expect(panel.region.get_by_role("img", name="Private")).to_have_count(2)

    panel.rows.first.focus()
    panel.page.keyboard.press("Control+a")
    expect(bar.get_by_text("3 chosen")).to_be_visible()
    lab.api(f"/jupyter-repo/things/{me}/many-b", method="DELETE")  # by somebody else, meanwhile
    bar.get_by_role("button", name="Delete…").click()
    for name in names:
        expect(panel.dialog).to_contain_text(f"{me}/{name}")
    panel.confirm("Delete 3")
    failed = bar.get_by_role("list", name="What failed")
    expect(failed.get_by_role("listitem")).to_have_count(1)
    expect(failed).to_contain_text(f"{me}/many-b")
    expect(panel.rows).to_have_count(0)
    bar.get_by_role("button", name="Done").click()
    expect(bar).to_have_count(0)


def test_labels_by_keyboard(open_lab: Open, tmp_path: Path) -> None:
    panel = Panel(open_lab())
    upload(panel, make_conda(tmp_path, name="labelled", version="1.0"))
    article = panel.open("labelled")
    press(article.get_by_role("button", name=re.compile("^Add a label to ")))
    field = article.get_by_role("textbox", name=re.compile("^New label of "))
    expect(field).to_be_focused()
    field.fill("dev/nightly")
    field.press("Enter")
    off = article.get_by_role("button", name="Take the label dev/nightly off ")
    expect(off).to_be_visible()
    press(off)
    expect(off).to_have_count(0)
    panel.back()


def test_the_active_account_is_where_things_go(open_lab: Open, lab: Lab, tmp_path: Path) -> None:
    lab.api("/jupyter-repo/organizations", {"name": "guild"})
    try:
        panel = Panel(open_lab())
        own = lab.api("/jupyter-repo/status")["account"]
        panel.menu("guild")
        expect(panel.region.get_by_text("for guild")).to_be_visible()
        panel.choose([make_wheel(tmp_path, name="common")])
        expect(panel.dialog.get_by_label("Channel")).to_have_value("guild")
        panel.confirm("Upload")
        expect(panel.row("common")).to_be_visible()
        expect(panel.region.get_by_label("Whose things")).to_have_value("guild")
        panel.region.get_by_label("Whose things").select_option(own)
        expect(panel.row("common")).to_have_count(0)
        panel.menu(own)
        expect(panel.region.get_by_text("for guild")).to_have_count(0)
        lab.until(lambda: lab.api("/jupyter-repo/settings")["default_channel"] == "")
    finally:
        lab.api("/jupyter-repo/things/guild/common", method="DELETE")


def test_several_files_dropped_one_is_refused_and_one_cancelled(open_lab: Open, tmp_path: Path) -> None:
    broken = tmp_path / "broken_drop-1.0-py3-none-any.whl"
    broken.write_bytes(b"this is no package")
    files = [make_wheel(tmp_path, name="dropped"), broken, make_conda(tmp_path, name="dropped-too")]
    panel = Panel(open_lab())
    panel.page.route("**/jupyter-repo/upload/dropped-too*", never)  # it is under way for as long as it takes to look
    assert panel.page.evaluate(DROP, [[file.name, list(file.read_bytes())] for file in files])
    for file in files:
        expect(panel.dialog.get_by_text(file.name, exact=True)).to_be_visible()
    panel.confirm("Upload")
    activity = panel.region.get_by_role("region", name="Activity")
    expect(panel.row("dropped")).to_be_visible()
    expect(activity.get_by_role("alert").filter(has_text=broken.name)).to_be_visible()
    bar = activity.get_by_role("progressbar", name=files[2].name)
    expect(bar).to_be_visible()
    press(panel.button(f"Cancel {files[2].name}"))
    expect(bar).to_have_count(0)
    expect(activity.get_by_text("Cancelled")).to_be_visible()
    expect(panel.row("dropped-too")).to_have_count(0)
    expect(panel.row("broken-drop")).to_have_count(0)
    press(panel.button("Clear finished"))
    expect(activity).to_have_count(0)


def test_files_dragged_from_the_file_browser(open_lab: Open, lab: Lab, page: Page) -> None:
    folder = lab.root / "drag"
    folder.mkdir()
    file = make_wheel(folder, name="dragged")
    open_lab("/lab/tree/drag?reset")
    page.evaluate(TO_THE_RIGHT)
    region = page.get_by_role("region", name="Repository", exact=True)
    expect(region).to_be_visible()
    item = page.get_by_role("listitem", name=re.compile(file.name[:7]))
    item.hover()  # which waits until it stands still
    page.mouse.down()
    end = region.bounding_box()
    assert end
    page.mouse.move(end["x"] + 60, end["y"] + 300, steps=12)
    expect(region).to_have_class(re.compile("jp-mod-dropTarget"))
    page.mouse.up()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(file.name, exact=True)).to_be_visible()
    dialog.get_by_role("button", name="Upload", exact=True).click()
    expect(page.get_by_text(re.compile("Uploaded .*/dragged, version 1"))).to_be_visible()
    assert file.exists()  # it is copied, not moved
