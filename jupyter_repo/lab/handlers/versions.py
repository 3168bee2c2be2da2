"""Versions of a notebook: their history, one of them, two compared, one brought back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from jupyter_server.auth.decorator import authorized
from tornado import web

from ... import diffing
from ...client import versions
from ...client.client import RepoClient
from ...diffing import NotebookDiff
from ...errors import AlreadyExists, InvalidRequest
from ...names import check_filename
from .base import SEGMENT, RepoHandler
from .fields import Fields

Side = tuple[str, bytes]
"""the title and the bytes of a notebook to be compared"""


class Title(TypedDict):
    """What a side of a comparison is called."""

    title: str


class Comparison(TypedDict):
    """Two notebooks and what differs."""

    base: Title
    head: Title
    diff: NotebookDiff


def compare(base: Side, head: Side) -> Comparison:
    """What differs from `base` to `head`."""
    found = diffing.diff(versions.bare(base[1]), versions.bare(head[1]))
    return {"base": {"title": base[0]}, "head": {"title": head[0]}, "diff": found}


def published(client: RepoClient, full_name: str, version: str) -> Side:
    """A version as a side."""
    found = versions.fetch(client, full_name, version)
    return found.title, found.content


class HistoryHandler(RepoHandler):
    """The versions of a notebook."""

    @web.authenticated
    @authorized
    async def get(self, owner: str, name: str) -> None:
        """Query: `changes`; answers the versions, newest first."""
        changes = self.query("changes") == "1"
        self.send(await self.off_loop(self.connection.client().history, owner, name, changes=changes))


class NotebookHandler(RepoHandler):
    """One version, to be read."""

    @web.authenticated
    @authorized
    async def get(self, owner: str, name: str, version: str) -> None:
        """The notebook as JSON, none of its outputs trusted."""
        found = await self.off_loop(versions.fetch, self.connection.client(), f"{owner}/{name}", version)
        self.send(
            {
                "full_name": found.full_name,
                "version": found.version,
                "filename": found.filename,
                "content": await self.off_loop(versions.model, found.content),
            }
        )


class DiffHandler(RepoHandler):
    """Two notebooks compared."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Body: `base`, `head`: `{full_name, version?}`, `{path}` or `{content, title}`; answers a Comparison."""
        fields = self.fields()
        base, head = await self._side(fields, "base"), await self._side(fields, "head")
        self.send(await self.off_loop(compare, base, head))

    async def _side(self, fields: Fields, name: str) -> Side:
        side = Fields(fields.mapping(name))
        if full_name := side.optional("full_name"):
            return await self.off_loop(published, self.connection.client(), full_name, side.text("version", ""))
        if path := side.optional("path"):
            await self.check_may("read", "contents")
            return path, (await self.contents.notebook(path)).content
        content: Mapping[str, object] = side.mapping("content")
        return side.text("title", ""), await self.off_loop(versions.bare, content)


class RestoreHandler(RepoHandler):
    """A version among this server's files again."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Body: `full_name`, `version`, and `directory` for a new file or `path` with `replace`; answers the path."""
        await self.check_may("write", "contents")
        fields = self.fields()
        path, replace = fields.optional("path"), fields.flag("replace")
        if path and not replace:
            raise AlreadyExists(f"{path} is there already: say that it is to be replaced, or restore into a folder")
        if replace and not path:
            raise InvalidRequest("Say which file is to be replaced")
        full_name, version = fields.text("full_name"), fields.text("version")
        found = await self.off_loop(versions.fetch, self.connection.client(), full_name, version)
        if path:
            await self.contents.replace_notebook(path, versions.model(found.content))
            self.send({"path": path})
            return
        name = check_filename(found.filename)
        self.send({"path": await self.contents.save(fields.text("directory", ""), name, found.content)}, 201)


ROUTES = [
    (rf"/jupyter-repo/things/{SEGMENT}/{SEGMENT}/history", HistoryHandler),
    (rf"/jupyter-repo/things/{SEGMENT}/{SEGMENT}/versions/{SEGMENT}/notebook", NotebookHandler),
    (r"/jupyter-repo/diff", DiffHandler),
    (r"/jupyter-repo/restore", RestoreHandler),
]
