"""Quarantine over HTTP, for site administrators; a take-down is `DELETE /api/package/…` by one of them."""

from __future__ import annotations

from ...service import quarantine
from . import documents
from .administration import AdminHandler


class QuarantinesHandler(AdminHandler):
    """`/api/admin/quarantine`."""

    async def get(self) -> None:
        """The packages that the site holds, newest first."""
        found = await self.read(lambda work: quarantine.listing(work, self.actor))
        self.send_json(
            [
                {"full_name": f"{one.channel}/{one.name}", "reason": one.reason, "since": documents.time(one.since)}
                for one in found
            ]
        )


class QuarantineHandler(AdminHandler):
    """`/api/admin/quarantine/{owner}/{name}`."""

    async def put(self, owner: str, name: str) -> None:
        """Close the package: it offers no files and its owners can't change it. They read the `reason`."""
        reason = str(self.json_body().get("reason") or "")
        await self.write_work(lambda work: quarantine.hold(work, self.actor, owner, name, reason))
        self.send_nothing()

    async def delete(self, owner: str, name: str) -> None:
        """Open it again."""
        await self.write_work(lambda work: quarantine.release(work, self.actor, owner, name))
        self.send_nothing()
