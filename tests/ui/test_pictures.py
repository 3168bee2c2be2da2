"""The picture of a notebook, and the way from a finding to its cell."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

from playwright.sync_api import expect

from ..builders import make_notebook, make_png
from .conftest import Open
from .labs import Lab
from .panel import Panel
from .test_publish import press_publish, remembered


def add_picture(notebook: Path, cell: int) -> None:
    """Give a code cell (counted from 0) a plot of 1000 by 500 pixels as its output."""
    document = json.loads(notebook.read_text())
    data = {"image/png": base64.b64encode(make_png(1000, 500)).decode(), "text/plain": "<Figure>"}
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    document["cells"][cell]["outputs"] = [output]
    notebook.write_text(json.dumps(document))


def test_the_first_picture_goes_along_and_a_finding_leads_to_its_cell(open_lab: Open, lab: Lab) -> None:
    cells = [("markdown", "# Rain"), *[("code", f"line = {number}") for number in range(30)]]
    cells += [("code", "open('/home/ada/rain.csv')"), ("code", "plot()")]
    notebook = make_notebook(lab.root, "plotted.ipynb", cells=cells)
    add_picture(notebook, 31)  # what a suspicious cell shows is not shown about
    add_picture(notebook, 32)
    page = open_lab("/lab/tree/plotted.ipynb?reset")
    press_publish(page)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Show cell 32 in the notebook").click()
    expect(dialog).to_be_hidden()
    active = page.locator(".jp-Notebook .jp-Cell.jp-mod-active")
    expect(active).to_contain_text("/home/ada/rain.csv")
    expect(active).to_be_in_viewport()

    press_publish(page)
    expect(dialog.get_by_role("checkbox", name=re.compile("Show this picture"))).to_be_checked()
    dialog.get_by_role("radio", name=re.compile("Replace each")).check()
    dialog.get_by_role("button", name="Publish", exact=True).click()
    panel = Panel(page)
    picture = panel.row("plotted").locator("img")
    expect(picture).to_be_visible()
    # scaled in the browser: it was 1000 by 500
    assert picture.evaluate("image => image.decode().then(() => [image.naturalWidth, image.naturalHeight])") == [
        480,
        240,
    ]
    article = panel.open("plotted")
    expect(article.locator("img.jp-Repo-thumbnail")).to_be_visible()

    press_publish(page)
    dialog.get_by_role("checkbox", name=re.compile("Show this picture")).uncheck()
    dialog.get_by_role("radio", name=re.compile("Replace each")).check()
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text(re.compile("Published .*/plotted, version 2"))).to_be_visible()
    expect(article.locator("img.jp-Repo-thumbnail")).to_have_count(0)
    lab.until(lambda: remembered(notebook).get("thumbnail") is False)
