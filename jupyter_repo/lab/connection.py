"""The repository this Jupyter server talks to, and as whom."""

from __future__ import annotations

import asyncio
import logging
import socket
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

from .._version import __version__
from ..client import profiles
from ..client.client import RepoClient
from ..client.documents import AccountDocument, ChannelDocument
from ..client.profiles import Announcement
from ..errors import Conflict, Forbidden, InvalidRequest, RepoError, Unauthenticated, Unavailable
from .embedded import EmbeddedLife

PATIENCE = 20.0
"""Seconds for the repository to answer the panel; uploads have their own."""


class Status(TypedDict):
    """What the panel shows of itself; `state` is ready, starting, signed-out or unreachable."""

    url: str
    embedded: bool
    account: str | None
    version: str
    repository_version: str | None
    state: str
    message: str
    channels: list[ChannelDocument]
    is_admin: bool
    can_rename: bool
    sign_up: str
    """`open`, `invitation` or `closed`"""
    address_can_change: bool


class Connection:
    """A repository somewhere, or (`url` empty) the embedded one, which `start` starts.

    `fixed`: its person may not choose another one.
    """

    def __init__(self, url: str, data_dir: Path, port: int, log: logging.Logger, *, fixed: bool = False) -> None:
        self._log = log
        self._life = None if url else EmbeddedLife(data_dir, port, log)
        self._announcement = Announcement()
        self._configured = url
        self._chosen = ""
        self._fixed = fixed
        self._settling = asyncio.Lock()
        self._failure = ""
        self._token: str | None = None
        self._credential = ""
        self.url = ""

    @property
    def embedded(self) -> bool:
        """Is it the repository that lives in this process?"""
        return self._life is not None and not self._chosen

    async def start(self) -> None:
        """Start the embedded repository if it is ours to start, and tell this server's kernels where it is.

        Never raises: a failure is what `status` answers from then on.
        """
        async with self._settling:
            await self._settle()

    async def move(self, url: str) -> None:
        """Talk to the repository at `url` from now on; "": to the configured one, which may be the embedded one.

        Kernels that run on ask there, too. Raises InvalidRequest for what is no address, Forbidden where it is fixed.
        """
        wanted = profiles.check_url(url) if url else ""
        if self._fixed and wanted:
            raise Forbidden(f"The repository of this Jupyter server is fixed: {self.url or 'its own'}")
        async with self._settling:
            if wanted != self._chosen:
                self._chosen, self._failure, self.url, self._token = wanted, "", "", None
                await self._settle()

    async def _settle(self) -> None:
        try:
            if self._life is not None and not self._chosen:
                self._credential = self._life.credential
                self.url, self._token = await self._life.start()
                self._log.info("Jupyter Repo is at %s", self.url)
            else:
                # the keyring may take its time
                loop = asyncio.get_running_loop()
                profile = await loop.run_in_executor(None, profiles.resolve, self._chosen or self._configured)
                self._credential, self._token, self.url = profile.credential, profile.token, profile.url
            self._announcement.announce(self.url, self._credential)
        except (RepoError, OSError) as error:
            self._failure = f"The repository could not be started: {error}" if self.embedded else str(error)
            self._log.warning("%s", self._failure)
        except asyncio.CancelledError:
            raise
        except Exception:  # noqa: BLE001 - logged whole, and nobody is above a background task: the panel must know
            self._failure = "The repository could not be started; the log of the Jupyter server says why"
            self._log.exception("Jupyter Repo could not be started")

    async def stop(self) -> None:
        """Withdraw the announcement, and stop the embedded repository."""
        self._announcement.withdraw()
        if self._life is not None:
            await self._life.stop()
            self.url, self._failure = "", "The repository has stopped with its Jupyter server"

    def client(self) -> RepoClient:
        """The client, as whoever is signed in; Unavailable while there is no repository."""
        if not self.url:
            raise Unavailable(self._failure or "The repository is starting; try again in a moment")
        return RepoClient(self.url, self._token, timeout=PATIENCE)

    def signed_in(self) -> RepoClient:
        """The client of a signed-in account; Unauthenticated that says what to do."""
        client = self.client()
        if not client.token:
            raise Unauthenticated(f"You are not signed in to {self.url}: sign in in the Repository panel")
        return client

    def status(self) -> Status:
        """Where things stand; asks the repository, so not for the event loop."""
        answer: Status = {
            "url": self.url,
            "embedded": self.embedded,
            "account": None,
            "version": __version__,
            "repository_version": None,
            "state": "unreachable" if self._failure else "starting",
            "message": self._failure or "The repository is starting",
            "channels": [],
            "is_admin": False,
            "can_rename": False,
            "sign_up": "closed",
            "address_can_change": not self._fixed,
        }
        if not self.url:
            return answer
        try:
            service = self.client().service()
            answer["repository_version"], answer["sign_up"] = service["version"], service.get("sign_up", "closed")
            self._add_account(answer)
        except (Unauthenticated, Forbidden):
            answer["state"], answer["message"] = "signed-out", self._signed_out()
        except RepoError as error:
            answer["state"], answer["message"] = "unreachable", str(error)
        return answer

    def _signed_out(self) -> str:
        if self.embedded:
            return "You are signed out. Sign in, or leave name and password empty to be the owner again."
        return f"Sign in to {self.url} to see and publish your things."

    def _add_account(self, answer: Status) -> None:
        client, user = self._whoever()
        answer["account"], answer["state"], answer["message"] = user["login"], "ready", ""
        answer["channels"] = user.get("channels", [])
        answer["is_admin"] = bool(user.get("is_admin"))
        # a name that stands in published addresses stays
        answer["can_rename"] = self.embedded and answer["is_admin"] and not client.packages(user["login"])

    def _whoever(self) -> tuple[RepoClient, AccountDocument]:
        try:
            client = self.signed_in()
            return client, client.user()
        except Unauthenticated:
            # a magic or a terminal may have signed in meanwhile: they keep the token in the same place
            stored = profiles.credentials().get(self._credential)
            if not stored or stored == self._token:
                raise
            self._token = stored
            client = self.signed_in()
            return client, client.user()

    async def sign_in(self, username: str, password: str) -> None:
        """Trade a name and password for a token; both empty: the owner of the embedded repository."""
        loop = asyncio.get_running_loop()
        client = self.client()
        if self._life is not None and self.embedded and not username and not password:
            self._token = await self._life.own()
            return
        if not username or not password:
            raise InvalidRequest("A username and a password are needed to sign in")
        host = socket.gethostname()
        note = f"JupyterLab on {host} {uuid.uuid4().hex[:6]}"  # of its own: signing in twice ends no other session

        def trade() -> str:
            return self._keep(client.authenticate(username, password, note=note, hostname=host))

        self._token = await loop.run_in_executor(None, trade)

    def sign_up(self, person: Mapping[str, object]) -> None:
        """Make an account and be signed in to it; the repository says what is wrong with it. Not for the event loop."""
        self._token = self._keep(self.client().sign_up(person))

    def _keep(self, token: str) -> str:
        profiles.credentials().set(self._credential, token)
        return token

    def sign_out(self) -> None:
        """Revoke the token and forget it; not for the event loop."""
        client = self.client()
        if client.token:
            try:
                client.deauthenticate()
            except (Unauthenticated, Forbidden):
                self._log.info("the token was dead already; it is forgotten")
        profiles.credentials().delete(self._credential)
        self._token = None

    async def set_owner(self, *, name: str | None, password: str | None) -> None:
        """Name and password of the embedded repository's owner; Conflict for a team's repository."""
        self.client()
        if self._life is None or not self.embedded:
            raise Conflict(f"Name and password of your account are changed at {self.url}, not here")
        await self._life.set_owner(name=name, password=password)
