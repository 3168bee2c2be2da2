"""Files that are not on this disk; a repository that is slow, of another version, or forgets who asks."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import nbformat
import pytest
from jupyter_server.services.contents.filemanager import AsyncFileContentsManager
from tornado import web

from jupyter_repo.lab.connection import Connection

from ..builders import make_notebook, make_wheel
from .conftest import Fetch, Lab


class Far(AsyncFileContentsManager):  # type: ignore[misc]  # jupyter_server's is not typed
    """Files that are reached through the contents API alone: no path of the API is one of this disk."""

    held: ClassVar[dict[str, dict[str, Any]]] = {}

    async def file_exists(self, path: str) -> bool:
        return path in self.held

    async def dir_exists(self, path: str) -> bool:
        return path.strip("/") in ("", "far")

    async def get(self, path: str, content: bool = True, type: str | None = None, **_: object) -> dict[str, Any]:  # noqa: A002 - its name
        if path not in self.held:
            raise web.HTTPError(404, path)
        kept = self.held[path]
        model = {"name": path.rpartition("/")[2], "path": path, "size": 100, **kept}
        return model if content else {**model, "content": None}

    async def save(self, model: dict[str, Any], path: str = "") -> dict[str, Any]:
        self.held[path] = model
        return {"name": path.rpartition("/")[2], "path": path}


@pytest.fixture
def far(jp_server_config: dict[str, Any], tmp_path: Path) -> dict[str, dict[str, Any]]:
    """What the other contents manager holds."""
    notebook = json.loads(make_notebook(tmp_path, "tides.ipynb").read_text())
    wheel = make_wheel(tmp_path, name="distant")
    import base64

    Far.held = {
        "far/tides.ipynb": {"type": "notebook", "format": "json", "content": nbformat.from_dict(notebook)},  # type: ignore[no-untyped-call]
        f"far/{wheel.name}": {
            "type": "file", "format": "base64", "content": base64.b64encode(wheel.read_bytes()).decode(),
        },
    }  # fmt: skip
    jp_server_config["ServerApp"]["contents_manager_class"] = Far
    return Far.held


async def test_files_of_a_contents_manager_without_a_disk(far: dict[str, dict[str, Any]], lab: Lab) -> None:
    me = await lab.owner()
    assert (await lab.preview(path="far/tides.ipynb"))["name"] == "tides"
    body = {"path": "far/tides.ipynb", "channel": me, "name": "tides"}
    assert (await lab.done(await lab.send("POST", "publish", body=body)))["version"] == "1"
    wheel = next(path for path in far if path.endswith(".whl"))
    await lab.done(await lab.send("POST", "upload", body={"path": wheel, "channel": me}))
    assert {thing["name"] for thing in (await lab.get("things"))["things"]} == {"tides", "distant"}
    saved = (await lab.send("POST", "download", body={"full_name": f"{me}/distant", "directory": "far"}))["path"]
    assert far[saved]["content"] == far[wheel]["content"]
    code, answer = await lab.refused("POST", "publish", "preview", body={"path": "far/away.ipynb"})
    assert (code, "far/away.ipynb" in answer["message"]) == (404, True)


async def test_a_notebook_of_a_drive_that_only_the_browser_reads_is_sent_along(lab: Lab) -> None:
    me, path = await lab.owner(), "Second:book/tides.ipynb"
    content = json.loads(make_notebook(lab.root, "elsewhere.ipynb").read_text())
    told = await lab.preview(path=path, content=content)
    assert (told["name"], told["findings"]) == ("tides", [])
    body = {"path": path, "content": content, "channel": me, "name": "tides"}
    assert (await lab.done(await lab.send("POST", "publish", body=body)))["package"] == f"{me}/tides"
    assert (await lab.send("POST", "scan", body={"path": path, "content": content}))["findings"] == []
    changed = {**content, "cells": content["cells"][:1]}
    body = {"path": path, "content": changed, "full_name": f"{me}/tides", "message": "Shorter"}
    made = (await lab.done(await lab.send("POST", "suggestions", body=body)))["suggestion"]
    sent = (await lab.get("suggestions", str(made["id"]), "notebook"))["content"]
    assert [cell["source"] for cell in sent["cells"]] == [changed["cells"][0]["source"]]
    for wrong in ({"path": path}, {"path": path, "content": "text"}):
        code, answer = await lab.refused("POST", "publish", "preview", body=wrong)
        assert code in (400, 404)
        assert "tides.ipynb" in answer["message"]


class Holding(BaseHTTPRequestHandler):
    """A repository of which `service` is the description; anything else it answers when `let_go` is set."""

    service: ClassVar[dict[str, object]] = {}
    let_go: ClassVar[threading.Event]
    asked: ClassVar[threading.Event]

    def do_GET(self) -> None:
        if self.path.startswith("/api/"):
            self.asked.set()
            self.let_go.wait(60)
        self._answer(200 if self.path.startswith("/api") else 404, self.service)

    do_POST = do_PUT = do_HEAD = do_GET  # noqa: N815 - http.server's names

    def _answer(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing to the terminal."""


Beside = Callable[[dict[str, object]], type[Holding]]


@pytest.fixture
def beside(lab: Lab, tmp_path: Path) -> Iterator[Beside]:
    """Let the extension talk to another repository, which describes itself so."""
    servers: list[ThreadingHTTPServer] = []
    own = lab.app.connection

    def go(service: dict[str, object]) -> type[Holding]:
        class Answers(Holding):
            pass

        Answers.service, Answers.let_go, Answers.asked = service, threading.Event(), threading.Event()
        server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        server.daemon_threads = True
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        connection = Connection(f"http://127.0.0.1:{server.server_port}", tmp_path / "beside", 0, lab.app.log)
        connection.url, connection._token = connection._configured, "a-token"
        lab.app.connection = connection
        return Answers

    yield go
    lab.app.connection = own
    for server in servers:
        server.RequestHandlerClass.let_go.set()  # type: ignore[attr-defined]
        server.shutdown()
        server.server_close()


async def test_a_slow_repository_holds_up_nothing_else(lab: Lab, jp_fetch: Fetch, beside: Beside) -> None:
    answers = beside({"version": "0.1.0", "api": 1})
    make_notebook(lab.root, "tides.ipynb")
    body = {"path": "tides.ipynb", "channel": "ada", "name": "tides"}
    job = await lab.send("POST", "publish", body=body)
    assert await asyncio.to_thread(answers.asked.wait, 30)  # the job waits for the repository now
    waiting = asyncio.create_task(lab.get("things"))  # and so does a list
    uploading = await lab.send("POST", "upload", body={"path": "tides.ipynb", "channel": "ada"})
    for _ in range(3):
        assert (await jp_fetch("api", "status")).code == 200
        assert (await jp_fetch("api", "contents")).code == 200
        assert (await lab.get("jobs", job["job"]))["state"] == "running"
        assert (await lab.get("settings"))["url_fixed"] is False
    assert not waiting.done()
    await lab.send("DELETE", "jobs", uploading["job"])
    answers.let_go.set()
    assert (await lab.finished(job))["state"] == "failed"  # this repository knows nobody
    with pytest.raises(Exception, match=r"HTTP \d+"):
        await waiting


async def test_a_repository_of_another_version_says_what_to_do(lab: Lab, beside: Beside) -> None:
    beside({"version": "9.0", "api": 2}).let_go.set()
    status = await lab.get("status")
    assert status["state"] == "other-version"
    assert status["repository_version"] == "9.0"
    assert "install the version that its administrator names" in status["message"]


async def test_who_is_signed_out_meanwhile_is_told_so_that_it_can_go_on(lab: Lab) -> None:
    make_notebook(lab.root, "tides.ipynb")
    me = await lab.owner()
    await asyncio.to_thread(lab.client().deauthenticate)
    body = {"path": "tides.ipynb", "channel": me, "name": "tides"}
    error = (await lab.finished(await lab.send("POST", "publish", body=body)))["error"]
    assert error["code"] in ("unauthenticated", "token_unknown", "token_revoked")
    assert (await lab.get("status"))["state"] == "signed-out"
    await lab.send("POST", "login", body={"username": "", "password": ""})
    assert (await lab.done(await lab.send("POST", "publish", body=body)))["version"] == "1"
