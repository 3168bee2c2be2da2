"""Accounts over HTTP: signing up, throttled sign-in, real mail, links, deleting, the administrator's addresses."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.errors import InvalidRequest
from jupyter_repo.service import accounts, links, throttles
from jupyter_repo.service.work import Settings
from tests.posting import Post, mail_server, words

from .conftest import Answering, serve


@pytest.fixture
def post() -> Iterator[tuple[Post, str]]:
    with mail_server() as running:
        yield running


@pytest.fixture
def mailing(post: tuple[Post, str], tmp_path: Path) -> Iterator[Answering]:
    yield from serve(tmp_path, Settings(smtp_url=post[1], mail_from="repo@example.org"))


def token_of(repo: Answering, name: str, password: str) -> requests.Response:
    body = {"scopes": None, "note": "here", "hostname": "pc", "fail-if-exists": False}
    return repo.post("/api/authentications", json=body, auth=(name, password))


CAROL = {"name": "carol", "email": "carol@example.org", "password": "secret-carol", "accept_terms": True}


def test_signing_up_signs_in(repo: Answering) -> None:
    assert repo.post("/api/sign-up", json={**CAROL, "accept_terms": False}).json()["code"] == "terms_not_accepted"
    assert repo.post("/api/sign-up", json={**CAROL, "password": "short"}).json()["code"] == "weak_password"
    assert repo.post("/api/sign-up", json={**CAROL, "name": "conda"}).json()["code"] == "invalid_name"
    made = repo.post("/api/sign-up", json=CAROL)
    assert made.status_code == 201, made.text
    assert repo.get("/api/user", by=made.json()["token"]).json()["login"] == "carol"
    assert repo.post("/api/sign-up", json=CAROL).status_code == 409


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Answering]:
    """Few tries: hashing passwords takes its time."""
    few = {"sign_ups": 2, "failed_sign_ins": 3, "failed_sign_ins_address": 5}
    yield from serve(tmp_path, Settings(throttles=throttles.from_config(few)))


def test_sign_ups_are_throttled(strict: Answering) -> None:
    for number in range(2):
        assert strict.post("/api/sign-up", json={**CAROL, "name": f"carol-{number}"}).status_code == 201
    late = strict.post("/api/sign-up", json={**CAROL, "name": "carol-late"})
    assert (late.status_code, late.json()["code"]) == (429, "rate_limited")
    assert int(late.headers["Retry-After"]) > 1000


def test_a_class_room_signs_up_from_one_address(tmp_path: Path) -> None:
    for repo in serve(tmp_path, Settings(throttles=throttles.from_config({"sign_ups": 0}))):
        refused = {**CAROL, "accept_terms": False}  # counted, too; and quicker than an account
        codes = {repo.post("/api/sign-up", json=refused).json()["code"] for _ in range(12)}
        assert codes == {"terms_not_accepted"}


def test_throttles_as_administrators_write_them() -> None:
    assert str(throttles.from_config({"sign_ups": 0})) == (
        "sign_ups unlimited, failed_sign_ins 10, failed_sign_ins_address 30, resets 20, reset_mails 5, devices 30"
    )
    with pytest.raises(InvalidRequest, match="there is no 'signups'; there are sign_ups, failed_sign_ins"):
        throttles.from_config({"signups": 3})
    with pytest.raises(InvalidRequest, match="devices must be a whole number, 0 for no limit, and not -1"):
        throttles.from_config({"devices": -1})


@pytest.mark.parametrize("setting", ["closed", "invitation"])
def test_sign_up_as_the_site_has_it(tmp_path: Path, setting: str) -> None:
    for repo in serve(tmp_path, Settings(sign_up=setting)):
        refused = repo.post("/api/sign-up", json=CAROL)
        assert refused.status_code == 403
        with repo.world.repository.write() as work:
            accounts.create_user(work, "root-of-all", password="secret-root", admin=True)
        root = ("root-of-all", "secret-root")
        invitation = repo.post("/api/admin/invitations", json={"email": CAROL["email"]}, auth=root).json()["invitation"]
        answer = repo.post("/api/sign-up", json={**CAROL, "invitation": invitation})
        assert answer.status_code == (201 if setting == "invitation" else 403)
        again = repo.post("/api/sign-up", json={**CAROL, "name": "dora", "invitation": invitation})
        assert again.status_code == 403, "an invitation is for one"


def test_failed_sign_ins_are_throttled_for_names_that_exist_and_others_alike(tmp_path: Path) -> None:
    few = throttles.from_config({"failed_sign_ins": 3})
    for repo in serve(tmp_path, Settings(throttles=few)):
        check_failures(repo)


def check_failures(repo: Answering) -> None:
    for name in ("ada", "nobody-here"):
        answers = [token_of(repo, name, "wrong-one") for _ in range(4)]
        assert [one.status_code for one in answers] == [401] * 3 + [429]
        assert {one.json()["error"] for one in answers[:3]} == {"Invalid username or password"}
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 301
    assert token_of(repo, "ada", "secret-ada").status_code == 429, "nor with the right password, now"
    with repo.world.repository.write() as work:
        from datetime import timedelta

        work.db.execute(sa.update(t.attempts).values(at=work.now - timedelta(minutes=6)))
    assert token_of(repo, "ada", "secret-ada").status_code == 200


def test_an_address_is_throttled_over_many_names(strict: Answering) -> None:
    codes = [token_of(strict, f"user-{number}", "wrong-one").status_code for number in range(6)]
    assert codes == [401] * 5 + [429]


def test_a_forgotten_password_by_real_mail(mailing: Answering, post: tuple[Post, str]) -> None:
    repo = mailing
    login = token_of(repo, "ada", "secret-ada").json()["token"]
    unknown, known = (repo.post("/api/forgot", json={"name": name}) for name in ("nobody-here", "Ada"))
    assert (unknown.status_code, unknown.content) == (known.status_code, known.content) == (202, known.content)
    mail = post[0].wait(1)
    assert (mail["To"], mail["From"]) == ("ada@example.org", "repo@example.org")
    link = re.search(r"http\S+", words(mail))
    assert link is not None
    secret = link[0].rpartition("/")[2]
    assert requests.get(link[0], timeout=60).status_code == 200, "looking uses nothing up"
    with repo.world.repository.read() as work:
        assert secret not in repr(work.db.execute(sa.select(t.mail_links)).all())
    assert repo.post("/api/reset", json={"secret": secret, "password": "short"}).json()["code"] == "weak_password"
    assert repo.post("/api/reset", json={"secret": secret, "password": "a-new-secret"}).status_code == 200
    assert repo.get("/api/user", by=login).status_code == 401, "sign-ins end"
    assert repo.get("/api/user", by="ada").status_code == 200, "made tokens stay"
    assert token_of(repo, "ada", "secret-ada").status_code == 401
    assert token_of(repo, "ada", "a-new-secret").status_code == 200
    assert repo.post("/api/reset", json={"secret": secret, "password": "yet-another"}).json()["code"] == "dead_link"
    assert len(post[0].mails) == 1


def test_a_reset_link_is_dead_after_a_day_and_after_a_new_password(repo: Answering) -> None:
    with repo.world.repository.write() as work:
        ada = accounts.get(work, "ada")
        old, other = (links.make(work, links.RESET, ada, ada.email) for _ in range(2))
        first = sa.select(sa.func.min(t.mail_links.c.id)).scalar_subquery()
        work.db.execute(sa.update(t.mail_links).where(t.mail_links.c.id == first).values(expires_at=work.now))
    assert repo.post("/api/reset", json={"secret": old, "password": "a-new-secret"}).json()["code"] == "dead_link"
    with repo.world.repository.write() as work:
        accounts.set_password(work, ada, "changed-by-hand")
    assert repo.post("/api/reset", json={"secret": other, "password": "a-new-secret"}).json()["code"] == "dead_link"


def test_a_forgotten_name_and_a_new_address(mailing: Answering, post: tuple[Post, str]) -> None:
    repo = mailing
    assert repo.post("/api/forgot", json={"email": "BOB@example.org"}).status_code == 202
    assert "Your username is bob." in words(post[0].wait(1))
    changed = repo.put("/api/user/email", json={"email": "bob@new.example"}, auth=("bob", "secret-bob"))
    assert changed.status_code == 202
    mail = post[0].wait(2)
    assert mail["To"] == "bob@new.example"
    link = re.search(r"http\S+", words(mail))
    assert link is not None
    with requests.Session() as browser:
        form = browser.get(link[0], timeout=60).text
        assert repo.get("/api/user", by="bob").json()["email"] == "bob@example.org", "not before the button"
        forgery = re.search(r'name="_xsrf" value="([^"]+)"', form)
        assert forgery is not None
        browser.post(link[0], data={"_xsrf": forgery[1]}, timeout=60)
    assert repo.get("/api/user", by="bob").json()["email"] == "bob@new.example"


def test_the_forgot_page_answers_alike(mailing: Answering, post: tuple[Post, str]) -> None:
    page = f"{mailing.url}/account/forgot_password"
    with requests.Session() as browser:
        forgery = re.search(r'name="_xsrf" value="([^"]+)"', browser.get(page, timeout=60).text)
        assert forgery is not None
        texts = [
            browser.post(page, data={"_xsrf": forgery[1], "name": name}, timeout=60).text for name in ("ada", "nope")
        ]
    masked = {re.sub(r'value="[^"]*\|[^"]*"', "", text) for text in texts}
    assert len(masked) == 1
    assert "a mail is on its way" in masked.pop()
    post[0].wait(1)


def test_no_mail_says_so(repo: Answering) -> None:
    assert repo.post("/api/forgot", json={"name": "ada"}).json()["code"] == "no_mail"


def test_what_no_token_may_do(repo: Answering) -> None:
    for method, path, body in (
        ("PUT", "/api/user/password", {"new": "a-new-secret"}),
        ("PUT", "/api/user/email", {"email": "x@example.org"}),
        ("DELETE", "/api/accounts/ada", {"password": "secret-ada", "name": "ada"}),
        ("DELETE", "/api/accounts/acme", {"password": "secret-ada", "name": "acme"}),
    ):
        answer = repo.ask(method, path, by="acme" if "acme" in path else "ada", json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing"), path
        assert "no token may do this" in answer.json()["error"]
    assert repo.put("/api/user/password", json={"new": "a-new-secret"}, auth=("ada", "secret-ada")).status_code == 204
    assert token_of(repo, "ada", "a-new-secret").status_code == 200


def test_organizations_are_made_and_deleted(repo: Answering) -> None:
    ada = ("ada", "secret-ada")
    made = repo.post("/api/organizations", by="ada", json={"name": "lab-1", "email": "lab@example.org"})
    assert (made.status_code, made.json()["user_type"]) == (201, "org")
    assert repo.post("/api/organizations", by="ada", json={"name": "a b"}).json()["code"] == "invalid_name"
    renamed = repo.patch(
        "/api/organizations/acme", by="acme", json={"display_name": "Acme Labs", "email": "a@b.example"}
    )
    assert (renamed.json()["name"], renamed.json()["email"]) == ("Acme Labs", "a@b.example")
    assert repo.patch("/api/organizations/acme", by="bob", json={"display_name": "Mine"}).status_code == 403
    assert repo.patch("/api/organizations/acme", by="acme", json={"email": "nonsense"}).status_code == 400
    repo.upload(repo.world.conda(), channel="acme", by="acme")
    body = {"password": "secret-ada", "name": "acme"}
    assert repo.delete("/api/accounts/acme", json={**body, "name": "acm"}, auth=ada).json()["code"] == "not_confirmed"
    assert repo.delete("/api/accounts/acme", json={**body, "password": "x"}, auth=ada).status_code == 401
    assert repo.delete("/api/accounts/acme", json=body, auth=ada).status_code == 204
    assert repo.get("/conda/acme/noarch/repodata.json").status_code == 401
    assert repo.get("/conda/acme/noarch/repodata.json", by="acme").status_code == 403, "its tokens went with it"
    taken = repo.post("/api/organizations", by="ada", json={"name": "ACME"})
    assert taken.status_code == 409
    alone = repo.delete("/api/accounts/ada", json={"password": "secret-ada", "name": "ada"}, auth=ada)
    assert alone.json()["code"] == "last_owner"
    assert repo.delete("/api/accounts/bob", json={"password": "secret-bob", "name": "bob"}, auth=("bob", "secret-bob"))
    assert repo.get("/api/user", by="bob").status_code == 401


def test_the_administrator_creates_disables_and_helps(repo: Answering) -> None:
    with repo.world.repository.write() as work:
        root = accounts.create_user(work, "root-of-all", password="secret-root", admin=True)
        from jupyter_repo.models import Actor
        from jupyter_repo.service import tokens

        _, by_token = tokens.create(work, Actor(root), root, "t", scopes=["all"], login=True)
    auth = ("root-of-all", "secret-root")
    assert repo.get("/api/admin/users", by="ada").status_code == 403
    assert repo.get("/api/admin/users", by=by_token).status_code == 403, "never by token"
    assert [one["login"] for one in repo.get("/api/admin/users", auth=auth).json()] == ["ada", "bob", "root-of-all"]
    assert repo.post("/api/admin/users", json={**CAROL, "password": "first-one"}, auth=auth).status_code == 201
    first = token_of(repo, "carol", "first-one")
    assert (first.status_code, first.json()["code"]) == (403, "new_password")
    own = ("carol", "first-one")
    assert repo.put("/api/user/password", json={"new": "secret-carol"}, auth=own).status_code == 204
    assert token_of(repo, "carol", "secret-carol").status_code == 200
    assert repo.patch("/api/admin/users/bob", json={"disabled": True}, auth=auth).status_code == 204
    assert repo.get("/api/user", by="bob").status_code == 401
    assert token_of(repo, "bob", "secret-bob").status_code == 401
    assert repo.patch("/api/admin/users/bob", json={"disabled": False}, auth=auth).status_code == 204
    assert repo.get("/api/user", by="bob").status_code == 200
    link = repo.post("/api/admin/users/ada/reset-link", auth=auth).json()
    assert link["url"].endswith(link["secret"])
    assert repo.post("/api/reset", json={"secret": link["secret"], "password": "a-new-secret"}).status_code == 200


def test_breaking_the_glass_is_said_and_logged(repo: Answering) -> None:
    repo.upload(repo.world.conda(), channel="acme", by="acme", visibility="private")
    with repo.world.repository.write() as work:
        accounts.create_user(work, "root-of-all", password="secret-root", admin=True)
    signed_in = requests.Session()
    page = signed_in.get(f"{repo.url}/login", timeout=60).text
    forgery = re.search(r'name="_xsrf" value="([^"]+)"', page)
    assert forgery is not None
    form = {"_xsrf": forgery[1], "name": "root-of-all", "password": "secret-root"}
    signed_in.post(f"{repo.url}/login", data=form, timeout=60)
    document = signed_in.get(f"{repo.url}/api/package/acme/hello", timeout=60).json()
    assert (document["name"], document["files"]) == ("hello", []), "that it is there, and no more"
    path = f"{repo.url}/api/download/acme/hello/1.0/noarch/hello-1.0-0.conda"
    assert signed_in.get(path, timeout=60).status_code == 403
    assert signed_in.get(path, headers={"X-Break-Glass": "court order 7"}, timeout=60).status_code == 200
    signed_in.close()
    until = time.monotonic() + 60
    while True:
        log = repo.get("/api/audit/acme", by="acme").json()
        found = [one for one in log if one["action"] == "break-glass"]
        if found:
            break
        assert time.monotonic() < until
        time.sleep(0.05)
    assert (found[0]["actor"], found[0]["details"]["break_glass"]) == ("root-of-all", "court order 7")


def test_no_usable_credential_is_kept_or_logged(repo: Answering, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    secrets = ["secret-ada", "secret-bob", repo.tokens["ada"], token_of(repo, "ada", "secret-ada").json()["token"]]
    with repo.world.repository.write() as work:
        ada = accounts.get(work, "ada")
        secrets += [links.make(work, links.RESET, ada, ada.email)]
    repo.get(f"/t/{secrets[2]}/conda/ada/noarch/repodata.json")
    repo.get(f"/account/reset/{secrets[4]}")
    repo.post("/api/reset", json={"secret": "nope", "password": "a-new-secret"})
    repo.post(f"/account/reset/{secrets[4]}", data={})
    repo.delete("/api/package/ada/nope", by="ada")
    # a request is logged after its answer; the tests' own client logs what it asks for
    until = time.monotonic() + 60
    while True:
        logged = "\n".join(one.getMessage() for one in caplog.records if not one.name.startswith("urllib3"))
        if "/api/package/ada/nope" in logged:
            break
        assert time.monotonic() < until
        time.sleep(0.02)
    assert "/account/reset/…" in logged
    with repo.world.repository.read() as work:
        kept = repr([work.db.execute(sa.select(table)).all() for table in t.metadata.sorted_tables])
    for secret in secrets:
        assert secret not in kept
        assert secret not in logged
