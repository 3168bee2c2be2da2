"""The site administrator's pages, as a browser without JavaScript uses them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.http.routes import ROUTES
from jupyter_repo.service import accounts, plan_catalogue, plans
from jupyter_repo.service.work import Settings

from .browsing import Browsing
from .conftest import Answering, serve

PAGES = [route.path for route in ROUTES if route.path.startswith("/admin")]
SECRET_URL = "smtp://robot:do-not-show@mail.example.org"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Answering]:
    catalogue = plan_catalogue.from_config(plan_catalogue.DEFAULT)
    for repo in serve(tmp_path, Settings(plans=catalogue, smtp_url=SECRET_URL, sign_up="invitation")):
        with repo.world.repository.write() as work:
            accounts.create_user(work, "root-of-all", password="secret-root-of-all", admin=True)
        yield repo


def root(repo: Answering) -> Browsing:
    return Browsing(repo).sign_in("root-of-all")


def test_nobody_else_gets_in(site: Answering) -> None:
    ada = Browsing(site).sign_in("ada")
    assert "Administration" not in ada.open("/dashboard")
    for path in PAGES:
        address = path.replace("{owner}", "acme")
        assert site.get(address).headers["Location"].startswith("/login?next="), "a stranger is asked who it is"
        ada.open(address)
        assert ada.status == 403, address
        ada.open("/dashboard")
        ada.submit(address, do="disable", name="x")
        assert ada.status in (403, 405), address
        assert site.get(address, by=site.sign_in("root-of-all")).status_code == 403, "nor a token of an administrator"


def test_accounts_are_found_made_kept_out_and_helped(site: Answering) -> None:
    browser = root(site)
    assert "Administration" in browser.open("/dashboard")
    assert all(name in browser.open("/admin") for name in ("acme", "ada", "bob", "root-of-all"))
    found = browser.open("/admin/accounts?q=BOB%40example&kind=user")
    assert ">bob<" in found
    assert ">ada<" not in found
    assert "Nobody" in browser.open("/admin/accounts?q=%25")
    browser.open("/admin/accounts")
    browser.submit("/admin/accounts", name="carol!", email="carol@example.org", password="secret-carol")
    assert "letters, digits" in browser.text
    assert 'value="carol@example.org"' in browser.page, "what was typed stays"
    browser.submit("/admin/accounts", name="carol", email="carol@example.org", password="secret-carol")
    assert "carol is made" in browser.text
    assert browser.path == "/admin/accounts/carol"
    browser.submit("/admin/accounts/carol", do="disable")
    assert "carol is disabled." in browser.text
    assert site.post("/api/authentications", json={"note": "x"}, auth=("carol", "secret-carol")).status_code == 401
    browser.submit("/admin/accounts/carol", do="enable")
    browser.submit("/admin/accounts/carol", do="reset")
    link = re.search(r"<code>http://[^<]*(/account/reset/[^<]+)</code>", browser.page)
    assert link is not None
    assert "New password" in Browsing(site).open(link[1]) or "new password" in Browsing(site).open(link[1])
    assert link[1] not in browser.open("/admin/accounts/carol"), "shown once"
    log = browser.open("/admin/audit?action=account")
    for action in ("account.create", "account.disable", "account.enable", "account.reset-link"):
        assert action in log
    browser.open("/admin/accounts/nobody-here")
    assert browser.status == 404


def test_a_change_asks_for_the_password_again_after_a_while(site: Answering) -> None:
    browser = root(site)
    with site.world.repository.write() as work:
        work.db.execute(sa.update(t.sessions).values(confirmed_at=datetime(2026, 1, 1, tzinfo=UTC)))
    browser.open("/admin/accounts/bob")
    browser.submit("/admin/accounts/bob", do="disable")
    assert "Your password, please" in browser.text
    assert 'name="do" value="disable"' in browser.page, "what was sent is kept in the question"
    with site.world.repository.read() as work:
        assert not accounts.get(work, "bob").disabled
    browser.submit("/admin/accounts/bob", do="disable", _password="secret-root-of-all")
    assert "bob is disabled." in browser.text


def test_plans_are_given_asked_for_and_answered(site: Answering) -> None:
    browser = root(site)
    browser.open("/admin/accounts/acme")
    assert "Free" in browser.text
    browser.submit("/admin/accounts/acme", do="limits", private_packages="3", storage="none")
    assert "acme has limits of its own now." in browser.text
    assert "0 of 3" in browser.text
    browser.submit("/admin/accounts/acme", do="limits", private_packages="many", storage="")
    assert "Give a whole number." in browser.text
    browser.submit("/admin/accounts/acme", do="limits", private_packages="", storage="")
    assert "acme has the limits of its plan." in browser.text
    for answer, plan in (("refuse", "free"), ("approve", "organization")):
        with site.world.repository.write() as work:
            plans.request(work, site.world.ada, "acme", "organization", "for <the> course")
        browser.open("/admin/plans")
        assert "for <the> course" in browser.text
        number = re.search(r'name="request" value="(\d+)"', browser.page)
        assert number is not None
        browser.submit("/admin/plans", do=answer, request=number[1])
        with site.world.repository.read() as work:
            assert plans.of(work, accounts.get(work, "acme")).plan.word == plan
    assert "Nobody waits" in browser.open("/admin/plans")


def test_packages_are_held_released_and_taken_down(site: Answering) -> None:
    site.upload(site.world.conda(), channel="acme", by="acme")
    path = "/api/download/acme/hello/1.0/noarch/hello-1.0-0.conda"
    browser = root(site)
    browser.open("/admin/quarantine")
    browser.submit("/admin/quarantine", package="acme/hello", reason="a complaint", do="hold")
    assert "acme/hello is in quarantine." in browser.text
    refused = site.get(path, by="acme")
    assert (refused.status_code, refused.json()["code"]) == (403, "quarantined")
    assert site.get("/conda/acme/noarch/hello-1.0-0.conda", by="acme").status_code == 404
    assert site.get("/acme/hello", by="acme").status_code == 403
    assert site.delete("/api/package/acme/hello", by="acme").json()["code"] == "held"
    browser.submit("/admin/quarantine", package="acme/hello", do="release")
    assert site.get(path).status_code == 200
    browser.submit("/admin/quarantine", package="hello", reason="x", do="hold")
    assert "Write the package as channel/name." in browser.text
    browser.submit("/admin/quarantine", package="acme/hello", reason="the law", typed="hello", do="take-down")
    assert "Type the full name, acme/hello, to take it down" in browser.text
    assert site.get(path).status_code == 200, "nothing was done by halves"
    browser.submit("/admin/quarantine", package="acme/hello", reason="the law", typed="acme/hello", do="take-down")
    assert "acme/hello is taken down." in browser.text
    assert site.get(path, by="acme").status_code == 404
    assert site.get("/api/deleted/acme", by="acme").json() == []
    assert "acme/hello just now, 1 file; can be put back until" in browser.text
    browser.submit("/admin/quarantine", package="acme/hello", do="restore")
    assert "acme/hello is back, with 1 file." in browser.text
    assert "Taken down" not in browser.text
    assert site.get(path).status_code == 200
    assert site.get("/conda/acme/noarch/hello-1.0-0.conda").status_code == 200
    browser.submit("/admin/quarantine", package="acme/hello", do="restore")
    assert browser.status == 404, "there is nothing more"
    log = browser.open("/admin/audit?action=package")
    assert ("package.restore" in log, "taken_down: True" in log) == (True, True)
    assert any("is back" in one["text"] for one in site.get("/api/notifications", by="ada").json())


def test_jobs_are_shown_and_run(site: Answering) -> None:
    browser = root(site)
    browser.open("/admin/jobs")
    assert browser.text.count("not run yet") == browser.text.count("Run now") == 7
    site.get("/conda/ada/noarch/repodata.json", by="ada")
    for name in ("counts", "database"):
        browser.submit("/admin/jobs", job=name)
        assert "it has run." in browser.text
    assert "The statistics are new." in browser.text
    browser.submit("/admin/jobs", job="everything")
    assert browser.status == 404
    assert browser.open("/admin/audit?action=job").count("job.run") == 2
    password = ("root-of-all", "secret-root-of-all")
    found = {one["name"]: one for one in site.get("/api/admin/jobs", auth=password).json()}
    assert (found["database"]["every"], found["database"]["failed"], found["mirrors"]["every"]) == (86400, False, None)
    ran = site.post("/api/admin/jobs/sweep", auth=password)
    assert (ran.status_code, ran.json()["said"]) == (200, "There was nothing to do")
    assert site.post("/api/admin/jobs/nothing", auth=password).status_code == 404
    assert site.post("/api/admin/jobs/sweep", auth=("ada", "secret-ada")).status_code == 403
    assert site.get("/api/admin/jobs", by="ada").status_code == 403


def test_invitations_figures_and_settings(site: Answering) -> None:
    path = site.world.conda()
    site.upload(path)
    browser = root(site)
    browser.open("/admin/invitations")
    browser.submit("/admin/invitations", email="nonsense")
    assert "is not an e-mail address" in browser.text
    browser.submit("/admin/invitations", email="carol@example.org")
    link = re.search(r"<code>http://[^<]*(/invitation/[^<]+)</code>", browser.page)
    assert link is not None
    assert "carol@example.org" in browser.text
    assert "Sign up" in Browsing(site).open(link[1])
    browser.open("/admin/storage")
    assert "Packages 1, 0 of them private" in browser.text
    assert re.search(r"Files 1, [\d.]+ \w+", browser.text)
    browser.open("/admin/site")
    assert "sign_up invitation" in browser.text
    assert "smtp_url set" in browser.text
    assert "do-not-show" not in browser.page


def test_the_log_is_narrowed_paged_and_exported(site: Answering) -> None:
    for name in ("one", "two"):
        site.upload(site.world.conda(name), channel="acme", by="acme")
    site.upload(site.world.conda("own"), channel="ada")
    browser = root(site)
    page = browser.open(
        "/admin/audit?channel=acme&action=file&actor=ada&outcome=done&since=2026-01-01&until=2099-01-01"
    )
    assert page.count("file.upload") == 2
    assert "ada/own" not in page
    assert "No such line" in browser.open("/admin/audit?until=2020-01-01")
    assert "No such line" in browser.open("/admin/audit?channel=never-was")
    assert "Write a day as 2026-01-31." in browser.open("/admin/audit?since=yesterday")
    export = browser.get(f"{site.url}/admin/audit?channel=acme&action=file&format=jsonl", timeout=60)
    assert export.headers["Content-Type"] == "application/jsonl"
    assert [json.loads(line)["target"] for line in export.text.splitlines()] == ["acme/one/1.0", "acme/two/1.0"]
    with site.world.repository.write() as work:
        line = {"actor": "ada", "address": "", "outcome": "done", "details": {}, "at": work.now}
        many = [{**line, "action": "many.times", "target": f"line {number}"} for number in range(80)]
        work.db.execute(sa.insert(t.audit), many)
    first = browser.open("/admin/audit?action=many")
    more = re.search(r'href="(\?[^"]*before=\d+)"', first)
    assert more is not None
    rest = browser.open("/admin/audit" + more[1].replace("&amp;", "&"))
    assert (first.count("many.times"), rest.count("many.times")) == (60, 20)
