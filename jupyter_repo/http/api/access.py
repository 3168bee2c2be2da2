"""What the caller may do, asked of the gate itself; and the log of what was done."""

from __future__ import annotations

import orjson

from ...errors import InvalidRequest, RepoError
from ...permissions import Op, Target
from ...service import accounts, audit, notifications, packages
from ...service.access import about, ask, decide
from ...service.work import Work
from ..numbers import whole_number
from . import documents
from .base import ApiHandler


class CanHandler(ApiHandler):
    """`/api/can?action=…&target=…`."""

    async def get(self) -> None:
        """May the caller do `action` with `target` (a channel, or `channel/package`)? With the reason where not.

        What the caller may not know of is answered as what does not exist.
        """
        word, target = self.get_query_argument("action"), self.get_query_argument("target", "")
        try:
            action = Op(word)
        except ValueError:
            raise InvalidRequest(f"{word!r} is no action; use one of: {', '.join(Op)}") from None

        def look(work: Work) -> tuple[bool, str]:
            try:
                return self._decide(work, action, target)
            except RepoError as error:
                return False, error.message

        allowed, reason = await self.read(look)
        self.send_json({"action": str(action), "target": target, "allowed": allowed, "reason": reason})

    def _decide(self, work: Work, action: Op, name: str) -> tuple[bool, str]:
        if not name:
            whom = about(self.actor.account) if self.actor.account else Target("the site", 0)
            decision = decide(work, self.actor, action, whom)
            return decision.allowed, decision.reason
        owner, _, package = name.partition("/")
        if package:
            found = packages.get(work, self.actor, owner, package)
            target = about(found.channel, found.package)
        else:
            target = about(accounts.channel(work, self.actor, owner))
        decision = decide(work, self.actor, action, target)
        if decision.allowed:
            return True, ""
        return False, f"{decision.reason} {ask(work, target, action)}".strip()


class AuditHandler(ApiHandler):
    """`/api/audit/{owner}`, and `/api/audit` for the site."""

    async def get(self, owner: str | None = None) -> None:
        """The log, newest first. Query: `limit`, `before` (an id). With `format=jsonl` all of it, oldest first."""
        limit, asked = whole_number(self.get_query_argument("limit", "100")), self.get_query_argument("before", "")
        before = whole_number(asked)
        if limit is None or not 0 < limit <= 1000 or (asked and before is None):
            raise InvalidRequest("limit must be a number from 1 to 1000, before the id of an entry")

        if self.get_query_argument("format", "") == "jsonl":
            await self._export(owner)
            return

        def look(work: Work) -> list[audit.Entry]:
            where = accounts.channel(work, self.actor, owner) if owner else None
            return audit.listing(work, self.actor, where, limit=limit, before=before)

        self.send_json([one.line() for one in await self.read(look)])

    async def _export(self, owner: str | None) -> None:
        def look(work: Work) -> bytes:
            where = accounts.channel(work, self.actor, owner) if owner else None
            return b"".join(orjson.dumps(one.line()) + b"\n" for one in audit.export(work, self.actor, where))

        lines = await self.read(look)
        self.set_header("Content-Type", "application/jsonl")
        self.set_header("Cache-Control", "no-store")
        self.finish(lines)


class NotificationsHandler(ApiHandler):
    """`/api/notifications`."""

    async def get(self) -> None:
        """The caller's messages, newest first."""
        found = await self.read(lambda work: notifications.listing(work, self.actor))
        self.send_json(
            [
                {
                    "kind": one.kind,
                    "text": one.text,
                    "link": one.link,
                    "created_at": documents.time(one.created_at),
                    "read": one.read_at is not None,
                }
                for one in found
            ]
        )

    async def post(self) -> None:
        """Say that all have been read."""
        count = await self.write_work(lambda work: notifications.mark_read(work, self.actor))
        self.send_json({"read": count})
