"""Settings > Organizations, creating one, and Group membership."""

from __future__ import annotations

from typing import Any

from ....errors import InvalidRequest, RepoError
from ....models import Account, AccountKind, Group
from ....service import accounts, groups, own, sessions
from ....service.work import Work
from ..base import OwnPage
from ..forms import Form
from ..paging import paged, part
from .base import SettingsPage
from .groups import TITLES


class OrganizationsPage(SettingsPage):
    """`/<user>/settings/organizations`: those that the person administers."""

    section, template = "organizations", "settings/organizations.html"

    def open(self, work: Work, owner: str) -> Account:
        """A person's own account."""
        account = super().open(work, owner)
        if account.kind is AccountKind.ORGANIZATION:
            raise InvalidRequest(f"{account.name} is an organization: its people are under Groups")
        return account

    def values(self, work: Work, account: Account) -> dict[str, Any]:
        """The organizations, by name."""
        asked = part(self)
        found = accounts.organizations_of(work, account, asked)
        return {"listed": paged(found, lambda one: one.name.lower(), asked)}


class OrganizationsRedirect(OwnPage):
    """`/organizations`."""

    async def get(self) -> None:
        """To the person's list, for whomever they act."""
        self.go(f"/{self.me.name}/settings/organizations")


class NewOrganizationPage(OwnPage):
    """`/organizations/new`."""

    async def get(self) -> None:
        """The form."""
        self.page("settings/new_organization.html", form=Form.of(email=self.me.email))

    async def post(self) -> None:
        """Create it, act for it from now on, and show its groups, where its people are added."""
        form = Form.sent(self)

        def change(work: Work) -> Account:
            made = own.create_organization(work, self.actor, form.text("name"), email=form.text("email"))
            if self.session is not None:
                sessions.switch(work, self.session, made.name)
            return made

        try:
            if not form.text("email"):
                raise InvalidRequest("Give an e-mail address where the organization is reached.", field="email")
            made = await self.write_work(change)
        except RepoError as error:
            fields = {"invalid_name": "name", "already_exists": "name", "invalid_request": "email"}
            form.refuse(error, fields)
            self.page("settings/new_organization.html", form=form)
            return
        self.flash(f"{made.name} is there, and you act for it now. Add its people and packages to groups.")
        self.go(f"/{made.name}/groups/")


class MembershipPage(OwnPage):
    """`/groups`: Group membership."""

    async def get(self) -> None:
        """Every organization the person belongs to, with their groups and levels."""
        asked = part(self)

        def look(work: Work) -> tuple[list[Group], set[str]]:
            return groups.of(work, self.me, asked), {one.name for one in accounts.organizations_of(work, self.me)}

        found, owned = await self.read(look)
        self.page("membership.html", listed=paged(found, groups.membership_key, asked), titles=TITLES, owned=owned)
