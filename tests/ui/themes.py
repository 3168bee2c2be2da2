"""The two themes of JupyterLab, and the change between them."""

from __future__ import annotations

from playwright.sync_api import Page, expect

PAINTED = """light => {
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.color = 'var(--jp-layout-color0)';
  const [red] = getComputedStyle(probe).color.match(/\\d+/);
  probe.remove();
  return Number(red) > 127 === light;
}"""

THEMES = ["JupyterLab Light", "JupyterLab Dark"]


def in_theme(page: Page, theme: str) -> None:
    """Change the theme, and wait for its style sheet, which comes after its name, and for what was hidden meanwhile."""
    page.evaluate("theme => void window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
    page.wait_for_function("light => document.body.dataset.jpThemeLight === light", arg=str("Light" in theme).lower())
    page.wait_for_function(PAINTED, arg="Light" in theme)
    expect(page.locator("#main")).to_be_visible()
    expect(page.locator("#jupyterlab-splash")).to_have_count(0)
