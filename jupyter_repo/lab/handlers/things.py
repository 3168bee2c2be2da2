"""My things: the packages of the channels I may write to."""

from __future__ import annotations

from collections import Counter

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...client.client import RepoClient
from ...client.documents import PackageSummary
from ...models import Kind
from .base import SEGMENT, RepoHandler
from .fields import check_visibility


def my_things(client: RepoClient, *, channel: str, query: str) -> list[PackageSummary]:
    """The packages of one channel, or of all I may write to; what changed last comes first."""
    if channel:
        names = [channel]
    else:
        user = client.user()
        names = [item["name"] for item in user.get("channels", [])] or [user["login"]]
    found = [package for name in names for package in client.packages(name, query=query)]
    return sorted(found, key=lambda package: package["updated_at"], reverse=True)


def one_thing(client: RepoClient, owner: str, name: str) -> dict[str, object]:
    """A package with its versions, files and install commands, whether it is a favourite, and its forks."""
    package = client.package(owner, name)
    starred = bool(client.token) and any(star["full_name"] == package["full_name"] for star in client.stars())
    lineage = client.lineage(owner, name)
    return {**package, "starred": starred, "forked_from": lineage["forked_from"], "forks": len(lineage["forks"])}


class ThingsHandler(RepoHandler):
    """The list, filtered by kind, words and channel."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Query: `kind`, `q`, `channel`."""
        client = self.connection.signed_in()
        kind = self.query("kind")
        found = await self.off_loop(my_things, client, channel=self.query("channel"), query=self.query("q"))
        counts = Counter(package["kind"] for package in found)
        things = [package for package in found if kind not in set(Kind) or kind in package["package_types"]]
        self.send({"things": things, "counts": counts})


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
