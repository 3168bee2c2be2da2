"""Signing a client in by browser, over real TLS: the code with PKCE, the device, and everything hostile."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.errors import InvalidRequest
from jupyter_repo.service import oauth, oauth_clients
from jupyter_repo.service.work import Settings
from tests.engines import free_port
from tests.tls import Proxy, tls_proxy

from .conftest import Answering, serve

CLIENT = oauth_clients.ANACONDA.id
BACK = "http://127.0.0.1:8000/auth/oidc"
OTHER = oauth_clients.Client("other", "Other program", ("https://other.example/back",))


class Browser:
    """A person's browser: keeps cookies, fills in forms; `repo` is where they are."""

    def __init__(self, repo: Answering, proxy: Proxy) -> None:
        self.repo, self.url = repo, proxy.url
        self.session = requests.Session()
        self.session.verify = str(proxy.authority)
        self.session.trust_env = False  # else an authority of this machine would take its place

    def get(self, path: str, **options: object) -> requests.Response:
        return self.session.get(self.url + path, timeout=60, **options)  # type: ignore[arg-type]

    def submit(self, page: requests.Response, **values: str) -> requests.Response:
        """Send the form of the page in its card, with these values; follows nothing."""
        form = page.text.partition('<div class="card">')[2]
        action = re.search(r'<form method="post"(?: action="([^"]*)")?', form)
        assert action is not None, page.text
        target = action[1] or urlsplit(page.url).path
        fields = {
            unescape(name): unescape(value)
            for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
        }
        return self.session.post(self.url + target, data={**fields, **values}, allow_redirects=False, timeout=60)

    def sign_in(self, name: str = "ada") -> None:
        page = self.get("/login")
        assert self.submit(page, name=name, password=f"secret-{name}").status_code == 303

    def token(self, **form: str) -> requests.Response:
        return requests.post(f"{self.url}/oauth/token", data=form, verify=self.session.verify, timeout=60)

    def whoami(self, token: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return requests.get(f"{self.url}/oauth/userinfo", headers=headers, verify=self.session.verify, timeout=60)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    port = free_port()
    settings = Settings(oauth_clients=(OTHER,))
    for repo in serve(tmp_path, settings, public_url=f"https://127.0.0.1:{port}"):
        with tls_proxy(tmp_path, int(repo.url.rpartition(":")[2]), port) as proxy:
            person = Browser(repo, proxy)
            yield person
            person.session.close()


def question(verifier: str, **changes: str | None) -> dict[str, str]:
    values: dict[str, str | None] = {
        "client_id": CLIENT, "response_type": "code", "scope": "openid email profile offline_access", "state": "s t/1",
        "redirect_uri": BACK, "code_challenge": oauth.challenge_of(verifier), "code_challenge_method": "S256",
    } | changes  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}


def code_for(browser: Browser, verifier: str, **changes: str | None) -> str:
    page = browser.get("/oauth/authorize", params=question(verifier, **changes))
    sent = browser.submit(page, decision="allow")
    assert sent.status_code == 302, sent.text
    return parse_qs(urlsplit(sent.headers["Location"]).query)["code"][0]


def exchange(browser: Browser, code: str, verifier: str, **changes: str) -> requests.Response:
    form = {"grant_type": "authorization_code", "client_id": CLIENT, "redirect_uri": BACK} | changes
    return browser.token(code=code, code_verifier=verifier, **form)


def log(browser: Browser) -> list[str]:
    with browser.repo.world.repository.read() as work:
        return list(work.db.scalars(sa.select(t.audit.c.action).order_by(t.audit.c.id)))


def test_from_the_first_page_to_a_token_that_the_client_keeps(browser: Browser) -> None:
    found = browser.get("/.well-known/openid-configuration").json()
    assert found["issuer"] == browser.url
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert browser.get(urlsplit(found["jwks_uri"]).path).json() == {"keys": []}
    verifier = secrets.token_urlsafe(64)
    login = browser.get("/oauth/authorize", params=question(verifier))
    assert "Sign in" in login.text, "first who it is"
    onwards = browser.submit(login, name="ada", password="secret-ada")
    page = browser.get(onwards.headers["Location"])
    for words in ("anaconda-client", "<strong>ada</strong>", "127.0.0.1:8000", "Everything your account may do."):
        assert words in page.text
    assert "form-action 'self' http://127.0.0.1:8000;" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    sent = browser.submit(page, decision="allow")
    target = urlsplit(sent.headers["Location"])
    answer = {name: values[0] for name, values in parse_qs(target.query).items()}
    assert f"{target.scheme}://{target.netloc}{target.path}" == BACK
    assert (answer["state"], answer["iss"]) == ("s t/1", browser.url)
    with browser.repo.world.repository.read() as work:
        assert answer["code"] not in repr(work.db.execute(sa.select(t.sign_ins)).all()), "kept as a hash"
    got = exchange(browser, answer["code"], verifier)
    assert (got.status_code, got.headers["Cache-Control"]) == (200, "no-store")
    access = got.json()["access_token"]
    assert (got.json()["token_type"], got.json()["expires_in"]) == ("Bearer", 3600)
    assert browser.whoami(access).json()["preferred_username"] == "ada"
    listed = browser.repo.get("/api/tokens/ada", by="ada").json()
    assert listed[0]["name"].startswith("anaconda-client by browser"), "in the list, revocable"
    # what anaconda-client does next: a token under its own name; the access token is used up by it
    body = {"scopes": None, "note": "binstar_client:ada@pc", "hostname": "pc", "user": None, "fail-if-exists": False}
    headers = {"Authorization": f"Bearer {access}"}
    kept = browser.repo.post("/api/authentications", json=body, headers=headers)
    assert browser.repo.get("/api/user", by=kept.json()["token"]).json()["login"] == "ada"
    assert browser.repo.post("/api/authentications", json=body, headers=headers).status_code == 401
    assert browser.whoami(access).status_code == 401
    assert {"sign-in.allow", "sign-in"} <= set(log(browser))
    landed = browser.get("/app/local-login-success")
    assert "You are signed in" in landed.text
    assert browser.get("/app/local-login-nonsense").status_code == 404


def test_a_code_works_once_for_its_verifier_client_and_redirect(browser: Browser) -> None:
    browser.sign_in()
    verifier = secrets.token_urlsafe(64)
    for wrong in ({"code_verifier": secrets.token_urlsafe(64)}, {"client_id": "other"}, {"redirect_uri": BACK + "x"}):
        code = code_for(browser, verifier)
        form = {"code_verifier": verifier, "client_id": CLIENT, "redirect_uri": BACK} | wrong
        for _ in range(2):
            refused = browser.token(grant_type="authorization_code", code=code, **form)
            assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant"), wrong
            form |= {"code_verifier": verifier, "client_id": CLIENT, "redirect_uri": BACK}  # a try uses a code up
    code = code_for(browser, verifier)
    access = exchange(browser, code, verifier).json()["access_token"]
    assert browser.whoami(access).status_code == 200
    assert exchange(browser, code, verifier).json()["error"] == "invalid_grant"
    assert browser.whoami(access).status_code == 401, "a code shown again ends what it opened"
    assert "sign-in.replay" in log(browser)
    late = code_for(browser, verifier)
    with browser.repo.world.repository.write() as work:
        past = work.now - timedelta(seconds=1)
        work.db.execute(sa.update(t.sign_ins).where(t.sign_ins.c.state == "allowed").values(expires_at=past))
    assert exchange(browser, late, verifier).json()["error"] == "invalid_grant"
    assert (
        browser.token(grant_type="password", username="ada", password="x").json()["error"] == "unsupported_grant_type"
    )


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:8000/auth/oidc",
        "http://127.0.0.1.evil.example/auth/oidc",
        "http://127.0.0.1:8000@evil.example/auth/oidc",
        "http://evil.example#@127.0.0.1:8000/auth/oidc",
        "https://127.0.0.1:8000/auth/oidc",
        "http://127.0.0.1:8000/auth/oidc/",
        "http://127.0.0.1:8000/auth/oidc?x=1",
        "http://127.0.0.1:8000/auth/oidc#x",
        "http://127.0.0.1:8000/auth/../auth/oidc",
        "http://127.0.0.1:99999/auth/oidc",
        "http://127.0.0.1:08000/auth/oidc",
        "http://127.1:8000/auth/oidc",
        "http://2130706433:8000/auth/oidc",
        "http://[::ffff:127.0.0.1]:8000/auth/oidc",
        "HTTP://127.0.0.1:8000/auth/oidc",
        "http://127.0.0.1:8000\\@evil.example/auth/oidc",
        "http://127.0.0.1:8000/auth/oidc\r\nX: y",
        "javascript:alert(1)",
        "//evil.example/auth/oidc",
        "https://other.example/back",
        "",
    ],
)
def test_no_other_address_gets_an_answer(address: str) -> None:
    with pytest.raises(InvalidRequest):
        oauth_clients.check_redirect(oauth_clients.ANACONDA, address)


def test_only_the_port_of_a_loopback_address_is_free() -> None:
    for address in ("http://127.0.0.1:8000/auth/oidc", "http://127.0.0.1:51234/auth/oidc", "http://[::1]:1/auth/oidc"):
        assert oauth_clients.check_redirect(oauth_clients.ANACONDA, address) == address
    assert oauth_clients.check_redirect(OTHER, "https://other.example/back")
    for address in ("https://other.example:444/back", "https://other.example/back?x", "https://other.example/back/"):
        with pytest.raises(InvalidRequest):
            oauth_clients.check_redirect(OTHER, address)


def test_hostile_questions_are_answered_here_and_others_to_the_client(browser: Browser) -> None:
    browser.sign_in()
    verifier = secrets.token_urlsafe(64)
    for change in ({"client_id": "unknown"}, {"redirect_uri": "https://evil.example/"}, {"redirect_uri": None}):
        answer = browser.get("/oauth/authorize", params=question(verifier, **change), allow_redirects=False)
        assert (answer.status_code, answer.headers.get("Location")) == (400, None), change
    for change in (
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"code_challenge": None},
        {"code_challenge": "short"},
        {"response_type": "token"},
    ):
        answer = browser.get("/oauth/authorize", params=question(verifier, **change), allow_redirects=False)
        assert answer.headers["Location"].startswith(f"{BACK}?error="), change
    page = browser.get("/oauth/authorize", params=question(verifier))
    assert "error=access_denied" in browser.submit(page, decision="deny").headers["Location"]
    assert browser.submit(page, decision="allow", redirect_uri="https://evil.example/").status_code == 400
    assert browser.submit(page, decision="allow", _xsrf="forged").status_code == 403
    browser.session.cookies.clear()
    assert browser.submit(page, decision="allow").status_code in (403, 404)


def test_narrower_scopes_stay_narrow(browser: Browser) -> None:
    browser.sign_in()
    verifier = secrets.token_urlsafe(64)
    code = code_for(
        browser, verifier, scope="openid repos", client_id="other", redirect_uri="https://other.example/back"
    )
    got = exchange(browser, code, verifier, client_id="other", redirect_uri="https://other.example/back").json()
    headers = {"Authorization": f"Bearer {got['access_token']}"}
    for scopes, user in ((None, None), (["all"], "acme"), (["api"], None)):
        body = {"scopes": scopes, "note": "wide", "user": user, "fail-if-exists": False}
        assert browser.repo.post("/api/authentications", json=body, headers=headers).status_code == 403
    assert browser.whoami(got["access_token"]).status_code == 403


def test_a_device(browser: Browser) -> None:
    def ask(code: str, client: str = CLIENT) -> requests.Response:
        grant = "urn:ietf:params:oauth:grant-type:device_code"
        return browser.token(grant_type=grant, device_code=code, client_id=client)

    def begin() -> dict[str, str]:
        form = {"client_id": CLIENT, "scope": "openid"}
        answer = requests.post(f"{browser.url}/oauth/device", data=form, verify=browser.session.verify, timeout=60)
        found: dict[str, str] = answer.json()
        return found

    begun = begin()
    assert re.fullmatch(r"[B-Z]{4}-[B-Z]{4}", begun["user_code"])
    assert ask(begun["device_code"]).json()["error"] == "authorization_pending"
    assert ask(begun["device_code"]).json()["error"] == "slow_down"
    assert ask(begun["device_code"], "other").json()["error"] == "invalid_grant"
    path = begun["verification_uri_complete"].removeprefix(browser.url)
    login = browser.get(path)
    page = browser.get(browser.submit(login, name="ada", password="secret-ada").headers["Location"])
    assert "asked from the address <strong>127.0.0.1</strong>" in page.text
    assert "is signed in; go on there" in browser.submit(page, decision="allow").text
    got = ask(begun["device_code"])
    assert browser.whoami(got.json()["access_token"]).json()["preferred_username"] == "ada"
    assert browser.submit(page, decision="allow").status_code == 404, "a code is typed once"
    assert ask(begun["device_code"]).json()["error"] == "invalid_grant"
    assert browser.whoami(got.json()["access_token"]).status_code == 401, "shown again, it ends what it opened"
    refused = begin()
    typed = browser.submit(browser.get("/device"), code=refused["user_code"].lower().replace("-", " "))
    assert "was refused" in browser.submit(typed, decision="deny").text
    assert ask(refused["device_code"]).json()["error"] == "access_denied"
    late = begin()
    with browser.repo.world.repository.write() as work:
        work.db.execute(sa.update(t.sign_ins).values(expires_at=work.now - timedelta(seconds=1)))
    assert ask(late["device_code"]).json()["error"] == "expired_token"
    pages = [browser.submit(browser.get("/device"), code="BBBB-BBBB") for _ in range(11)]
    assert "No device waits with this code" in pages[0].text
    assert pages[-1].status_code == 429, "eight letters are not to be guessed"


def test_without_https_there_is_none_of_it(repo: Answering) -> None:
    for path in ("/.well-known/openid-configuration", "/oauth/jwks", "/oauth/authorize", "/device"):
        assert repo.get(path).status_code == 404
    assert repo.post("/oauth/token", data={"grant_type": "authorization_code"}).status_code == 404
    fallback = repo.post("/api/authentications", json={}, headers={"Authorization": "Bearer x"})
    assert fallback.json()["error"] == "Bearer token authentication is not enabled", (
        "anaconda-client asks for a password"
    )


def test_an_ordinary_token_is_not_exchanged(browser: Browser) -> None:
    for token in (browser.repo.tokens["ada"], browser.repo.sign_in("ada"), "x"):
        headers = {"Authorization": f"Bearer {token}"}
        assert browser.repo.post("/api/authentications", json={"note": "x"}, headers=headers).status_code == 401
