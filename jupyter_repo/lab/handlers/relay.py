"""What the panel asks of the repository just as it stands: the list of addresses that are passed on, and nothing else.

The repository's own gate decides; here only the person's token is added, which the page must never see.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...client.client import RepoClient
from ...client.transport import segment, segments
from ...errors import Unavailable
from .base import SEGMENT, RepoHandler


@dataclass(frozen=True)
class Relayed:
    """One address of the repository's API; `{}` is one segment, `{:rest}` any number."""

    path: str
    methods: tuple[str, ...]

    @property
    def pattern(self) -> str:
        """Where it is found below the Jupyter server's own address."""
        return f"/jupyter-repo/api/{self.path}".replace("{:rest}", "(.+)").replace("{}", SEGMENT)

    def address(self, parts: tuple[str, ...]) -> str:
        """The repository's address with these segments in it; none of them can lead to another address."""
        rest = iter(parts)
        return "/" + re.sub(
            r"\{(:rest)?\}", lambda form: segments(next(rest)) if form[1] else segment(next(rest)), self.path
        )


def _relayed(path: str, *methods: str) -> Relayed:
    return Relayed(path, methods)


RELAYED = (
    _relayed("search", "GET"),
    _relayed("stars", "GET"),
    _relayed("stars/{}/{}", "PUT", "DELETE"),
    _relayed("notifications", "GET", "POST"),
    _relayed("rotate/{}/{:rest}", "POST"),
    _relayed("packages/{}/{}/collaborators", "GET"),
    _relayed("packages/{}/{}/collaborators/{}", "PUT", "DELETE"),
    _relayed("packages/{}/{}/collaborating-groups/{}", "PUT", "DELETE"),
    _relayed("channels/{}/{:rest}", "POST", "DELETE"),  # a label
    _relayed("user/groups", "GET"),
    _relayed("user/orgs", "GET"),
    _relayed("organizations", "POST"),
    _relayed("organizations/{}/members/{}", "DELETE"),
    _relayed("groups/{}", "GET"),
    _relayed("group/{}/{}", "POST", "PATCH", "DELETE"),
    _relayed("group/{}/{}/members", "GET"),
    _relayed("group/{}/{}/members/{}", "PUT", "DELETE"),
    _relayed("group/{}/{}/packages", "GET"),
    _relayed("group/{}/{}/packages/{}", "PUT", "DELETE"),
)


def ask(client: RepoClient, method: str, address: str, params: dict[str, str], body: object) -> bytes:
    """The repository's answer, which is JSON."""
    response = client.request(method, address, params=params, json=body)
    if response.content and not response.headers.get("Content-Type", "").startswith("application/json"):
        raise Unavailable(f"{client.url} does not answer as a repository does: is the address right?")
    return response.content or b"{}"


class RelayHandler(RepoHandler):
    """Passes requests to one address on, as the person who is signed in."""

    relayed: Relayed

    async def relay(self, *parts: str) -> None:
        """Ask the repository, and answer what it answers."""
        method, address = self.request.method or "", self.relayed.address(parts)
        params = {key: self.query(key) for key in self.request.query_arguments}
        body = self.fields().values if self.request.body else None
        answer = await self.off_loop(ask, self.connection.signed_in(), method, address, params, body)
        self.set_header("Cache-Control", "no-store")
        self.finish(answer)


def _handler(relayed: Relayed) -> type[RelayHandler]:
    """A handler that knows just the verbs of its address."""

    def verb() -> Callable[..., Awaitable[None] | None]:
        @web.authenticated
        @authorized
        async def answer(self: RelayHandler, *parts: str) -> None:
            await self.relay(*parts)

        return answer

    return type(
        "RelayHandler", (RelayHandler,), {"relayed": relayed, **{name.lower(): verb() for name in relayed.methods}}
    )


ROUTES = [(one.pattern, _handler(one)) for one in RELAYED]
