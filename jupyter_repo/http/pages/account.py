"""Signing in and out in the browser."""

from __future__ import annotations

import re

from ...errors import RateLimited, Unauthenticated
from ...service import links, sessions, signing
from ...service.work import Work
from .. import credentials
from .base import PageHandler

DAY = 86400


class SessionPage(PageHandler):
    """A page that sets the session cookie."""

    def remember(self, secret: str) -> None:
        """Give the browser its session; the cookie is `__Host-` only where https makes that possible."""
        self.set_cookie(
            credentials.COOKIE,
            secret,
            max_age=self.site.repository.settings.session_days * DAY,
            httponly=True,
            samesite="Lax",
            secure=self.base_url.startswith("https:"),
            path=self.prefix or "/",
        )

    def go(self, target: str) -> None:
        """Redirect to an address of this site, and of no other."""
        self.redirect(target if re.fullmatch(r"/(?![/\\])[^\\\x00-\x1f]*", target) else "/")


class SignInHandler(SessionPage):
    """`/login`."""

    async def get(self) -> None:
        """The form."""
        self.page("login.html", next=self.get_query_argument("next", "/"), name="", problem="")

    async def post(self) -> None:
        """Sign in by name and password."""
        name = self.get_body_argument("name", "").strip()
        password = self.get_body_argument("password", "", strip=False)
        target = self.get_body_argument("next", "/")
        try:
            address = self.request.remote_ip or ""
            account = await self.run(lambda: signing.sign_in(self.site.repository, name, password, address=address))
        except (Unauthenticated, RateLimited) as error:
            self.set_status(error.status)
            self.page("login.html", next=target, name=name, problem=error.message)
            return
        if account.must_change_password:
            # a first password opens nothing but the page where it is replaced
            secret = await self.write_work(lambda work: links.make(work, links.RESET, account, account.email))
            self.redirect(f"/account/reset/{secret}")
            return
        self.remember(await self.write_work(lambda work: sessions.begin(work, account, address=address)))
        self.go(target)


class SignOutHandler(SessionPage):
    """`/logout`."""

    async def post(self) -> None:
        """End the session, here and in the database."""
        cookie = self.get_cookie(credentials.COOKIE)
        if cookie:
            await self.write_work(lambda work: sessions.end(work, cookie))
        self.clear_cookie(credentials.COOKIE, path=self.prefix or "/")
        self.go("/")


class SessionLinkHandler(SessionPage):
    """`/session/<secret>`: the one-time link behind "open in the browser"."""

    async def get(self, secret: str) -> None:
        """Sign in, once, and go on to `next`; a used link just leads there."""

        def change(work: Work) -> str | None:
            return sessions.redeem(work, secret)

        session = await self.write_work(change)
        if session is not None:
            self.remember(session)
        self.go(self.get_query_argument("next", "/"))
