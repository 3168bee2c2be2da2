"""The two themes of JupyterLab, and the change between them."""

from __future__ import annotations

from playwright.sync_api import Page

THEMES = ["JupyterLab Light", "JupyterLab Dark"]


def in_theme(page: Page, theme: str) -> None:
    """Change the theme, and wait for its style sheet, which comes after its name."""
    page.evaluate("theme => void window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
    page.wait_for_function("light => document.body.dataset.jpThemeLight === light", arg=str("Light" in theme).lower())
    page.wait_for_timeout(500)
