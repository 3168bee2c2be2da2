"""The repository that lives in the Jupyter server's own process and event loop, on a loopback port."""

from __future__ import annotations

import asyncio
import importlib
import logging
import socket
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..client import profiles
from ..client.credentials import embedded_key

if TYPE_CHECKING:
    from ..embedded import EmbeddedRepository


class EmbeddedLife:
    """Start, ownership and end of the embedded repository in `data_dir`."""

    def __init__(self, data_dir: Path, port: int, log: logging.Logger, mirror_hosts: Sequence[str] = ()) -> None:
        self.data_dir = data_dir
        self.credential = embedded_key(data_dir)
        self._port = port
        self._log = log
        self._mirror_hosts = mirror_hosts
        self._repository: EmbeddedRepository | None = None

    async def start(self) -> tuple[str, str]:
        """The repository's address and the token of its owner, the person at the keyboard.

        Raises errors.RepoError if it can't be started.
        """
        # the import takes most of a second: JupyterLab's first page is served meanwhile
        embedded = await asyncio.get_running_loop().run_in_executor(
            None, importlib.import_module, "jupyter_repo.embedded"
        )
        repository: EmbeddedRepository = embedded.EmbeddedRepository(
            self.data_dir, port=self._port, log=self._log, mirror_hosts=self._mirror_hosts
        )
        try:
            await repository.start()
            self._repository = repository
            return repository.url, await self.own()
        except BaseException:
            self._repository = None
            await repository.stop()
            raise

    async def own(self) -> str:
        """A live token of the owner, kept in the person's credential store."""
        assert self._repository is not None
        store, loop = profiles.credentials(), asyncio.get_running_loop()
        stored = await loop.run_in_executor(None, store.get, self.credential)
        # a name of its own: a new token must not end that of another Jupyter server over the same data
        name = f"Jupyter on {socket.gethostname()} {uuid.uuid4().hex[:6]}"
        token = await self._repository.owner_token(stored, name=name)
        if token != stored:
            await loop.run_in_executor(None, store.set, self.credential, token)
        return token

    async def set_owner(self, *, name: str | None, password: str | None) -> None:
        """Choose the owner's name and/or password; RepoError says why not."""
        assert self._repository is not None
        await self._repository.set_owner(name=name, password=password)

    async def stop(self) -> None:
        """Stop serving; the data stays."""
        if self._repository is not None:
            repository, self._repository = self._repository, None
            await repository.stop()
