"""Stars and favourites."""

from __future__ import annotations

from ...service import stars
from ...service.work import Work
from . import documents
from .base import ApiHandler


class StarsHandler(ApiHandler):
    """`/api/stars`."""

    async def get(self) -> None:
        """The caller's favourites that they may still see."""

        def look(work: Work) -> list[dict[str, object]]:
            return [documents.summary(self.base_url, one) for one in stars.listing(work, self.actor)]

        self.send_json(await self.read(look))


class StarHandler(ApiHandler):
    """`/api/stars/{owner}/{name}`."""

    async def put(self, owner: str, name: str) -> None:
        """Star a package."""
        await self.write_work(lambda work: stars.put(work, self.actor, owner, name))
        self.send_nothing()

    async def delete(self, owner: str, name: str) -> None:
        """Take the star away."""
        await self.write_work(lambda work: stars.remove(work, self.actor, owner, name))
        self.send_nothing()
