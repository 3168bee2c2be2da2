"""Sharing over HTTP: exact codes and shapes of what has no client of its own here, `can`, the log, tokens' extras."""

from __future__ import annotations

import http.client
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.http.routes import ROUTES

from .conftest import Answering


def can(repo: Answering, action: str, target: str, by: str | None = None) -> tuple[bool, str]:
    answer = repo.get("/api/can", params={"action": action, "target": target}, by=by)
    assert answer.status_code == 200, answer.text
    return answer.json()["allowed"], answer.json()["reason"]


def test_can_answers_what_the_gate_would(repo: Answering) -> None:
    repo.upload(repo.world.conda("secret"), channel="acme", by="acme", visibility="private")
    repo.upload(repo.world.conda("open"), channel="acme", by="acme")
    ada, bob = repo.sign_in("ada"), repo.sign_in("bob")
    assert can(repo, "delete-package", "acme/secret", ada) == (True, "")
    assert can(repo, "delete-package", "acme/open", bob) == (
        False,
        "Delete a package: this needs Admin on acme/open. Ask an owner of acme: ada.",
    )
    hidden = can(repo, "download", "acme/secret", bob)
    never = can(repo, "download", "acme/never", bob)
    assert hidden == (False, '"acme/secret" could not be found')
    assert never == (False, '"acme/never" could not be found')
    assert can(repo, "create-organization", "", bob) == (True, "")
    assert can(repo, "create-organization", "") == (False, "Create an organization: sign in first.")
    narrow = repo.world.token(repo.world.ada, "acme", "conda:download")[1]
    assert (
        "the scopes conda:download; this needs one of: all, api, api:write, conda"
        in can(repo, "upload", "acme/open", narrow)[1]
    )
    assert repo.get("/api/can", params={"action": "fly"}).status_code == 400


def test_groups_collaborators_and_many_at_once(repo: Answering) -> None:
    ada, bob = repo.sign_in("ada"), repo.sign_in("bob")
    for name in ("one", "two"):
        repo.upload(repo.world.conda(name), channel="acme", by="acme")
    body = {"packages": ["one", "two"], "visibility": "private"}
    assert repo.patch("/api/packages/acme", by=bob, json=body).status_code == 403
    changed = repo.patch("/api/packages/acme", by=ada, json=body)
    assert [one["visibility"] for one in changed.json()] == ["private", "private"]
    assert repo.post("/api/group/acme/devs", by=ada, json={"perms": "write"}).status_code == 204
    assert repo.post("/api/group/acme/devs", by=ada, json={"perms": "write"}).status_code == 409
    assert repo.put("/api/group/acme/devs/members/bob", by=ada).status_code == 204
    assert repo.get("/api/group/acme/devs/members/bob", by=ada).status_code == 204
    assert repo.get("/api/group/acme/devs/members/ada", by=ada).status_code == 404
    assert repo.put("/api/group/acme/devs/packages/one", by=ada).status_code == 204
    assert repo.get("/api/groups/acme", by=ada).json()["groups"][1] == {
        "name": "devs", "permission": "write", "level": "read-write", "members_count": 1, "repos_count": 1,
    }  # fmt: skip
    assert [one["name"] for one in repo.get("/api/user/groups", by=bob).json()] == ["devs"]
    assert repo.get("/api/package/acme/one", by=bob).status_code == 200
    assert repo.get("/api/package/acme/two", by=bob).status_code == 404
    index = repo.get(f"/t/{bob}/conda/acme/noarch/repodata.json").json()
    assert list(index["packages.conda"]) == ["one-1.0-0.conda"]
    told = repo.get("/api/notifications", by=bob).json()
    assert [one["text"] for one in told] == ["ada added you to the group devs of acme"]
    assert repo.delete("/api/organizations/acme/members/bob", by=ada).status_code == 204
    assert repo.get("/api/package/acme/one", by=bob).status_code == 404
    assert repo.get(f"/t/{bob}/conda/acme/noarch/repodata.json").status_code == 404
    assert repo.delete("/api/group/acme/devs", by=ada).status_code == 204


def test_a_transfer_a_star_and_a_restore(repo: Answering) -> None:
    ada = repo.sign_in("ada")
    repo.upload(repo.world.conda(), visibility="private")
    assert repo.put("/api/stars/ada/hello", by=ada).status_code == 204
    refused = repo.post("/api/transfer/ada/hello", by=ada, json={"to": "acme", "confirm": "hello"})
    assert refused.json()["code"] == "not_confirmed"
    moved = repo.post("/api/transfer/ada/hello", by=ada, json={"to": "acme", "confirm": "ada/hello"})
    assert (moved.status_code, moved.json()["full_name"]) == (200, "acme/hello")
    assert repo.get("/api/package/ada/hello", by=ada).status_code == 404
    assert [one["full_name"] for one in repo.get("/api/stars", by=ada).json()] == ["acme/hello"]
    path = "acme/hello/1.0/noarch/hello-1.0-0.conda"
    assert repo.delete(f"/api/dist/{path}", by=ada).status_code == 200
    assert [one["basename"] for one in repo.get("/api/deleted/acme", by=ada).json()] == ["noarch/hello-1.0-0.conda"]
    assert repo.post(f"/api/restore/{path}", by=repo.sign_in("bob")).status_code == 404
    assert repo.post(f"/api/restore/{path}", by=ada).status_code == 201
    assert repo.get(f"/api/download/{path}", by=ada).status_code == 200


def test_every_change_and_every_refused_write_is_in_the_log(repo: Answering) -> None:
    ada, bob = repo.sign_in("ada"), repo.sign_in("bob")
    repo.upload(repo.world.conda(), channel="acme", by="acme")
    assert repo.delete("/api/package/acme/hello", by=bob).status_code == 403
    until = time.monotonic() + 60
    while True:
        log = repo.get("/api/audit/acme", by=ada).json()
        if log[0]["action"] == "refused":
            break
        assert time.monotonic() < until, log[0]
        time.sleep(0.05)
    assert (log[0]["actor"], log[0]["token"], log[0]["outcome"]) == ("bob", "here", "refused")
    assert (log[0]["address"], log[0]["target"]) == ("127.0.0.1", "/api/package/acme/hello")
    assert log[0]["details"]["code"] == "right_missing"
    assert {"file.upload", "package.create", "token.create"} <= {one["action"] for one in log}
    lines = repo.get("/api/audit/acme?format=jsonl", by=ada).text.splitlines()
    assert [json.loads(line)["id"] for line in lines] == sorted(one["id"] for one in log)
    older = repo.get("/api/audit/acme", params={"before": log[0]["id"], "limit": 1}, by=ada).json()
    assert [one["id"] for one in older] == [log[1]["id"]]
    assert repo.get("/api/audit/acme", by=bob).status_code == 403
    assert repo.get("/api/audit", by=ada).status_code == 403


def test_a_token_near_its_end_says_so_and_is_rotated_with_a_grace(repo: Answering) -> None:
    body = {"name": "ci", "scopes": ["repos"], "expires_in_days": 20}
    secret = repo.post("/api/tokens/ada", by="ada", json=body).json()["token"]
    warning = repo.get("/conda/ada/noarch/repodata.json", by=secret).headers["Conda-Token-Warning"]
    assert warning.startswith("the token 'ci' expires on ")
    assert "Conda-Token-Warning" not in repo.get("/conda/ada/noarch/repodata.json", by="ada").headers
    rotated = repo.post("/api/rotate/ada/ci", by="ada")
    assert (rotated.status_code, rotated.json()["scopes"]) == (201, ["repos"])
    for one in (secret, rotated.json()["token"]):
        assert repo.get("/api/authentication", by=one).status_code == 200
    with repo.world.repository.write() as work:
        old = t.tokens.c.name.startswith("ci (replaced")
        ends = work.db.scalar(sa.select(t.tokens.c.expires_at).where(old))
        assert ends is not None
        assert ends < work.now + timedelta(days=8)
        work.db.execute(sa.update(t.tokens).where(old).values(expires_at=work.now))
    assert repo.get("/api/authentication", by=secret).json()["code"] == "token_expired"
    assert repo.get("/api/authentication", by=rotated.json()["token"]).status_code == 200


def test_a_token_bound_to_networks_works_from_there_only(repo: Answering) -> None:
    made = [
        repo.post("/api/tokens/ada", by="ada", json={"name": name, "scopes": ["api"], "addresses": [network]}).json()
        for name, network in (("here", "127.0.0.0/8"), ("there", "192.0.2.7"))
    ]
    assert made[1]["addresses"] == ["192.0.2.7/32"]
    assert repo.get("/api/user", by=made[0]["token"]).status_code == 200
    refused = repo.get("/api/user", by=made[1]["token"])
    assert (refused.status_code, refused.json()["code"]) == (403, "token_address")
    bad = {"name": "x", "scopes": ["api"], "addresses": ["nowhere"]}
    assert repo.post("/api/tokens/ada", by="ada", json=bad).status_code == 400


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_nothing_of_a_private_package_shows_anywhere(repo: Answering, route: object) -> None:
    """Every address, every kind of stranger: as if the package had never been."""
    repo.upload(repo.world.conda("hidden-one", "0hidden"), channel="acme", by="acme", visibility="private")
    repo.upload(repo.world.conda("open"), channel="acme", by="acme")
    strangers = [
        None,
        "bob",
        repo.sign_in("bob"),
        "ada",
        repo.world.token(repo.world.ada, "acme", "api:modify-group")[1],
    ]
    path = str(route.path)  # type: ignore[attr-defined]
    values = {"owner": "acme", "organization": "acme", "user": "bob", "label": "main", "subdir": "noarch",
              "version": "0hidden", "basename": "noarch/hidden-one-0hidden-0.conda",
              "filename": "hidden-one-0hidden-0.conda", "kind": "conda",
              "at": datetime.now(UTC).isoformat().replace("+00:00", "Z")}  # fmt: skip
    there, never = (_fill(path, values, name) for name in ("hidden-one", "never-one"))
    for by in strangers:
        answers = [repo.get(address, by=by) for address in (there, never)]
        texts = [answer.text.replace("hidden-one", "never-one").replace("0hidden", "") for answer in answers]
        codes = [answer.status_code for answer in answers]
        assert codes[0] == codes[1], (by, there)
        if answers[0].status_code == 200:
            assert "hidden-one" not in answers[0].text, (by, there)
        elif answers[0].headers.get("Content-Type") == "application/json":
            assert texts[0] == texts[1], (by, there)


@pytest.mark.parametrize(
    ("verb", "route"),
    [
        pytest.param(verb, route, id=f"{verb} {route.path}")
        for route in ROUTES
        for verb in ("post", "put", "patch", "delete")
        if "{name" in route.path
        and "owner" in route.path
        and not getattr(route.handler, verb).__module__.startswith("tornado")
    ],
)
def test_no_write_tells_a_private_package_from_one_that_never_was(repo: Answering, verb: str, route: object) -> None:
    repo.upload(repo.world.conda("hidden-one", "0hidden"), channel="acme", by="acme", visibility="private")
    path = str(route.path)  # type: ignore[attr-defined]
    values = {"owner": "acme", "organization": "acme", "user": "bob", "version": "0hidden",
              "basename": "noarch/hidden-one-0hidden-0.conda"}  # fmt: skip
    there, never = (_fill(path, values, name) for name in ("hidden-one", "never-one"))
    bodies = {"to": "bob", "confirm": "x", "level": "admin", "public_attrs": {}}
    for by in (None, repo.sign_in("bob"), "ada"):
        answers = [repo.ask(verb.upper(), address, by=by, json=bodies) for address in (there, never)]
        assert answers[0].status_code == answers[1].status_code >= 400, (by, there)
        assert answers[0].text.replace("hidden-one", "never-one") == answers[1].text, (by, there)
    assert repo.get("/api/package/acme/hidden-one", by="acme").json()["visibility"] == "private"


def test_a_bound_token_opens_no_index_from_elsewhere_also_right_after(repo: Answering) -> None:
    """What was answered to the allowed address a moment ago is not answered to another."""
    repo.upload(repo.world.conda("secret"), visibility="private")
    body = {"name": "bound", "scopes": ["repos"], "addresses": ["127.0.0.2"]}
    secret = repo.post("/api/tokens/ada", by="ada", json=body).json()["token"]

    def ask(source: str) -> int:
        port = int(repo.url.rpartition(":")[2])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(source, 0))
        try:
            headers = {"Authorization": f"token {secret}"}
            connection.request("GET", "/conda/ada/noarch/repodata.json", headers=headers)
            return connection.getresponse().status
        finally:
            connection.close()

    assert [ask(source) for source in ("127.0.0.2", "127.0.0.2", "127.0.0.1", "127.0.0.2")] == [200, 200, 403, 200]


def _fill(path: str, values: dict[str, str], name: str) -> str:
    import re

    names = {**values, "name": name, "project": name}
    if name != "hidden-one":
        names = {key: value.replace("hidden-one", name) for key, value in names.items()}
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda match: names.get(match[1], "x"), path)
