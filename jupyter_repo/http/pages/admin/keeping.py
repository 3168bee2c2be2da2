"""Plans that owners ask for, packages that the site holds, and what is kept."""

from __future__ import annotations

from dataclasses import fields

from ....errors import InvalidRequest
from ....service import administration, plans, quarantine, takedowns, trash
from ....service.access import require_site
from ....service.work import Settings, Work
from ..base import human_bytes
from ..forms import Form
from .base import AdminPage

SECRET = ("smtp_url",)
BYTES = ("max_file",)
ELSEWHERE = ("plans", "oauth_clients")
"""settings that are shown as lists"""


class PlansPage(AdminPage):
    """`/admin/plans`."""

    section = "plans"

    async def get(self) -> None:
        """What owners ask for, and the catalogue."""
        await self._show(Form())

    async def post(self) -> None:
        """Approve or refuse a request."""
        form = Form.sent(self)

        def answer(work: Work) -> bool:
            plans.answer(work, self.actor, form.number("request"), approve=form.text("do") == "approve")
            return True

        if await self.change(form, answer) is None:
            await self._show(form)
            return
        self.flash("Approved." if form.text("do") == "approve" else "Refused.")
        self.go("/admin/plans")

    async def _show(self, form: Form) -> None:
        found = await self.read(lambda work: plans.requests(work, self.actor))
        self.show("plans", found=found, catalogue=self.site.repository.settings.plans, form=form)


class QuarantinePage(AdminPage):
    """`/admin/quarantine`."""

    section = "quarantine"

    async def get(self) -> None:
        """What is held, and the form to hold more."""
        await self._show(Form())

    async def post(self) -> None:
        """Hold, release, take down or put back a package: `do` says what."""
        form = Form.sent(self)
        done = await self.change(form, lambda work: self._do(work, form), {"not_confirmed": "typed"})
        if done is None:
            await self._show(form)
            return
        self.flash(done)
        self.go("/admin/quarantine")

    def _do(self, work: Work, form: Form) -> str:
        title, do = form.text("package"), form.text("do")
        owner, slash, name = title.partition("/")
        if not (owner and slash and name):
            raise InvalidRequest("Write the package as channel/name.", field="package")
        if do == "release":
            quarantine.release(work, self.actor, owner, name)
            return f"{title} is out of quarantine."
        if do == "restore":
            count = takedowns.restore(work, self.actor, owner, name)
            return f"{title} is back, with {count} file{'s' if count != 1 else ''}."
        quarantine.hold(work, self.actor, owner, name, form.text("reason"))
        if do != "take-down":
            return f"{title} is in quarantine."
        if form.text("typed") != title:
            raise InvalidRequest(f"type the full name, {title}, to take it down", code="not_confirmed")
        trash.delete(work, self.actor, owner, name)
        return f"{title} is taken down."

    async def _show(self, form: Form) -> None:
        found, gone = await self.read(
            lambda work: (quarantine.listing(work, self.actor), takedowns.listing(work, self.actor))
        )
        self.show("quarantine", found=found, gone=gone, form=form)


class StoragePage(AdminPage):
    """`/admin/storage`."""

    section = "storage"

    async def get(self) -> None:
        """Figures of what is kept, and what waits."""
        found = await self.read(lambda work: administration.figures(work, self.actor))
        self.show("storage", found=found, days=self.site.repository.settings.restore_days)


class SitePage(AdminPage):
    """`/admin/site`."""

    section = "site"

    async def get(self) -> None:
        """The settings that the server runs with; they are changed where it is started."""
        await self.read(lambda work: require_site(work, self.actor))
        rules = self.site.repository.settings
        shown = [(field.name, _text(rules, field.name)) for field in fields(Settings) if field.name not in ELSEWHERE]
        self.show(
            "site", shown=[*shown, ("public_url", self.site.public_url or "not set")], clients=rules.oauth_clients
        )


def _text(rules: Settings, name: str) -> str:
    value = getattr(rules, name)
    if name in SECRET:
        return "set" if value else "not set"
    if name in BYTES:
        return human_bytes(value)
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    if value is None:
        return "not set"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value) or "not set"
