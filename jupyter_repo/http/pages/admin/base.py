"""What the site administrator's pages share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ....errors import RepoError
from ....service.access import require_site
from ....service.work import Work
from ..confirming import ConfirmingPage
from ..forms import Form

T = TypeVar("T")
SECTIONS = (
    ("accounts", "/admin/accounts", "Accounts"),
    ("invitations", "/admin/invitations", "Invitations"),
    ("plans", "/admin/plans", "Plans"),
    ("quarantine", "/admin/quarantine", "Quarantine"),
    ("storage", "/admin/storage", "Storage"),
    ("jobs", "/admin/jobs", "Jobs"),
    ("audit", "/admin/audit", "Audit log"),
    ("site", "/admin/site", "Settings"),
)


class AdminPage(ConfirmingPage):
    """One page; nobody but a site administrator gets to its verbs, and no change without a recent password."""

    confirm = ("POST",)
    section = ""

    async def ask_password(self) -> None:
        """First the right, then the password."""
        await self.read(lambda work: require_site(work, self.actor))
        await super().ask_password()

    def show(self, template: str, **values: Any) -> None:
        """Answer one page of the section."""
        title = next(title for key, _, title in SECTIONS if key == self.section)
        self.set_header("Cache-Control", "no-store")
        self.page(
            f"admin/{template}.html",
            sections=SECTIONS,
            section=self.section,
            section_title=title,
            subject="Administration",
            **values,
        )

    async def change(self, form: Form, function: Callable[[Work], T], codes: dict[str, str] | None = None) -> T | None:
        """Make a change; None where it was refused, which the form then says."""
        try:
            return await self.write_work(function)
        except RepoError as error:
            form.refuse(error, codes or {})
            return None
