"""The same bundle in Notebook 7."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from ..builders import make_notebook
from .labs import Lab


def test_publish_button_and_panel(page: Page, notebook7: Lab) -> None:
    make_notebook(notebook7.root, "seven.ipynb")
    page.goto(f"{notebook7.url}/notebooks/seven.ipynb?token={notebook7.token}")
    page.locator(".jp-NotebookPanel-toolbar").get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(re.compile("New notebook .*/seven"))).to_be_visible()
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text(re.compile("Published .*/seven, version 1"))).to_be_visible()

    page.get_by_role("menuitem", name="View", exact=True).click()
    page.get_by_role("menuitem", name="Show Repository").click()
    panel = page.get_by_role("region", name="Repository", exact=True)
    expect(panel.get_by_role("list", name="My things").get_by_text("seven", exact=True)).to_be_visible()
