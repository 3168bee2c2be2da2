"""My things: the packages of the channels I may write to."""

from __future__ import annotations

from typing import TypedDict

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...client.client import RepoClient
from ...client.documents import PackageSummary
from ...models import Kind
from .base import SEGMENT, RepoHandler
from .fields import check_visibility


class Things(TypedDict):
    """A page of my things."""

    things: list[PackageSummary]
    next: str | None
    """what to say as `after` for the next page; None: there is none"""
    counts: dict[str, int] | None
    """how many there are of each kind, and in `all`; None on a later page, and where words were searched for"""


def my_things(client: RepoClient, *, channel: str, query: str, kind: str, after: str, limit: int) -> Things:
    """The packages of one channel, or of all I may write to; what changed last first, or with words what fits best."""
    found, following = client.find(query, kind=kind, channel=channel, mine=not channel, after=after, limit=limit)
    counts = None if query or after else client.kinds(channel)
    return {"things": found, "next": following, "counts": counts}


def one_thing(client: RepoClient, owner: str, name: str) -> dict[str, object]:
    """A package with its versions, files and install commands, whether it is a favourite, and its forks."""
    package = client.package(owner, name)
    starred = bool(client.token) and any(star["full_name"] == package["full_name"] for star in client.stars())
    lineage = client.lineage(owner, name)
    return {**package, "starred": starred, "forked_from": lineage["forked_from"], "forks": len(lineage["forks"])}


class ThingsHandler(RepoHandler):
    """The list, filtered by kind, words and channel, a page at a time."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Query: `kind`, `q`, `channel`, `limit`, and `after` for the next page; answers Things."""
        kind = self.query("kind")
        found = await self.off_loop(
            my_things,
            self.connection.signed_in(),
            channel=self.query("channel"),
            query=self.query("q"),
            kind=kind if kind in set(Kind) else "",
            after=self.query("after"),
            limit=self.page_size(),
        )
        self.send(found)


class ThingHandler(RepoHandler):
    """One package."""

    @web.authenticated
    @authorized
    async def get(self, owner: str, name: str) -> None:
        """The package with its versions, files and install commands."""
        self.send(await self.off_loop(one_thing, self.connection.client(), owner, name))

    @web.authenticated
    @authorized
    async def patch(self, owner: str, name: str) -> None:
        """Body: `visibility` and/or `summary`; answers the package."""
        changes = self.fields().only("visibility", "summary")
        check_visibility(changes.get("visibility", ""))
        client = self.connection.signed_in()
        await self.off_loop(client.edit_package, owner, name, changes)
        self.send(await self.off_loop(one_thing, client, owner, name))

    @web.authenticated
    @authorized
    async def delete(self, owner: str, name: str) -> None:
        """Delete it with all its versions."""
        await self.off_loop(self.connection.signed_in().delete_package, owner, name)
        self.send_nothing()


class VersionHandler(RepoHandler):
    """One version of a package."""

    @web.authenticated
    @authorized
    async def delete(self, owner: str, name: str, version: str) -> None:
        """Delete it with its files."""
        await self.off_loop(self.connection.signed_in().delete_release, owner, name, version)
        self.send_nothing()


class FileHandler(RepoHandler):
    """One file of a version; its name holds a `/` for conda packages."""

    @web.authenticated
    @authorized
    async def delete(self, owner: str, name: str, version: str, basename: str) -> None:
        """Delete it."""
        await self.off_loop(self.connection.signed_in().delete_file, owner, name, version, basename)
        self.send_nothing()


ROUTES = [
    (r"/jupyter-repo/things", ThingsHandler),
    (rf"/jupyter-repo/things/{SEGMENT}/{SEGMENT}", ThingHandler),
    (rf"/jupyter-repo/things/{SEGMENT}/{SEGMENT}/versions/{SEGMENT}", VersionHandler),
    (rf"/jupyter-repo/things/{SEGMENT}/{SEGMENT}/versions/{SEGMENT}/files/(.+)", FileHandler),
]
