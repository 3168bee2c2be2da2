"""Signing in with JupyterHub: to the hub, and back with a code that the server trades for a name.

The state is bound to this browser by a cookie, so that nobody can be led into somebody else's account.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac

from tornado import web

from ...errors import Forbidden, RepoError
from ...models import Account
from ...service import hub, secrets, sessions
from ...service.oauth import challenge_of
from ...service.work import Work
from .. import credentials
from .account import SessionPage
from .base import HOME
from .forms import Form

COOKIE = "jupyter_repo_hub"
MINUTES = 10


class HubLoginHandler(SessionPage):
    """`/hub/login`."""

    async def get(self) -> None:
        """To the hub; also for who is signed in and has to say again who they are."""
        found = hub.of(self.site.repository.settings)
        state, verifier = secrets.new_secret(), secrets.new_secret()
        target = self.get_query_argument("next", HOME)[:2000]
        kept = base64.urlsafe_b64encode(target.encode()).decode()
        self.give_cookie(COOKIE, f"{state}.{verifier}.{kept}", max_age=MINUTES * 60)
        # not below our prefix, where `redirect` would put a path
        web.RequestHandler.redirect(self, found.authorize(state, challenge_of(verifier)))


class HubCallbackHandler(SessionPage):
    """`/oauth_callback`, where the hub sends the browser back."""

    async def get(self) -> None:
        """Begin a session for whom the hub names, and go where they wanted to."""
        found = hub.of(self.site.repository.settings)
        try:
            verifier, target = self._check_state()
            if self.get_query_argument("error", ""):
                raise Forbidden("JupyterHub did not let you in here; ask its administrator")
            # a thread of its own: the pool's are for the database, and the hub may be slow
            document = await asyncio.to_thread(found.person, self.get_query_argument("code", ""), verifier)
            secret = await self._begin(hub.person_of(document))
        except RepoError as error:
            self.drop_cookie(COOKIE)
            form = Form.of(next=HOME)
            form.refuse(error, {"hub_refused": ""})
            self.page("account/login.html", form=form)
            return
        self.drop_cookie(COOKIE)
        self.remember(secret)
        self.go(target)

    def _check_state(self) -> tuple[str, str]:
        """The verifier and target of the sign-in that this browser began. Forbidden where it began none."""
        cookie = self.get_cookie(credentials.cookie_name(COOKIE, self.base_url)) or ""
        state, verifier, kept = [*cookie.split("."), "", "", ""][:3]
        if not state or not hmac.compare_digest(state.encode(), self.get_query_argument("state", "").encode()):
            raise Forbidden("this sign-in did not begin in this browser, or took too long; sign in again", code="state")
        try:
            return verifier, base64.urlsafe_b64decode(kept).decode()
        except (binascii.Error, ValueError):
            return verifier, HOME

    async def _begin(self, person: hub.Person) -> str:
        address, agent = self.request.remote_ip or "", self.request.headers.get("User-Agent", "")
        before = self.session_cookie

        def change(work: Work) -> tuple[Account, str]:
            account = hub.sign_in(work, person, address=address)
            if before:
                sessions.end(work, before)
            # the hub's word is what such an account has for a password
            return account, sessions.begin(work, account, address=address, agent=agent, confirmed=True)

        return (await self.write_work(change))[1]
