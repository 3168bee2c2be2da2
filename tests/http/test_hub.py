"""JupyterHub where it is not there or down, and forged sign-ins; `tests/e2e/test_hub.py` has a real one."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.errors import Unavailable
from jupyter_repo.service import accounts, hub
from jupyter_repo.service.work import Settings
from jupyter_repo.upstream.hub import Hub
from tests.tls import tls_proxy

from .browsing import Browsing
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
    home = beside.get("/services/repo/").text
    assert 'href="/services/repo/hub/login?next=/"' in home
    for shown in (page, home):
        assert 'type="password"' not in shown
        assert "/signup" not in shown
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


@dataclass
class Standing:
    """A hub that signs everybody in as `name`: what a real one answers to a code and to its token."""

    name: str = "ada"
    port: int = 0
    codes: list[dict[str, list[str]]] = field(default_factory=list)


@pytest.fixture
def standing() -> Iterator[Standing]:
    found = Standing()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            found.codes.append(parse_qs(body))
            self.say({"access_token": f"token-of-{found.name}"})

        def do_GET(self) -> None:
            assert self.headers["Authorization"] == f"Bearer token-of-{found.name}"
            self.say({"kind": "user", "name": found.name, "scopes": [], "admin": False})

        def say(self, document: object) -> None:
            body = json.dumps(document).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    found.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    thread.join(60)
    server.server_close()


def beside_hub(standing: Standing) -> Hub:
    place = f"http://127.0.0.1:{standing.port}/hub/api"
    return replace(DEAD, api_url=place, authorize_url=f"{place}/oauth2/authorize")


@pytest.fixture
def joined(tmp_path: Path, standing: Standing) -> Iterator[Answering]:
    """A repository beside that hub, at an origin of its own, which takes passwords too."""
    yield from serve(tmp_path, Settings(hub=beside_hub(standing)))


def through_hub(browser: Browsing, begun: str) -> str:
    """What the hub does with a browser that was sent there: back with a code."""
    [state] = parse_qs(urlsplit(begun).query)["state"]
    return browser.open(f"/oauth_callback?code=x&state={state}")


def sign_in_by_hub(repo: Answering) -> Browsing:
    browser = Browsing(repo)
    begun = browser.get(f"{repo.url}/hub/login?next=/dashboard", allow_redirects=False, timeout=60)
    through_hub(browser, begun.headers["Location"])
    assert browser.path == "/dashboard"
    return browser


def test_without_passwords_the_page_says_what_one_is_for(tmp_path: Path, standing: Standing) -> None:
    standing.name = "eve"
    for repo in serve(tmp_path, Settings(hub=beside_hub(standing), local_passwords=False, sign_up="closed")):
        page = sign_in_by_hub(repo).open("/eve/settings/account")
        assert "before an account or an organization is deleted, and for nothing else" in page


def ask_to_link(browser: Browsing, **fields: object) -> str:
    """Press the button of Settings > Account; where the hub is asked, or the page that was shown instead."""
    page = browser.open("/ada/settings/account")
    policy = browser.get(f"{browser.repo.url}/ada/settings/account", timeout=60).headers["Content-Security-Policy"]
    assert re.search(r"form-action 'self' http://127\.0\.0\.1:\d+;", policy), "else the form would lead nowhere"
    token = re.search(r'name="_xsrf" value="([^"]+)"', page)
    assert token is not None
    data = {"_xsrf": token[1], "do": "hub", **fields}
    answer = browser.post(f"{browser.repo.url}/ada/settings/account", data=data, allow_redirects=False, timeout=60)
    return answer.headers.get("Location", "") or answer.text


def test_an_account_of_before_is_taken_for_that_of_the_hub(joined: Answering, standing: Standing) -> None:
    newcomer = sign_in_by_hub(joined)
    assert "ada-2" in newcomer.open("/dashboard")
    ada = Browsing(joined).sign_in("ada")
    assert "This is my JupyterHub account" in ada.open("/ada/settings/account")
    begun = ask_to_link(ada)
    assert begun.startswith(f"http://127.0.0.1:{standing.port}/hub/api/oauth2/authorize?")
    through_hub(ada, begun)
    assert ada.path == "/ada/settings/account"
    assert "ada is your JupyterHub account now" in ada.text
    assert "This is the account of ada in JupyterHub" in ada.text
    assert standing.codes[-1]["client_secret"] == ["the-secret"]
    again = sign_in_by_hub(joined)
    assert 'href="/ada"' in again.open("/dashboard")
    assert joined.get("/ada-2").status_code == 404, "nothing was ever done with it"


def test_an_account_is_let_go_again_by_its_owner_and_by_an_administrator(joined: Answering) -> None:
    ada = sign_in_by_hub(joined)
    asked = ada.open("/ada-2/settings/account")
    assert "Unlink from JupyterHub" in asked
    ada.submit("/ada-2/settings/account", do="no-hub")
    assert "set a password in Settings > Account first" in ada.text
    ada.submit("/ada-2/settings/account", do="password", password="secret-ada-2", again="secret-ada-2")
    refused = joined.delete("/api/user/hub", by=joined.sign_in("ada-2"))
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    ada.submit("/ada-2/settings/account", do="no-hub")
    assert "ada-2 is not ada's account in JupyterHub any more" in ada.text
    assert "This is my JupyterHub account" in ada.text
    assert joined.delete("/api/user/hub", auth=("ada-2", "secret-ada-2")).status_code == 404
    newcomer = sign_in_by_hub(joined)
    assert "ada-3" in newcomer.open("/dashboard"), "the hub opens ada-2 no more"
    with joined.world.repository.write() as work:
        accounts.create_user(work, "root-of-all", password="secret-root-of-all", admin=True)
        found = accounts.get(work, "ada-3")
        accounts.set_password(work, found, "secret-ada-3")
    assert joined.delete("/api/admin/users/ada-3/hub", auth=("ada", "secret-ada")).status_code == 403
    root = Browsing(joined).sign_in("root-of-all")
    assert "<dt>JupyterHub</dt><dd>ada</dd>" in root.open("/admin/accounts/ada-3")
    root.submit("/admin/accounts/ada-3", do="no-hub")
    assert "ada-3 is not ada's account in JupyterHub any more" in root.text
    assert "Unlink" not in root.text
    again = joined.delete("/api/admin/users/ada-3/hub", auth=("root-of-all", "secret-root-of-all"))
    assert (again.status_code, again.json()["error"]) == (404, "ada-3 is no JupyterHub user's account")
    assert newcomer.open("/dashboard").count("ada-3") == 0, "that browser is signed out"


def test_the_password_is_asked_again_and_the_browser_must_be_the_same(joined: Answering) -> None:
    ada = Browsing(joined).sign_in("ada")
    begun = ask_to_link(ada)
    stranger = Browsing(joined).sign_in("bob")
    through_hub(stranger, begun)
    assert (stranger.status, "did not begin in this browser" in stranger.page) == (403, True)
    for name in [cookie.name for cookie in ada.cookies if "session" in cookie.name]:
        del ada.cookies[name]
    ada.sign_in("bob")
    through_hub(ada, begun)
    assert "did not begin in this browser" in ada.text, "somebody else is signed in here by now"
    with joined.world.repository.write() as work:
        work.db.execute(sa.update(t.sessions).values(confirmed_at=None))
        assert not work.db.scalars(sa.select(t.accounts.c.name).where(t.accounts.c.hub_user.is_not(None))).all()
    old = Browsing(joined).sign_in("ada")
    with joined.world.repository.write() as work:
        work.db.execute(sa.update(t.sessions).values(confirmed_at=None))
    assert "Your password, please" in ask_to_link(old)
    assert "hub/api/oauth2" not in ask_to_link(old, _password="wrong")
    assert "hub/api/oauth2" in ask_to_link(old, _password="secret-ada")


def test_a_hub_by_https_is_believed_only_with_a_certificate_that_counts(
    tmp_path: Path, standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tls_proxy(tmp_path, standing.port) as proxy:
        found = replace(DEAD, api_url=f"{proxy.url}/hub/api")
        with pytest.raises(Unavailable, match="does not answer"):
            found.person("code", "verifier")
        assert standing.codes == [], "nothing was sent to who could be anybody"
        monkeypatch.setenv("SSL_CERT_FILE", str(proxy.authority))
        assert found.person("code", "verifier")["name"] == "ada"
