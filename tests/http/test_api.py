"""The API: exact codes and shapes for anaconda-client, tokens, edits, deletions, errors, the OpenAPI document."""

from __future__ import annotations

import re

import pytest
import requests

from jupyter_repo.http.pages.base import PageHandler
from jupyter_repo.http.routes import ROUTES
from jupyter_repo.permissions import SCOPES

from .conftest import Answering


def test_the_root_answers_whatever_token_lies_around(repo: Answering) -> None:
    for by in (None, "nonsense", "ada"):
        assert repo.ask("HEAD", "/api", by=by).status_code == 200
    assert repo.get("/api").json()["name"] == "Jupyter Repo"
    assert repo.get("/api/scopes").json() == SCOPES
    assert repo.get("/api/authentication-type").json() == {"authentication_type": "password"}


def test_signing_in_gives_a_token_and_signing_out_ends_it(repo: Answering) -> None:
    body = {"scopes": None, "note": "binstar_client:me@pc", "hostname": "pc", "user": None, "fail-if-exists": True}
    wrong = repo.post("/api/authentications", json=body, auth=("ada", "nope-nope"))
    assert (wrong.status_code, wrong.json()["error"]) == (401, "Invalid username or password")
    answer = repo.post("/api/authentications", json=body, auth=("ada", "secret-ada"))
    assert answer.status_code == 200
    token = answer.json()["token"]
    assert repo.post("/api/authentications", json=body, auth=("ada", "secret-ada")).status_code == 400
    replaced = repo.post("/api/authentications", json={**body, "fail-if-exists": False}, auth=("ada", "secret-ada"))
    assert repo.get("/api/user", by=token).status_code == 401, "a replaced token is dead"
    token = replaced.json()["token"]
    me = repo.get("/api/user", by=token).json()
    assert (me["login"], me["email"]) == ("ada", "ada@example.org")
    channels = [{"name": "ada", "kind": "user"}, {"name": "acme", "kind": "org"}]
    assert me["channels"] == channels, "a sign-in stands for the person, on all their channels"
    assert repo.get("/api/authentication", by=token).json()["application"] == "binstar_client:me@pc"
    listed = repo.get("/api/authentications", by=token).json()
    assert {"id", "application", "remote_addr", "hostname", "expires", "scopes"} <= set(listed[0])
    assert token not in repo.get("/api/authentications", by=token).text
    assert repo.delete("/api/authentications", by=token).status_code == 201
    assert repo.delete("/api/authentications", by=token).status_code == 401


def test_tokens_are_made_shown_once_listed_and_revoked(repo: Answering) -> None:
    made = repo.post("/api/tokens/ada", by="ada", json={"name": "ci", "scopes": ["repos"], "expires_in_days": 30})
    assert made.status_code == 201
    secret = made.json()["token"]
    assert repo.get("/api/authentication", by=secret).json()["scopes"] == ["repos"]
    assert secret not in repo.get("/api/tokens/ada", by="ada").text
    assert repo.post("/api/tokens/ada", by="ada", json={"name": "ci", "scopes": ["repos"]}).status_code == 400
    unknown = repo.post("/api/tokens/ada", by="ada", json={"name": "x", "scopes": ["everything"]})
    assert unknown.status_code == 422
    assert "known scopes: all" in unknown.json()["error"]
    assert repo.post("/api/tokens/ada", by="ada", json={"name": "x", "scopes": []}).status_code == 400
    forever = repo.post("/api/tokens/ada", by="ada", json={"name": "f", "scopes": ["repos"], "expires_in_days": None})
    assert forever.json()["expires_at"] is None
    assert repo.get("/api/tokens/ada", by="bob").status_code == 403
    assert repo.delete("/api/tokens/ada/ci", by="bob").status_code == 403
    assert repo.delete("/api/tokens/ada/ci", by="ada").status_code == 204
    assert repo.get("/api/authentication", by=secret).status_code == 401
    assert repo.delete("/api/tokens/ada/ci", by="ada").status_code == 404
    assert repo.delete("/api/authentications/name/f", by="ada").status_code == 201


def test_a_package_s_life(repo: Answering) -> None:
    repo.upload(repo.world.wheel(version="1.0"))
    repo.upload(repo.world.wheel(version="2.0", requires=["six"]))
    document = repo.get("/api/package/ada/mywheel").json()
    assert [one["version"] for one in document["releases"]] == ["2.0", "1.0"]
    assert {"name", "summary", "public", "owner", "package_types", "releases", "files", "latest_version"} <= set(
        document
    )
    assert {"basename", "version", "type", "upload_time", "full_name", "attrs"} <= set(document["files"][0])
    assert document["can"] == []
    assert set(repo.get("/api/package/ada/mywheel", by="ada").json()["can"]) == {
        "upload", "delete-files", "set-labels", "edit-settings", "manage-collaborators", "transfer", "delete-package",
    }  # fmt: skip
    edited = repo.patch("/api/package/ada/mywheel", by="ada", json={"visibility": "private", "summary": "Mine"})
    assert (edited.json()["visibility"], edited.json()["summary"], edited.json()["public"]) == (
        "private",
        "Mine",
        False,
    )
    assert all(way["private_command"] for way in edited.json()["install"])
    assert repo.patch("/api/package/ada/mywheel", by="ada", json={"visibility": "secret"}).status_code == 400
    assert repo.patch("/api/package/ada/mywheel", by="bob", json={"visibility": "public"}).status_code == 404
    gone = repo.delete("/api/dist/ada/mywheel/1.0/mywheel-1.0-py3-none-any.whl", by="ada")
    assert (gone.status_code, gone.headers["Content-Type"]) == (200, "application/json")
    assert repo.get("/api/dist/ada/mywheel/1.0/mywheel-1.0-py3-none-any.whl", by="ada").status_code == 404
    assert repo.delete("/api/release/ada/mywheel/2.0", by="ada").status_code == 201
    assert repo.get("/api/package/ada/mywheel", by="ada").json()["files"] == []
    assert repo.delete("/api/package/ada/mywheel", by="ada").status_code == 201
    assert repo.delete("/api/package/ada/mywheel", by="ada").status_code == 404


def test_a_package_made_private_before_its_first_file_was_never_public(repo: Answering) -> None:
    body = {"public": False, "publish": False, "public_attrs": {"package_types": ["conda"], "summary": "s"}}
    assert repo.post("/api/package/ada/hello", by="ada", json=body).status_code == 200
    assert repo.post("/api/release/ada/hello/1.0", by="ada", json={"requirements": []}).status_code == 200
    repo.upload(repo.world.conda())
    assert repo.get("/api/package/ada/hello", by="ada").json()["public"] is False


def test_search_and_lists(repo: Answering) -> None:
    repo.upload(repo.world.notebook(cells=[("markdown", "# Waves"), ("code", "import obscure_module")]))
    repo.upload(repo.world.conda("waves", subdir="linux-64", noarch=None))
    names = lambda query: {one["name"] for one in repo.get(f"/api/search?{query}").json()}  # noqa: E731
    assert names("q=obscure_module") == {"analysis"}
    assert names("q=waves") == {"analysis", "waves"}
    assert names("name=waves") == {"waves"}
    assert names("q=waves&type=conda") == {"waves"}
    assert names("platform=linux-64") == {"waves"}
    assert names("q=100%25") == set()
    assert names("q=waves&kind=conda&channel=ada") == names("name=wav&channel=ada") == {"waves"}
    assert names("q=waves&label=dev") == names("channel=ada&label=dev") == set()
    first = repo.get("/api/search?q=waves&limit=1")
    assert [one["name"] for one in first.json()] == ["waves"]
    following = re.fullmatch(r'<(.+)>; rel="next"', first.headers["Link"])
    assert following is not None
    last = requests.get(following[1], timeout=60)
    assert [one["name"] for one in last.json()] == ["analysis"]
    assert "Link" not in last.headers
    [found] = repo.get("/api/search?q=obscure").json()
    assert [piece["text"] for piece in found["excerpt"] if piece["found"]] == ["obscure"]
    assert repo.get("/api/search?type=nonsense").status_code == 400
    assert repo.get("/api/search?limit=0").status_code == 400
    assert names("q=waves&sort=downloads&visibility=public") == names("q=waves&visibility=public")
    assert repo.get("/api/search?q=waves&sort=beauty").json()["error"].endswith("relevance, downloads, newest")
    for key in (
        "full_name",
        "latest_version",
        "package_types",
        "conda_platforms",
        "builds",
        "public",
        "summary",
        "name",
    ):
        assert key in repo.get("/api/search?name=waves").json()[0]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/api/tokens/ada", b"{not json", 400),
        ("POST", "/api/tokens/ada", b"[]", 400),
        ("PATCH", "/api/package/ada/nope", b"{}", 404),
        ("DELETE", "/api/package/ada/nope", b"", 404),
        ("POST", "/api/package/ada/-x-", b"{}", 400),
        ("GET", "/api/nothing-here", None, 404),
        ("PUT", "/api/user", b"", 405),
        ("POST", "/api/upload/ada", b"", 400),
    ],
)
def test_bad_requests_are_answered_in_words(repo: Answering, method: str, path: str, body: bytes, status: int) -> None:
    answer = repo.ask(method, path, by="ada", data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert {"error", "code"} <= set(answer.json())
    assert "Traceback" not in answer.text


def test_an_empty_body_announced_as_json_is_fine(repo: Answering) -> None:
    assert repo.get("/api/user", by="ada", headers={"Content-Type": "application/json"}).status_code == 200
    assert (
        repo.delete(
            "/api/authentications/name/nope", by="ada", headers={"Content-Type": "application/json"}
        ).status_code
        == 404
    )


def test_a_foreign_host_name_is_refused_on_loopback(repo: Answering) -> None:
    assert repo.get("/api", headers={"Host": "evil.example"}).json()["code"] == "foreign_host"
    assert repo.get("/api", headers={"Host": "localhost:1"}).status_code == 200


def _filled(path: str) -> str:
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda match: {"owner": "ada", "organization": "acme"}.get(match[1], "x"), path)


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.access == "signed-in"], ids=lambda route: route.path
)
def test_what_asks_for_an_account_refuses_the_anonymous(repo: Answering, route: object) -> None:
    repo.upload(repo.world.conda())
    for verb in ("get", "post", "put", "patch", "delete"):
        method = getattr(route.handler, verb)  # type: ignore[attr-defined]
        if method.__module__.startswith("tornado"):
            continue
        if issubclass(route.handler, PageHandler):  # type: ignore[attr-defined]
            forgery = {"cookies": {"_xsrf": "x"}, "data": {"_xsrf": "x"}} if verb == "post" else {}
            led = repo.ask(verb.upper(), _filled(route.path), **forgery)  # type: ignore[attr-defined]
            assert led.headers["Location"].startswith("/login?next="), verb
            continue
        answer = repo.ask(verb.upper(), _filled(route.path), data=b"")  # type: ignore[attr-defined]
        assert answer.status_code in (401, 404), (verb, answer.text)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_every_answer_has_the_headers_that_protect_it(repo: Answering, route: object) -> None:
    answer = repo.get(_filled(route.path))  # type: ignore[attr-defined]
    assert answer.status_code < 500
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_the_openapi_document_describes_every_address_of_the_api(repo: Answering) -> None:
    document = repo.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    described = set(document["paths"])
    for route in ROUTES:
        if route.path.startswith("/api") and route.path not in ("/api/", "/api/{address:rest}"):
            path = route.path.replace(":rest", "").replace(":label", "")
            assert path in described
            for operation in document["paths"][path].values():
                assert operation["description"], path
    ids = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(ids) == len(set(ids))
