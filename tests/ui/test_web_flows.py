"""What people do on the web pages, step by step in a real browser, with JavaScript and without."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Page, expect

from jupyter_repo.db import tables as t
from jupyter_repo.service.work import Settings
from tests.http.conftest import Answering, serve
from tests.posting import Post, mail_server, words

from .conftest import PATIENCE

NEW = "another-secret"


@pytest.fixture(scope="module")
def post() -> Iterator[tuple[Post, str]]:
    """A mail server that keeps what it takes."""
    with mail_server() as running:
        yield running


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory, post: tuple[Post, str]) -> Iterator[Answering]:
    """A served repository that sends mail."""
    settings = Settings(smtp_url=post[1], mail_from="repo@example.org")
    yield from serve(tmp_path_factory.mktemp("web"), settings)


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def web(browser: Browser, script: bool, repo: Answering) -> Iterator[Page]:
    """A browser that has seen nothing; a script of ours that fails, or is refused, fails the test."""
    context: BrowserContext = browser.new_context(
        base_url=repo.url, java_script_enabled=script, viewport={"width": 1100, "height": 800}
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert problems == []


@pytest.fixture(autouse=True)
def unthrottled(repo: Answering) -> None:
    """Many sign up here from one address."""
    with repo.world.repository.write() as work:
        work.db.execute(sa.delete(t.attempts))


def sign_up(page: Page, name: str, password: str = "") -> None:
    page.goto("/")
    page.get_by_label("Site", exact=True).get_by_role("link", name="Sign up").click()
    expect(page).to_have_url(re.compile("/signup$"))  # home has a field of that name, too
    page.get_by_label("Username").fill(name)
    page.get_by_label("E-mail").fill(f"{name}@example.org")
    page.get_by_label("Password", exact=True).fill(password or f"secret-{name}")
    page.get_by_label("Password again").fill(password or f"secret-{name}")
    page.get_by_label("I accept the terms").check()
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page).to_have_url(re.compile("/dashboard$"))


def sign_in(page: Page, name: str, password: str = "") -> None:
    page.goto("/login")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password or f"secret-{name}")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/dashboard$"))


def menu(page: Page, name: str) -> None:
    page.locator("summary", has_text=name).click()


def sign_out(page: Page) -> None:
    menu(page, "Profile")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_label("Site", exact=True).get_by_role("link", name="Sign in")).to_be_visible()


def add(page: Page, *paths: Path, channel: str | None = None, access: str = "") -> None:
    page.get_by_role("link", name="Add package").first.click()
    if channel:
        page.get_by_label("Channel").select_option(channel)
    if access:
        page.get_by_label(access, exact=True).check()
    page.get_by_label("Files", exact=True).set_input_files(list(paths))
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("status")).to_contain_text("Uploaded:")


def test_signing_up_leads_to_the_dashboard_and_a_lost_password_comes_back_by_mail(
    web: Page, post: tuple[Post, str], script: bool
) -> None:
    name, before = f"carol-{script}".lower(), len(post[0].mails)
    sign_up(web, name)
    expect(web.get_by_role("status")).to_contain_text(f"Welcome, {name}.")
    assert post[0].wait(before + 1)["Subject"] == "Confirm your e-mail"
    sign_out(web)
    web.goto("/login")
    web.get_by_role("link", name="I forgot my password").click()
    expect(web.get_by_role("heading", name="I forgot my password")).to_be_visible()
    web.get_by_label("Username").fill(name)
    web.get_by_role("button", name="Mail me a link").click()
    expect(web.get_by_role("status")).to_contain_text("a mail is on its way")
    link = re.search(r"http\S+/account/reset/\S+", words(post[0].wait(before + 2)))
    assert link is not None
    web.goto(link[0])
    web.get_by_label("New password", exact=True).fill(NEW)
    web.get_by_label("New password again").fill(NEW)
    web.get_by_role("button", name="Set the password").click()
    expect(web.get_by_role("status")).to_contain_text("Your password is set")
    web.goto(link[0])
    expect(web.get_by_role("heading", name="This link is used up")).to_be_visible()
    sign_in(web, name, NEW)


def test_things_are_made_private_by_checkboxes(web: Page, repo: Answering, script: bool) -> None:
    name = f"dora-{script}".lower()
    sign_up(web, name)
    add(web, repo.world.conda("one"), repo.world.wheel("two"), repo.world.notebook("three"))
    address = f"{repo.url}/{name}/one"
    assert requests.get(address, timeout=60).status_code == 200
    web.get_by_role("checkbox", name="one").check()
    web.get_by_role("checkbox", name="two").check()
    menu(web, "Settings")
    web.get_by_label("Private", exact=True).check()
    web.get_by_role("button", name="Set access").click()
    expect(web.get_by_role("status")).to_contain_text("2 things are private now.")
    expect(web.locator(".badge.private")).to_have_count(2)
    assert requests.get(address, timeout=60).status_code == 404
    if script:  # a box that checks all others
        web.get_by_label("Select all").check()
        expect(web.locator("input[name=name]:checked")).to_have_count(3)


def test_an_organization_with_a_group_whose_member_installs_with_a_token_of_their_own(
    web: Page, repo: Answering, script: bool, tmp_path: Path
) -> None:
    owner, member, org = (f"{word}-{script}".lower() for word in ("olga", "mia", "team"))
    sign_up(web, member)
    sign_out(web)
    sign_up(web, owner)
    menu(web, "Tools")
    web.get_by_role("link", name="Organizations").click()
    web.get_by_role("link", name="Create", exact=True).click()
    web.get_by_label("Name").fill(org)
    web.get_by_role("button", name="Create").click()
    expect(web.locator("summary", has_text="Profile")).to_contain_text(org)
    web.goto("/dashboard")
    add(web, repo.world.wheel("innerthing"), channel=org, access="Private")
    menu(web, "Profile")
    web.get_by_role("link", name="Settings", exact=True).click()
    web.get_by_role("link", name="Groups").click()
    expect(web.get_by_role("heading", name="New group")).to_be_visible()  # the profile has a name, too
    web.get_by_label("Name").fill("Readers")
    web.get_by_role("button", name="Create group").click()
    web.get_by_label("Add by username").fill(member)
    web.get_by_role("button", name="Add", exact=True).first.click()
    expect(web.get_by_role("status")).to_contain_text(f"{member} is in the group now")
    web.get_by_label("Add a package by name").fill("innerthing")
    web.get_by_role("button", name="Add", exact=True).last.click()
    expect(web.get_by_role("link", name="innerthing")).to_be_visible()
    sign_out(web)
    sign_in(web, member)
    expect(web.get_by_text(f"{owner} added you to the group Readers of {org}")).to_be_visible()
    menu(web, "Tools")
    web.get_by_role("link", name="Group membership").click()
    expect(web.get_by_role("row", name=f"{org} Readers Read")).to_be_visible()
    web.goto(f"/{org}/settings/access")
    expect(web.get_by_label("Settings", exact=True).get_by_role("link")).to_have_count(1)
    web.get_by_label("Name").fill("my computer")
    web.get_by_label("pypi:download", exact=True).check()
    web.get_by_role("button", name="Create token").click()
    secret = web.locator("#secret").inner_text()
    assert pip(repo, org, "innerthing", tmp_path / "with", secret) == 0
    assert pip(repo, org, "innerthing", tmp_path / "without") != 0


def pip(repo: Answering, channel: str, project: str, target: Path, secret: str = "") -> int:
    token = f"/t/{secret}" if secret else ""
    command = [sys.executable, "-m", "pip", "install", "--no-input", "--no-deps", "--disable-pip-version-check", "-q"]
    index = ["--index-url", f"{repo.url}{token}/pypi/{channel}/simple/", "--target", str(target), project]
    plain = {"PATH": os.environ["PATH"], "PIP_CONFIG_FILE": os.devnull, "HOME": str(target.parent)}
    done = subprocess.run([*command, *index], capture_output=True, text=True, timeout=120, env=plain)
    print(done.stderr)
    return done.returncode


def test_a_token_is_made_used_and_revoked_by_a_click_on_its_name(web: Page, repo: Answering, script: bool) -> None:
    name = f"tess-{script}".lower()
    sign_up(web, name)
    add(web, repo.world.conda("hidden"), access="Private")
    menu(web, "Profile")
    web.get_by_role("link", name="Settings", exact=True).click()
    web.get_by_role("link", name="Access").click()
    expect(web.get_by_role("heading", name="Create a token")).to_be_visible()  # the profile has a name, too
    web.get_by_label("Name").fill("ci")
    web.get_by_label("repos", exact=True).check()
    web.get_by_role("button", name="Create token").click()
    secret = web.locator("#secret").inner_text()
    index = f"{repo.url}/t/{secret}/conda/{name}/noarch/repodata.json"
    assert "hidden-1.0" in requests.get(index, timeout=60).text
    web.goto(f"/{name}/settings/access")
    assert secret not in web.content()
    web.get_by_role("link", name="ci", exact=True).click()
    dialog = web.get_by_role("dialog", name="Token ci")
    expect(dialog).to_be_visible()
    if script:
        expect(web.locator("dialog:modal")).to_be_visible()
        web.keyboard.press("Escape")
        expect(web.locator("dialog")).to_have_count(0)
        expect(web.get_by_role("link", name="ci", exact=True)).to_be_focused()
        web.get_by_role("link", name="ci", exact=True).click()
    else:
        dialog.get_by_role("link", name="Cancel").click()
        expect(dialog).to_be_hidden()
        web.get_by_role("link", name="ci", exact=True).click()
    web.get_by_role("button", name="Revoke").click()
    expect(web.get_by_role("status")).to_contain_text("The token ci is revoked.")
    assert "hidden-1.0" not in requests.get(index, timeout=60).text


def test_an_organization_is_deleted_by_its_typed_name(web: Page, repo: Answering, script: bool) -> None:
    name, org = (f"{word}-{script}".lower() for word in ("dan", "gone"))
    sign_up(web, name)
    web.goto("/organizations/new")
    web.get_by_label("Name").fill(org)
    web.get_by_role("button", name="Create").click()
    expect(web.locator("summary", has_text="Profile")).to_contain_text(org)
    web.goto("/dashboard")
    add(web, repo.world.conda("lost"), channel=org)
    menu(web, "Profile")
    web.get_by_role("link", name="Settings", exact=True).click()
    web.get_by_role("link", name="Account", exact=True).click()
    web.get_by_label(f"Type the full name, {org}").fill(org.upper())
    web.get_by_label("Your password").fill(f"secret-{name}")
    web.get_by_role("button", name="Delete organization").click()
    expect(web.locator("#typed-error")).to_contain_text(f"Type the full name, {org}")
    web.get_by_label(f"Type the full name, {org}").fill(org)
    web.get_by_label("Your password").fill(f"secret-{name}")
    web.get_by_role("button", name="Delete organization").click()
    expect(web.get_by_role("status")).to_contain_text(f"{org} is deleted")
    expect(web.locator("summary", has_text="Profile")).to_contain_text(name)
    assert requests.get(f"{repo.url}/{org}/lost", timeout=60).status_code == 404


def test_switching_is_for_all_pages_until_switched_back(web: Page, repo: Answering, script: bool) -> None:
    sign_in(web, "ada")
    menu(web, "Profile")
    web.get_by_role("button", name="acme").click()
    expect(web.get_by_role("status")).to_contain_text("You act for acme now.")
    web.goto("/")
    expect(web.locator("summary", has_text="Profile")).to_contain_text("acme")
    menu(web, "Profile")
    web.get_by_role("button", name="ada").click()
    expect(web.locator("summary", has_text="Profile")).to_contain_text("ada")


def test_a_dropped_file_is_uploaded_and_a_refusal_is_said_without_leaving_the_page(
    browser: Browser, repo: Answering
) -> None:
    context = browser.new_context(base_url=repo.url)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    sign_up(page, "drew")
    page.goto("/dashboard/add")
    drop = """([name, bytes]) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], name));
      document.querySelector('.drop').dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true}));
    }"""
    channel = "value => (document.querySelector('[name=channel] option').value = value)"
    page.evaluate(drop, ["bad-1.0-0.conda", [1, 2, 3]])
    page.evaluate(channel, "never-was")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("alert")).to_contain_text("never-was")
    expect(page.get_by_role("button", name="Upload")).to_be_enabled()
    page.evaluate(channel, "drew")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("alert")).to_contain_text("bad-1.0-0.conda")
    expect(page.get_by_role("button", name="Upload")).to_be_enabled()
    good = repo.world.conda("dropped")
    page.evaluate(drop, [good.name, list(good.read_bytes())])
    session = [one for one in context.cookies() if one["name"] == "jupyter_repo_session"]
    context.clear_cookies(name="jupyter_repo_session")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("alert")).to_contain_text("You were signed out in the meantime.")
    expect(page.get_by_role("button", name="Upload")).to_be_enabled()
    context.add_cookies(session)  # signed in again, on another page
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("status")).to_contain_text("Uploaded: drew/dropped 1.0.")
    context.close()
