"""The menu bar of JupyterLab."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def choose(page: Page, menu: str, command: str) -> None:
    """Open a menu and choose a command in it by Enter, which goes to the item that is highlighted."""
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=command).hover()
    expect(page.locator(".lm-Menu-item.lm-mod-active")).to_contain_text(command)
    page.keyboard.press("Enter")
