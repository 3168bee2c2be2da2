"""Organizations and their groups."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...client.client import RepoClient
from .base import SEGMENT, RepoHandler


def mine(client: RepoClient) -> dict[str, object]:
    """The organizations and groups the person is in; `owner` says whose settings they may change."""
    owned = {one["login"] for one in client.organizations()}
    groups = client.my_groups()
    names = sorted(owned | {str(group["organization"]) for group in groups}, key=str.lower)
    return {
        "organizations": [{"login": name, "name": name, "owner": name in owned} for name in names],
        "groups": groups,
    }


class OrganizationsHandler(RepoHandler):
    """One's organizations."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """The organizations and groups one is in."""
        self.send(await self.off_loop(mine, self.connection.signed_in()))

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Body: `name`, `email`?; answers the organization, which one owns."""
        fields, client = self.fields(), self.connection.signed_in()
        made = await self.off_loop(client.create_organization, fields.text("name"), fields.text("email", ""))
        self.send(made, 201)


class OrganizationHandler(RepoHandler):
    """One organization. It is deleted on its web page only, which asks for the password."""

    @web.authenticated
    @authorized
    async def patch(self, organization: str) -> None:
        """Body: `email` and/or `display_name`; answers the organization."""
        changes = self.fields().only("email", "display_name")
        self.send(await self.off_loop(self.connection.signed_in().edit_organization, organization, changes))


class MemberHandler(RepoHandler):
    """Somebody in an organization."""

    @web.authenticated
    @authorized
    async def delete(self, organization: str, user: str) -> None:
        """End everything they may do there."""
        await self.off_loop(self.connection.signed_in().expel, organization, user)
        self.send_nothing()


class GroupsHandler(RepoHandler):
    """The groups of an organization."""

    @web.authenticated
    @authorized
    async def get(self, organization: str) -> None:
        """Owners, then the others."""
        self.send({"groups": await self.off_loop(self.connection.signed_in().groups, organization)})

    @web.authenticated
    @authorized
    async def post(self, organization: str) -> None:
        """Body: `name`, `level`; answers all groups."""
        fields, client = self.fields(), self.connection.signed_in()
        await self.off_loop(client.create_group, organization, fields.text("name"), fields.text("level"))
        self.send({"groups": await self.off_loop(client.groups, organization)}, 201)


class GroupAnswer(RepoHandler):
    """Answers with a group, its members and packages."""

    async def send_group(self, organization: str, group: str) -> None:
        """The group as it is now."""
        self.send(await self.off_loop(self.connection.signed_in().group, organization, group))


class GroupHandler(GroupAnswer):
    """One group."""

    @web.authenticated
    @authorized
    async def get(self, organization: str, group: str) -> None:
        """With its members and packages."""
        await self.send_group(organization, group)

    @web.authenticated
    @authorized
    async def patch(self, organization: str, group: str) -> None:
        """Body: `level`; answers the group."""
        level = self.fields().text("level")
        await self.off_loop(self.connection.signed_in().edit_group, organization, group, level)
        await self.send_group(organization, group)

    @web.authenticated
    @authorized
    async def delete(self, organization: str, group: str) -> None:
        """Delete it; what its members had by it ends."""
        await self.off_loop(self.connection.signed_in().delete_group, organization, group)
        self.send_nothing()


class GroupMemberHandler(GroupAnswer):
    """Somebody in a group; in Owners: a co-owner."""

    async def _set(self, organization: str, group: str, user: str, *, on: bool) -> None:
        await self.off_loop(self.connection.signed_in().set_group_member, organization, group, user, on=on)
        await self.send_group(organization, group)

    @web.authenticated
    @authorized
    async def put(self, organization: str, group: str, user: str) -> None:
        """Add them; answers the group."""
        await self._set(organization, group, user, on=True)

    @web.authenticated
    @authorized
    async def delete(self, organization: str, group: str, user: str) -> None:
        """Remove them; answers the group."""
        await self._set(organization, group, user, on=False)


class GroupPackageHandler(GroupAnswer):
    """A package that a group lists."""

    async def _set(self, organization: str, group: str, name: str, *, on: bool) -> None:
        await self.off_loop(self.connection.signed_in().set_group_package, organization, group, name, on=on)
        await self.send_group(organization, group)

    @web.authenticated
    @authorized
    async def put(self, organization: str, group: str, name: str) -> None:
        """List it; answers the group."""
        await self._set(organization, group, name, on=True)

    @web.authenticated
    @authorized
    async def delete(self, organization: str, group: str, name: str) -> None:
        """Take it off; answers the group."""
        await self._set(organization, group, name, on=False)


ROUTES = [
    (r"/jupyter-repo/organizations", OrganizationsHandler),
    (rf"/jupyter-repo/organizations/{SEGMENT}", OrganizationHandler),
    (rf"/jupyter-repo/organizations/{SEGMENT}/members/{SEGMENT}", MemberHandler),
    (rf"/jupyter-repo/groups/{SEGMENT}", GroupsHandler),
    (rf"/jupyter-repo/groups/{SEGMENT}/{SEGMENT}", GroupHandler),
    (rf"/jupyter-repo/groups/{SEGMENT}/{SEGMENT}/members/{SEGMENT}", GroupMemberHandler),
    (rf"/jupyter-repo/groups/{SEGMENT}/{SEGMENT}/packages/{SEGMENT}", GroupPackageHandler),
]
