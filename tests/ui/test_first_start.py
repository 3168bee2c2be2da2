"""Point 1: the panel is there, and the person at the keyboard is its owner."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from .conftest import Open
from .labs import Lab
from .panel import Panel


def test_the_panel_opens_signed_in_with_nothing_typed(open_lab: Open, lab: Lab) -> None:
    status = lab.api("/jupyter-repo/status")
    panel = Panel(open_lab())
    assert status["embedded"]
    assert status["is_admin"]
    expect(panel.region.get_by_text(status["account"], exact=True).first).to_be_visible()
    expect(panel.button(status["url"].removeprefix("http://"))).to_be_visible()


def shown_in(workspace: dict[str, Any]) -> bool:
    """Is the panel the one that this saved layout shows?"""
    layout = workspace["data"].get("layout-restorer:data", {})
    return bool(layout.get("left", {}).get("current") == "jupyter-repo-panel")


def test_the_panel_is_restored_after_a_reload(open_lab: Open, lab: Lab) -> None:
    page = open_lab("/lab/workspaces/restored")
    Panel(page)
    lab.until(lambda: shown_in(lab.api("/lab/api/workspaces/restored")))  # JupyterLab saves the layout a moment later
    page.reload()
    expect(page.get_by_role("region", name="Repository", exact=True)).to_be_visible()


def test_name_and_terminal_password(open_lab: Open) -> None:
    panel = Panel(open_lab())
    panel.menu("My Repository Account")
    save = panel.dialog.get_by_role("button", name="Save")
    expect(save).to_be_disabled()
    panel.dialog.get_by_label("Terminal password").fill("short")
    expect(panel.dialog.get_by_text("Use at least 7 characters.")).to_be_visible()
    panel.dialog.get_by_label("Terminal password").fill("long enough")
    panel.dialog.get_by_label("Password again").fill("long enougn")
    expect(panel.dialog.get_by_text("The two passwords differ.")).to_be_visible()
    expect(save).to_be_disabled()
    panel.dialog.get_by_label("Password again").fill("long enough")
    with panel.page.expect_response(lambda answer: answer.request.method == "PUT") as answer:
        panel.confirm("Save")
    assert answer.value.status == 200
