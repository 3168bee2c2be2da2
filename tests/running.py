"""A real repository for tests: the embedded one, served from a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_repo.client.client import RepoClient

if TYPE_CHECKING:
    from jupyter_repo.embedded import EmbeddedRepository


@dataclass
class Running:
    """A repository that answers; `token` is its owner's."""

    repository: EmbeddedRepository
    loop: asyncio.AbstractEventLoop
    url: str
    token: str

    def client(self) -> RepoClient:
        """As the owner."""
        return RepoClient(self.url, self.token)

    @property
    def owner(self) -> str:
        """The owner's account."""
        return self.client().user()["login"]

    def set_owner(self, *, name: str | None = None, password: str | None = None) -> str:
        """As the person at the keyboard may."""
        task = self.repository.set_owner(name=name, password=password)
        return asyncio.run_coroutine_threadsafe(task, self.loop).result(60)

    def stop(self) -> None:
        """Stop serving."""
        asyncio.run_coroutine_threadsafe(self.repository.stop(), self.loop).result(60)


@contextlib.contextmanager
def running_repository(data_dir: Path, mirror_hosts: Sequence[str] = ()) -> Iterator[Running]:
    """A repository over `data_dir` on a free port; its mirrors may ask `mirror_hosts`."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> Running:
        # heavy: tests without a repository start quickly
        from jupyter_repo.embedded import EmbeddedRepository

        from .databases import fresh_sqlite

        if not data_dir.exists():
            fresh_sqlite(data_dir)

        repository = EmbeddedRepository(data_dir, port=0, log=logging.getLogger("tests"), mirror_hosts=mirror_hosts)
        await repository.start()
        return Running(
            repository, loop, repository.url, await repository.owner_token(None, name=f"tests {uuid.uuid4()}")
        )

    running = asyncio.run_coroutine_threadsafe(start(), loop).result(120)
    try:
        yield running
    finally:
        running.stop()
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()
