"""Groups of an organization, the built-in Owners among them."""

from __future__ import annotations

from ...service import accounts, groups
from . import documents
from .base import ApiHandler


class GroupsHandler(ApiHandler):
    """`/api/groups/{organization}`."""

    async def get(self, organization: str) -> None:
        """All groups: Owners, then the others by name."""
        found = await self.read(lambda work: groups.listing(work, self.actor, organization))
        self.send_json({"groups": [documents.group(one) for one in found]})


class MyGroupsHandler(ApiHandler):
    """`/api/user/groups`."""

    async def get(self) -> None:
        """The groups the caller is in, by organization."""
        found = await self.read(lambda work: groups.of(work, accounts.me(work, self.actor)))
        self.send_json([{**documents.group(one), "organization": one.organization} for one in found])


class GroupHandler(ApiHandler):
    """`/api/group/{organization}/{group}`."""

    def _level(self) -> str:
        body = self.json_body()
        return str(body.get("perms") or body.get("permission") or body.get("level") or "read")

    async def get(self, organization: str, group: str) -> None:
        """One group."""
        found = await self.read(lambda work: groups.get(work, self.actor, organization, group))
        self.send_json(documents.group(found))

    async def post(self, organization: str, group: str) -> None:
        """Create a group; `perms` is `read`, `write` or `admin`."""
        level = self._level()
        await self.write_work(lambda work: groups.create(work, self.actor, organization, group, level))
        self.send_nothing()

    async def patch(self, organization: str, group: str) -> None:
        """Give a group another level."""
        level = self._level()
        found = await self.write_work(lambda work: groups.edit(work, self.actor, organization, group, level=level))
        self.send_json(documents.group(found))

    async def delete(self, organization: str, group: str) -> None:
        """Delete a group."""
        await self.write_work(lambda work: groups.delete(work, self.actor, organization, group))
        self.send_nothing()


class GroupMembersHandler(ApiHandler):
    """`/api/group/{organization}/{group}/members`."""

    async def get(self, organization: str, group: str) -> None:
        """The members, by name."""
        found = await self.read(lambda work: groups.members(work, self.actor, organization, group))
        self.send_json([documents.account(one) for one in found])


class GroupMemberHandler(ApiHandler):
    """`/api/group/{organization}/{group}/members/{user}`."""

    async def get(self, organization: str, group: str, user: str) -> None:
        """204 for a member; 404 otherwise."""
        await self.read(lambda work: groups.need_member(work, self.actor, organization, group, user))
        self.send_nothing()

    async def put(self, organization: str, group: str, user: str) -> None:
        """Make a user a member; of Owners: a co-owner."""
        await self.write_work(lambda work: groups.add_member(work, self.actor, organization, group, user))
        self.send_nothing()

    async def delete(self, organization: str, group: str, user: str) -> None:
        """End a membership; the last owner stays."""
        await self.write_work(lambda work: groups.remove_member(work, self.actor, organization, group, user))
        self.send_nothing()


class GroupPackagesHandler(ApiHandler):
    """`/api/group/{organization}/{group}/packages`."""

    async def get(self, organization: str, group: str) -> None:
        """The packages the group lists."""
        found = await self.read(lambda work: groups.packages(work, self.actor, organization, group))
        self.send_json(
            [{"full_name": f"{one.channel}/{one.name}", "name": one.name, "summary": one.summary} for one in found]
        )


class GroupPackageHandler(ApiHandler):
    """`/api/group/{organization}/{group}/packages/{name}`."""

    async def put(self, organization: str, group: str, name: str) -> None:
        """List a package in the group."""
        await self.write_work(lambda work: groups.add_package(work, self.actor, organization, group, name))
        self.send_nothing()

    async def delete(self, organization: str, group: str, name: str) -> None:
        """Take a package off the group's list."""
        await self.write_work(lambda work: groups.remove_package(work, self.actor, organization, group, name))
        self.send_nothing()
