"""Versions of a notebook: what each changed, compared, read, brought back."""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ..builders import make_notebook
from .conftest import Open
from .labs import Lab
from .panel import Panel, press
from .themes import THEMES, in_theme

FIRST = [("markdown", "# Rain"), ("code", "days = 7\nrain = 1"), ("code", "print(rain)"), ("code", "x = 1")]
SECOND = [*FIRST[:1], ("code", "days = 7\nrain = 2"), *FIRST[2:], ("code", "import numpy")]


def publish(lab: Lab, name: str, *versions: list[tuple[str, str]]) -> str:
    """Publish the notebook in several versions; the file holds the last and remembers its publication."""
    account: str = lab.api("/jupyter-repo/status")["account"]
    kept = {"channel": account, "name": name, "summary": "", "visibility": "public", "environment": False}
    for cells in versions:
        make_notebook(lab.root, f"{name}.ipynb", cells=cells, metadata={"jupyter_repo": kept})
        body = {"path": f"{name}.ipynb", "channel": account, "name": name}
        lab.finish(lab.api("/jupyter-repo/publish", body))
    return f"{account}/{name}"


def sources(notebook: Path) -> Any:
    return ["".join(cell["source"]) for cell in json.loads(notebook.read_text())["cells"]]


def test_versions_say_what_changed_and_are_compared_by_keyboard(open_lab: Open, lab: Lab) -> None:
    full_name = publish(lab, "history", FIRST, SECOND)
    page = open_lab()
    panel = Panel(page)
    article = panel.open("history")
    versions = article.get_by_role("region", name="Versions")
    expect(versions.get_by_text("by " + full_name.split("/")[0]).first).to_be_visible()
    expect(versions.get_by_text("1 cell changed, 1 added")).to_be_visible()

    compare = versions.get_by_role("button", name="Compare version 2 with the one before")
    press(compare)
    comparison = page.get_by_role("region", name="Comparison")
    expect(comparison.get_by_role("combobox", name="From")).to_have_value("1")
    expect(comparison.get_by_role("combobox", name="To")).to_have_value("2")
    cells = comparison.get_by_role("list", name="Cells")
    changed = cells.locator("[data-change=changed]")
    expect(changed.get_by_role("deletion")).to_contain_text("rain = 1")
    expect(changed.get_by_role("insertion")).to_contain_text("rain = 2")
    expect(changed.locator("ins mark")).to_have_text("2")
    expect(cells.locator("[data-change=added]")).to_contain_text("import numpy")
    same = cells.get_by_role("button", name="1 cell is the same").first
    expect(same).to_have_attribute("aria-expanded", "false")
    same.focus()
    page.keyboard.press("Enter")
    expect(cells.locator("[data-change=same]").first).to_contain_text("# Rain")
    comparison.get_by_role("combobox", name="From").select_option("2")
    expect(comparison.get_by_text("The two are the same.")).to_be_visible()
    comparison.get_by_role("combobox", name="To").select_option("1")
    expect(cells.locator("[data-change=removed]")).to_contain_text("import numpy")


@pytest.mark.parametrize("theme", THEMES)
def test_an_open_notebook_is_compared_with_what_was_published(open_lab: Open, lab: Lab, theme: str) -> None:
    name = f"local-{theme.split()[-1].lower()}"
    publish(lab, name, FIRST, SECOND)
    page = open_lab(f"/lab/tree/{name}.ipynb?reset")
    in_theme(page, theme)
    page.locator(".jp-Notebook .jp-CodeCell").first.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" * 10")
    page.locator(".jp-NotebookPanel-toolbar").get_by_role("button", name="Show what differs").click()
    comparison = page.get_by_role("region", name="Comparison")
    expect(comparison.get_by_role("combobox", name="To")).to_have_value("local")  # not saved, and compared all the same
    expect(comparison.get_by_role("insertion")).to_contain_text("rain = 2 * 10")
    expect(comparison.get_by_text("1 cell changed")).to_be_visible()


def test_a_version_is_read_with_nothing_of_it_running(open_lab: Open, lab: Lab) -> None:
    full_name = publish(lab, "read-me", FIRST)
    notebook = lab.root / "read-me.ipynb"
    document = json.loads(notebook.read_text())
    attack = "<b>shown</b><script>window.attacked = true</script><img src=x onerror='window.attacked = true'>"
    data = {"text/html": attack, "application/javascript": "window.attacked = true"}
    document["cells"][1]["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]
    document["cells"][1]["metadata"]["trusted"] = True
    notebook.write_text(json.dumps(document))
    account = full_name.split("/")[0]
    lab.finish(lab.api("/jupyter-repo/publish", {"path": "read-me.ipynb", "channel": account, "name": "read-me"}))
    page = open_lab()
    article = Panel(page).open("read-me")
    article.get_by_role("button", name="Read version 2").click()
    version = page.get_by_role("region", name="Published version")
    expect(version.get_by_text(f"{full_name} version 2 · read only")).to_be_visible()
    expect(version.get_by_text("shown", exact=True)).to_be_visible()
    expect(version.get_by_role("heading", name="Rain")).to_be_visible()
    version.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.type("changed")
    expect(version.get_by_text("changed")).to_have_count(0)
    assert page.evaluate("window.attacked") is None
    sessions = lab.api("/api/sessions")
    assert not [one for one in sessions if "read-me" in one["path"]]


WIDTH = "async image => { await image.decode(); return image.naturalWidth }"
SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20" onload="parent.attacked = 6">
<script>parent.attacked = 7</script><text y="15">{word}</text></svg>"""


def picture(red: int) -> str:
    """A small plain PNG in base64."""
    size = struct.pack(">IIBBBBB", 40, 20, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes((red, 0, 0)) * 40) * 20)
    chunks = [(b"IHDR", size), (b"IDAT", rows), (b"IEND", b"")]
    packed = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    ]
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(packed)).decode()


def test_outputs_and_markdown_are_drawn_before_and_after_and_run_nothing(open_lab: Open, lab: Lab) -> None:
    attack = "<script>window.attacked = 1</script><img src=x onerror='window.attacked = 2'><svg onload='attacked = 3'/>"
    full_name = publish(lab, "drawn", FIRST)
    notebook, account = lab.root / "drawn.ipynb", full_name.split("/")[0]
    plain = notebook.read_text()
    before, after = picture(40), picture(200)
    for picked, word in ((before, "old"), (after, "new")):
        document = json.loads(plain)
        document["cells"][0]["source"] = f"# Rain, {word}\n\n{attack}"
        html = f"<table><tr><td>{word} table</td></tr></table>{attack}"
        script = {"application/javascript": "window.attacked = 4", "image/svg+xml": "<svg onload='attacked = 5'/>"}
        document["cells"][1]["outputs"] = [
            {"output_type": "display_data", "data": data, "metadata": {"isolated": isolated}}
            for data, isolated in (
                ({"image/png": picked}, False),
                ({"text/html": html, **script}, False),
                ({"text/html": html}, True),
                ({"image/svg+xml": SVG.format(word=word), "text/plain": "<Figure>"}, False),
            )
        ]
        document["cells"][1]["metadata"]["trusted"] = True
        notebook.write_text(json.dumps(document))
        lab.finish(lab.api("/jupyter-repo/publish", {"path": "drawn.ipynb", "channel": account, "name": "drawn"}))
    page = open_lab()
    Panel(page).open("drawn").get_by_role("button", name="Compare version 3 with the one before").click()
    comparison = page.get_by_role("region", name="Comparison")
    changed = comparison.locator("[data-change=changed]")
    expect(changed).to_have_count(2)
    text, code = changed.first, changed.last
    expect(text.get_by_role("group", name="Before").get_by_role("heading", name="Rain, old")).to_be_visible()
    expect(text.get_by_role("group", name="After").get_by_role("heading", name="Rain, new")).to_be_visible()
    fold = code.get_by_role("button", name="Outputs changed (4)")
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(code.locator("img")).to_have_count(0)
    press(fold)
    [first, second] = [code.get_by_role("group", name=side) for side in ("Before", "After")]
    for side, picked, word in ((first, before, "old"), (second, after, "new")):
        expect(side.locator("img").first).to_have_attribute("src", f"data:image/png;base64,{picked}")
        assert side.locator("img").first.evaluate(WIDTH) == 40
        expect(side.get_by_role("cell", name=f"{word} table")).to_be_visible()
        figure = side.get_by_role("img", name="<Figure>")
        expect(figure).to_have_attribute("src", re.compile("^data:image/svg.xml;base64,"))
        assert figure.evaluate(WIDTH) == 60
    expect(comparison.locator("script, [onerror], [onload]")).to_have_count(0)
    for side, word in ((first, "old"), (second, "new")):  # an isolated output has a frame of its own
        expect(side.frame_locator("iframe").get_by_role("cell", name=f"{word} table")).to_be_visible()
    assert not [frame for frame in page.frames if frame.evaluate("window.attacked") is not None]
    press(fold)
    expect(code.locator("img")).to_have_count(0)


def test_a_version_comes_back_as_a_new_file_and_in_place(open_lab: Open, lab: Lab) -> None:
    publish(lab, "back", FIRST, SECOND)
    page = open_lab("/lab/tree/back.ipynb?reset")
    expect(page.locator(".jp-Notebook").get_by_text("import numpy")).to_be_visible()
    panel = Panel(page)
    article = panel.open("back")
    article.get_by_role("region", name="Versions").get_by_text("1", exact=True).last.click()
    restore = article.get_by_role("button", name="Restore version 1")
    restore.click()
    expect(panel.dialog.get_by_role("radio", name="As a new file")).to_be_checked()
    press(panel.dialog.get_by_role("radio", name="As a new file"))
    expect(page.get_by_role("tab", name="back-v1.ipynb")).to_be_visible()
    assert sources(lab.root / "back-v1.ipynb") == [source for _, source in FIRST]
    restore.click()
    panel.dialog.get_by_role("radio", name="In the place of back.ipynb").check()
    panel.confirm("Restore")
    page.get_by_role("tab", name="back.ipynb").click()
    there = page.locator(".jp-NotebookPanel:visible .jp-Notebook")
    expect(there.get_by_text("rain = 1")).to_be_visible()  # only the first version has it
    expect(there.get_by_text("import numpy")).to_have_count(0)
    assert sources(lab.root / "back.ipynb") == [source for _, source in FIRST]


def test_in_notebook_7_the_comparison_opens_below_the_notebook(page: Page, notebook7: Lab) -> None:
    publish(notebook7, "seven-compared", FIRST, SECOND)
    page.goto(f"{notebook7.url}/notebooks/seven-compared.ipynb?token={notebook7.token}")
    page.locator(".jp-NotebookPanel-toolbar").get_by_role("button", name="Show what differs").click()
    comparison = page.get_by_role("region", name="Comparison")
    # the kernel may have written its language into it meanwhile
    expect(comparison.get_by_text(re.compile("The two are the same|no cell changed"))).to_be_visible()
    comparison.get_by_role("combobox", name="From").select_option("1")
    expect(comparison.locator("[data-change=added]")).to_contain_text("import numpy")
