"""Labels, which anaconda-client's addresses call channels: `/api/channels/…`."""

from __future__ import annotations

from ...service import labels
from . import documents
from .base import ApiHandler


class LabelsHandler(ApiHandler):
    """`/api/channels/{owner}`."""

    async def get(self, owner: str) -> None:
        """The labels of the files that the caller may see, and whether each is locked."""
        found = await self.read(lambda work: labels.listing(work, self.actor, owner))
        self.send_json({label: {"is_locked": locked} for label, locked in found.items()})


class LabelHandler(ApiHandler):
    """`/api/channels/{owner}/{label}`; a label may hold slashes."""

    def _narrowed(self) -> dict[str, str | None]:
        body = self.json_body()
        return {key: str(body[key]) if body.get(key) else None for key in ("package", "version", "basename")}

    async def get(self, owner: str, label: str) -> None:
        """Whether the label is locked, and its files that the caller may see."""
        locked, files = await self.read(lambda work: labels.files(work, self.actor, owner, label))
        self.send_json({"is_locked": locked, "files": [documents.file(self.base_url, one) for one in files]})

    async def post(self, owner: str, label: str) -> None:
        """Give files the label: `package`, `version` and `basename` in the body narrow it."""
        narrowed = self._narrowed()
        count = await self.write_work(lambda work: labels.add(work, self.actor, owner, label, **narrowed))
        self.send_created({"files": count})

    async def delete(self, owner: str, label: str) -> None:
        """Take the label off files, which stay; `package`, `version` and `basename` in the body narrow it."""
        narrowed = self._narrowed()
        count = await self.write_work(lambda work: labels.remove(work, self.actor, owner, label, **narrowed))
        self.send_created({"files": count})


class LabelLockHandler(ApiHandler):
    """`/api/channels/{owner}/{label}/lock`."""

    async def post(self, owner: str, label: str) -> None:
        """Lock the label: nobody changes what it holds."""
        await self.write_work(lambda work: labels.lock(work, self.actor, owner, label))
        self.send_created()

    async def delete(self, owner: str, label: str) -> None:
        """Unlock the label."""
        await self.write_work(lambda work: labels.unlock(work, self.actor, owner, label))
        self.send_created()


class LabelCopyHandler(ApiHandler):
    """`/api/channels/{owner}/{label}/copy/{target}`."""

    async def post(self, owner: str, label: str, target: str) -> None:
        """Give every file of a label another one, too."""
        count = await self.write_work(lambda work: labels.copy(work, self.actor, owner, label, target))
        self.send_created({"files": count})
