"""Credentials: none usable is left in the database or in a log, and none is weighed on the event loop."""

from __future__ import annotations

import logging
import re
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from jupyter_repo.service import accounts, oauth, oauth_clients, registration, sessions, tokens
from jupyter_repo.service.secrets import TOKEN

from .browsing import Browsing
from .conftest import Answering, serve

PUBLIC = "https://repo.example.org"


@pytest.fixture
def repo(tmp_path: Path) -> Iterator[Answering]:
    """With https towards people, so that browsers sign programs in, too."""
    yield from serve(tmp_path, public_url=PUBLIC)


def everything(repo: Answering) -> dict[str, str]:
    """Every kind of credential that the repository hands out or takes, used as it is meant to be."""
    world, made = repo.world, {"password": "secret-ada", "new password": "a-new-secret-of-carol"}
    made["token"] = repo.tokens["ada"]
    made["sign-in"] = repo.sign_in("ada")
    body = {"name": "ci", "scopes": ["all"]}
    made["made"] = repo.post("/api/tokens/ada", by="ada", json=body).json()["token"]
    made["rotated"] = repo.post("/api/rotate/ada/ci", by="ada").json()["token"]
    sign_up = {"name": "carol", "email": "c@example.org", "password": "secret-of-carol", "accept_terms": True}
    made["sign-up"] = repo.post("/api/sign-up", json=sign_up).json()["token"]
    made["first password"] = sign_up["password"]
    with world.repository.write() as work:
        made["session"] = sessions.begin(work, accounts.get(work, "ada"))
        made["session link"] = sessions.link(work, world.ada)
        made["reset link"] = registration.reset_link(work, registration.OPERATOR, "carol")
        made["invitation"] = registration.invite(work, registration.OPERATOR, "d@example.org")
        verifier = secrets.token_urlsafe(64)
        asked = oauth.Asked(
            oauth_clients.ANACONDA,
            ("all",),
            "http://127.0.0.1:8000/auth/oidc",
            oauth.challenge_of(verifier),
        )
        made["code"], made["verifier"] = oauth.allow(work, world.ada, asked), verifier
    form = {"grant_type": "authorization_code", "client_id": asked.client.id, "redirect_uri": asked.redirect_uri}
    got = repo.post("/oauth/token", data={**form, "code": made["code"], "code_verifier": verifier})
    made["access token"] = got.json()["access_token"]
    device = repo.post("/oauth/device", data={"client_id": asked.client.id, "scope": "openid"}).json()
    made |= {"device code": device["device_code"], "user code": device["user_code"]}
    repo.get(f"/device?code={made['user code']}")
    repo.post("/api/package/ada/x", by="ada", json={"public": True, "public_attrs": {}})
    repo.post("/api/release/ada/x/1", by="ada", json={})
    stage = {"distribution_type": "file", "channels": [], "sha256": None}
    made["staged upload"] = repo.post("/api/stage/ada/x/1/x.bin", by="ada", json=stage).json()["dist_id"]
    # in addresses, right and wrong, where logs would show them first
    for name in ("token", "made", "sign-up"):
        for path in ("/conda/ada/noarch/repodata.json", "/pypi/ada/simple/", "/nothing/here/at/all"):
            repo.get(f"/t/{made[name]}{path}")
            repo.get(path, auth=("__token__", made[name]))
    repo.get(f"/session/{made['session link']}?next=/")
    repo.get(f"/account/reset/{made['reset link']}")
    repo.get(f"/invitation/{made['invitation']}")
    repo.post("/api/reset", json={"secret": made["reset link"], "password": made["new password"]})
    repo.post("/api/authentications", json={}, auth=("ada", made["password"]))
    repo.get("/", headers={"Cookie": f"__Host-jupyter_repo_session={made['session']}"})
    return made


def test_a_dump_and_the_logs_hold_no_usable_credential(repo: Answering, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        made = everything(repo)
        repo.service.flush()
    with sqlite3.connect(repo.world.folder / "repository.sqlite") as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    lines = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("jupyter_repo"))
    assert "carol" in dump
    assert "GET /account/reset/…" in lines, "what is logged was looked at"
    for text, where in ((dump, "database"), (lines, "log")):
        for name, secret in made.items():
            assert secret not in text, f"the {name} is in the {where}"
        assert not TOKEN.search(text), where
    shown = re.sub(r"[^A-Z]", "", made["user code"])
    assert shown not in dump


@pytest.mark.usefixtures("caplog")
def test_no_password_or_token_is_weighed_on_the_event_loop(repo: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    where: dict[str, set[str]] = {"argon2": set(), "token": set(), "sql": set()}

    def watched(kind: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            where[kind].add(threading.current_thread().name)
            return function(*args, **options)

        return call

    monkeypatch.setattr(PasswordHasher, "verify", watched("argon2", PasswordHasher.verify))
    monkeypatch.setattr(PasswordHasher, "hash", watched("argon2", PasswordHasher.hash))
    monkeypatch.setattr(tokens, "present", watched("token", tokens.present))

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        where["sql"].add(threading.current_thread().name)

    sa.event.listen(repo.world.repository.engine, "before_cursor_execute", note)
    try:
        repo.upload(repo.world.conda())
        auth = ("ada", "secret-ada")
        assert repo.post("/api/authentications", json={"fail-if-exists": False}, auth=auth).status_code == 200
        assert repo.post("/api/authentications", json={}, auth=("ada", "wrong-one")).status_code == 401
        assert repo.get("/api/user", by="ada").status_code == 200
        assert repo.get("/conda/ada/noarch/repodata.json", by="ada").status_code == 200
        Browsing(repo).open("/login")
        body = {"name": "eve", "email": "e@example.org", "password": "secret-eve", "accept_terms": True}
        assert repo.post("/api/sign-up", json=body).status_code == 201
    finally:
        sa.event.remove(repo.world.repository.engine, "before_cursor_execute", note)
    for kind, names in where.items():
        assert names, kind
        assert all(name.startswith("jupyter-repo") for name in names), (kind, names)
