"""Somebody else's notebook: forking it, suggesting a change to it, deciding about a change."""

from __future__ import annotations

import json

from jupyter_server.auth.decorator import authorized
from tornado import web

from ... import guard
from ...client import actions, versions
from ...client.progress import Progress
from ...guard import Remedy
from .base import SEGMENT, RepoHandler
from .publish import NotebookHandler, remedy_of


class ForkHandler(RepoHandler):
    """A copy of one's own that knows where it came from."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Body: `full_name`, `version`?, `channel`?, `name`?, `visibility`?; answers the fork."""
        fields, client = self.fields(), self.connection.signed_in()
        owner, name = versions.split(fields.text("full_name"))
        said = {key: fields.text(key, "") for key in ("version", "channel", "name")}
        wishes = {key: value for key, value in {**said, "visibility": fields.visibility()}.items() if value}
        self.send(await self.off_loop(client.fork, owner, name, wishes), 201)


class ForksHandler(RepoHandler):
    """The forks of a thing."""

    @web.authenticated
    @authorized
    async def get(self, owner: str, name: str) -> None:
        """Those one may see."""
        self.send({"forks": (await self.off_loop(self.connection.client().lineage, owner, name))["forks"]})


class ScanHandler(NotebookHandler):
    """What the publish guard finds in a notebook."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Body: `path`, `content`?; answers the findings."""
        await self.check_may("read", "contents")
        notebook = await self.notebook()
        found = await self.off_loop(guard.scan, notebook.content, self.app.preferences.guard)
        self.send({"findings": [one.document() for one in found[:200]]})


class SuggestionsHandler(NotebookHandler):
    """Changes to decide, and one's own."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Query: `box` (in, out), `full_name`, `state`; answers them and how many are open."""
        box = self.query("box") or "in"
        found = await self.off_loop(
            self.connection.signed_in().suggestions,
            box,
            full_name=self.query("full_name"),
            state=self.query("state"),
        )
        self.send({"suggestions": found, "open": sum(one["state"] == "open" for one in found)})

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Body: `path`, `content`?, `full_name`, `message`, `base_version`?, `remedy`?; answers a job."""
        await self.check_may("read", "contents")
        fields, client = self.fields(), self.connection.signed_in()
        owner, name = versions.split(fields.text("full_name"))
        message, base = fields.text("message"), fields.text("base_version", "")
        remedy, chosen = remedy_of(fields.text("remedy", "")), self.app.preferences.guard
        notebook = await self.notebook()

        def work(progress: Progress) -> dict[str, object]:
            content = actions.guarded(notebook.content, f"{name}.ipynb", remedy, chosen)
            allow = remedy is Remedy.ALLOW or bool(guard.scan(content))
            progress.say(f"Sending the suggestion to {owner}")
            made = client.suggest(
                owner, name, content, message=message, base_version=base, allow_findings=allow, progress=progress
            )
            return {"suggestion": made}

        self.send_job(self.app.jobs.start(f"Suggesting a change to {owner}/{name}", work, kind="suggest"))


class SuggestionHandler(RepoHandler):
    """One suggestion."""

    @web.authenticated
    @authorized
    async def get(self, key: str) -> None:
        """Who suggests it, to what, and what came of it; `diff` says what it changes."""
        self.send(await self.off_loop(self.connection.signed_in().suggestion, key))


class SuggestedNotebookHandler(RepoHandler):
    """The notebook as it was suggested."""

    @web.authenticated
    @authorized
    async def get(self, key: str) -> None:
        """As JSON."""
        client = self.connection.signed_in()
        one, content = await self.off_loop(client.suggestion, key), await self.off_loop(client.suggested_notebook, key)
        self.send({"filename": one["filename"], "content": await self.off_loop(json.loads, content)})


class DecisionHandler(RepoHandler):
    """A word on a suggestion."""

    @web.authenticated
    @authorized
    async def post(self, key: str, action: str) -> None:
        """Body: `word`?; accepting publishes it; answers the suggestion."""
        word = self.fields().text("word", "")
        self.send(await self.off_loop(self.connection.signed_in().decide, key, action, word))


ROUTES = [
    (r"/jupyter-repo/fork", ForkHandler),
    (rf"/jupyter-repo/things/{SEGMENT}/{SEGMENT}/forks", ForksHandler),
    (r"/jupyter-repo/scan", ScanHandler),
    (r"/jupyter-repo/suggestions", SuggestionsHandler),
    (rf"/jupyter-repo/suggestions/{SEGMENT}", SuggestionHandler),
    (rf"/jupyter-repo/suggestions/{SEGMENT}/notebook", SuggestedNotebookHandler),
    (rf"/jupyter-repo/suggestions/{SEGMENT}/(accept|decline|withdraw)", DecisionHandler),
]
