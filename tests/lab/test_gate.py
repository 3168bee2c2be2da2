"""Every handler stands behind Jupyter's own gate: token, forgery check, authorizer."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.auth import Authorizer
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import JupyterServerAuthWarning
from tornado.httpclient import HTTPClientError

from jupyter_repo.lab.handlers import ROUTES

from .conftest import Fetch, Lab

VERBS = ("get", "post", "put", "patch", "delete")


def requests() -> Iterator[tuple[str, str]]:
    """Every verb of every route, at an address that it matches."""
    for pattern, handler in ROUTES:
        path = re.sub(r"\([^)]*\)", "x", re.sub(r"\((\w+)\|[^)]*\)", r"\1", pattern))
        for verb in VERBS:
            if verb in vars(handler):
                yield verb.upper(), path


EVERY = list(requests())


async def answer(fetch: Any, method: str, path: str, headers: dict[str, str]) -> tuple[int, str]:
    body = None if method in ("GET", "DELETE") else "{}"
    done = await fetch(path, method=method, body=body, headers=headers, follow_redirects=False, raise_error=False)
    return done.code, done.body.decode()


def test_every_address_is_its_own() -> None:
    assert len({path for _, path in EVERY}) == len(ROUTES) >= 16
    assert len(EVERY) >= 21


async def test_a_wrong_token_is_refused(jp_serverapp: ServerApp, http_server_client: Any, jp_base_url: str) -> None:
    headers = {"Authorization": "token nope"}
    for method, path in EVERY:
        code, _ = await answer(http_server_client.fetch, method, jp_base_url + path.lstrip("/"), headers)
        assert code == 403, (method, path)


async def test_a_browser_must_prove_that_the_request_is_its_own(lab: Lab, http_server_client: Any) -> None:
    """A page elsewhere can make the browser send its cookie, but not read the XSRF token."""
    serverapp = lab.app.serverapp
    base = serverapp.base_url
    login = await http_server_client.fetch(
        f"{base}api/me?token={serverapp.identity_provider.token}", headers={"Authorization": "none"}
    )
    cookie = "; ".join(header.split(";")[0] for header in login.headers.get_list("Set-Cookie"))
    assert "username" in cookie
    for method, path in EVERY:
        if method == "GET":
            continue
        code, body = await answer(http_server_client.fetch, method, base + path.lstrip("/"), {"Cookie": cookie})
        assert (code, "_xsrf" in body) == (403, True), (method, path)


class ReadOnly(Authorizer):
    """May look at the repository, and change nothing."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return resource != "jupyter_repo" or action == "read"


async def test_a_reader_may_only_read(lab: Lab, jp_fetch: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    serverapp = lab.app.serverapp
    monkeypatch.setitem(serverapp.web_app.settings, "authorizer", ReadOnly(parent=serverapp))

    async def fetch(path: str, **more: Any) -> Any:
        return await jp_fetch(*path.strip("/").split("/"), **more)

    for method, path in EVERY:
        code, body = await answer(fetch, method, path, {})
        assert (code == 403) == (method != "GET"), (method, path, code, body)


async def test_a_reader_is_not_signed_in_to_the_repository(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its pages let whoever is signed in write."""
    serverapp = lab.app.serverapp
    monkeypatch.setitem(serverapp.web_app.settings, "authorizer", ReadOnly(parent=serverapp))
    answer = await lab.fetch("jupyter-repo", "open", params={"path": "/x"}, follow_redirects=False, raise_error=False)
    assert answer.headers["Location"] == f"{lab.client().url}/x"


class NoFiles(Authorizer):
    """May do everything but see files."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return resource != "contents"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "publish/preview"),
        ("POST", "publish"),
        ("POST", "upload"),
        ("POST", "download"),
        ("POST", "restore"),
        ("POST", "scan"),
        ("POST", "suggestions"),
    ],
)
async def test_files_are_reached_only_by_who_may_reach_them(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    serverapp = lab.app.serverapp
    monkeypatch.setitem(serverapp.web_app.settings, "authorizer", NoFiles(parent=serverapp))
    code, body = await lab.refused(method, path)
    assert (code, body["code"]) == (403, "forbidden")


TAKE_NO_BODY = (
    "/logout",
    "/upload/x",  # a file
    "/notifications",
    "/stars/x/x",
    "/groups/x/x/members/x",
    "/groups/x/x/packages/x",
    "/tokens/x/x/rotate",
)


@pytest.mark.parametrize("body", ["{", "[]", '"x"', "null", "\xff", "[" * 100_000])
async def test_bodies_that_are_no_object_are_refused(lab: Lab, body: str) -> None:
    for method, path in EVERY:
        if method in ("GET", "DELETE") or path.endswith(TAKE_NO_BODY):
            continue
        with pytest.raises(HTTPClientError) as refusal:
            await lab.fetch(*path.strip("/").split("/"), method=method, body=body)
        assert refusal.value.code == 400, (method, path)
        assert refusal.value.response is not None
        assert json.loads(refusal.value.response.body)["code"] == "invalid_request"


def test_every_endpoint_is_authenticated(jp_environ: None, tmp_path: Path) -> None:
    """What the extension template's check does: Jupyter itself finds no handler without its decorators."""
    ServerApp.clear_instance()
    app = ServerApp(
        allow_unauthenticated_access=False,
        jpserver_extensions={"jupyter_repo": True},
        reraise_server_extension_failures=True,
        allow_root=True,
    )
    with warnings.catch_warnings(record=True) as records:
        warnings.simplefilter("always")
        app.initialize(argv=[], find_extensions=False, new_httpserver=False)
    ServerApp.clear_instance()
    found = [str(record.message) for record in records if issubclass(record.category, JupyterServerAuthWarning)]
    assert found == []
