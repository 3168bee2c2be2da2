"""Accounts: searching, making, keeping out, reset links, plans; and invitations."""

from __future__ import annotations

from urllib.parse import urlencode

from ....errors import InvalidRequest
from ....models import Account, AccountKind
from ....service import accounts, administration, hub_links, mail, plans, registration
from ....service.access import require_site
from ....service.plan_catalogue import KEYS, Plan
from ....service.plans import Standing
from ....service.work import Work
from ...api.account import mail_link
from ..forms import Form
from .base import AdminPage

FIELDS = {"invalid_name": "name", "already_exists": "name", "weak_password": "password", "invalid_request": "email"}


class AccountsPage(AdminPage):
    """`/admin/accounts`."""

    section = "accounts"

    async def get(self) -> None:
        """Accounts by name."""
        await self._show(Form())

    async def post(self) -> None:
        """Make a user with a first password."""
        form = Form.sent(self)

        def make(work: Work) -> Account:
            name, email = form.text("name"), form.text("email")
            return registration.create(
                work, self.actor, name, email=email, password=form.secret("password"), admin=form.on("admin")
            )

        made = await self.change(form, make, FIELDS)
        if made is None:
            await self._show(form)
            return
        self.flash(f"{made.name} is made, and chooses another password at the first sign-in.")
        self.go(f"/admin/accounts/{made.name}")

    async def _show(self, form: Form) -> None:
        text, kind, after = (self.get_query_argument(name, "") for name in ("q", "kind", "after"))
        only = AccountKind(kind) if kind in set(AccountKind) else None
        found = await self.read(
            lambda work: administration.accounts(work, self.actor, text=text, kind=only, after=after)
        )
        older = urlencode({"q": text, "kind": kind, "after": found.after})
        self.show("accounts", found=found, q=text, kind=kind, older=f"?{older}" if found.after else "", form=form)


class AccountPage(AdminPage):
    """`/admin/accounts/{owner}`."""

    section = "accounts"

    async def get(self, owner: str) -> None:
        """One account."""
        await self._show(owner, Form())

    async def post(self, owner: str) -> None:
        """Disable, enable, hand out a reset link, unlink from the hub, give a plan or limits: `do` says what."""
        form = Form.sent(self)
        do = form.text("do")
        if do == "reset":
            secret = await self.change(form, lambda work: registration.reset_link(work, self.actor, owner))
            await self._show(owner, form, link=f"{self.base_url}/account/reset/{secret}" if secret else "")
            return
        done = await self.change(form, lambda work: self._do(work, owner, do, form))
        if done is None:
            await self._show(owner, form)
            return
        self.flash(done)
        self.go(f"/admin/accounts/{owner}")

    def _do(self, work: Work, owner: str, do: str, form: Form) -> str:
        if do in ("disable", "enable"):
            registration.disable(work, self.actor, owner, disabled=do == "disable")
            return f"{owner} is {do}d."
        if do == "no-hub":
            was = hub_links.unlink_for(work, self.actor, owner)
            return f"{owner} is not {was}'s account in JupyterHub any more."
        if do == "plan":
            plans.assign(work, self.actor, owner, form.text("plan"))
            return f"{owner} has another plan now."
        if do == "limits":
            limits = {key: self._limit(form, key) for key in KEYS if form.text(key)}
            plans.override(work, self.actor, owner, limits or None)
            return f"{owner} has limits of its own now." if limits else f"{owner} has the limits of its plan."
        raise InvalidRequest("the form says nothing that can be done")

    @staticmethod
    def _limit(form: Form, key: str) -> int | None:
        return None if form.text(key) == "none" else form.number(key) * (10**9 if key == "storage" else 1)

    async def _show(self, owner: str, form: Form, *, link: str = "") -> None:
        def look(work: Work) -> tuple[Account, Standing, list[Plan], str | None]:
            require_site(work, self.actor)
            account = accounts.get(work, owner)
            return account, plans.of(work, account), plans.offered(work, account), hub_links.hub_user(work, account)

        account, standing, offers, linked = await self.read(look)
        self.show("account", account=account, standing=standing, offers=offers, hub_user=linked, link=link, form=form)


class InvitationsPage(AdminPage):
    """`/admin/invitations`."""

    section = "invitations"

    async def get(self) -> None:
        """Those that wait."""
        await self._show(Form())

    async def post(self) -> None:
        """Invite one person; by mail where mail is set up, and the link is shown this once."""
        form = Form.sent(self)
        email = form.text("email")

        def invite(work: Work) -> str:
            return registration.invite(work, self.actor, accounts.check_email(email))

        secret = await self.change(form, invite, {"invalid_request": "email"})
        link = f"{self.base_url}/invitation/{secret}" if secret else ""
        settings = self.site.repository.settings
        if secret and mail.possible(settings):
            text = f"You are invited to {self.base_url}. Sign up here, once, within two weeks:\n{mail_link(self, '')}"
            self.site.pool.submit(mail.send, settings, email, "An invitation", f"{text}/invitation/{secret}\n")
        await self._show(form if not secret else Form(), link=link)

    async def _show(self, form: Form, *, link: str = "") -> None:
        found = await self.read(lambda work: administration.invitations(work, self.actor))
        rules = self.site.repository.settings
        self.show("invitations", found=found, link=link, form=form, mailed=mail.possible(rules))
