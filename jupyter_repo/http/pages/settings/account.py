"""Settings > Account: password, e-mail, the browsers that are signed in, and deleting it all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from ....errors import Forbidden
from ....models import Account, AccountKind
from ....service import closing, hub_links, mail, own, sessions
from ....service.work import Work
from ... import credentials
from ...api.account import mail_confirmation
from ..base import HOME, POLICY
from ..forms import Form
from ..hub import HubPage
from .base import SettingsPage


class AccountPage(SettingsPage, HubPage):
    """`/<channel>/settings/account`."""

    section, template = "account", "settings/account.html"
    confirmed = frozenset({"email", "hub", "no-hub"})

    def set_default_headers(self) -> None:
        """The usual ones; a form here may be answered with a redirect to the hub."""
        super().set_default_headers()
        found = self.site.repository.settings.hub
        parts = urlsplit(found.authorize_url if found else "")
        if parts.netloc:
            policy = POLICY.replace("form-action 'self'", f"form-action 'self' {parts.scheme}://{parts.netloc}")
            self.set_header("Content-Security-Policy", policy)

    async def _hub(self, account: Account, form: Form) -> str:  # noqa: ARG002
        self.ask_hub(self.request.path, link=account.id)
        return ""

    async def _no_hub(self, account: Account, form: Form) -> str:  # noqa: ARG002
        here = self.browser.id
        was = await self.write_work(lambda work: hub_links.unlink(work, self.actor, stay=here))
        return f"{account.name} is not {was}'s account in JupyterHub any more. All other browsers are signed out."

    async def _password(self, account: Account, form: Form) -> str:
        form.same("password", "again")
        known = await self.read(lambda work: own.has_password(work, account))
        if not known and not self.browser.recent(datetime.now(UTC)):
            raise Forbidden("open this page from JupyterLab's panel again, and set the password then")

        def change(work: Work) -> None:
            if known:
                own.replace_password(work, self.actor, form.secret("old_password"), form.secret("password"))
            else:
                own.change_password(work, self.actor, form.secret("password"))

        await self.write_work(change)
        await self.sign_in(account)  # all sessions ended; this browser stays
        return "The password is changed. All other browsers are signed out."

    async def _email(self, account: Account, form: Form) -> str:
        email = form.text("email")
        await self.write_work(lambda work: own.change_email(work, self.actor, email))
        if not mail.possible(self.site.repository.settings):
            return "The address is changed."
        mail_confirmation(self, account.name, email)
        return f"A mail is on its way to {email}; the address is yours once you open its link."

    async def _end_session(self, account: Account, form: Form) -> str:  # noqa: ARG002
        key = form.number("session")
        await self.write_work(lambda work: sessions.end_one(work, self.actor, key))
        return "That browser is signed out."

    async def _end_others(self, account: Account, form: Form) -> str:  # noqa: ARG002
        here = self.browser.id
        count = await self.write_work(lambda work: sessions.end_others(work, self.actor, here))
        return f"{count} other browser{'s are' if count != 1 else ' is'} signed out."

    async def _delete(self, account: Account, form: Form) -> str:
        password, typed = form.secret("delete_password"), form.text("typed")
        await self.write_work(
            lambda work: closing.close(work, self.actor, account.name, password=password, typed=typed)
        )
        if account.kind is AccountKind.USER:
            self.drop_cookie(credentials.COOKIE)
        self.flash(f"{account.name} is deleted, with all it had.")
        self.go(HOME if account.kind is AccountKind.ORGANIZATION else "/")
        return ""

    def values(self, work: Work, account: Account) -> dict[str, Any]:
        """The browsers that are signed in, and what is known of the address."""
        if account.kind is AccountKind.ORGANIZATION:
            return {}
        return {
            "browsers": sessions.listing(work, self.actor),
            "email_confirmed": own.email_confirmed(work, account),
            "has_password": own.has_password(work, account),
            "hub_user": hub_links.hub_user(work, account),
            "now": Form.of(email=account.email),
        }

    actions = {  # noqa: RUF012  # a constant of the class
        "password": _password,
        "email": _email,
        "hub": _hub,
        "no-hub": _no_hub,
        "end-session": _end_session,
        "end-others": _end_others,
        "delete": _delete,
    }
    fields = {  # noqa: RUF012
        "weak_password": "password",
        "invalid_request": "email",
        "not_confirmed": "typed",
        "end-session not_found": "",
    }
