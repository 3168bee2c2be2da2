"""`lab`: a real Jupyter server with our extension and its embedded repository, ready."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import HTTPClientError, HTTPResponse

from jupyter_repo.client import credentials
from jupyter_repo.client.client import RepoClient
from jupyter_repo.lab.app import JupyterRepo
from tests.databases import fresh_sqlite

Fetch = Callable[..., Awaitable[HTTPResponse]]


@pytest.fixture(autouse=True)
def _nobody_known(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUPYTER_REPO_URL", "JUPYTER_REPO_TOKEN", "JPY_PARENT_PID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    credentials._keyring.cache_clear()


@pytest.fixture
def repo_config(tmp_path: Path) -> dict[str, object]:
    """The extension's settings; tests with others override this."""
    fresh_sqlite(tmp_path / "repository")
    return {"data_dir": str(tmp_path / "repository"), "port": 0}


@pytest.fixture
def jp_server_config(repo_config: dict[str, object]) -> dict[str, object]:
    return {
        "ServerApp": {
            "jpserver_extensions": {"jupyter_repo": True, "jupyter_server_terminals": False},
            "reraise_server_extension_failures": True,
            "allow_unauthenticated_access": False,
        },
        "JupyterRepo": repo_config,
    }


@dataclass
class Lab:
    """What a test talks to: the handlers, and the extension behind them."""

    fetch: Fetch
    app: JupyterRepo
    root: Path

    async def get(self, *parts: str, **params: str) -> Any:
        """The JSON answer of a GET under /jupyter-repo/."""
        return json.loads((await self.fetch("jupyter-repo", *parts, params=params)).body)

    async def send(self, method: str, *parts: str, body: object = None, **params: str) -> Any:
        """The JSON answer of another verb; None for 204."""
        data = None if method == "DELETE" else json.dumps({} if body is None else body)
        answer = await self.fetch("jupyter-repo", *parts, method=method, body=data, params=params)
        return json.loads(answer.body) if answer.body else None

    async def preview(self, **body: object) -> Any:
        """What publishing a notebook would do."""
        return await self.send("POST", "publish", "preview", body=body)

    async def refused(self, method: str, *parts: str, body: object = None, **params: str) -> tuple[int, dict[str, Any]]:
        """Status and body of an answer that is an error."""
        data = None if method in ("GET", "DELETE") else json.dumps({} if body is None else body)
        with pytest.raises(HTTPClientError) as refusal:
            await self.fetch("jupyter-repo", *parts, method=method, body=data, params=params)
        assert refusal.value.response is not None
        document = json.loads(refusal.value.response.body)
        assert document["message"] == document["error"]
        assert document["code"]
        return refusal.value.code, document

    async def finished(self, job: dict[str, str]) -> Any:
        """The job when it no longer runs."""
        async with asyncio.timeout(120):
            while (document := await self.get("jobs", job["job"]))["state"] == "running":
                await asyncio.sleep(0.05)
        return document

    async def done(self, job: dict[str, str]) -> Any:
        """The result of a job that must succeed."""
        document = await self.finished(job)
        assert document["state"] == "done", document
        return document["result"]

    async def owner(self) -> str:
        """The account at the keyboard."""
        account: str = (await self.get("status"))["account"]
        return account

    def client(self) -> RepoClient:
        """The repository, as the Jupyter server's user."""
        return self.app.connection.client()


async def start_extension(serverapp: ServerApp) -> JupyterRepo:
    """What the server's event loop does once it runs."""
    await serverapp.extension_manager.start_all_extensions()
    app: JupyterRepo = next(iter(serverapp.extension_manager.extension_apps["jupyter_repo"]))
    assert app._starting is not None
    await app._starting
    return app


@pytest.fixture
def lab(
    jp_serverapp: ServerApp, jp_fetch: Fetch, jp_root_dir: Path, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[Lab]:
    app = jp_asyncio_loop.run_until_complete(start_extension(jp_serverapp))
    yield Lab(jp_fetch, app, jp_root_dir)
    jp_asyncio_loop.run_until_complete(app.stop_extension())
