"""axe-core in the page: what stands in the way of somebody who reads with a screen reader or works by keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.engines import missing

SCRIPT = Path(__file__).parents[2] / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}

RUN = """async where => (await axe.run(where, {resultTypes: ['violations']})).violations
  .map(({id, impact, help, nodes}) => ({id, impact, help, where: nodes.map(node => node.html.slice(0, 200))}))"""


def findings(page: Page, where: str) -> list[dict[str, Any]]:
    """The serious and critical findings in what the selector `where` finds; empty is well."""
    if not SCRIPT.is_file():
        missing("axe-core", "cd labextension && jlpm install")
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT.read_text())
    found: list[dict[str, Any]] = page.evaluate(RUN, where)
    return [finding for finding in found if finding["impact"] in GRAVE]


def panel(page: Page) -> list[dict[str, Any]]:
    """What is grave in the Repository panel, once it is there."""
    expect(page.locator("#jupyter-repo-panel")).to_be_visible()
    return findings(page, "#jupyter-repo-panel")


def dialog(page: Page) -> list[dict[str, Any]]:
    """What is grave in the dialog that is open or about to be."""
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_role("dialog").locator(".jp-Dialog-footer")).to_be_visible()
    return findings(page, ".jp-Repo-dialog, .jp-Dialog")
