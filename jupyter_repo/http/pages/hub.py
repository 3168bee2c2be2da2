"""Signing in with JupyterHub: to the hub, and back with a code that the server trades for a name.

The state is bound to this browser by a cookie, so that nobody can be led into somebody else's account. The same way
a person takes the account that they are signed in with for their hub user's (the form in Settings > Account began it).
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
from datetime import UTC, datetime

from tornado import web

from ...errors import Forbidden, RepoError
from ...models import Account
from ...service import hub, hub_links, secrets, sessions
from ...service.oauth import challenge_of
from ...service.work import Work
from .. import credentials
from .base import HOME, PageHandler
from .forms import Form

COOKIE = "jupyter_repo_hub"
MINUTES = 10


class HubPage(PageHandler):
    """A page that sends the browser to the hub."""

    def ask_hub(self, target: str, *, link: int | None = None) -> None:
        """To the hub, and back to `target`; to make the account of key `link` the hub user's where that is said."""
        found = hub.of(self.site.repository.settings)
        state, verifier = secrets.new_secret(), secrets.new_secret()
        kept = base64.urlsafe_b64encode(target[:2000].encode()).decode()
        self.give_cookie(COOKIE, f"{state}.{verifier}.{kept}.{link or ''}", max_age=MINUTES * 60)
        # not below our prefix, where `redirect` would put a path
        status = 303 if self.request.method == "POST" else 302
        web.RequestHandler.redirect(self, found.authorize(state, challenge_of(verifier)), status=status)


class HubLoginHandler(HubPage):
    """`/hub/login`."""

    async def get(self) -> None:
        """To the hub; also for who is signed in and has to say again who they are."""
        self.ask_hub(self.get_query_argument("next", HOME))


class HubCallbackHandler(PageHandler):
    """`/oauth_callback`, where the hub sends the browser back."""

    async def get(self) -> None:
        """Begin a session for whom the hub names, and go where they wanted to."""
        found = hub.of(self.site.repository.settings)
        try:
            verifier, target, link = self._check_state()
            if self.get_query_argument("error", ""):
                raise Forbidden("JupyterHub did not let you in here; ask its administrator")
            # a thread of its own: the pool's are for the database, and the hub may be slow
            document = await asyncio.to_thread(found.person, self.get_query_argument("code", ""), verifier)
            person = hub.person_of(document)
            if link:
                await self._link(person, link, target)
                return
            secret = await self._begin(person)
        except RepoError as error:
            self.drop_cookie(COOKIE)
            form = Form.of(next=HOME)
            form.refuse(error, {"hub_refused": ""})
            self.page("account/login.html", form=form)
            return
        self.drop_cookie(COOKIE)
        self.remember(secret)
        self.go(target)

    async def _link(self, person: hub.Person, key: str, target: str) -> None:
        """Make the account of this browser, which began it, the hub user's; say what came of it where it began."""
        self.drop_cookie(COOKIE)
        try:
            session, me = self.session, self.actor.account
            if session is None or me is None or str(me.id) != key or not session.recent(datetime.now(UTC)):
                raise Forbidden("this did not begin in this browser, or took too long; sign in, and begin again")
            await self.write_work(lambda work: hub_links.link(work, self.actor, person))
        except RepoError as error:
            self.flash(error.message, "problem")
        else:
            self.flash(f"{me.name} is your JupyterHub account now: it opens by JupyterHub, too.")
        self.go(target)

    def _check_state(self) -> tuple[str, str, str]:
        """Verifier, target and account to link of what this browser began. Forbidden where it began none."""
        cookie = self.get_cookie(credentials.cookie_name(COOKIE, self.base_url)) or ""
        state, verifier, kept, link = [*cookie.split("."), "", "", "", ""][:4]
        if not state or not hmac.compare_digest(state.encode(), self.get_query_argument("state", "").encode()):
            raise Forbidden("this sign-in did not begin in this browser, or took too long; sign in again", code="state")
        try:
            return verifier, base64.urlsafe_b64decode(kept).decode(), link
        except (binascii.Error, ValueError):
            return verifier, HOME, link

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
