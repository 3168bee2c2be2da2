"""Settings > Profile: the name that people read, and the picture."""

from __future__ import annotations

from typing import Any

from ....models import Account, AccountKind
from ....service import accounts, audit, own
from ....service.work import Work
from ..forms import Form
from .base import SettingsPage


class ProfilePage(SettingsPage):
    """`/<channel>/settings/profile`."""

    section, template = "profile", "settings/profile.html"

    async def _save(self, account: Account, form: Form) -> str:
        shown = form.text("display_name")

        def change(work: Work) -> None:
            if account.kind is AccountKind.ORGANIZATION:
                accounts.edit_organization(work, self.actor, account.name, email=form.text("email"), display_name=shown)
                audit.record(work, self.actor, "organization.edit", account.name, channel=account.name)
            else:
                own.change_profile(work, self.actor, shown)

        await self.write_work(change)
        return "Saved."

    def values(self, work: Work, account: Account) -> dict[str, Any]:
        """Whether pictures come from Gravatar."""
        return {
            "gravatar": bool(work.settings.gravatar),
            "now": Form.of(display_name=account.display_name, email=account.email),
        }

    actions = {"save": _save}  # noqa: RUF012  # a constant of the class
    fields = {"invalid_request": "email"}  # noqa: RUF012
