"""Forks of notebooks, and changes suggested to their authors."""

from __future__ import annotations

import dataclasses

from ... import formats
from ...errors import InvalidRequest, NotFound
from ...models import Kind
from ...names import check_filename
from ...service import forks, packages, suggestions
from ...service.forks import Lineage
from ...service.suggestions import MAX_BYTES, Suggestion
from ...service.uploads import Incoming
from ...service.work import Work
from ..numbers import whole_number
from ..reception import RawSink, ReceivingHandler, Sink
from . import documents
from .base import ApiHandler
from .uploads import inspect


def lineage(base: str, one: Lineage) -> dict[str, object]:
    """The other end of a fork."""
    full_name = f"{one.channel}/{one.name}"
    url = f"{base}/{full_name}"
    since = documents.time(one.since)
    return {"full_name": full_name, "version": one.version, "created_at": since, "url": url}


def document(base: str, one: Suggestion) -> dict[str, object]:
    """A suggestion as JSON."""
    told = dataclasses.asdict(one)
    full_name = f"{told.pop('channel')}/{told.pop('package')}"
    return {
        **told,
        "to": full_name,
        "version": told.pop("made_version"),
        "created_at": documents.time(one.created_at),
        "decided_at": documents.time(one.decided_at),
        "decided_by": one.decided_by or None,
        "outdated": one.state == suggestions.OPEN and one.latest_version != one.base_version,
        "can": list(one.can),
        "url": f"{base}/{full_name}",
    }


class ForksHandler(ApiHandler):
    """`/api/forks/{owner}/{name}`."""

    async def get(self, owner: str, name: str) -> None:
        """`forked_from`, and the `forks`, as far as the caller may see them."""

        def look(work: Work) -> dict[str, object]:
            found = packages.get(work, self.actor, owner, name)
            origin = forks.origin(work, self.actor, found.package.id)
            copies = forks.listing(work, self.actor, found.package.id)
            return {
                "forked_from": lineage(self.base_url, origin) if origin else None,
                "forks": [lineage(self.base_url, one) for one in copies],
            }

        self.send_json(await self.read(look))

    async def post(self, owner: str, name: str) -> None:
        """Fork a notebook: `version` (the latest), to `channel` (one's own) as `name`, with a `visibility`."""
        body = self.json_body()
        visibility = str(body.get("visibility") or "")

        def change(work: Work) -> dict[str, object]:
            made = forks.fork(
                work,
                self.actor,
                owner,
                name,
                str(body.get("version") or ""),
                to_owner=str(body.get("channel") or ""),
                to_name=str(body.get("name") or ""),
                visibility=packages.visibility_from(visibility) if visibility else None,
            )
            origin = forks.origin(work, self.actor, made.package.id)
            summary = documents.summary(self.base_url, packages.counted(work, self.actor, made.package))
            return {
                "package": summary,
                "version": forks.FIRST,
                "url": documents.package_url(self.base_url, made.package),
                "forked_from": lineage(self.base_url, origin) if origin else None,
            }

        self.send_json(await self.write_work(change), 201)


class SuggestHandler(ReceivingHandler):
    """`/api/suggest/{owner}/{name}/{filename}`."""

    async def admit(self) -> Sink:
        """Ask before the bytes come whether there is such a notebook for the caller."""
        owner, name = self.path_kwargs["owner"], self.path_kwargs["name"]
        filename = check_filename(self.path_kwargs["filename"])
        await self.read(lambda work: suggestions.allow(work, self.actor, owner, name))
        return RawSink(self.site.repository.store, filename, MAX_BYTES)

    async def put(self, owner: str, name: str, filename: str) -> None:
        """Suggest a change: the body is the notebook. Query: `message`, `base_version`, `allow_findings`."""
        await self.received()
        assert isinstance(self.sink, RawSink)
        received = self.sink.file
        upload = received.upload
        message, base = self.get_query_argument("message", ""), self.get_query_argument("base_version", "")
        allow = self.flag("allow_findings")

        def work_in_thread() -> Suggestion:
            with upload.file() as file:
                info = formats.read(filename, file, kind=Kind.NOTEBOOK)
            inspect(self.site, [received], [Incoming(info, upload)], allow=allow)
            upload.flush()
            with self.site.repository.write() as work:
                return suggestions.suggest(work, self.actor, owner, name, info, upload, base=base, message=message)

        self.send_json(document(self.base_url, await self.run(self.alone, work_in_thread)), 201)


class SuggestionsHandler(ApiHandler):
    """`/api/suggestions`."""

    async def get(self) -> None:
        """Query: `box` (in: to decide; out: one's own), `full_name`, `state`; newest first."""
        box = self.get_query_argument("box", "in")
        name, state = self.get_query_argument("full_name", ""), self.get_query_argument("state", "")

        def look(work: Work) -> list[dict[str, object]]:
            found = suggestions.listing(work, self.actor, box=box, full_name=name, state=state)
            return [document(self.base_url, one) for one in found]

        self.send_json(await self.read(look))


def _key(text: str) -> int:
    key = whole_number(text)
    if key is None:
        raise NotFound(f"there is no suggestion {text}")
    return key


class SuggestionHandler(ApiHandler):
    """`/api/suggestions/{key}`."""

    async def get(self, key: str) -> None:
        """One suggestion, for its author and those who decide."""
        one = await self.read(lambda work: suggestions.get(work, self.actor, _key(key)))
        self.send_json(document(self.base_url, one))

    async def post(self, key: str) -> None:
        """Decide: `action` is accept (publishes it), decline or withdraw; `word` for the author."""
        body = self.json_body()
        action, word = body.get("action"), str(body.get("word") or "")

        def change(work: Work) -> Suggestion:
            suggestions.get(work, self.actor, _key(key))
            if action == "accept":
                return suggestions.accept(work, self.actor, _key(key), word)
            if action == "decline":
                return suggestions.decline(work, self.actor, _key(key), word)
            if action == "withdraw":
                return suggestions.withdraw(work, self.actor, _key(key))
            raise InvalidRequest("action must be accept, decline or withdraw")

        self.send_json(document(self.base_url, await self.write_work(change)))


class SuggestedNotebookHandler(ApiHandler):
    """`/api/suggestions/{key}/notebook`."""

    async def get(self, key: str) -> None:
        """The notebook as it was suggested."""

        def look(work: Work) -> bytes:
            one = suggestions.get(work, self.actor, _key(key))
            with work.store.open(one.sha256) as file:
                return file.read()

        content = await self.read(look)
        self.set_header("Content-Type", "application/x-ipynb+json")
        self.set_header("Content-Disposition", "attachment")
        self.set_header("Cache-Control", "no-store")
        self.finish(content)
