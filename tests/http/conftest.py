"""A real repository on loopback, served by `jupyter repo`'s own code from a thread, and requests to it."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from jupyter_repo.db.engine import open_engine
from jupyter_repo.http.site import Site
from jupyter_repo.running import Service, bind, new_pool
from jupyter_repo.service.work import Repository, Settings
from jupyter_repo.storage import open_store
from tests.databases import fresh_sqlite
from tests.worlds import World


@dataclass
class Answering:
    """A served world: `get("/api", by="ada")` asks with a token of Ada's, scope all."""

    world: World
    url: str
    service: Service
    tokens: dict[str, str]

    def ask(self, method: str, path: str, *, by: str | None = None, **options: object) -> requests.Response:
        headers = dict(options.pop("headers", {}) or {})  # type: ignore[call-overload]
        if by is not None:
            headers["Authorization"] = f"token {self.tokens.get(by, by)}"
        options.setdefault("allow_redirects", False)
        return requests.request(method, self.url + path, headers=headers, timeout=60, **options)  # type: ignore[arg-type]

    def get(self, path: str, **options: object) -> requests.Response:
        return self.ask("GET", path, **options)  # type: ignore[arg-type]

    def put(self, path: str, **options: object) -> requests.Response:
        return self.ask("PUT", path, **options)  # type: ignore[arg-type]

    def post(self, path: str, **options: object) -> requests.Response:
        return self.ask("POST", path, **options)  # type: ignore[arg-type]

    def patch(self, path: str, **options: object) -> requests.Response:
        return self.ask("PATCH", path, **options)  # type: ignore[arg-type]

    def delete(self, path: str, **options: object) -> requests.Response:
        return self.ask("DELETE", path, **options)  # type: ignore[arg-type]

    def sign_in(self, name: str) -> str:
        """The token that a client gets by the password of `name`: it stands for the person, on all their channels."""
        body = {"scopes": None, "note": "here", "hostname": "pc", "fail-if-exists": False}
        answer = self.post("/api/authentications", json=body, auth=(name, f"secret-{name}"))
        return str(answer.json()["token"])

    def upload(self, path: Path, channel: str = "ada", by: str = "ada", **query: object) -> requests.Response:
        return self.put(f"/api/upload/{channel}/{path.name}", by=by, data=path.read_bytes(), params=query)


@pytest.fixture
def repo(tmp_path: Path) -> Iterator[Answering]:
    """A served world on SQLite: Ada, Bob, acme, and a token of each (`ada`, `bob`, `acme`)."""
    yield from serve(tmp_path)


def serve(folder: Path, settings: Settings | None = None, **site: object) -> Iterator[Answering]:
    repository = Repository(open_engine(fresh_sqlite(folder)), open_store(folder / "store"), settings or Settings())
    world = World.new(repository, folder)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> tuple[Service, str]:
        sockets = bind(0, "127.0.0.1")
        service = Service(Site(repository, new_pool(), **{"loopback": True, **site}), logging.getLogger("tests"))
        service.listen(sockets)
        return service, f"http://127.0.0.1:{sockets[0].getsockname()[1]}"

    service, address = asyncio.run_coroutine_threadsafe(start(), loop).result(30)
    tokens = {name: world.token(world.ada, name, "all")[1] for name in ("ada", "acme")}
    tokens["bob"] = world.token(world.bob, "bob", "all")[1]
    try:
        yield Answering(world, address, service, tokens)
    finally:
        asyncio.run_coroutine_threadsafe(service.stop(drain=5), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()
