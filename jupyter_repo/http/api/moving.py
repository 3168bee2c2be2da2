"""Where packages and files go: copies, transfers, and deleted files that come back."""

from __future__ import annotations

from ...service import copying, packages, transfers, trash
from ...service.copying import Mode
from ...service.work import Work
from . import documents
from .base import ApiHandler


class CopyHandler(ApiHandler):
    """`/api/copy/package/{owner}/{name}/{version}/{basename}`; without a basename, the whole release."""

    async def _copy(self, owner: str, name: str, version: str, basename: str | None, mode: Mode) -> None:
        body = self.json_body()

        def change(work: Work) -> list[dict[str, object]]:
            done = copying.copy(
                work,
                self.actor,
                owner,
                name,
                version,
                basename or None,
                # anaconda-client leaves it out for the caller's own channel
                to_owner=str(body.get("to_owner") or self.actor.name),
                from_label=str(body.get("from_channel") or "main"),
                to_label=str(body.get("to_channel") or "main"),
                mode=mode,
            )
            return [documents.file(self.base_url, one) for one in done]

        self.send_json(await self.write_work(change))

    async def post(self, owner: str, name: str, version: str, basename: str | None = None) -> None:
        """Copy files with the label `from_channel` to `to_owner`, labelled `to_channel`. 409 where one is there."""
        await self._copy(owner, name, version, basename, Mode.REFUSE)

    async def put(self, owner: str, name: str, version: str, basename: str | None = None) -> None:
        """Copy, and replace what is there."""
        await self._copy(owner, name, version, basename, Mode.REPLACE)

    async def patch(self, owner: str, name: str, version: str, basename: str | None = None) -> None:
        """Copy, and leave what is there alone."""
        await self._copy(owner, name, version, basename, Mode.UPDATE)


class TransferHandler(ApiHandler):
    """`/api/transfer/{owner}/{name}`."""

    async def post(self, owner: str, name: str) -> None:
        """Transfer the package to the account `to`; `confirm` must hold its full name."""
        body = self.json_body()
        to, confirm = str(body.get("to") or ""), str(body.get("confirm") or "")

        def change(work: Work) -> dict[str, object]:
            found = transfers.transfer(work, self.actor, owner, name, to, confirm=confirm)
            return documents.summary(self.base_url, packages.counted(work, self.actor, found.package))

        self.send_json(await self.write_work(change))


class DeletedHandler(ApiHandler):
    """`/api/deleted/{owner}`."""

    async def get(self, owner: str) -> None:
        """The deleted files that the caller may restore, newest first."""
        found = await self.read(lambda work: trash.listing(work, self.actor, owner))
        self.send_json(
            [
                {
                    "package": one.package,
                    "version": one.version,
                    "basename": one.basename,
                    "size": one.size,
                    "deleted_at": documents.time(one.deleted_at),
                    "until": documents.time(one.until),
                }
                for one in found
            ]
        )


class RestoreHandler(ApiHandler):
    """`/api/restore/{owner}/{name}/{version}/{basename}`."""

    async def post(self, owner: str, name: str, version: str, basename: str) -> None:
        """Put the file deleted last under that name back."""
        restored = await self.write_work(lambda work: trash.restore(work, self.actor, owner, name, version, basename))
        self.send_created(documents.file(self.base_url, restored))
