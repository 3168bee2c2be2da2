"""Everything the person may see: search, favourites, and the same done to several things."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...client.client import RepoClient
from ...errors import InvalidRequest, RepoError
from ...models import Kind
from .base import SEGMENT, RepoHandler


class SearchHandler(RepoHandler):
    """All that one may see, a page at a time."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Query: `q`, `kind`, `channel`, `limit`, and `after` for the next page; answers `things` and `next`."""
        kind = self.query("kind")
        things, following = await self.off_loop(
            self.connection.client().find,
            self.query("q"),
            kind=kind if kind in set(Kind) else "",
            channel=self.query("channel"),
            after=self.query("after"),
            limit=self.page_size(),
        )
        self.send({"things": things, "next": following})


class StarsHandler(RepoHandler):
    """The favourites."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """The starred things that one may still see."""
        self.send({"things": await self.off_loop(self.connection.signed_in().stars)})


class StarHandler(RepoHandler):
    """One favourite."""

    @web.authenticated
    @authorized
    async def put(self, owner: str, name: str) -> None:
        """Star it."""
        await self.off_loop(self.connection.signed_in().star, owner, name)
        self.send_nothing()

    @web.authenticated
    @authorized
    async def delete(self, owner: str, name: str) -> None:
        """Take the star away."""
        await self.off_loop(self.connection.signed_in().star, owner, name, on=False)
        self.send_nothing()


class Failure(TypedDict):
    """What could not be done, and why."""

    full_name: str
    message: str
    code: str


class Outcome(TypedDict):
    """What became of several things: one that fails does not keep the others back."""

    done: list[str]
    failed: list[Failure]


def each(names: list[str], change: Callable[[str, str], object]) -> Outcome:
    """Do `change(channel, name)` to each."""
    outcome: Outcome = {"done": [], "failed": []}
    for full_name in names:
        channel, _, name = full_name.partition("/")
        try:
            change(channel, name)
        except RepoError as error:
            outcome["failed"].append({"full_name": full_name, "message": str(error), "code": error.code})
        else:
            outcome["done"].append(full_name)
    return outcome


class BulkHandler(RepoHandler):
    """Several things at once."""

    def names(self) -> list[str]:
        """`names` of the body."""
        names = self.fields().texts("names")
        if not 0 < len(names) <= 500 or any(name.count("/") != 1 for name in names):
            raise InvalidRequest("'names' must be a list of full names (owner/name), at most 500")
        return list(dict.fromkeys(names))


class BulkAccessHandler(BulkHandler):
    """Who may see several things."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Body: `names`, `visibility`; answers what was done and what failed."""
        client, visibility = self.connection.signed_in(), self.fields().visibility()
        if not visibility:
            raise InvalidRequest("'visibility' is missing")

        def change(channel: str, name: str) -> None:
            client.set_access(channel, [name], visibility)

        self.send(await self.off_loop(each, self.names(), change))


class BulkDeleteHandler(BulkHandler):
    """Delete several things."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Body: `names`; answers what was done and what failed."""
        client: RepoClient = self.connection.signed_in()
        self.send(await self.off_loop(each, self.names(), client.delete_package))


class CanHandler(RepoHandler):
    """What the gate says."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Query: `action`, `target`; answers whether, and why not."""
        self.send(await self.off_loop(self.connection.client().can, self.query("action"), self.query("target")))


ROUTES = [
    (r"/jupyter-repo/search", SearchHandler),
    (r"/jupyter-repo/stars", StarsHandler),
    (rf"/jupyter-repo/stars/{SEGMENT}/{SEGMENT}", StarHandler),
    (r"/jupyter-repo/bulk/access", BulkAccessHandler),
    (r"/jupyter-repo/bulk/delete", BulkDeleteHandler),
    (r"/jupyter-repo/can", CanHandler),
]
