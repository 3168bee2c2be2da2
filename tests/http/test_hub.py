"""JupyterHub where it is not there or down, and forged sign-ins; `tests/e2e/test_hub.py` has a real one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_repo.service import hub
from jupyter_repo.service.work import Settings
from jupyter_repo.upstream.hub import Hub

from .conftest import Answering, serve

DEAD = Hub("http://127.0.0.1:9/hub/api", "/hub/api/oauth2/authorize", "service-repo", "the-secret", "/oauth_callback")


@pytest.fixture
def beside(tmp_path: Path) -> Iterator[Answering]:
    """A repository whose hub is down, and which takes no passwords."""
    yield from serve(tmp_path, Settings(hub=DEAD, local_passwords=False, sign_up="closed"), path="/services/repo")


def test_without_a_hub_nothing_of_it_is_there(repo: Answering) -> None:
    assert repo.get("/hub/login").status_code == 404
    assert repo.get("/oauth_callback?code=x&state=x").status_code == 404
    assert repo.post("/api/hub/token", json={"token": "x"}).status_code == 404
    assert repo.get("/api").json()["hub"] is False
    assert "JupyterHub" not in repo.get("/login").text


def test_without_passwords_the_hub_is_the_way_in(beside: Answering) -> None:
    page = beside.get("/services/repo/login?next=/ada/x").text
    assert 'href="/services/repo/hub/login?next=/ada/x"' in page
    assert 'type="password"' not in page
    refused = beside.post("/api/authentications", json={"note": "x"}, auth=("ada", "secret-ada"))
    assert (refused.status_code, refused.json()["code"]) == (403, "passwords_off")
    said = beside.get("/api").json()
    assert (said["hub"], said["local_passwords"], said["sign_up"]) == (True, False, "closed")
    assert beside.get("/api/user", by="ada").status_code == 200, "tokens work on"


def test_a_hub_that_is_down_is_named(beside: Answering) -> None:
    led = beside.get("/services/repo/hub/login?next=//evil.example/")
    assert led.status_code == 302
    assert led.headers["Location"].startswith("/hub/api/oauth2/authorize?client_id=service-repo&redirect_uri=%2Foauth")
    assert "HttpOnly" in led.headers["Set-Cookie"]
    assert "Path=/services/repo" in led.headers["Set-Cookie"]
    state = led.headers["Location"].split("state=")[1].partition("&")[0]
    back = beside.get(f"/services/repo/oauth_callback?code=x&state={state}", cookies=led.cookies.get_dict())
    assert back.status_code == 503
    assert "JupyterHub does not answer" in back.text
    traded = beside.post("/api/hub/token", json={"token": "hub-token"})
    assert (traded.status_code, traded.json()["code"]) == (503, "unavailable")
    assert "hub-token" not in traded.text


@pytest.mark.parametrize("state", ["", "x", "other"])
def test_a_sign_in_that_did_not_begin_in_this_browser_is_refused(beside: Answering, state: str) -> None:
    cookies = beside.get("/services/repo/hub/login").cookies.get_dict() if state != "" else {}
    back = beside.get(f"/services/repo/oauth_callback?code=x&state={state}", cookies=cookies)
    assert back.status_code == 403
    assert "did not begin in this browser" in back.text
    assert "jupyter_repo_session" not in back.cookies


@pytest.mark.parametrize("token", [None, "", 7, ["x"]])
def test_what_is_no_token_is_refused_before_anybody_is_asked(beside: Answering, token: object) -> None:
    assert beside.post("/api/hub/token", json={"token": token}).status_code == 400


def test_who_guesses_tokens_waits(beside: Answering) -> None:
    for _ in range(hub.REFUSED_TOKENS):
        assert beside.post("/api/hub/token", json={"token": "no\nheader"}).status_code == 401
    answer = beside.post("/api/hub/token", json={"token": "whatever"})
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_token_that_could_be_no_header_is_not_sent(beside: Answering) -> None:
    answer = beside.post("/api/hub/token", json={"token": "x\r\nHost: evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (401, "hub_refused")
