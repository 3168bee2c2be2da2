"""An organization's groups: their level, their members by username, their packages; and its people."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ....models import Account
from ....names import package_key
from ....permissions import LEVELS
from ....service import groups
from ....service.work import Work
from ..forms import Form
from ..paging import paged, part
from .base import SettingsPage

LEVEL_CHOICES = (
    ("read", "Read", "See and download the packages that the group lists."),
    ("read-write", "Read-Write", "Also upload new versions, delete files and set labels."),
    ("admin", "Admin", "Also change access, settings and collaborators, delete and transfer."),
)
TITLES = {word: role.title for word, role in LEVELS.items()} | {"owner": "Owners"}


class GroupsPage(SettingsPage):
    """`/<org>/groups/`."""

    section, template = "groups", "settings/groups.html"

    async def _create(self, account: Account, form: Form) -> str:
        name, level = form.text("name"), form.text("level")
        made = await self.write_work(lambda work: groups.create(work, self.actor, account.name, name, level))
        self.flash(f"The group {made.name} is there. Add members and packages.")
        self.go(f"/{account.name}/groups/{quote(made.name)}/")
        return ""

    async def _expel(self, account: Account, form: Form) -> str:
        user = form.text("user")
        await self.write_work(lambda work: groups.expel(work, self.actor, account.name, user))
        return f"{user} has no part in {account.name} any more."

    def values(self, work: Work, account: Account) -> dict[str, Any]:
        """The groups, and all people of the organization."""
        asked, people_asked = part(self, "group_after"), part(self)
        found = groups.listing(work, self.actor, account.name, asked)
        people = groups.people(work, self.actor, account.name, people_asked)
        return {
            "listed": paged(found, lambda one: one.name.lower(), asked, "group_after"),
            "people": paged(people, lambda one: one.account.name.lower(), people_asked),
            "levels": LEVEL_CHOICES,
            "titles": TITLES,
            "now": Form.of(level="read"),
        }

    actions = {"create": _create, "expel": _expel}  # noqa: RUF012  # a constant of the class
    fields = {  # noqa: RUF012
        "invalid_name": "name",
        "already_exists": "name",
        "last_owner": "user",
        "expel not_found": "user",
    }


class GroupPage(SettingsPage):
    """`/<org>/groups/<group>/`."""

    section, template = "groups", "settings/group.html"

    async def get(self, owner: str, group: str) -> None:  # type: ignore[override]  # one more part of the address
        """The group."""
        self.group = group
        await super().get(owner)

    async def post(self, owner: str, group: str) -> None:  # type: ignore[override]
        """Change it."""
        self.group = group
        await super().post(owner)

    async def _level(self, account: Account, form: Form) -> str:
        level = form.text("level")
        done = await self.write_work(lambda work: groups.edit(work, self.actor, account.name, self.group, level=level))
        return f"{done.name} has {TITLES[done.level]} on its packages now."

    async def _add_member(self, account: Account, form: Form) -> str:
        user = form.text("user")
        await self.write_work(lambda work: groups.add_member(work, self.actor, account.name, self.group, user))
        return f"{user} is in the group now, and was told."

    async def _remove_member(self, account: Account, form: Form) -> str:
        user = form.text("member")
        await self.write_work(lambda work: groups.remove_member(work, self.actor, account.name, self.group, user))
        return f"{user} is in the group no more."

    async def _add_package(self, account: Account, form: Form) -> str:
        name = form.text("package")
        await self.write_work(lambda work: groups.add_package(work, self.actor, account.name, self.group, name))
        return f"The group has {name} now."

    async def _remove_package(self, account: Account, form: Form) -> str:
        name = form.text("listed_package")
        await self.write_work(lambda work: groups.remove_package(work, self.actor, account.name, self.group, name))
        return f"The group has {name} no more."

    async def _delete(self, account: Account, form: Form) -> str:  # noqa: ARG002
        await self.write_work(lambda work: groups.delete(work, self.actor, account.name, self.group))
        self.flash(f"The group {self.group} is deleted.")
        self.go(f"/{account.name}/groups/")
        return ""

    def values(self, work: Work, account: Account) -> dict[str, Any]:
        """Its members and packages."""
        found = groups.get(work, self.actor, account.name, self.group)
        asked, packages_asked = part(self), part(self, "package_after")
        members = groups.members(work, self.actor, account.name, self.group, asked)
        packages = groups.packages(work, self.actor, account.name, self.group, packages_asked)
        return {
            "group": found,
            "built_in": groups.is_owners(found.name),
            "members": paged(members, lambda one: one.name.lower(), asked),
            "packages": paged(packages, lambda one: package_key(one.name), packages_asked, "package_after"),
            "levels": LEVEL_CHOICES,
            "titles": TITLES,
            "now": Form.of(level=found.level),
            "section_title": found.name,
        }

    actions = {  # noqa: RUF012  # a constant of the class
        "level": _level,
        "add-member": _add_member,
        "remove-member": _remove_member,
        "add-package": _add_package,
        "remove-package": _remove_package,
        "delete": _delete,
    }
    fields = {  # noqa: RUF012
        "invalid_name": "user",
        "last_owner": "member",
        "add-member not_found": "user",
        "remove-member not_found": "member",
        "add-package not_found": "package",
        "remove-package not_found": "",
    }
