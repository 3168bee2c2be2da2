"""The repository this Jupyter server talks to, and as whom."""

from __future__ import annotations

import asyncio
import logging
import socket
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from .._version import __version__
from ..client import profiles
from ..client.client import RepoClient
from ..client.documents import AccountDocument, ChannelDocument
from ..client.profiles import Announcement
from ..errors import Conflict, Forbidden, InvalidRequest, RepoError, Unauthenticated, Unavailable
from .embedded import EmbeddedLife
from .preferences import Preferences

API_VERSION = 1
"""of the repository's API, that this side speaks"""
PATIENCE = 20.0
"""Seconds for the repository to answer the panel; uploads have their own."""


class Status(TypedDict):
    """What the panel shows of itself; `state` is ready, starting, signed-out, other-version or unreachable."""

    url: str
    embedded: bool
    account: str | None
    version: str
    repository_version: str | None
    state: str
    message: str
    channels: list[ChannelDocument]
    active: str
    """the channel in which the person works: where new things go, and whose lists are shown first"""
    is_admin: bool
    can_rename: bool
    sign_up: str
    """who may make an account there: open, invitation, closed"""
    unread: int
    """messages that were not read yet"""
    suggestions: int
    """suggested changes that wait for the person's word"""
    hub: bool
    """JupyterHub says who the person is: nobody signs in or out here"""


class Connection:
    """A repository somewhere, or (`url` empty) the embedded one, which `start` starts."""

    def __init__(
        self,
        url: str,
        data_dir: Path,
        port: int,
        log: logging.Logger,
        preferences: Preferences | None = None,
        *,
        hub_token: str = "",
        mirror_hosts: Sequence[str] = (),
    ) -> None:
        """`hub_token`: of this Jupyter server, where JupyterHub runs it and may say who the person is.

        `mirror_hosts`: whom mirrors of the embedded repository may ask.
        """
        self._log = log
        self._preferences = preferences or Preferences(data_dir)
        self._life = None if url else EmbeddedLife(data_dir, port, log, mirror_hosts)
        self._announcement = Announcement()
        self._configured = url
        self._failure = ""
        self._hub_token = hub_token
        self._by_hub = False
        self._token: str | None = None
        self._credential = ""
        self.url = ""

    @property
    def embedded(self) -> bool:
        """Is it the repository that lives in this process?"""
        return self._life is not None

    async def start(self) -> None:
        """Start the embedded repository if it is ours to start, and tell this server's kernels where it is.

        Never raises: a failure is what `status` answers from then on.
        """
        try:
            if self._life is not None:
                self._credential = self._life.credential
                self.url, self._token = await self._life.start()
                self._log.info("Jupyter Repo is at %s", self.url)
            else:
                # the keyring may take its time
                loop = asyncio.get_running_loop()
                profile = await loop.run_in_executor(None, profiles.resolve, self._configured)
                self._credential, self._token, self.url = profile.credential, profile.token, profile.url
                if profile.pinned:
                    self._hub_token = ""
                if self._hub_token:
                    await loop.run_in_executor(None, self._try_hub)
            self._announcement.announce(self.url, self._credential)
        except (RepoError, OSError) as error:
            self._failure = f"The repository could not be started: {error}" if self.embedded else str(error)
            self._log.warning("%s", self._failure)
        except asyncio.CancelledError:
            raise
        except Exception:  # noqa: BLE001 - logged whole, and nobody is above a background task: the panel must know
            self._failure = "The repository could not be started; the log of the Jupyter server says why"
            self._log.exception("Jupyter Repo could not be started")

    def _try_hub(self) -> None:
        # at the start the repository or the hub may be down: `status` tries again
        try:
            self._ask_hub()
        except RepoError as error:
            self._log.warning("JupyterHub could not sign you in to %s yet: %s", self.url, error)

    def _ask_hub(self) -> None:
        """Be signed in as the hub's user, where the repository takes hub tokens."""
        client = RepoClient(self.url, None, timeout=PATIENCE)
        self._by_hub = bool(client.service().get("hub"))
        if self._by_hub:
            self._token = None  # one that was kept may be of somebody else's sign-in
            self._token = client.authenticate_by_hub(self._hub_token)
            profiles.credentials().set(self._credential, self._token)

    def _refuse_by_hub(self) -> None:
        if self._by_hub:
            raise Conflict("JupyterHub says who you are: sign in or out there", code="by_hub")

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
            "active": "",
            "is_admin": False,
            "can_rename": False,
            "sign_up": "closed",
            "unread": 0,
            "suggestions": 0,
            "hub": False,
        }
        if not self.url:
            return answer
        try:
            service = self.client().service()
            answer["repository_version"], answer["sign_up"] = service["version"], service.get("sign_up", "closed")
            answer["hub"] = self._by_hub = self._by_hub or bool(self._hub_token and service.get("hub"))
            if service.get("api", API_VERSION) != API_VERSION:
                answer["state"], answer["message"] = "other-version", self._other_version(service["version"])
                return answer
            self._add_account(answer)
        except (Unauthenticated, Forbidden) as error:
            # by the hub nobody signs in here: what is wrong is the hub's to mend, and no form helps
            answer["state"] = "unreachable" if self._by_hub else "signed-out"
            answer["message"] = str(error) if self._by_hub else self._signed_out()
        except RepoError as error:
            answer["state"], answer["message"] = "unreachable", str(error)
        return answer

    def _signed_out(self) -> str:
        if self.embedded:
            return "You are signed out. Sign in, or leave name and password empty to be the owner again."
        return f"Sign in to {self.url} to see and publish your things."

    def _other_version(self, version: str) -> str:
        return (
            f"The repository at {self.url} is Jupyter Repo {version}, which Jupyter Repo {__version__} here "
            "doesn't understand: install the version that its administrator names, and restart JupyterLab"
        )

    def _add_account(self, answer: Status) -> None:
        client, user = self._whoever()
        answer["account"], answer["state"], answer["message"] = user["login"], "ready", ""
        answer["channels"] = user.get("channels", [])
        answer["is_admin"] = bool(user.get("is_admin"))
        chosen = self._preferences.active(self._credential)
        known = {channel["name"] for channel in answer["channels"]}
        answer["active"] = chosen if chosen in known else user["login"]
        answer["suggestions"] = len(client.suggestions("in", state="open"))
        answer["unread"] = sum(not message["read"] for message in client.notifications())
        # a name that stands in published addresses stays
        answer["can_rename"] = self.embedded and answer["is_admin"] and not client.kinds(user["login"])["all"]

    def _whoever(self) -> tuple[RepoClient, AccountDocument]:
        try:
            client = self.signed_in()
            return client, client.user()
        except Unauthenticated:
            # a magic or a terminal may have signed in meanwhile: they keep the token in the same place
            if self._by_hub:
                self._ask_hub()
            else:
                self._take_stored()
            client = self.signed_in()
            return client, client.user()

    def _take_stored(self) -> None:
        stored = profiles.credentials().get(self._credential)
        if not stored or stored == self._token:
            raise Unauthenticated("nobody signed in meanwhile")
        self._token = stored

    def activate(self, channel: str) -> None:
        """Work in `channel` from now on; Forbidden unless one may create packages there."""
        user = self.signed_in().user()
        if channel not in {one["name"] for one in user.get("channels", [])}:
            raise Forbidden(f"You may not publish in {channel}: ask one of its owners to make you one")
        self._preferences.activate(self._credential, channel)

    def sign_up(self, **fields: object) -> None:
        """Make an account and be signed in as it; not for the event loop."""
        self._refuse_by_hub()
        token = self.client().sign_up(**fields).get("token")
        if isinstance(token, str):
            profiles.credentials().set(self._credential, token)
            self._token = token

    async def sign_in(self, username: str, password: str) -> None:
        """Trade a name and password for a token; both empty: the owner of the embedded repository."""
        self._refuse_by_hub()
        loop = asyncio.get_running_loop()
        client = self.client()
        if self._life is not None and not username and not password:
            self._token = await self._life.own()
            return
        if not username or not password:
            raise InvalidRequest("A username and a password are needed to sign in")
        host = socket.gethostname()
        note = f"JupyterLab on {host} {uuid.uuid4().hex[:6]}"  # of its own: signing in twice ends no other session

        def trade() -> str:
            token = client.authenticate(username, password, note=note, hostname=host)
            profiles.credentials().set(self._credential, token)
            return token

        self._token = await loop.run_in_executor(None, trade)

    def sign_out(self) -> None:
        """Revoke the token and forget it; not for the event loop."""
        self._refuse_by_hub()
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
        if self._life is None:
            raise Conflict(f"Name and password of your account are changed at {self.url}, not here")
        await self._life.set_owner(name=name, password=password)
