"""Settings of people and organizations, as plain forms: profile, password, e-mail, browsers, tokens, log, deleting."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.permissions import SCOPES
from jupyter_repo.service import accounts, notifications, plans, registration, sessions
from jupyter_repo.service.plan_catalogue import from_config
from jupyter_repo.service.work import Settings
from tests.posting import Post, words

from .browsing import Browsing
from .conftest import Answering, serve
from .test_accounts import post

__all__ = ["post"]
ACCESS = "/ada/settings/access"


def grow_old(repo: Answering) -> None:
    """All passwords were given a while ago."""
    with repo.world.repository.write() as work:
        work.db.execute(sa.update(t.sessions).values(confirmed_at=work.now - timedelta(minutes=31)))


def secret_of(page: str) -> str:
    found = re.search(r'<code id="secret">([^<]+)', page)
    assert found is not None
    return found[1]


def test_settings_without_a_name_are_the_active_accounts(repo: Answering) -> None:
    ada = Browsing(repo).sign_in("ada")
    for path, leads in (
        ("/settings", "/ada/settings/profile"),
        ("/settings/access", "/ada/settings/access"),
        ("/settings/nonsense", "/ada/settings/profile"),
        ("/ada/settings", "/ada/settings/profile"),
        ("/.well-known/change-password", "/ada/settings/account"),
        ("/organizations", "/ada/settings/organizations"),
        ("/organization/acme/settings/groups/", "/acme/groups/"),
        ("/organization/acme/settings/groups", "/acme/groups/"),
    ):
        ada.open(path)
        assert (ada.path, ada.status) == (leads, 200)
    ada.submit("/account/switch", to="acme")
    for path, leads in (("/settings/access", "/acme/settings/access"), ("/settings/groups", "/acme/groups/")):
        ada.open(path)
        assert (ada.path, ada.status) == (leads, 200)
    titles = re.findall(r">([^<]+)</a></li>", re.search(r'<nav class="side".*?</nav>', ada.page, re.DOTALL)[0])  # type: ignore[index]
    assert titles[:5] == ["Profile", "Account", "Billing", "Access", "Groups"]


@pytest.mark.parametrize(
    "section", ["profile", "account", "billing", "access", "organizations", "notifications", "security"]
)
def test_nobody_else_opens_them(repo: Answering, section: str) -> None:
    bob = Browsing(repo).sign_in("bob")
    for name in ("ada", "acme"):
        bob.open(f"/{name}/settings/{section}")
        assert bob.status == 403
    bob.open("/acme/groups/")
    assert bob.status == 403
    visitor = Browsing(repo)
    for name in ("ada", "never-was"):
        visitor.open(f"/{name}/settings/{section}")
        assert visitor.path.startswith("/login?next=")


def test_the_profile_of_a_person_and_of_an_organization(repo: Answering) -> None:
    ada = Browsing(repo).sign_in("ada")
    ada.open("/ada/settings/profile")
    ada.submit("/ada/settings/profile", do="save", display_name="Ada <b>L.</b>")
    assert 'value="Ada &lt;b&gt;L.&lt;/b&gt;"' in ada.page
    ada.open("/acme/settings/profile")
    ada.submit("/acme/settings/profile", do="save", display_name="Acme", email="nonsense")
    assert re.search(r'id="email-error">[^<]*is not an e-mail address', ada.page)
    ada.submit("/acme/settings/profile", do="save", display_name="Acme Labs", email="labs@example.org")
    assert repo.get("/api/user/acme", by="acme").json()["name"] == "Acme Labs"
    ada.submit("/acme/settings/profile", do="nonsense")
    assert ada.status == 400


def test_a_new_password_keeps_this_browser_and_ends_the_others(repo: Answering) -> None:
    ada, elsewhere = Browsing(repo).sign_in("ada"), Browsing(repo).sign_in("ada")
    path = "/ada/settings/account"
    ada.open(path)
    new = {"password": "a-new-secret", "again": "a-new-secret"}
    ada.submit(path, do="password", old_password="wrong-one", **new)
    assert "The password is wrong" in ada.text
    assert "a-new-secret" not in ada.page
    ada.submit(path, do="password", old_password="secret-ada", password="a-new-secret", again="another")
    assert "The two passwords differ" in ada.text
    ada.submit(path, do="password", old_password="secret-ada", password="short", again="short")
    assert re.search(r'id="password-error">The password is too short', ada.page)
    ada.submit(path, do="password", old_password="secret-ada", **new)
    assert "The password is changed" in ada.text
    assert elsewhere.open("/dashboard")
    assert elsewhere.path.startswith("/login")
    Browsing(repo).sign_in("ada", "a-new-secret")


def test_browsers_are_listed_and_signed_out_one_by_one_or_all(repo: Answering) -> None:
    ada = Browsing(repo)
    ada.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"
    others = [Browsing(repo).sign_in("ada") for _ in range(3)]
    ada.sign_in("ada")
    path = "/ada/settings/account"
    ada.open(path)
    assert "Firefox on Linux this one" in ada.text
    ids = re.findall(r'name="session" value="(\d+)"', ada.page)
    assert len(ids) == 3
    assert ada.text.count("Last seen just now · signed in just now from 127.0.0.1, until ") == 3
    repo.service.flush()  # what was gathered so far
    with repo.world.repository.write() as work:
        s = t.sessions
        long_ago = {"created_at": work.now - timedelta(days=3), "seen_at": work.now - timedelta(hours=2)}
        work.db.execute(sa.update(s).values(**long_ago, seen_from="192.0.2.7"))
    ada.open(path)
    assert ada.text.count("Last seen 2 hours ago at 192.0.2.7 · signed in 3 days ago from 127.0.0.1") == 3
    others[0].open("/dashboard")
    repo.service.flush()
    ada.open(path)
    assert ada.text.count("Last seen 2 hours ago") == 2
    assert ada.text.count("Last seen just now · signed in 3 days ago") == 1
    ada.submit(path, do="end-session", session=ids[0])
    assert "That browser is signed out." in ada.text
    assert [one.open("/dashboard") is not None and one.path for one in others] == [
        "/dashboard",
        "/dashboard",
        "/login?next=/dashboard",
    ]
    bob = Browsing(repo).sign_in("bob")
    bob.open("/bob/settings/account")
    bob.submit("/bob/settings/account", do="end-session", session=ids[1])
    assert bob.status == 404, "somebody else's"
    ada.submit(path, do="end-others")
    assert "2 other browsers are signed out." in ada.text
    assert ada.open(path)
    assert ada.path == path


def test_an_address_changes_at_once_where_there_is_no_mail(repo: Answering) -> None:
    ada = Browsing(repo).sign_in("ada")
    ada.open("/ada/settings/account")
    ada.submit("/ada/settings/account", do="email", email="nonsense")
    assert re.search(r'id="new-email-error">', ada.page)
    ada.submit("/ada/settings/account", do="email", email="ada@new.example")
    assert "The address is changed." in ada.text
    assert "Not confirmed yet." in ada.text


def test_an_address_changes_by_mail_and_asks_for_the_password(post: tuple[Post, str], tmp_path: Path) -> None:
    for repo in serve(tmp_path, Settings(smtp_url=post[1], mail_from="repo@example.org")):
        ada = Browsing(repo).sign_in("ada")
        path = "/ada/settings/account"
        ada.open(path)
        grow_old(repo)
        ada.submit(path, do="email", email="ada@new.example")
        assert "Your password, please" in ada.text
        assert 'name="email" value="ada@new.example"' in ada.page, "what was typed is kept"
        ada.submit(path, do="email", email="ada@new.example", _password="wrong-one")
        assert (ada.status, "Invalid username or password" in ada.text) == (401, True)
        ada.submit(path, do="email", email="ada@new.example", _password="secret-ada")
        assert "A mail is on its way to ada@new.example" in ada.text
        link = re.search(r"http\S+", words(post[0].wait(1)))
        assert link is not None
        confirm = link[0].removeprefix(repo.url)
        ada.open(confirm)
        ada.submit(confirm)
        assert "your e-mail address is confirmed" in ada.text
        assert "Confirmed." in ada.open(path)
        assert 'value="ada@new.example"' in ada.page


def test_a_token_is_made_shown_once_used_rotated_and_revoked(repo: Answering) -> None:
    repo.upload(repo.world.conda("secret"), visibility="private")
    ada = Browsing(repo).sign_in("ada")
    ada.open(ACCESS)
    for word, says in SCOPES.items():
        assert f'value="{word}"' in ada.page
        assert says in ada.text, "the sentence of the scope"
    assert 'value="365" selected' in ada.page
    ada.submit(ACCESS, do="create", name="ci", days="365")
    assert "Choose at least one scope." in ada.text
    assert 'value="ci"' in ada.page
    ada.submit(ACCESS, do="create", name="ci", days="30", scope=["repos", "conda:download"], addresses="nowhere")
    assert "write addresses as 192.0.2.7" in ada.text
    assert re.search(r'value="repos" checked', ada.page)
    answer = ada.submit(ACCESS, do="create", name="ci", days="30", scope=["repos"], addresses="127.0.0.0/8, 192.0.2.7")
    secret = secret_of(answer)
    index = "/conda/ada/noarch/repodata.json"
    assert "secret-1.0" in repo.get(f"/t/{secret}{index}").text
    assert secret not in ada.open(ACCESS)
    assert secret[:8] in ada.page
    assert "127.0.0.0/8, 192.0.2.7/32" in ada.text
    ada.submit(ACCESS, do="create", name="ci", days="30", scope="repos")
    assert re.search(r'id="name-error">A token called', ada.page)
    fresh = secret_of(ada.submit(ACCESS, do="rotate", token="ci"))
    assert "The old one works on for 7 days" in ada.text
    for one in (secret, fresh):
        assert repo.get(f"/t/{one}{index}").status_code == 200
    ada.open(ACCESS)
    ada.submit(ACCESS, do="revoke", token="ci")
    assert "The token ci is revoked." in ada.text
    assert "secret-1.0" not in repo.get(f"/t/{fresh}{index}").text
    assert repo.get("/api/authentication", by=fresh).json()["code"] == "token_revoked"
    ada.submit(ACCESS, do="revoke", token="ci")
    assert ada.status == 404


def test_a_page_with_a_secret_is_kept_nowhere(repo: Answering) -> None:
    ada = Browsing(repo).sign_in("ada")
    ada.open(ACCESS)
    token = re.search(r'name="_xsrf" value="([^"]+)"', ada.page)
    assert token is not None
    data = {"_xsrf": token[1], "do": "create", "name": "ci", "days": "", "scope": "all"}
    answer = ada.post(f"{repo.url}{ACCESS}", data=data, timeout=60)
    assert answer.headers["Cache-Control"] == "no-store"
    assert secret_of(answer.text)
    assert "never" in ada.open(ACCESS)


def test_making_a_token_asks_for_the_password_again_and_revoking_does_not(repo: Answering) -> None:
    ada = Browsing(repo).sign_in("ada")
    ada.open(ACCESS)
    ada.submit(ACCESS, do="create", name="old", days="365", scope="all")
    grow_old(repo)
    ada.open(ACCESS)
    ada.submit(ACCESS, do="revoke", token="old")
    assert "The token old is revoked." in ada.text
    ada.submit(ACCESS, do="create", name="new", days="365", scope=["repos", "api:read"])
    assert "Your password, please" in ada.text
    kept = re.findall(r'name="scope" value="([^"]+)"', ada.page)
    assert kept == ["repos", "api:read"]
    ada.submit(ACCESS, do="create", name="new", days="365", scope=kept, _password="secret-ada")
    assert secret_of(ada.page)


def test_a_token_opens_no_settings_that_need_a_password(repo: Answering) -> None:
    for path, fields in (
        ("/ada/settings/account", {"do": "email", "email": "x@example.org"}),
        ("/ada/settings/account", {"do": "delete", "typed": "ada", "delete_password": "secret-ada"}),
        ("/account/switch", {"to": "acme"}),
    ):
        form = {"_xsrf": "x", **fields}
        answer = repo.post(path, by="ada", data=form, cookies={"_xsrf": "x"})
        assert answer.status_code == 403, path
    assert repo.get("/api/user", by="ada").json()["email"] == "ada@example.org"


def test_notifications_that_are_not_wanted(repo: Answering) -> None:
    bob = Browsing(repo).sign_in("bob")
    path = "/bob/settings/notifications"
    assert bob.open(path).count(" checked") == len(notifications.KINDS)
    bob.submit(path, do="save", kind=["organization", "transfer"])
    assert bob.page.count(" checked") == 2


def test_the_security_log_tells_what_happened_page_by_page(repo: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyter_repo.http.pages.settings import log

    monkeypatch.setattr(log, "SHOWN", 3)
    repo.upload(repo.world.conda())
    ada = Browsing(repo).sign_in("ada")
    ada.open("/ada/settings/security")
    assert "sign-in" in ada.text
    seen = re.findall(r"<span><code>([^<]+)</code>", ada.page)
    while more := re.search(r'href="([^"]+)" rel="next"', ada.page):
        ada.open(f"/ada/settings/security{more[1]}")
        seen += re.findall(r"<span><code>([^<]+)</code>", ada.page)
    assert len(seen) > 3
    assert seen[-1] == "token.create"
    assert "package.create" in seen


def test_an_organization_is_deleted_by_password_and_typed_name(repo: Answering) -> None:
    repo.upload(repo.world.conda(), channel="acme", by="acme")
    ada = Browsing(repo).sign_in("ada")
    ada.submit("/account/switch", to="acme")
    path = "/acme/settings/account"
    ada.open(path)
    assert "Present password" not in ada.text
    ada.submit(path, do="delete", typed="acm", delete_password="secret-ada")
    assert re.search(r'id="typed-error">Type the full name, acme', ada.page)
    ada.submit(path, do="delete", typed="acme", delete_password="wrong-one")
    assert "The password is wrong" in ada.text
    assert repo.get("/api/package/acme/hello").status_code == 200
    ada.submit(path, do="delete", typed="acme", delete_password="secret-ada")
    assert "acme is deleted" in ada.text
    assert 'who-name">ada<' in ada.page, "and the person acts for themselves"
    assert repo.get("/api/package/acme/hello").status_code == 401


def test_an_account_is_deleted_unless_an_organization_would_lose_its_last_owner(repo: Answering) -> None:
    ada = Browsing(repo).sign_in("ada")
    path = "/ada/settings/account"
    ada.open(path)
    ada.submit(path, do="delete", typed="ada", delete_password="secret-ada")
    assert "only owner of acme" in ada.text
    assert re.search(r'role="alert" tabindex="-1" autofocus>[^<]*only owner of acme', ada.page), "far down the page"
    bob = Browsing(repo).sign_in("bob")
    bob.open("/bob/settings/account")
    bob.submit("/bob/settings/account", do="delete", typed="bob", delete_password="secret-bob")
    assert "bob is deleted" in bob.text
    assert "who-name" not in bob.page


def test_who_has_no_password_sets_one_in_a_browser_just_opened_from_the_panel(repo: Answering) -> None:
    with repo.world.repository.write() as work:
        keyboard = accounts.create_user(work, "keyboard")
        from jupyter_repo.models import Actor

        link = sessions.link(work, Actor(keyboard))
    browser = Browsing(repo)
    browser.open(f"/session/{link}?next=/keyboard/settings/account")
    assert "Present password" not in browser.text
    path = "/keyboard/settings/account"
    new = {"password": "a-new-secret", "again": "a-new-secret"}
    grow_old(repo)
    browser.submit(path, do="password", **new)
    assert "from JupyterLab's panel again" in browser.text
    with repo.world.repository.write() as work:
        work.db.execute(sa.update(t.sessions).values(confirmed_at=work.now))
    browser.submit(path, do="password", **new)
    assert "The password is changed" in browser.text


def test_billing_shows_use_against_limits_and_asks_for_another_plan(tmp_path: Path) -> None:
    catalogue = from_config(
        [
            {"plan": "free", "title": "Free", "for": ["org"], "private_packages": 1, "storage": 10**6},
            {"plan": "big", "title": "Big", "for": ["org"], "private_packages": 100, "price": "10 a month"},
        ]
    )
    for repo in serve(tmp_path, Settings(plans=catalogue)):
        repo.upload(repo.world.conda("one"), channel="acme", by="acme", visibility="private")
        repo.upload(repo.world.conda("two"), channel="acme", by="acme")
        ada = Browsing(repo).sign_in("ada")
        path = "/acme/settings/billing"
        ada.open(path)
        assert "has the plan Free ." in ada.text
        assert "Private packages 1 of 1" in ada.text
        assert "Big · 10 a month 100 private packages, no limit of storage" in ada.text
        ada.submit("/dashboard/access", channel="acme", name="two", visibility="private")
        assert "has 1 private packages, and 1 are used" in ada.text
        ada.open(path)
        ada.submit(path, do="request")
        assert ada.status == 400
        ada.submit(path, do="request", plan="big", note="We grow")
        assert "You asked for the plan Big." in ada.text
        with repo.world.repository.write() as work:
            waiting = plans.requests(work, registration.OPERATOR)
            assert [(one.channel, one.note) for one in waiting] == [("acme", "We grow")]
            plans.answer(work, registration.OPERATOR, waiting[0].id, approve=True)
        assert "has the plan Big (10 a month)" in " ".join(
            ada.open(path).replace("<b>", "").replace("</b>", "").split()
        )
        assert "acme has the plan Big now" in ada.open("/notifications")


def test_where_nothing_is_limited_billing_says_so(repo: Answering) -> None:
    ada = Browsing(repo).sign_in("ada")
    ada.open("/ada/settings/billing")
    assert "This repository sets no limits." in ada.text
    assert "Ask for it" not in ada.text
