"""The Repository panel as a person uses it: by roles and names only."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect


def press(control: Locator, key: str = "Enter") -> None:
    """Press a key on a control, once it takes keys: one that is disabled for a moment would lose it."""
    expect(control).to_be_enabled()
    control.press(key)


def enter(form: Locator, text: str) -> None:
    """Fill in the one text field of a form, and send it by the Enter key, which goes where the button would."""
    form.get_by_role("textbox").fill(text)
    expect(form.get_by_role("button")).to_be_enabled()
    form.get_by_role("textbox").press("Enter")


def copied(page: Page, button: Locator) -> str:
    """The text that a button copies."""
    page.evaluate("navigator.clipboard.writeText('')")
    press(button)
    page.wait_for_function("navigator.clipboard.readText().then(text => text !== '')")
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


class Panel:
    """The panel of a page; opens it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.region = page.get_by_role("region", name="Repository", exact=True)
        if not self.region.is_visible():
            page.get_by_role("tab", name="Repository").click()
        self.things = self.region.get_by_role("list", name="My things")
        expect(self.region.get_by_role("textbox", name="Search my things").or_(self.search)).to_be_visible()

    @property
    def search(self) -> Locator:
        """The search box."""
        return self.region.get_by_role("searchbox", name="Search my things")

    @property
    def dialog(self) -> Locator:
        """The dialog that is open."""
        return self.page.get_by_role("dialog")

    def button(self, name: str) -> Locator:
        """A button of the panel."""
        return self.region.get_by_role("button", name=name)

    @property
    def rows(self) -> Locator:
        """The things of the list."""
        return self.region.locator(".jp-Repo-row")

    def row(self, name: str) -> Locator:
        """A thing of the list."""
        return self.rows.filter(has=self.page.get_by_text(name, exact=True))

    def tab(self, name: str) -> None:
        """List other things: Mine, Everything or Favourites."""
        self.region.get_by_role("tab", name=name).click()

    def chip(self, kind: str) -> Locator:
        """A kind's filter."""
        return self.region.get_by_role("group", name="Filter by kind").get_by_role("button", name=kind)

    def open(self, name: str) -> Locator:
        """Open the details of a thing; they are an article of its full name."""
        self.row(name).click()
        article = self.region.get_by_role("article")
        expect(article.get_by_role("heading", name=name, exact=True)).to_be_visible()
        return article

    def back(self) -> None:
        """Go back to the list."""
        self.button("My things").click()
        expect(self.search).to_be_visible()

    def choose(self, files: Iterable[Path]) -> None:
        """Choose files in the picker; the dialog that asks where to is open then."""
        with self.page.expect_file_chooser() as chooser:
            self.button("Upload").first.click()
        chooser.value.set_files(list(files))
        expect(self.dialog).to_be_visible()

    def confirm(self, button: str) -> None:
        """Press a button of the dialog, which closes it."""
        self.dialog.get_by_role("button", name=button, exact=True).click()
        expect(self.dialog).to_be_hidden()

    def menu(self, item: str) -> None:
        """Choose from the account menu."""
        self.button("Account and repository").click()
        self.page.get_by_role("menuitem", name=item).click()
