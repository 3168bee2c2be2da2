"""The menus of JupyterLab."""

from __future__ import annotations

from playwright.sync_api import Page, expect

FOCUS = "[...document.querySelectorAll('.lm-Menu')].at(-1)?.focus()"
"""What opens late at the start of JupyterLab takes the focus from a menu, which then gets no key."""


def close(page: Page) -> None:
    """Close the menus that are open."""
    menus = page.locator(".lm-Menu")
    while menus.count():
        page.evaluate(FOCUS)
        page.keyboard.press("Escape")
        page.evaluate("new Promise(requestAnimationFrame)")


def choose(page: Page, menu: str, command: str) -> None:
    """Open a menu and choose a command in it by Enter, which goes to the item that is highlighted."""
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=command).hover()
    expect(page.locator(".lm-Menu-item.lm-mod-active")).to_contain_text(command)
    page.evaluate(FOCUS)
    page.keyboard.press("Enter")
