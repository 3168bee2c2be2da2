"""The pages that links in mail lead to: a new password, a confirmed address; and the page that asks for such a mail."""

from __future__ import annotations

from ...errors import RepoError
from ...service import links
from ..api.account import allow_reset, forget
from .base import PageHandler


class ForgotPage(PageHandler):
    """`/account/forgot_password`."""

    async def get(self) -> None:
        """The form."""
        self.page("forgot.html", problem="", done=False)

    async def post(self) -> None:
        """Mail a link, or the username; the answer is the same whether there is such an account."""
        name, email = self.get_body_argument("name", "").strip(), self.get_body_argument("email", "").strip()
        try:
            await self.write_work(lambda work: allow_reset(work, self.request.remote_ip or ""))
            forget(self, name=name, email=email)
        except RepoError as error:
            self.set_status(error.status)
            self.page("forgot.html", problem=error.message, done=False)
            return
        self.page("forgot.html", problem="", done=True)


class ResetPage(PageHandler):
    """`/account/reset/<secret>`."""

    async def get(self, secret: str) -> None:  # noqa: ARG002
        """The form; looking at the link does not use it up."""
        self.page("reset.html", problem="")

    async def post(self, secret: str) -> None:
        """Set the new password and lead to signing in."""
        password, again = (self.get_body_argument(name, "", strip=False) for name in ("password", "again"))
        address = self.request.remote_ip or ""
        if password != again:
            self.page("reset.html", problem="The two passwords differ.")
            return
        try:
            await self.write_work(lambda work: links.reset_password(work, secret, password, address=address))
        except RepoError as error:
            self.set_status(error.status)
            self.page("reset.html", problem=error.message)
            return
        self.redirect("/login")


class ConfirmPage(PageHandler):
    """`/account/confirm/<secret>`."""

    async def get(self, secret: str) -> None:  # noqa: ARG002
        """A button: a mail scanner that follows the link confirms nothing."""
        self.page("confirm.html")

    async def post(self, secret: str) -> None:
        """Confirm the address."""
        await self.write_work(lambda work: links.confirm_email(work, secret))
        self.redirect("/")
