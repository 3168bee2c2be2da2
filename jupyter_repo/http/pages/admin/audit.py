"""The site's audit log with filters, and its export."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import orjson

from ....errors import InvalidRequest
from ....models import Account
from ....service import accounts, audit
from ....service.audit import Entry, Filters
from ....service.work import Work
from ...numbers import whole_number
from ..forms import Form
from .base import AdminPage

PAGE = 60
NAMES = ("channel", "actor", "action", "target", "outcome", "since", "until")


class AuditPage(AdminPage):
    """`/admin/audit`."""

    section = "audit"

    async def get(self) -> None:
        """The newest lines that the filters leave; with `format=jsonl` all of them as JSON lines, oldest first."""
        asked = {name: self.get_query_argument(name, "") for name in NAMES}
        form, before = Form.of(**asked), self.get_query_argument("before", "")
        filters = self._filters(form)
        if self.get_query_argument("format", "") == "jsonl":
            await self._export(asked["channel"], filters)
            return
        start = whole_number(before)

        def look(work: Work) -> list[Entry]:
            # refused first: which channels there are is no question for others
            audit.listing(work, self.actor, None, limit=1)
            where, known = _channel(work, asked["channel"])
            return audit.listing(work, self.actor, where, before=start, limit=PAGE, filters=filters) if known else []

        found = await self.read(look)
        narrowed = urlencode({name: value for name, value in asked.items() if value})
        older = f"?{narrowed}&before={found[-1].id}" if len(found) == PAGE else ""
        self.show("audit", found=found, form=form, older=older, export=f"?{narrowed}&format=jsonl")

    def _filters(self, form: Form) -> Filters:
        moments = []
        for name in ("since", "until"):
            text = form.text(name)
            try:
                moments.append(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) if text else None)
            except ValueError:
                form.refuse(InvalidRequest("Write a day as 2026-01-31.", field=name), {})
                moments.append(None)
        until = moments[1] + timedelta(days=1) if moments[1] else None  # the day itself is meant, too
        actor, action, target, outcome = (form.text(name) for name in ("actor", "action", "target", "outcome"))
        return Filters(actor, action, target, outcome, moments[0], until)

    async def _export(self, channel: str, filters: Filters) -> None:
        def look(work: Work) -> bytes:
            audit.listing(work, self.actor, None, limit=1)
            where, known = _channel(work, channel)
            found = audit.export(work, self.actor, where, filters) if known else iter(())
            return b"".join(orjson.dumps(one.line()) + b"\n" for one in found)

        lines = await self.read(look)
        self.set_header("Content-Type", "application/jsonl")
        self.set_header("Content-Disposition", 'attachment; filename="audit.jsonl"')
        self.set_header("Cache-Control", "no-store")
        self.finish(lines)


def _channel(work: Work, name: str) -> tuple[Account | None, bool]:
    """The channel of that name (None: all), and whether there is one."""
    found = accounts.find(work, name) if name else None
    return found, found is not None or not name
