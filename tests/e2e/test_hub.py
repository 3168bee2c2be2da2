"""Through a real JupyterHub: into the pages by its sign-in, and from a person's server without any password."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
import requests

from jupyter_repo.running import open_repository
from jupyter_repo.service import accounts

from .hub import Browser, Hub, Jupyter, install_proxy

pytestmark = pytest.mark.timeout(300)

NOTEBOOK = {
    "cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Waves of Ada"}],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    found = Hub(tmp_path_factory.mktemp("hub"), install_proxy(tmp_path_factory.mktemp("npm")))
    try:
        found.start()
        yield found
    finally:
        found.stop()


@pytest.fixture(scope="module")
def ada(hub: Hub) -> Browser:
    return Browser(hub, "ada")


def trade(hub: Hub, token: str) -> requests.Response:
    """What the repository says to a hub token."""
    return requests.post(f"{hub.url}/services/repo/api/hub/token", json={"token": token}, timeout=60)


def publish(server: Jupyter, **choices: object) -> dict[str, Any]:
    """Publish through the handlers that the panel uses; the job when it is over."""
    job = server.ask("POST", "/jupyter-repo/publish", json=choices).json()["job"]
    until = time.monotonic() + 120
    while time.monotonic() < until:
        document: dict[str, Any] = server.ask("GET", f"/jupyter-repo/jobs/{job}").json()
        if document["state"] != "running":
            return document
        time.sleep(0.05)
    raise AssertionError(document)


def test_people_come_in_through_the_hub(hub: Hub, ada: Browser) -> None:
    page = ada.repo("/login?next=/notifications")
    assert "Sign in with JupyterHub" in page.text
    assert 'type="password"' not in page.text
    landed = ada.repo("/hub/login?next=/notifications")
    assert (landed.status_code, landed.url) == (200, f"{hub.url}/services/repo/notifications")
    assert ">ada<" in landed.text
    assert ada.repo("/hub/login?next=https://evil.example/").url == f"{hub.url}/services/repo/dashboard"
    assert ada.repo("/admin").status_code == 403, "no administrator of the hub, none here"
    assert Browser(hub, "root").repo("/hub/login?next=/admin").status_code == 200


def test_the_hub_is_asked_again_before_what_can_t_be_taken_back(hub: Hub) -> None:
    root = Browser(hub, "root")
    root.repo("/hub/login")
    with sqlite3.connect(hub.folder / "data" / "repository.sqlite", timeout=60) as database:
        database.execute("UPDATE sessions SET confirmed_at = NULL")
    asked = root.send("/admin/invitations", email="new@example.org")
    assert "Is it you?" in asked.text
    assert 'type="password"' not in asked.text
    assert "/services/repo/hub/login?next=/admin/invitations" in asked.text
    root.repo("/hub/login?next=/admin/invitations")
    invited = root.send("/admin/invitations", email="new@example.org")
    assert "/services/repo/invitation/" in invited.text


def test_a_code_without_its_state_opens_nothing(hub: Hub) -> None:
    bob = Browser(hub, "bob")
    to_hub = bob.repo("/hub/login", allow_redirects=False)
    back = bob.session.get(hub.url + to_hub.headers["Location"], allow_redirects=False, timeout=60)
    address = hub.url + back.headers["Location"]
    assert "/services/repo/oauth_callback?code=" in address
    stranger = requests.get(address, timeout=60)
    assert stranger.status_code == 403, "another browser than the one that asked"
    wrong = bob.session.get(address.replace("state=", "state=x"), timeout=60)
    assert wrong.status_code == 403
    assert "did not begin in this browser" in wrong.text
    assert bob.repo("/dashboard", allow_redirects=False).status_code == 302, "and nobody is signed in"
    # the code was never shown to the hub; a forged one is refused there
    state = bob.repo("/hub/login", allow_redirects=False).headers["Location"].split("state=")[1].partition("&")[0]
    forged = bob.repo(f"/oauth_callback?code=forged&state={state}")
    assert forged.status_code == 401
    assert "JupyterHub does not know this sign-in" in forged.text


def test_a_server_publishes_as_its_person_without_a_password(hub: Hub, ada: Browser) -> None:
    ada.repo("/hub/login")
    server = ada.start_server()
    status = server.ask("GET", "/jupyter-repo/status").json()
    assert (status["state"], status["account"], status["hub"]) == ("ready", "ada", True), status
    body = {"type": "notebook", "format": "json", "content": NOTEBOOK}
    assert server.ask("PUT", "/api/contents/waves.ipynb", json=body).status_code == 201
    done = publish(server, path="waves.ipynb", channel="ada", name="waves", visibility="private", environment=False)
    assert done["state"] == "done", done
    page = ada.repo("/ada/waves")
    assert page.status_code == 200
    assert "Waves of Ada" in page.text
    for sign in ("login", "logout"):
        refused = server.ask("POST", f"/jupyter-repo/{sign}", json={"username": "bob", "password": "x"})
        assert (refused.status_code, refused.json()["code"]) == (409, "by_hub")

    bob = Browser(hub, "bob")
    assert ">bob<" in bob.repo("/hub/login").text
    assert bob.repo("/ada/waves").status_code == 404
    by_token = trade(hub, bob.token()["token"]).json()["token"]
    seen = requests.get(
        f"{hub.url}/services/repo/api/package/ada/waves", headers={"Authorization": f"token {by_token}"}, timeout=60
    )
    assert seen.status_code == 404
    assert ada.ask_hub("DELETE", "/users/ada/server").status_code in (202, 204)


def test_only_living_tokens_that_open_a_server_are_traded(hub: Hub, ada: Browser) -> None:
    made = ada.token()
    assert trade(hub, made["token"]).status_code == 200
    assert ada.ask_hub("DELETE", f"/users/ada/tokens/{made['id']}").status_code == 204
    for token in (made["token"], "nonsense"):
        refused = trade(hub, token)
        assert (refused.status_code, refused.json()["code"]) == (401, "hub_refused")
    narrow = trade(hub, ada.token("read:users:name!user=ada")["token"])
    assert (narrow.status_code, narrow.json()["code"]) == (403, "hub_scope")


def test_who_was_here_before_links_the_account_and_lets_it_go(hub: Hub) -> None:
    repository = open_repository(hub.folder / "data")
    with repository.write() as work:
        accounts.create_user(work, "carol", email="carol@example.org", password="secret-carol")
    repository.close()
    carol = Browser(hub, "carol")
    carol.repo("/login", "open")
    settings = carol.send("/login", "open", name="carol", password="secret-carol", next="/carol/settings/account")
    assert "This is my JupyterHub account" in settings.text
    linked = carol.send("/carol/settings/account", "open", do="hub")
    assert (linked.status_code, linked.url) == (200, f"{hub.url}/services/open/carol/settings/account"), linked.text
    assert "carol is your JupyterHub account now" in linked.text
    assert 'href="/services/repo/carol"' in Browser(hub, "carol").repo("/hub/login").text, "the hub opens it, in both"
    server_token = trade(hub, carol.token()["token"]).json()["token"]

    def answer(secret: str) -> int:
        asked = {"Authorization": f"token {secret}"}
        return requests.get(f"{hub.url}/services/repo/api/user", headers=asked, timeout=60).status_code

    assert answer(server_token) == 200
    let_go = carol.send("/carol/settings/account", "open", do="no-hub")
    assert "carol is not carol's account in JupyterHub any more" in unescape(let_go.text)
    assert answer(server_token) == 401, "what the hub gave ends, in the other process too"
    assert 'href="/services/repo/carol-2"' in Browser(hub, "carol").repo("/hub/login").text


def test_what_the_hub_gave_is_in_no_log_and_no_table(hub: Hub, ada: Browser) -> None:
    made = ada.token()["token"]
    ours = trade(hub, made).json()["token"]
    ada.repo("/hub/login")
    said = hub.said()
    for secret in (made, ours):
        assert secret not in said
    assert "oauth_callback?…" in said, "the code of a sign-in is masked"
    assert "Traceback" not in said
    kept = b""
    for path in (hub.folder / "data").rglob("*"):
        with contextlib.suppress(FileNotFoundError, IsADirectoryError):  # the database makes and removes files
            kept += path.read_bytes()
    for secret in (made, ours):
        assert secret.encode() not in kept
    with sqlite3.connect(hub.folder / "data" / "repository.sqlite") as database:
        words = {word for (word,) in database.execute("SELECT action FROM audit")}
    assert {"sign-in", "account.sign-up", "account.admin", "refused"} <= words
