"""Signing in, up and out in the browser, and acting for an organization."""

from __future__ import annotations

from ...errors import RepoError
from ...models import Account
from ...service import links, mail, registration, sessions, signing
from ...service.work import Work
from .. import credentials
from ..api.account import mail_confirmation
from .base import HOME, OwnPage, PageHandler
from .forms import Form


class SignInHandler(PageHandler):
    """`/login`."""

    async def get(self) -> None:
        """The form; who is signed in already has nothing to do here."""
        target = self.get_query_argument("next", HOME)
        if self.session is not None:
            self.go(target)
        else:
            self.page("account/login.html", form=Form.of(next=target))

    async def post(self) -> None:
        """Sign in by name and password."""
        form = Form.sent(self)
        address = self.request.remote_ip or ""
        try:
            account = await self.run(
                lambda: signing.sign_in(
                    self.site.repository, form.text("name"), form.secret("password"), address=address
                )
            )
        except RepoError as error:
            form.refuse(error, {})
            self.page("account/login.html", form=form)
            return
        if account.must_change_password:
            # a first password opens nothing but the page where it is replaced
            secret = await self.write_work(lambda work: links.make(work, links.RESET, account, ""))
            self.go(f"/account/reset/{secret}")
            return
        await self.sign_in(account)
        self.go(form.text("next", HOME))


class SignUpPage(PageHandler):
    """`/signup`, and `/invitation/<secret>` where sign-up needs one."""

    async def get(self, secret: str = "") -> None:
        """The form, or why there is none; who is signed in already has nothing to do here."""
        if self.session is not None:
            self.go(HOME)
            return
        self.page("account/signup.html", invited=bool(secret))

    async def post(self, secret: str = "") -> None:
        """Make the account, sign in, and show the dashboard."""
        form, address = Form.sent(self), self.request.remote_ip or ""

        def change(work: Work) -> Account:
            form.same("password", "again")
            return registration.sign_up(
                work,
                form.text("name"),
                email=form.text("email"),
                password=form.secret("password"),
                accepted=form.on("accept_terms"),
                invitation=secret or None,
                address=address,
            )

        try:
            account = await self.write_work(change)
        except RepoError as error:
            form.refuse(error, SIGN_UP_FIELDS)
            self.page("account/signup.html", form=form, invited=bool(secret))
            return
        await self.sign_in(account)
        if mail.possible(self.site.repository.settings):
            mail_confirmation(self, account.name)
            self.flash(f"Welcome, {account.name}. A mail to confirm your address is on its way to {account.email}.")
        else:
            self.flash(f"Welcome, {account.name}.")
        self.go(HOME)


SIGN_UP_FIELDS = {
    "invalid_name": "name",
    "already_exists": "name",
    "weak_password": "password",
    "terms_not_accepted": "accept_terms",
    "invalid_request": "email",
}
"""the field that each refusal of a sign-up is about"""


class SignOutHandler(PageHandler):
    """`/logout`."""

    async def post(self) -> None:
        """End the session, here and in the database."""
        cookie = self.session_cookie
        if cookie:
            await self.write_work(lambda work: sessions.end(work, cookie))
        self.drop_cookie(credentials.COOKIE)
        self.go("/")


class SessionLinkHandler(PageHandler):
    """`/session/<secret>`: the one-time link behind "open in the browser"."""

    async def get(self, secret: str) -> None:
        """Sign in, once, and go on to `next`; a used link just leads there."""
        address, agent = self.request.remote_ip or "", self.request.headers.get("User-Agent", "")
        session = await self.write_work(lambda work: sessions.redeem(work, secret, address=address, agent=agent))
        if session is not None:
            self.remember(session)
        self.go(self.get_query_argument("next", "/"))


class SwitchHandler(OwnPage):
    """`/account/switch`."""

    async def post(self) -> None:
        """Act for the channel `to` from now on, and show what it has."""
        session, to = self.browser, self.get_body_argument("to", "")
        active = await self.write_work(lambda work: sessions.switch(work, session, to))
        self.flash(f"You act for {active.name} now.")
        self.go(HOME)


class ChangePasswordHandler(PageHandler):
    """`/.well-known/change-password`: where password managers look."""

    async def get(self) -> None:
        """To the form."""
        self.go("/settings/account")
