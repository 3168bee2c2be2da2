"""Users and organizations."""

from __future__ import annotations

from urllib.parse import urlencode

from ...models import Account, AccountKind
from ...service import accounts, sessions
from ...service.work import Work
from . import documents
from .base import ApiHandler


class UserHandler(ApiHandler):
    """`/api/user` and `/api/user/{login}`."""

    async def get(self, name: str | None = None) -> None:
        """The signed-in account with the channels it may create packages in; or the account of that name."""

        def look(work: Work) -> dict[str, object]:
            if name is not None:
                found = accounts.channel(work, self.actor, name)
                mine = self.actor.account is not None and self.actor.account.id == found.id and not self.actor.token
                return documents.account(found, private=mine)
            me = accounts.me(work, self.actor)
            channels = [documents.channel(one) for one in accounts.channels_of(work, self.actor)]
            return {**documents.account(me, private=True), "channels": channels}

        self.send_json(await self.read(look))


class OrganizationsHandler(ApiHandler):
    """`/api/user/orgs` and `/api/users/{login}/orgs`."""

    async def get(self, name: str | None = None) -> None:
        """The organizations the caller owns, or those of a user."""

        def look(work: Work) -> list[Account]:
            if name is None:
                return accounts.organizations_of(work, accounts.me(work, self.actor))
            user = accounts.channel(work, self.actor, name)
            if user.kind is AccountKind.ORGANIZATION:
                return []
            found = accounts.organizations_of(work, user)
            return [one for one in found if accounts.shows(work, self.actor, one)]

        found = await self.read(look)
        self.send_json([{"login": one.name, "name": one.name, "description": one.display_name} for one in found])


class SessionLinkHandler(ApiHandler):
    """`/api/session-link`."""

    async def post(self) -> None:
        """A link that signs one browser in as the caller, once, within a minute, and leads to `next`."""
        wanted = str(self.json_body().get("next") or "/")
        secret = await self.write_work(lambda work: sessions.link(work, self.actor))
        self.send_json({"url": f"{self.base_url}/session/{secret}?{urlencode({'next': wanted})}"})
