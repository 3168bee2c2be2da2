"""What every page has: the lists at its top, the active account, cookies, what is said once, the password again."""

from __future__ import annotations

import re
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import requests
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.http.pages.avatars import gravatar_url, made
from jupyter_repo.http.pages.base import PageHandler
from jupyter_repo.http.routes import ROUTES
from jupyter_repo.service import notifications
from jupyter_repo.service.work import Settings

from .browsing import Browsing
from .conftest import Answering, serve

TOOLS = [
    "Landscape",
    "View all",
    "Packages",
    "Notebooks",
    "Environments",
    "Favorites",
    "Organizations",
    "Group membership",
    "Labels",
]


def test_the_tools_list_stands_on_every_page(repo: Answering) -> None:
    visitor = Browsing(repo)
    for path in ("/", "/login", "/nobody-here"):
        visitor.open(path)
        tools = re.search(r"<summary>Tools</summary>(.*?)</details>", visitor.page, re.DOTALL)
        assert tools is not None
        assert re.findall(r">([^<>]+)</a>", tools[1]) == TOOLS


def test_the_profile_list_names_the_active_account_and_switches(repo: Answering) -> None:
    ada = Browsing(repo).sign_in("ada")
    assert re.search(r'Profile: </span><span class="who-name">ada<', ada.page)
    assert re.findall(r'name="to" value="(\w+)"', ada.page) == ["acme"]
    ada.submit("/account/switch", to="acme")
    assert "You act for acme now." in ada.text
    ada.open("/")
    assert "You act for" not in ada.text, "said once"
    assert re.search(r'Profile: </span><span class="who-name">acme<', ada.page)
    assert 'href="/acme/settings/profile"' in ada.page
    assert re.findall(r'name="to" value="(\w+)"', ada.page) == ["ada"]
    ada.submit("/account/switch", to="bob")
    assert ada.status == 404


def test_who_is_no_owner_any_more_acts_for_themselves(repo: Answering) -> None:
    ada = Browsing(repo).sign_in("ada")
    ada.submit("/account/switch", to="acme")
    with repo.world.repository.write() as work:
        work.db.execute(sa.delete(t.owners))
    assert re.search(r'who-name">ada<', ada.open("/"))
    assert 'name="to"' not in ada.page


def test_notifications_are_counted_unless_they_are_not_wanted(repo: Answering) -> None:
    bob = Browsing(repo).sign_in("bob")
    assert 'class="count"' not in bob.page
    with repo.world.repository.write() as work:
        notifications.mute(work, repo.world.bob, ["transfer", "nonsense"])
        for kind in ("group", "transfer", "organization"):
            notifications.tell(work, repo.world.bob.account.id, kind, "Something happened", "/")  # type: ignore[union-attr]
    assert re.search(r'class="count">2<', bob.open("/"))


def test_under_https_no_other_host_can_plant_a_cookie(tmp_path: Path) -> None:
    for repo in serve(tmp_path, public_url="https://repo.example.org"):
        visitor = requests.Session()
        form = visitor.get(f"{repo.url}/login", timeout=60)
        token = re.search(r'name="_xsrf" value="([^"]+)"', form.text)
        assert token is not None
        cookies = {"Cookie": f"__Host-_xsrf={visitor.cookies['__Host-_xsrf']}"}
        data = {"_xsrf": token[1], "name": "ada", "password": "secret-ada", "next": "/"}
        answer = repo.post("/login", data=data, headers=cookies)
        assert answer.status_code == 303
        session = next(one for one in answer.headers["Set-Cookie"].split(", ") if "session" in one)
        assert session.startswith("__Host-jupyter_repo_session=")
        for word in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
            assert word in session
        assert "Domain" not in session
        secret = session.partition(";")[0].partition("=")[2]
        signed_in = repo.get("/", headers={"Cookie": f"__Host-jupyter_repo_session={secret}"})
        assert 'who-name">ada<' in signed_in.text
        planted = repo.get("/", headers={"Cookie": f"jupyter_repo_session={secret}"})
        assert "who-name" not in planted.text


def test_what_was_typed_stays_but_for_passwords(repo: Answering) -> None:
    visitor = Browsing(repo)
    visitor.open("/signup")
    typed = {"name": "a b", "email": "c@example.org", "password": "secret-carol", "again": "secret-carol"}
    visitor.submit("/signup", **typed, accept_terms="on")
    assert visitor.status == 400
    assert 'value="a b"' in visitor.page
    assert "secret-carol" not in visitor.page
    assert re.search(r'id="name-error">[^<]*letters, digits', visitor.page)
    assert 'aria-describedby="name-hint name-error" aria-invalid="true"' in visitor.page
    visitor.submit("/signup", **{**typed, "name": "carol", "again": "other"}, accept_terms="on")
    assert re.search(r'id="again-error">The two passwords differ', visitor.page)
    assert re.findall(r'<input id="(\w+)"[^>]* autofocus', visitor.page) == ["again"], "where the reader goes on"
    visitor.submit("/signup", **{**typed, "name": "carol"})
    assert "accept the terms" in visitor.text
    assert 'aria-describedby=" accept_terms-error" aria-invalid="true"' in visitor.page
    visitor.submit("/signup", **{**typed, "name": "ADA"}, accept_terms="on")
    assert re.search(r'id="name-error">The name ADA is taken', visitor.page)
    visitor.submit("/signup", **{**typed, "name": "carol"}, accept_terms="on")
    assert 'who-name">carol<' in visitor.page
    assert "Welcome, carol." in visitor.text


@pytest.mark.parametrize(("setting", "says"), [("closed", "Sign-up is closed here"), ("invitation", "an invitation")])
def test_sign_up_says_what_the_site_allows(tmp_path: Path, setting: str, says: str) -> None:
    for repo in serve(tmp_path, Settings(sign_up=setting)):
        visitor = Browsing(repo)
        visitor.open("/signup")
        assert says in visitor.text
        assert 'name="email"' not in visitor.page
        assert re.findall(r'<a[^>]*"/signup"[^>]*>', visitor.page) == ['<a href="/signup" aria-current="page">']


def test_an_invitation_signs_up_once(tmp_path: Path) -> None:
    from jupyter_repo.service import registration

    for repo in serve(tmp_path, Settings(sign_up="invitation")):
        with repo.world.repository.write() as work:
            secret = registration.invite(work, registration.OPERATOR, "carol@example.org")
        fields = {"email": "carol@example.org", "password": "secret-carol", "again": "secret-carol"}
        visitor = Browsing(repo)
        visitor.open(f"/invitation/{secret}")
        visitor.submit(f"/invitation/{secret}", name="c", **fields, accept_terms="on")
        assert visitor.status == 400, "a refusal uses the invitation up no more than looking does"
        visitor.submit(f"/invitation/{secret}", name="carol", **fields, accept_terms="on")
        assert "Welcome, carol." in visitor.text
        again = Browsing(repo)
        again.open(f"/invitation/{secret}")
        again.submit(f"/invitation/{secret}", name="dora", **fields, accept_terms="on")
        assert again.status == 403


def test_the_password_is_asked_again_after_half_an_hour(repo: Answering) -> None:
    ada = Browsing(repo).sign_in("ada")
    with repo.world.repository.write() as work:
        half_an_hour_ago = work.now - timedelta(minutes=31)
        work.db.execute(sa.update(t.sessions).values(confirmed_at=half_an_hour_ago))
    ada.open("/account/verify?next=/ada")
    ada.submit("/account/verify", password="wrong-one", next="/ada")
    assert ada.status == 401
    assert "wrong-one" not in ada.page
    ada.submit("/account/verify", password="secret-ada", next="//evil.example")
    assert ada.path == "/dashboard"
    with repo.world.repository.read() as work:
        assert work.db.scalar(sa.select(t.sessions.c.confirmed_at)) > half_an_hour_ago


def test_a_form_goes_on_after_its_session_has_ended(repo: Answering) -> None:
    ada, elsewhere = Browsing(repo).sign_in("ada"), Browsing(repo).sign_in("ada")
    ada.open("/organizations/new")
    elsewhere.open("/ada/settings/account")
    elsewhere.submit("/ada/settings/account", do="end-others")
    ada.submit("/organizations/new", name="tidal", email="Tide+1@example.org")
    assert ada.status == 401
    assert "You were signed out in the meantime" in ada.text
    kept = {"name": "tidal", "email": "Tide+1@example.org"}
    for name, value in kept.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in ada.page
    ada.submit("/organizations/new", **kept, _name="ada", _password="wrong")
    assert ada.status == 401
    assert 'name="email" value="Tide+1@example.org"' in ada.page, "a wrong password loses nothing"
    assert "tidal" not in elsewhere.open("/ada/settings/organizations")
    ada.submit("/organizations/new", **kept, _name="ada", _password="secret-ada")
    assert ada.status == 200
    assert "tidal" in ada.open("/ada/settings/organizations"), "made, and signed in"
    # what holds a password is asked for again, and never stands in the page
    elsewhere.open("/ada/settings/account")
    ada.open("/ada/settings/account")
    elsewhere.submit("/ada/settings/account", do="end-others")
    ada.submit(
        "/ada/settings/account", do="password", old_password="secret-ada", password="new-secret", again="new-secret"
    )
    assert "You were signed out" in ada.text
    assert "new-secret" not in ada.page
    assert 'name="do" value="password"' in ada.page
    # files would have to be chosen again: signing in is a page of its own then
    ada.submit("/dashboard/add", files={"file": ("x.txt", b"x")}, channel="ada")
    assert ada.path.startswith("/login?next=")


def test_a_flash_can_t_be_markup(repo: Answering) -> None:
    import base64
    import json

    value = base64.urlsafe_b64encode(json.dumps(["<b>", "<script>x</script>"]).encode()).decode()
    page = repo.get("/login", headers={"Cookie": f"jupyter_repo_flash={value}"}).text
    assert "&lt;script&gt;x" in page
    assert repo.get("/login", headers={"Cookie": "jupyter_repo_flash=bm9uc2Vuc2U"}).status_code == 200


def test_a_dead_link_says_so_before_anything_is_typed(repo: Answering) -> None:
    for path in ("/account/reset/nonsense", "/account/confirm/nonsense"):
        answer = repo.get(path)
        assert answer.status_code == 404
        assert "This link is used up" in answer.text


def test_an_avatar_is_made_for_every_name_alike(repo: Answering) -> None:
    first, again, never = (repo.get(f"/avatar/{name}") for name in ("ada", "Ada", "never-was"))
    assert first.headers["Content-Type"] == never.headers["Content-Type"] == "image/svg+xml"
    assert first.text == again.text == made("ada") != never.text


def test_a_gravatar_is_fetched_by_the_server_and_only_where_it_is_allowed(tmp_path: Path) -> None:
    asked: list[str] = []

    class Pictures(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            known = self.path == gravatar_url("/avatar/", "ada@example.org")
            self.send_response(200 if known else 404)
            self.send_header("Content-Type", "image/png" if known else "text/html")
            self.end_headers()
            self.wfile.write(b"a picture" if known else b"<script>")

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Pictures)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}/avatar/"
    for repo in serve(tmp_path, Settings(gravatar=base)):
        for _ in range(2):
            picture = repo.get("/avatar/ada", by="ada")
            assert (picture.headers["Content-Type"], picture.content) == ("image/png", b"a picture")
        assert len(asked) == 1, "asked once"
        assert repo.get("/avatar/bob", by="bob").text == made("bob"), "no picture there"
        assert repo.get("/avatar/ada").text == made("ada"), "an anonymous visitor learns nothing of who has an account"
    server.shutdown()
    server.server_close()
    thread.join()


PAGES = [route.path for route in ROUTES if issubclass(route.handler, PageHandler)]


def filled(path: str, name: str) -> str:
    values = {"owner": "acme", "name": name, "group": "Owners", "section": "access", "version": "1.0"}
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda match: values.get(match[1], "x"), path)


def test_every_page_protects_the_signed_in_and_shows_a_stranger_nothing_private(repo: Answering) -> None:
    repo.upload(repo.world.conda("hidden-one"), channel="acme", by="acme", visibility="private")
    repo.upload(repo.world.conda("open"), channel="acme", by="acme")
    ada, bob = Browsing(repo).sign_in("ada"), Browsing(repo).sign_in("bob")
    assert len(PAGES) > 40
    for path in PAGES:
        for browser in (ada, bob):
            there, never = (
                browser.get(repo.url + filled(path, name), timeout=60, allow_redirects=False)
                for name in ("hidden-one", "never-one")
            )
            assert there.status_code < 500, path
            for answer in (there, never):
                policy = answer.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy, path
                assert "frame-ancestors" in policy, path
                assert answer.headers["X-Content-Type-Options"] == "nosniff", path
                assert answer.headers["Referrer-Policy"] == "no-referrer", path
                if answer.headers.get("Content-Type", "").startswith("text/html") and answer.status_code < 400:
                    assert "public" not in answer.headers.get("Cache-Control", ""), path
            if browser is bob:
                assert there.status_code == never.status_code, path
                assert "hidden-one" not in there.text.replace(filled(path, "hidden-one"), ""), path


def test_no_form_acts_without_its_token(repo: Answering) -> None:
    ada = Browsing(repo).sign_in("ada")
    for route in ROUTES:
        if issubclass(route.handler, PageHandler) and not route.handler.post.__module__.startswith("tornado"):
            path = filled(route.path, "open")
            files = {"file": ("x", b"x")} if path == "/dashboard/add" else None
            answer = ada.post(repo.url + path, files=files, timeout=60, allow_redirects=False)
            assert answer.status_code in (403, 404), path
            if answer.status_code == 403:
                assert "load the page again" in answer.text, path
