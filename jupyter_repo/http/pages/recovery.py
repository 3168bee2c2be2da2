"""The pages that links in mail lead to: a new password, a confirmed address; and the pages that ask for such a mail."""

from __future__ import annotations

from ...errors import RepoError
from ...service import links, mail
from ..api.account import allow_reset, forget
from .base import HOME, PageHandler
from .forms import Form


class ForgotPasswordPage(PageHandler):
    """`/account/forgot_password`."""

    what = "password"

    async def get(self) -> None:
        """The form."""
        self._show(Form())

    async def post(self) -> None:
        """Mail a link, or the username; the answer is the same whether there is such an account."""
        form, address = Form.sent(self), self.request.remote_ip or ""
        try:
            await self.write_work(lambda work: allow_reset(work, address))
            if self.what == "password":
                forget(self, name=form.text("name"))
            else:
                forget(self, email=form.text("email"))
        except RepoError as error:
            form.refuse(error, {})
            self._show(form)
            return
        self._show(form, done=True)

    def _show(self, form: Form, *, done: bool = False) -> None:
        by_mail = mail.possible(self.site.repository.settings)
        self.page("account/forgot.html", form=form, done=done, what=self.what, by_mail=by_mail)


class ForgotUsernamePage(ForgotPasswordPage):
    """`/account/forgot_username`."""

    what = "username"


class ResetPage(PageHandler):
    """`/account/reset/<secret>`."""

    async def get(self, secret: str) -> None:
        """The form; looking at the link does not use it up, and a dead one says so."""
        alive = await self.read(lambda work: links.alive(work, secret, links.RESET))
        self.page("account/reset.html", form=Form(status=200 if alive else 404), alive=alive)

    async def post(self, secret: str) -> None:
        """Set the new password and lead to signing in."""
        form, address = Form.sent(self), self.request.remote_ip or ""
        try:
            form.same("password", "again")
            await self.write_work(
                lambda work: links.reset_password(work, secret, form.secret("password"), address=address)
            )
        except RepoError as error:
            form.refuse(error, {"weak_password": "password"})
            self.page("account/reset.html", form=form, alive=error.code != "dead_link")
            return
        self.flash("Your password is set. Sign in with it.")
        self.go("/login")


class ConfirmPage(PageHandler):
    """`/account/confirm/<secret>`."""

    async def get(self, secret: str) -> None:
        """A button: a mail scanner that follows the link confirms nothing."""
        alive = await self.read(lambda work: links.alive(work, secret, links.CONFIRM))
        self.page("account/confirm.html", form=Form(status=200 if alive else 404), alive=alive)

    async def post(self, secret: str) -> None:
        """Confirm the address."""
        try:
            account = await self.write_work(lambda work: links.confirm_email(work, secret))
        except RepoError as error:
            self.page("account/confirm.html", form=Form(status=error.status), alive=False)
            return
        self.flash(f"{account.name}: your e-mail address is confirmed.")
        self.go(HOME if self.actor.account else "/")
