"""Settings > Notifications and Settings > Security log: what a person is told, and what happened in the account."""

from __future__ import annotations

from typing import Any

from ....errors import InvalidRequest
from ....models import Account, AccountKind
from ....service import audit, notifications
from ....service.work import Work
from ...numbers import whole_number
from ..forms import Form
from .base import SettingsPage

SHOWN = 50


class NotificationSettingsPage(SettingsPage):
    """`/<user>/settings/notifications`."""

    section, template = "notifications", "settings/notifications.html"

    def open(self, work: Work, owner: str) -> Account:
        """A person's own account."""
        account = super().open(work, owner)
        if account.kind is AccountKind.ORGANIZATION:
            raise InvalidRequest(f"{account.name} is an organization: notifications go to its people")
        return account

    async def _save(self, account: Account, form: Form) -> str:  # noqa: ARG002
        wanted = form.chosen("kind")
        muted = [kind for kind in notifications.KINDS if kind not in wanted]
        await self.write_work(lambda work: notifications.mute(work, self.actor, muted))
        return "Saved."

    def values(self, work: Work, account: Account) -> dict[str, Any]:
        """The kinds, and which the person wants."""
        muted = notifications.muted(work, account.id)
        return {
            "kinds": notifications.KINDS,
            "now": Form.of(kind=[kind for kind in notifications.KINDS if kind not in muted]),
        }

    actions = {"save": _save}  # noqa: RUF012  # a constant of the class


class SecurityLogPage(SettingsPage):
    """`/<channel>/settings/security`."""

    section, template = "security", "settings/security.html"

    def values(self, work: Work, account: Account) -> dict[str, Any]:
        """The newest lines of the log; `before` (an id) leads to older ones."""
        before = self.get_query_argument("before", "")
        key = whole_number(before)
        if before and key is None:
            raise InvalidRequest("before must be the number of a line")
        found = audit.listing(work, self.actor, account, limit=SHOWN + 1, before=key)
        older = f"?before={found[SHOWN - 1].id}" if len(found) > SHOWN else ""
        return {"entries": found[:SHOWN], "older": older, "first": "?" if before else ""}
