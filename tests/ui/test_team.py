"""A team's repository, reached from the settings editor: sign-up, organizations, groups, sharing, notifications."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import expect

from tests.test_serve import Served

from ..builders import make_notebook, make_wheel
from . import axe
from .conftest import Open
from .labs import Lab
from .panel import Panel, enter, press


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Served]:
    """A repository where everybody may sign up; ada is its first user."""
    served = Served(tmp_path / "team", "--ServeApp.sign_up=open")
    yield served
    served.stop()


def test_from_the_address_to_a_shared_package(open_lab: Open, lab: Lab, team: Served, tmp_path: Path) -> None:
    page = open_lab()
    panel = Panel(page)
    panel.menu("Repository Settings")
    address = page.locator('[id="jp-SettingsEditor-jupyter-repo:repository_address"]')
    address.fill(team.url)
    try:
        sign_up(panel, team)
        make_an_organization(panel)
        publish_otherwise(panel, lab)
        share(panel, tmp_path)
        hear_of_others(panel, team, tmp_path)
    finally:
        address.fill("")
        lab.until(lambda: lab.api("/jupyter-repo/status")["embedded"])  # the next test finds it as this one did
    expect(panel.button("Notifications")).to_be_visible()
    expect(panel.region.get_by_text("carol", exact=True)).to_have_count(0)
    expect(panel.button("Open ")).to_have_count(0)


def sign_up(panel: Panel, team: Served) -> None:
    """The panel notices at once that it talks to another repository, and offers what may be done there."""
    expect(panel.region.get_by_role("heading", name="You are signed out")).to_be_visible()
    expect(panel.button(team.url.removeprefix("http://"))).to_be_visible()
    panel.button("Sign up").click()
    dialog, submit = panel.dialog, panel.dialog.get_by_role("button", name="Sign up")
    dialog.get_by_label("User name").fill("ada")
    dialog.get_by_label("E-mail").fill("carol")
    dialog.get_by_label("Password", exact=True).fill("short")
    expect(dialog.get_by_text("This is no e-mail address.")).to_be_visible()
    expect(dialog.get_by_text("Use at least 7 characters.")).to_be_visible()
    assert axe.dialog(panel.page) == []
    dialog.get_by_label("E-mail").fill("carol@example.org")
    dialog.get_by_label("Password", exact=True).fill("correct horse")
    dialog.get_by_label("Password again").fill("correct horse")
    expect(submit).to_be_disabled()
    dialog.get_by_label("I accept the terms").check()
    submit.click()
    expect(dialog.get_by_role("alert").filter(has_text="ada")).to_be_visible()  # the name is taken
    dialog.get_by_label("User name").fill("carol")
    dialog.get_by_label("User name").press("Enter")
    expect(dialog).to_be_hidden()
    expect(panel.region.get_by_text("carol", exact=True)).to_be_visible()
    expect(panel.region.get_by_role("heading", name="Nothing published yet")).to_be_visible()


def make_an_organization(panel: Panel) -> None:
    """With a group, its members and its level."""
    region = panel.region
    panel.menu("Organizations and Groups")
    expect(region.get_by_role("heading", name="No organization yet")).to_be_visible()
    panel.button("New organization").click()
    region.get_by_label("Name", exact=True).fill("crew")
    region.get_by_label("Name", exact=True).press("Enter")
    expect(region.get_by_role("heading", name="crew")).to_be_visible()
    expect(region.get_by_text("You are an owner.")).to_be_visible()
    form = region.get_by_role("form", name="New group")
    form.get_by_label("Level").select_option("read-write")
    enter(form, "pilots")
    region.get_by_role("list", name="Groups of crew").get_by_role("button", name="pilots").click()

    form = region.get_by_role("form", name="User name")
    enter(form, "nobody-at-all")
    expect(region.get_by_role("alert").filter(has_text="nobody-at-all")).to_be_visible()
    expect(form.get_by_role("textbox")).to_have_value("nobody-at-all")
    enter(form, "ada")
    expect(panel.button("Remove the member ada")).to_be_visible()
    expect(region.get_by_role("alert")).to_have_count(0)
    level = region.get_by_label("Level of pilots")
    press(level, "a")  # as a select is worked by keyboard: the first letters of what is wanted
    expect(region.get_by_text("also change access and sharing")).to_be_visible()
    press(panel.button("Remove the member ada"))
    press(panel.dialog.get_by_role("button", name="Remove", exact=True))
    expect(panel.button("Remove the member ada")).to_have_count(0)
    panel.button("Delete the group pilots…").click()
    panel.confirm("Delete group")
    expect(region.get_by_role("list", name="Groups of crew").get_by_role("button")).to_have_count(1)
    panel.button("Make it active").click()
    expect(region.get_by_text("for crew")).to_be_visible()
    expect(panel.button("Delete crew in the browser")).to_be_visible()
    panel.button("Organizations").click()
    panel.button("Back").click()


def publish_otherwise(panel: Panel, lab: Lab) -> None:
    """A plan without private packages refuses one; what was chosen stays, and something else is chosen."""
    page, dialog = panel.page, panel.dialog
    make_notebook(lab.root, "flight.ipynb")
    sidebar = page.locator(".jp-SideBar.jp-mod-left")  # the settings have tabs of the same names
    sidebar.get_by_role("tab", name="File Browser").click()
    page.get_by_role("listitem", name=re.compile("flight.ipynb")).click(button="right")
    page.get_by_role("menuitem", name="Publish to Repository").click()
    expect(dialog.get_by_text("New notebook crew/flight.")).to_be_visible()
    dialog.get_by_label("Summary").fill("Where we fly")
    dialog.get_by_label("Access").select_option("private")
    panel.confirm("Publish")
    sidebar.get_by_role("tab", name="Repository").click()
    activity = panel.region.get_by_role("region", name="Activity")
    expect(activity.get_by_role("alert")).to_contain_text("has no private packages: choose another access")
    assert axe.panel(page) == []
    press(activity.get_by_role("button", name="Change and publish again…"))
    expect(dialog.get_by_label("Access")).to_have_value("private")
    expect(dialog.get_by_label("Summary")).to_have_value("Where we fly")
    dialog.get_by_label("Access").select_option("public")
    panel.confirm("Publish")
    expect(activity.get_by_role("button", name="crew/flight · 1")).to_be_visible()
    expect(activity.get_by_role("alert")).to_have_count(0)


def share(panel: Panel, tmp_path: Path) -> None:
    """A package of the active organization: what is uploaded goes there; then ada may write to it."""
    region = panel.region
    panel.choose([make_wheel(tmp_path, name="cargo")])
    expect(panel.dialog.get_by_label("Channel")).to_have_value("crew")
    panel.confirm("Upload")
    expect(panel.row("cargo").get_by_text("crew")).to_be_visible()
    panel.open("cargo")
    enter(region.get_by_role("form", name="User name"), "ada")
    level = region.get_by_label("Level of ada")
    expect(level).to_have_value("read")
    with panel.page.expect_response(lambda answer: answer.request.method == "PUT" and "collaborators" in answer.url):
        level.select_option("read-write")
    expect(level).to_have_value("read-write")
    press(panel.button("Stop sharing with ada"))
    press(panel.dialog.get_by_role("button", name="Stop sharing", exact=True))
    expect(level).to_have_count(0)
    share_with_a_group(panel)
    panel.back()
    panel.button("Account and repository").click()
    panel.page.get_by_role("menuitem", name="carol").click()
    expect(region.get_by_text("for crew")).to_have_count(0)


def share_with_a_group(panel: Panel) -> None:
    """A group lists the package, and stops listing it; all by keyboard."""
    region = panel.region
    panel.menu("Organizations and Groups")
    press(region.get_by_role("list", name="My organizations").get_by_role("button", name="crew"))
    enter(region.get_by_role("form", name="New group"), "stewards")
    press(region.get_by_role("list", name="Groups of crew").get_by_role("button", name="stewards"))
    form = region.get_by_role("form", name="Package of crew")
    enter(form, "cargo")
    expect(panel.button("Take cargo off the list")).to_be_visible()
    expect(form.get_by_role("textbox")).to_have_value("")
    press(panel.button("Take cargo off the list"))
    expect(panel.button("Take cargo off the list")).to_have_count(0)
    for name in ("crew", "Organizations", "Back"):
        press(panel.region.locator(".jp-Repo-back").get_by_role("button", name=name))


def hear_of_others(panel: Panel, team: Served, tmp_path: Path) -> None:
    """ada shares a private package: the bell says so, it is found, and what would be refused is not offered."""
    region = panel.region
    assert team.upload(make_wheel(tmp_path, name="gift")).ok
    package = f"{team.url}/api/package/ada/gift"
    requests.patch(package, json={"visibility": "private"}, headers=team.headers, timeout=60).raise_for_status()
    where = f"{team.url}/api/packages/ada/gift/collaborators/carol"
    requests.put(where, json={"level": "read"}, headers=team.headers, timeout=60).raise_for_status()
    panel.button("Refresh").click()
    panel.button("Notifications: 1 new").click()
    messages = region.get_by_role("list", name="Messages")
    expect(messages.get_by_text("New")).to_be_visible()
    panel.button("Mark all as read").click()
    expect(messages.get_by_text("New")).to_have_count(0)
    expect(panel.button("Notifications: 1 new")).to_have_count(0)
    messages.get_by_role("button").click()
    article = region.get_by_role("article", name="ada/gift")
    expect(article.get_by_role("heading", name="gift", exact=True)).to_be_visible()
    expect(article.get_by_label("Access")).to_have_count(0)
    expect(article.get_by_role("button", name="Delete")).to_have_count(0)
    expect(article.get_by_role("form", name="User name")).to_have_count(0)
    panel.button("Back").click()
    panel.button("Back").click()
    expect(panel.row("gift")).to_have_count(0)
    panel.tab("Everything")
    expect(panel.row("gift")).to_be_visible()
    panel.tab("Mine")
