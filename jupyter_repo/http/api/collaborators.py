"""Collaborators of a package: people, and groups of its organization."""

from __future__ import annotations

from ...service import collaborators
from ...service.collaborators import Collaborator
from .base import ApiHandler


def _document(one: Collaborator) -> dict[str, object]:
    return {"login": one.name, "level": one.level, "type": "group" if one.is_group else "user"}


class CollaboratorsHandler(ApiHandler):
    """`/api/packages/{owner}/{name}/collaborators`."""

    async def get(self, owner: str, name: str) -> None:
        """The people by name, then the groups."""
        found = await self.read(lambda work: collaborators.listing(work, self.actor, owner, name))
        self.send_json([_document(one) for one in found])


class CollaboratorHandler(ApiHandler):
    """`/api/packages/{owner}/{name}/collaborators/{user}`."""

    async def put(self, owner: str, name: str, user: str) -> None:
        """Add a user; `level` in the body is `read`, `read-write` (unless said otherwise) or `admin`."""
        level = self.json_body().get("level")
        await self.write_work(
            lambda work: collaborators.add(work, self.actor, owner, name, user, str(level) if level else None)
        )
        self.send_created()

    async def delete(self, owner: str, name: str, user: str) -> None:
        """Remove a user."""
        await self.write_work(lambda work: collaborators.remove(work, self.actor, owner, name, user))
        self.send_created()


class CollaboratingGroupHandler(ApiHandler):
    """`/api/packages/{owner}/{name}/collaborating-groups/{group}`."""

    async def put(self, owner: str, name: str, group: str) -> None:
        """Add a group of the package's organization; `level` as for users."""
        level = self.json_body().get("level")
        await self.write_work(
            lambda work: collaborators.add_group(work, self.actor, owner, name, group, str(level) if level else None)
        )
        self.send_created()

    async def delete(self, owner: str, name: str, group: str) -> None:
        """Remove a group."""
        await self.write_work(lambda work: collaborators.remove_group(work, self.actor, owner, name, group))
        self.send_created()
