"""A person's own repository inside the process of their Jupyter server."""

from __future__ import annotations

import asyncio
import functools
import getpass
import logging
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .errors import Unavailable
from .http.site import Site
from .models import Actor
from .running import Service, bind, new_pool, open_repository
from .service import accounts, tokens
from .service.work import Repository, Settings

PORTS_TRIED = 50


class EmbeddedRepository:
    """A person's own repository, inside the process and event loop of their Jupyter server.

    It listens on loopback, on a port of its own: it shows pages that other people wrote, which must not share Jupyter's
    origin. Several may run over one data folder at once.
    """

    def __init__(
        self, data_dir: Path, *, port: int = 8890, log: logging.Logger, mirror_hosts: Sequence[str] = ()
    ) -> None:
        """Nothing is opened before `start`; with port 0 the system chooses one. Mirrors may ask `mirror_hosts`."""
        self._data_dir, self._port, self._log = data_dir, port, log
        self._mirror_hosts = tuple(mirror_hosts)
        self._service: Service | None = None
        self.url = ""

    async def start(self) -> None:
        """Open (create, migrate) the repository and listen. Raises RepoError that says what is in the way."""
        # one person's: others on this machine reach the port too, and are no users of it
        rules = Settings(sign_up="closed", mirror_hosts=self._mirror_hosts)
        opening = functools.partial(open_repository, self._data_dir, settings=rules)
        repository = await asyncio.get_running_loop().run_in_executor(None, opening)
        sockets = self._bind()
        port = sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        site = Site(repository, new_pool(), public_url=self.url, loopback=True, embedded=True)
        self._service = Service(site, self._log)
        self._service.listen(sockets)

    def _bind(self) -> list[socket.socket]:
        for port in range(self._port, self._port + PORTS_TRIED) if self._port else (0,):
            try:
                return bind(port, "127.0.0.1")
            except Unavailable as error:
                refusal = error
        raise refusal

    async def owner_token(self, stored: str | None, *, name: str) -> str:
        """A live token with every right of the first account: `stored` if it is one, else a new one called `name`.

        The name must be of its own: another server over the same folder keeps its token.

        At the first start this makes the account, from the operating system's user name.
        """
        return await self._run(self._owner_token, stored, name)

    def _owner_token(self, stored: str | None, name: str) -> str:
        with self._repository.write() as work:
            owner = accounts.first_user(work, _system_name())
            if stored:
                found = tokens.present(work, stored).actor
                if found is not None and found.account is not None and found.account.id == owner.id:
                    return stored
            _, secret = tokens.create(
                work,
                Actor(owner),
                owner,
                name,
                scopes=["all"],
                forever=True,
                login=True,
                hostname=socket.gethostname(),
            )
            return secret

    async def set_owner(self, *, name: str | None = None, password: str | None = None) -> str:
        """Rename the owner (until something was published) or set the password for terminals; the name now."""
        return await self._run(self._set_owner, name, password)

    def _set_owner(self, name: str | None, password: str | None) -> str:
        with self._repository.write() as work:
            owner = accounts.first_user(work, _system_name())
            if name is not None and name != owner.name:
                owner = accounts.rename(work, owner, name)
            if password is not None:
                accounts.set_password(work, owner, password)
            return owner.name

    async def stop(self) -> None:
        """Stop listening and let running requests end."""
        if self._service is not None:
            service, self._service = self._service, None
            await service.stop(drain=5)

    @property
    def _repository(self) -> Repository:
        if self._service is None:
            raise Unavailable("the embedded repository is not running; restart Jupyter")
        return self._service.site.repository

    async def _run(self, function: Any, *args: object) -> str:
        if self._service is None:
            raise Unavailable("the embedded repository is not running; restart Jupyter")
        answer: str = await asyncio.get_running_loop().run_in_executor(self._service.site.pool, function, *args)
        return answer


def _system_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id without a name, as in some containers
        return "me"
