"""The same bundle in Notebook 7, behind a base address."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from ..builders import make_notebook
from .labs import Lab


def test_publish_button_and_panel(page: Page, notebook7: Lab) -> None:
    make_notebook(notebook7.root, "seven.ipynb")
    page.goto(f"{notebook7.url}/notebooks/seven.ipynb?token={notebook7.token}")
    page.locator(".jp-NotebookPanel-toolbar").get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(re.compile("New notebook .*/seven"))).to_be_visible()
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text(re.compile("Published .*/seven, version 1"))).to_be_visible()

    page.get_by_role("menuitem", name="View", exact=True).click()
    page.get_by_role("menuitem", name="Show Repository").click()
    panel = page.get_by_role("region", name="Repository", exact=True)
    expect(panel.get_by_role("list", name="My things").get_by_text("seven", exact=True)).to_be_visible()
    left = page.locator("#jp-left-stack, .jp-SidePanel-left, #left-panel").filter(has=panel)
    expect(left.first).to_be_visible()
    panel.locator(".jp-Repo-row").filter(has=page.get_by_text("seven", exact=True)).click()
    expect(panel.get_by_role("article")).to_be_visible()
    picture = panel.locator("header .jp-Repo-avatar img")
    expect(picture).to_have_attribute("src", re.compile("^http://127.0.0.1:[0-9]+/team/ada/jupyter-repo/avatar/"))
    assert picture.evaluate("async image => { await image.decode(); return image.naturalWidth > 0; }")
    with page.context.expect_page() as opened:
        panel.get_by_role("button", name=re.compile("127.0.0.1")).click()
    expect(opened.value.get_by_text("seven").first).to_be_visible()
    opened.value.close()
