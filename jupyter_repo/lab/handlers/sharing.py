"""The people and the labels of one thing."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...client.client import RepoClient
from ...errors import InvalidRequest
from .base import SEGMENT, RepoHandler


class CollaboratorsHandler(RepoHandler):
    """Who works on a thing: people and groups."""

    @web.authenticated
    @authorized
    async def get(self, owner: str, name: str) -> None:
        """The list; Forbidden for who may not change it."""
        self.send({"collaborators": await self.off_loop(self.connection.signed_in().collaborators, owner, name)})


class CollaboratorHandler(RepoHandler):
    """One of them; `kind` is `collaborators` or `groups`."""

    async def _set(self, owner: str, name: str, kind: str, who: str, level: str | None) -> None:
        client = self.connection.signed_in()
        await self.off_loop(client.set_collaborator, owner, name, who, level, group=kind == "groups")
        self.send({"collaborators": await self.off_loop(client.collaborators, owner, name)})

    @web.authenticated
    @authorized
    async def put(self, owner: str, name: str, kind: str, who: str) -> None:
        """Body: `level` (read, read-write, admin); answers the list."""
        await self._set(owner, name, kind, who, self.fields().text("level"))

    @web.authenticated
    @authorized
    async def delete(self, owner: str, name: str, kind: str, who: str) -> None:
        """Remove them; answers the list."""
        await self._set(owner, name, kind, who, None)


def labels_of(client: RepoClient, owner: str, name: str) -> list[dict[str, object]]:
    """The labels of a package's files, and whether the channel has locked them."""
    package, known = client.package(owner, name), client.labels(owner)
    files: dict[str, list[str]] = {}
    for file in package["files"]:
        for label in file["labels"]:
            files.setdefault(label, []).append(file["basename"])
    return [
        {"name": label, "locked": bool(known.get(label, {}).get("is_locked")), "files": files[label]}
        for label in sorted(files)
    ]


class LabelsHandler(RepoHandler):
    """The labels of a thing's files."""

    async def _set(self, owner: str, name: str, label: str, version: str, basename: str, *, on: bool) -> None:
        if not label:
            raise InvalidRequest("'label' is missing")
        client = self.connection.signed_in()
        await self.off_loop(client.set_label, owner, label, on=on, package=name, version=version, basename=basename)
        self.send(await self.off_loop(client.package, owner, name))

    @web.authenticated
    @authorized
    async def get(self, owner: str, name: str) -> None:
        """The labels, each with its files."""
        self.send({"labels": await self.off_loop(labels_of, self.connection.client(), owner, name)})

    @web.authenticated
    @authorized
    async def post(self, owner: str, name: str) -> None:
        """Body: `label`, `version`?, `basename`?; answers the thing."""
        fields = self.fields()
        narrowed = fields.text("version", ""), fields.text("basename", "")
        await self._set(owner, name, fields.text("label"), *narrowed, on=True)

    @web.authenticated
    @authorized
    async def delete(self, owner: str, name: str) -> None:
        """Query: `label`, `version`?, `basename`?; the files stay; answers the thing."""
        await self._set(owner, name, self.query("label"), self.query("version"), self.query("basename"), on=False)


_THING = rf"/jupyter-repo/things/{SEGMENT}/{SEGMENT}"

ROUTES = [
    (rf"{_THING}/collaborators", CollaboratorsHandler),
    (rf"{_THING}/(collaborators|groups)/{SEGMENT}", CollaboratorHandler),
    (rf"{_THING}/labels", LabelsHandler),
]
