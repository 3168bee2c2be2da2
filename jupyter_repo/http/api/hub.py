"""A server of JupyterHub signs its person in: its hub token for one of this repository."""

from __future__ import annotations

import asyncio

from ...errors import Forbidden, InvalidRequest, Unauthenticated
from ...models import Actor
from ...service import hub
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
