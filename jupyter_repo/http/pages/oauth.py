"""The pages on which a person lets a program in: consent, the code of a device, and where a program sends them after.

They work without JavaScript, act on the browser's session alone, and can't be framed.
"""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from ...errors import InvalidRequest, NotFound, RepoError
from ...service import oauth
from ...service.oauth import Asked
from ...service.work import Work
from ..api.oauth import check_offered
from .base import POLICY, OwnPage, PageHandler
from .forms import Form

STATE_LIMIT = 1000


class OAuthPage(OwnPage):
    """A page that is there by https only, and for people who signed in here."""

    async def prepare(self) -> None:
        """A person in their browser, or the way to sign in and back."""
        check_offered(self)
        await super().prepare()
        if not self._finished:
            _ = self.browser  # no token lets a program in


class AuthorizePage(OAuthPage):
    """`/oauth/authorize`."""

    def _ask(self, work: Work, values: dict[str, str]) -> tuple[Asked, InvalidRequest | None]:
        return oauth.ask(
            work,
            values["client_id"],
            values["redirect_uri"],
            kind=values["response_type"],
            challenge=values["code_challenge"],
            method=values["code_challenge_method"],
            scope=values["scope"],
        )

    def _values(self) -> dict[str, str]:
        """What the client sent; in the form it comes back unchanged and is checked again."""
        names = ("client_id", "redirect_uri", "response_type", "code_challenge", "code_challenge_method", "scope")
        read = self.get_query_argument if self.request.method == "GET" else self.get_body_argument
        return {name: read(name, "") for name in (*names, "state")}

    async def get(self) -> None:
        """Show who asks for what."""
        values = self._values()
        asked, problem = await self.read(lambda work: self._ask(work, values))
        if problem is not None:
            self._answer(asked, values["state"], error=problem.code, error_description=problem.message)
            return
        # the answer to the form is a redirect to the program: browsers hold `form-action` against that, too
        target = urlsplit(asked.redirect_uri)
        policy = POLICY.replace("form-action 'self'", f"form-action 'self' {target.scheme}://{target.netloc}")
        self.set_header("Content-Security-Policy", policy)
        self.page("account/consent.html", asked=asked, sentences=oauth.sentences(asked.scopes), values=values, code="")

    async def post(self) -> None:
        """Send the program its code, or that the person refused."""
        values, agreed = self._values(), self.get_body_argument("decision", "") == "allow"

        def change(work: Work) -> tuple[Asked, InvalidRequest | None, str]:
            asked, problem = self._ask(work, values)
            code = oauth.allow(work, self.actor, asked) if agreed and problem is None else ""
            return asked, problem, code

        asked, problem, code = await self.write_work(change)
        if problem is not None:
            self._answer(asked, values["state"], error=problem.code, error_description=problem.message)
        elif code:
            self._answer(asked, values["state"], code=code)
        else:
            self._answer(asked, values["state"], error="access_denied", error_description="the person refused")

    def _answer(self, asked: Asked, state: str, **values: str) -> None:
        extra = {"state": state[:STATE_LIMIT]} if state else {}
        query = urlencode({**values, **extra, "iss": self.base_url})
        self.redirect(f"{asked.redirect_uri}{'&' if '?' in asked.redirect_uri else '?'}{query}")


class DevicePage(OAuthPage):
    """`/device`."""

    async def get(self) -> None:
        """The form for the code; with a code, who asks for what."""
        code = self.get_query_argument("code", "").strip()
        if code:
            await self._show(code)
        else:
            self.page("account/device.html", done="")

    async def post(self) -> None:
        """Look a code up, or decide."""
        code, decision = self.get_body_argument("code", "").strip(), self.get_body_argument("decision", "")
        if decision not in ("allow", "deny"):
            await self._show(code)
            return
        allowed = decision == "allow"

        def change(work: Work) -> str:
            oauth.check_tries(work, self.actor)
            return oauth.decide_device(work, self.actor, code, allowed=allowed).name

        try:
            name = await self.write_work(change)
        except RepoError as error:
            self.page("account/device.html", form=Form(problem=error.message, status=error.status), done="")
            return
        said = f"{name} is signed in; go on there." if allowed else f"{name} was refused."
        self.page("account/device.html", done=said)

    async def _show(self, code: str) -> None:
        def look(work: Work) -> Asked | None:
            oauth.check_tries(work, self.actor)
            asked = oauth.look_up_device(work, self.actor, code)
            if asked is None:
                oauth.count_try(work, self.actor)
            return asked

        try:
            asked = await self.write_work(look)
            form = Form.of(code=code)
        except RepoError as error:
            asked, form = None, Form(problem=error.message, status=error.status)
        if asked is None:
            if not form.problem:
                form.errors["code"] = "No device waits with this code. Look again, or start again on the device."
            self.page("account/device.html", form=form, done="")
            return
        self.page("account/consent.html", asked=asked, sentences=oauth.sentences(asked.scopes), values={}, code=code)


class LandingPage(PageHandler):
    """`/app/local-login-success` and `/app/local-login-error`: where anaconda-client sends the browser in the end."""

    async def get(self, outcome: str) -> None:
        """What came of it."""
        if outcome not in ("success", "error"):
            raise NotFound(f"{self.request.path} is not an address of this repository")
        self.page("account/landed.html", success=outcome == "success")
