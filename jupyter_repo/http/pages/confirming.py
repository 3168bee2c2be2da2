"""The password again, before what can't be undone, unless it was given within the last half hour."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from ...errors import RepoError
from ...service import hub, sessions, signing
from .base import HOME, OwnPage
from .forms import CONFIRMATION, Form


class ConfirmingPage(OwnPage):
    """A page that asks for the password again; `confirm` names the methods that need it.

    A GET is led to `/account/verify` and back. A POST is shown the question with all that was typed kept in the form,
    so that nothing is lost; passwords are not kept.
    """

    confirm: tuple[str, ...] = ("GET", "POST")

    async def prepare(self) -> None:
        """Ask, or go on."""
        await super().prepare()
        if not self._finished and self.request.method in self.confirm:
            await self.ask_password()

    async def ask_password(self) -> None:
        """Finishes the request with the question where the password was not given recently."""
        session = self.browser
        if session.recent(datetime.now(UTC)):
            return
        if self.request.method != "POST":
            self.go(f"/account/verify?next={quote(self.here(), safe='/')}")
            return
        given, form = self.get_body_argument(CONFIRMATION, "", strip=False), Form.sent(self)
        problem = ""
        if given:
            try:
                await self.verify(given)
            except RepoError as error:
                problem = error.message
            else:
                return
        self.set_status(401 if problem else 200)
        await self.show_question(Form(problem=problem), form.kept(), action=self.here(), field=CONFIRMATION)

    async def show_question(
        self, form: Form, kept: dict[str, list[str]], *, action: str = "", field: str = "password"
    ) -> None:
        """The page that asks; whom JupyterHub signs in has no password here, and is sent there."""
        by_hub = await self.read(lambda work: hub.confirms(work, self.me))
        self.page("account/verify.html", form=form, action=action, kept=kept, field=field, by_hub=by_hub)

    async def verify(self, password: str) -> None:
        """Take the password again, throttled as signing in is. Raises Unauthenticated, RateLimited."""
        session, name, address = self.browser, self.me.name, self.request.remote_ip or ""
        await self.run(lambda: signing.sign_in(self.site.repository, name, password, address=address))
        await self.write_work(lambda work: sessions.confirm(work, session))


class VerifyPage(ConfirmingPage):
    """`/account/verify`."""

    confirm = ()

    async def get(self) -> None:
        """The question."""
        await self.show_question(Form(), {"next": [self.get_query_argument("next", HOME)]})

    async def post(self) -> None:
        """Take the password and go back."""
        form = Form.sent(self)
        try:
            await self.verify(form.secret("password"))
        except RepoError as error:
            form.refuse(error, {"wrong_password": "password"})
            await self.show_question(form, {"next": [form.text("next")]})
            return
        self.go(form.text("next", HOME))
