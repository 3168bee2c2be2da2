"""The versions of a notebook: history, what differs between any two, one of them shown, one of them back."""

from __future__ import annotations

import json
from typing import TypedDict

from jupyter_server.auth.decorator import authorized
from tornado import web

from ... import diffing
from ...client import notebooks, versions
from ...client.client import RepoClient
from ...client.documents import FileDocument
from ...errors import AlreadyExists, InvalidRequest
from ...names import check_filename
from .base import SEGMENT, RepoHandler
from .fields import Fields

WHOLE_BYTES = 16 << 20
"""of outputs and Markdown that a comparison holds to be drawn; what has no room is told in words"""


class Side(TypedDict):
    """One of two notebooks that are compared."""

    title: str
    content: bytes


def published(client: RepoClient, full_name: str, version: str) -> Side:
    """A version of a notebook."""
    file, content = versions.notebook(client, *versions.split(full_name), version)
    return {"title": f"{full_name} {file['version']}", "content": content}


def compared(base: Side, head: Side) -> dict[str, object]:
    """What differs, with the titles of both."""
    return {
        "base": {"title": base["title"]},
        "head": {"title": head["title"]},
        "diff": diffing.diff(base["content"], head["content"], whole=WHOLE_BYTES),
    }


class HistoryHandler(RepoHandler):
    """All versions."""

    @web.authenticated
    @authorized
    async def get(self, owner: str, name: str) -> None:
        """Query: `changes`; answers the versions, newest first."""
        changes = self.query("changes") in ("1", "true")
        self.send(await self.off_loop(self.connection.client().history, owner, name, changes=changes))


class NotebookHandler(RepoHandler):
    """One version, to be read."""

    @web.authenticated
    @authorized
    async def get(self, owner: str, name: str, version: str) -> None:
        """The notebook as JSON, none of its outputs trusted."""
        file, content = await self.off_loop(versions.notebook, self.connection.client(), owner, name, version)
        self.send(
            {
                "full_name": f"{owner}/{name}",
                "version": file["version"],
                "filename": file["filename"],
                "content": await self.off_loop(versions.model, content),
            }
        )


class DiffHandler(RepoHandler):
    """What differs between two notebooks: versions, files, what is being edited, or suggestions."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Body: `base`, `head`: each `{full_name, version?}`, `{path}`, `{suggestion}` or `{content, title?}`."""
        fields = self.fields()
        base, head = await self._side(fields, "base"), await self._side(fields, "head")
        self.send(await self.off_loop(compared, base, head))

    async def _side(self, fields: Fields, which: str) -> Side:
        said = fields.inner(which)
        if path := said.optional("path"):
            await self.check_may("read", "contents")
            return {"title": path, "content": (await self.contents.notebook(path)).content}
        if "content" in said.values:
            text = await self.off_loop(json.dumps, said.values["content"])
            return {"title": said.text("title", "this notebook"), "content": text.encode("utf-8", "surrogatepass")}
        if key := said.optional("suggestion"):
            content = await self.off_loop(self.connection.signed_in().suggested_notebook, key)
            return {"title": f"suggestion {key}", "content": content}
        if full_name := said.optional("full_name"):
            return await self.off_loop(published, self.connection.client(), full_name, said.text("version", ""))
        raise InvalidRequest(f"{which!r} must name a version (full_name, version), a file (path) or hold a content")


class RestoreHandler(RepoHandler):
    """A version back among the files; never over one that is there unless that was said."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Body: `full_name`, `version`, and `directory`, or `path` with `replace`; answers the path."""
        await self.check_may("write", "contents")
        fields, client = self.fields(), self.connection.client()
        owner, name = versions.split(fields.text("full_name"))
        file, content = await self.off_loop(_opened, client, owner, name, fields.text("version"))
        path = fields.optional("path")
        if path is None:
            filename = _versioned(file)
            self.contents.check_size(filename, len(content))
            self.send({"path": await self.contents.save(fields.text("directory", ""), filename, content)}, 201)
            return
        if await self.contents.exists(path) and not fields.flag("replace"):
            raise AlreadyExists(f"{path} is there already: say 'replace' to put version {file['version']} in its place")
        replaced = await self.contents.replace_notebook(path, content)
        self.send({"path": path}, 200 if replaced else 201)


def _opened(client: RepoClient, owner: str, name: str, version: str) -> tuple[FileDocument, bytes]:
    """A version that says in its metadata which one it is."""
    file, content = versions.notebook(client, owner, name, version)
    model = versions.model(content)
    notebooks.with_origin(model, owner, name, file["version"])
    return file, json.dumps(model, ensure_ascii=False, indent=1).encode()


def _versioned(file: FileDocument) -> str:
    """The name of a restored file: it says which version it is."""
    stem, dot, ending = check_filename(file["filename"]).rpartition(".")
    return f"{stem}-v{file['version']}{dot}{ending}"


class ResolveHandler(RepoHandler):
    """A pasted link."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Query: `text`; answers the thing it leads to."""
        client = self.connection.client()
        found = versions.parse(self.query("text"), client.url)
        package = await self.off_loop(client.package, found.owner, found.name)
        if found.version:
            versions.main_file(package, found.version)  # NotFound says which there are
        self.send(
            {
                "full_name": package["full_name"],
                "owner": package["owner"]["login"],
                "name": package["name"],
                "version": found.version or None,
                "kind": package["kind"],
                "url": package["html_url"],
            }
        )


_THING = rf"/jupyter-repo/things/{SEGMENT}/{SEGMENT}"

ROUTES = [
    (rf"{_THING}/history", HistoryHandler),
    (rf"{_THING}/versions/{SEGMENT}/notebook", NotebookHandler),
    (r"/jupyter-repo/diff", DiffHandler),
    (r"/jupyter-repo/restore", RestoreHandler),
    (r"/jupyter-repo/resolve", ResolveHandler),
]
