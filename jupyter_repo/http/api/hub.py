"""A server of JupyterHub signs its person in: its hub token for one of this repository; and accounts let go."""

from __future__ import annotations

import asyncio

from ...errors import Forbidden, InvalidRequest, Unauthenticated
from ...models import Actor
from ...service import hub, hub_links
from .base import ApiHandler


class HubTokenHandler(ApiHandler):
    """`/api/hub/token`."""

    async def prepare(self) -> None:
        """The secret is in the body, and it is the hub's."""
        self._refuse_foreign_host()
        self.actor = Actor(None, None, self.request.remote_ip or "")

    async def post(self) -> None:
        """Trade the hub token of a single-user server, `token`, for a token of its person here.

        The hub is asked whose it is, and it must open a server of theirs. An account is made the first time.
        """
        found = hub.of(self.site.repository.settings)
        secret = self.json_body().get("token")
        if not isinstance(secret, str) or not secret:
            raise InvalidRequest("send the hub token of the server as `token`")
        address = self.request.remote_ip or ""
        await self.read(lambda work: hub.check_tries(work, address))
        try:
            document = await asyncio.to_thread(found.owner, secret)
            token = await self.write_work(lambda work: hub.trade(work, document, address=address))
        except (Unauthenticated, Forbidden):
            await self.write_work(lambda work: hub.count_refused(work, address))
            raise
        self.send_json({"token": token})


class HubLinkHandler(ApiHandler):
    """`/api/user/hub`."""

    passwords = True

    async def delete(self) -> None:
        """Make your account no JupyterHub user's any more; sign with user name and password (Basic), never a token.

        All browsers of the account are signed out and the tokens of its servers end. 409 where nobody could sign in
        to it then: set a password first.
        """
        await self.write_work(lambda work: hub_links.unlink(work, self.actor))
        self.send_nothing()


class UserHubLinkHandler(ApiHandler):
    """`/api/admin/users/{user}/hub`."""

    passwords = True

    async def delete(self, user: str) -> None:
        """Make a user's account no JupyterHub user's any more, with the same consequences; 409 for a disabled one."""
        await self.write_work(lambda work: hub_links.unlink_for(work, self.actor, user))
        self.send_nothing()
