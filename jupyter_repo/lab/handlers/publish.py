"""Publish a notebook: what would happen, and doing it."""

from __future__ import annotations

from typing import TypedDict

from jupyter_server.auth.decorator import authorized
from tornado import web

from ... import guard
from ...client import actions, environment
from ...client.client import RepoClient
from ...client.documents import ChannelDocument, PackageDocument
from ...client.notebooks import Notebook
from ...client.progress import Progress
from ...errors import InvalidName, InvalidRequest, NotFound
from ...guard import Remedy
from ...models import Kind, Visibility
from ...names import check_package
from ..preferences import Preferences
from .base import RepoHandler


class Preview(TypedDict):
    """What publishing would make, and the choices to begin with; `taken` says why the name can't be used."""

    path: str
    channel: str
    name: str
    summary: str
    visibility: str
    environment: bool
    thumbnail: bool
    """whether a picture of its outputs is shown, unless the person says otherwise"""
    exists: bool
    next_version: str
    kind: str | None
    taken: str | None
    can: bool
    newer: str | None
    """the latest version, where the notebook was opened from an older one"""
    channels: list[ChannelDocument]
    findings: list[dict[str, object]]
    """what the publish guard would rather not let out, each with its cell"""


def preview(
    client: RepoClient,
    path: str,
    notebook: Notebook,
    *,
    channel: str,
    name: str,
    environment: bool,
    chosen: Preferences,
) -> Preview:
    """Look the name up; the choices are what was said, else what the notebook remembers, else the usual."""
    user, kept = client.user(), notebook.choices
    channels = user.get("channels", [])
    channel = channel or kept.channel or chosen.default_channel or user["login"]
    name = name or kept.name or actions.package_name(path)
    found = _lookup(client, channel, name)
    kind = found["kind"] if found else None
    writable = any(item["name"].lower() == channel.lower() for item in channels)
    return {
        "path": path,
        "channel": channel,
        "name": name,
        "summary": (found["summary"] if found else "") or kept.summary or notebook.title,
        "visibility": (found["visibility"] if found else "")
        or kept.visibility
        or chosen.default_visibility
        or Visibility.PUBLIC,
        "environment": environment and kept.environment is not False,
        "thumbnail": kept.thumbnail is not False,
        "exists": found is not None,
        "next_version": actions.next_version(found),
        "kind": kind,
        "taken": _taken(name, found),
        "can": "upload" in found["can"] if found else writable,
        "newer": _newer(notebook, found),
        "channels": channels,
        "findings": [found.document() for found in guard.scan(notebook.content, chosen.guard)[:200]],
    }


def _taken(name: str, found: PackageDocument | None) -> str | None:
    """Why a notebook can't have this name."""
    try:
        check_package(name)
    except InvalidName as error:
        return f"{error}."
    if found is None or found["kind"] == Kind.NOTEBOOK:
        return None
    noun = Kind(found["kind"]).noun if found["kind"] in set(Kind) else "package"
    return f"{found['full_name']} is a {noun} already; choose another name for the notebook."


def _newer(notebook: Notebook, found: PackageDocument | None) -> str | None:
    kept = notebook.choices
    if found is None or not kept.version or f"{kept.channel}/{kept.name}".lower() != found["full_name"].lower():
        return None
    return found["latest_version"] if found["latest_version"] != kept.version else None


def remedy_of(word: str) -> Remedy | None:
    """What was chosen for the guard's findings; None: nothing, so that there may be none."""
    if word and word not in set(Remedy):
        raise InvalidRequest(f"{word!r} is no way to deal with findings: choose one of {', '.join(Remedy)}")
    return Remedy(word) if word else None


def _lookup(client: RepoClient, channel: str, name: str) -> PackageDocument | None:
    try:
        return client.package(channel, name)
    except NotFound:
        return None


class NotebookHandler(RepoHandler):
    """About a notebook of the file browser."""

    async def notebook(self) -> Notebook:
        """What is at the `path` of the body; or its `content`, in a drive that only the browser reads."""
        fields = self.fields()
        return await self.contents.notebook(fields.text("path"), fields.values.get("content"))


class PreviewHandler(NotebookHandler):
    """What publishing would make."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Body: `path`, and `content`, `channel`, `name`, `kernel_id` as known so far; answers a Preview."""
        await self.check_may("read", "contents")
        fields, client = self.fields(), self.connection.signed_in()
        notebook = await self.notebook()
        python = self.pythons.find(fields.optional("kernel_id"), notebook.kernel)
        self.send(
            await self.off_loop(
                preview,
                client,
                fields.text("path"),
                notebook,
                channel=fields.optional("channel") or "",
                name=fields.optional("name") or "",
                environment=python is not None,
                chosen=self.app.preferences,
            )
        )


class PublishHandler(NotebookHandler):
    """Doing it."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Body: the choices of the dialog; answers a job."""
        await self.check_may("read", "contents")
        fields, client = self.fields(), self.connection.signed_in()
        channel, name = fields.text("channel"), fields.text("name")
        summary, visibility = fields.text("summary", ""), fields.visibility()
        chosen = self.app.preferences.guard
        remedy, picture = remedy_of(fields.text("remedy", "")), fields.data("thumbnail")
        attach, kernel_id = fields.flag("environment"), fields.optional("kernel_id")
        notebook = await self.notebook()
        python = self.pythons.require(kernel_id, notebook.kernel) if attach else None

        def work(progress: Progress) -> actions.Published:
            if python:
                progress.say("Describing the environment")
            return actions.publish_notebook(
                client,
                notebook.content,
                channel=channel,
                name=name,
                summary=summary,
                visibility=visibility,
                environment=environment.describe(python) if python else None,
                remedy=remedy,
                chosen=chosen,
                thumbnail=picture,
                progress=progress,
            )

        self.send_job(self.app.jobs.start(f"Publishing {channel}/{name}", work, kind="publish"))


ROUTES = [(r"/jupyter-repo/publish", PublishHandler), (r"/jupyter-repo/publish/preview", PreviewHandler)]
