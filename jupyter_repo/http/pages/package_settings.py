"""The settings of one package: what it says of itself, its labels, who works on it, access, transfer, deletion."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar

from ...errors import Forbidden, InvalidRequest, RepoError
from ...models import AccountKind, File, Kind
from ...permissions import LEVELS, Op
from ...service import accounts, collaborators, details, groups, labels, packages, projects, transfers, trash
from ...service.access import about, decide, require
from ...service.packages import Found
from ...service.slices import Slice
from ...service.work import Work
from .base import OwnPage
from .dashboard import ACCESS
from .forms import Form
from .paging import paged, part

LINKS = ("home", "dev_url", "doc_url")
SECTIONS = (
    ("general", "", "General", Op.EDIT_SETTINGS),
    ("labels", "/labels", "Labels", Op.SET_LABELS),
    ("collaborators", "/collaborators", "Collaborators", Op.MANAGE_COLLABORATORS),
    ("admin", "/admin", "Admin", Op.EDIT_SETTINGS),
)
Change = Callable[[Work, Form], str]


class PackageSettingsPage(OwnPage):
    """One section; `changes` names what its forms do (the `do` of the pressed button)."""

    section: ClassVar[str]
    operation: ClassVar[Op]
    codes: ClassVar[dict[str, str]] = {}
    """the field that an error of that code is about"""

    def changes(self, owner: str, name: str) -> dict[str, Change]:
        """What each form does; a change returns what is said afterwards."""
        raise NotImplementedError

    def values(self, work: Work, found: Found) -> dict[str, Any]:
        """What the section's template shows."""
        raise NotImplementedError

    async def get(self, owner: str, name: str) -> None:
        """The section."""
        await self.show(owner, name, None)

    async def post(self, owner: str, name: str) -> None:
        """Do what the pressed button says."""
        form = Form.sent(self)
        change = self.changes(owner, name).get(form.text("do"))
        if change is None:
            raise InvalidRequest("press one of the buttons of the page")
        try:
            said = await self.write_work(lambda work: change(work, form))
        except RepoError as error:
            form.refuse(error, self.codes)
            await self.show(owner, name, form)
            return
        self.flash(said)
        self.go(self.next_page(owner, name, form))

    def next_page(self, owner: str, name: str, form: Form) -> str:  # noqa: ARG002
        """Where to go after a change."""
        return self.request.path

    async def show(self, owner: str, name: str, form: Form | None) -> None:
        """The section with `form` as it was sent; None: with what is so now."""

        def look(work: Work) -> tuple[Found, list[tuple[str, str, str]], dict[str, Any]]:
            found = packages.get(work, self.actor, owner, name)
            target = about(found.channel, found.package)
            there = [one for one in SECTIONS if decide(work, self.actor, one[3], target).allowed]
            if self.section not in [one[0] for one in there]:
                if not there:
                    require(work, self.actor, self.operation, target)
                return found, self.sections(found, there), {}
            return found, self.sections(found, there), self.values(work, found)

        found, sections, values = await self.read(look)
        if not values:  # it has sections for this person, but not this one
            if self.section != "general":
                raise Forbidden(f"you may not change this of {found.channel.name}/{found.package.name}")
            self.go(sections[0][1])
            return
        values["form"] = form if form is not None else values["form"]
        title = next(one[2] for one in SECTIONS if one[0] == self.section)
        self.page(
            f"package_settings/{self.section}.html",
            package=found.package,
            channel=found.channel,
            subject=f"{found.channel.name}/{found.package.name}",
            sections=sections,
            section=self.section,
            section_title=title,
            **values,
        )

    @staticmethod
    def sections(found: Found, there: list[tuple[str, str, str, Op]]) -> list[tuple[str, str, str]]:
        """The side navigation."""
        base = f"/{found.channel.name}/{found.package.name}/settings"
        return [(key, base + path, title) for key, path, title, _ in there]


class GeneralPage(PackageSettingsPage):
    """`/<channel>/<name>/settings`."""

    section, operation = "general", Op.EDIT_SETTINGS

    def values(self, work: Work, found: Found) -> dict[str, Any]:
        """Summary, links, status, and what can be yanked."""
        aside = details.aside(work, self.actor, found.package)
        asked = part(self)
        files = paged(
            packages.files(work, found.package, kinds=[Kind.PYPI], part=asked), lambda one: str(one.id), asked
        )
        kept = {key: str(found.package.attrs.get(key) or "") for key in LINKS}
        form = Form.of(summary=found.package.summary, status=aside.status, status_reason=aside.status_reason, **kept)
        return {"form": form, "files": files, "statuses": [(str(one), str(one)) for one in projects.Status]}

    def changes(self, owner: str, name: str) -> dict[str, Change]:
        """Describe, mark, yank."""

        def describe(work: Work, form: Form) -> str:
            links = {key: form.text(key) for key in LINKS}
            for key, link in links.items():
                if link and not re.fullmatch(r"https?://[^\s\"'<>]{3,500}", link):
                    raise InvalidRequest("Give an address that begins with https:// or http://.", field=key)
            packages.edit(work, self.actor, owner, name, summary=form.text("summary"), attrs=dict(links))
            return "Saved."

        def mark(work: Work, form: Form) -> str:
            projects.set_status(work, self.actor, owner, name, form.text("status"), form.text("status_reason"))
            return f"The package is {form.text('status')} now."

        def yank(work: Work, form: Form) -> str:
            file = self._file(work, owner, name, form.text("file"))
            reason = form.text("reason") if form.text("do") == "yank" else None
            projects.yank(work, self.actor, owner, name, file.version, file.basename, reason)
            return f"{file.filename} is {'yanked' if reason is not None else 'offered again'}."

        return {"describe": describe, "mark": mark, "yank": yank, "unyank": yank}

    def _file(self, work: Work, owner: str, name: str, key: str) -> File:
        found = packages.get(work, self.actor, owner, name, Op.DELETE_FILES)
        wanted = Slice(key).number
        file = packages.file_of(work, found.package, wanted) if wanted is not None else None
        if file is None:
            raise InvalidRequest("choose a file of the package", field="file")
        return file


class LabelsPage(PackageSettingsPage):
    """`/<channel>/<name>/settings/labels`."""

    section, operation = "labels", Op.SET_LABELS
    codes: ClassVar = {"invalid_name": "label", "not_found": "label"}

    def values(self, work: Work, found: Found) -> dict[str, Any]:
        """The labels of each file, and which are locked."""
        asked = part(self)
        listed = paged(packages.releases(work, found.package, asked), lambda one: str(one.id), asked)
        may_lock = decide(work, self.actor, Op.LOCK_LABELS, about(found.channel)).allowed
        carried = labels.of_releases(work, listed.items)
        locks = labels.of_package(work, found.channel, found.package.id)
        return {"form": Form(), "listed": listed, "carried": carried, "locks": locks, "may_lock": may_lock}

    def changes(self, owner: str, name: str) -> dict[str, Change]:
        """Add, remove, copy, move, lock, unlock."""

        def add(work: Work, form: Form) -> str:
            label, version = form.text("label"), form.text("version") or None
            count = labels.add(work, self.actor, owner, label, package=name, version=version)
            return f"{count} file{'s' if count != 1 else ''} got the label {label}."

        def remove(work: Work, form: Form) -> str:
            label, version = form.text("label"), form.text("version")
            labels.remove(work, self.actor, owner, label, package=name, version=version)
            return f"{version} is without the label {label} now."

        def copy(work: Work, form: Form) -> str:
            source, target, move = form.text("source"), form.text("target"), form.text("do") == "move"
            if not target:
                raise InvalidRequest("Name the other label.", field="target")
            labels.copy(work, self.actor, owner, source, target, package=name, move=move)
            return f"What has the label {source} {'moved to' if move else 'has also'} the label {target}."

        def lock(work: Work, form: Form) -> str:
            labels.lock(work, self.actor, owner, form.text("label"))
            return f"The label {form.text('label')} of {owner} is locked: nobody changes what it holds."

        def unlock(work: Work, form: Form) -> str:
            labels.unlock(work, self.actor, owner, form.text("label"))
            return f"The label {form.text('label')} of {owner} can be changed again."

        return {"add": add, "remove": remove, "copy": copy, "move": copy, "lock": lock, "unlock": unlock}


class CollaboratorsPage(PackageSettingsPage):
    """`/<channel>/<name>/settings/collaborators`."""

    section, operation = "collaborators", Op.MANAGE_COLLABORATORS
    codes: ClassVar = {"not_found": "user", "invalid_request": "user"}

    def values(self, work: Work, found: Found) -> dict[str, Any]:
        """People and groups with their levels."""
        people = collaborators.listing(work, self.actor, found.channel.name, found.package.name)
        organization = found.channel.kind is AccountKind.ORGANIZATION
        may_list = organization and decide(work, self.actor, Op.READ_GROUPS, about(found.channel)).allowed
        known = [one.name for one in groups.listing(work, self.actor, found.channel.name)] if may_list else []
        return {
            "form": Form.of(level="read-write"),
            "people": people,
            "groups": [one for one in known if one.lower() != "owners"],
            "levels": [(word, role.title) for word, role in LEVELS.items()],
        }

    def changes(self, owner: str, name: str) -> dict[str, Change]:
        """Add and remove."""

        def add(work: Work, form: Form) -> str:
            collaborators.add(work, self.actor, owner, name, form.text("user"), form.text("level"))
            return f"{form.text('user')} has {LEVELS[form.text('level')].title} now."

        def add_group(work: Work, form: Form) -> str:
            collaborators.add_group(work, self.actor, owner, name, form.text("group"), form.text("level"))
            return f"The group {form.text('group')} has {LEVELS[form.text('level')].title} now."

        def remove(work: Work, form: Form) -> str:
            end = collaborators.remove_group if form.text("is_group") else collaborators.remove
            end(work, self.actor, owner, name, form.text("who"))
            return f"{form.text('who')} is no collaborator any more."

        return {"add": add, "add-group": add_group, "remove": remove}


class AdminPage(PackageSettingsPage):
    """`/<channel>/<name>/settings/admin`."""

    section, operation = "admin", Op.EDIT_SETTINGS
    codes: ClassVar = {
        "not_confirmed": "confirm",
        "already_exists": "to",
        "right_missing": "to",
        "not_found": "to",
        "quota_exceeded": "visibility",
    }

    def values(self, work: Work, found: Found) -> dict[str, Any]:
        """Access, where it could go, deletion."""
        targets = [one.name for one in accounts.channels_of(work, self.actor) if one.id != found.channel.id]
        return {"form": Form.of(visibility=str(found.package.visibility)), "access": ACCESS, "targets": targets}

    def changes(self, owner: str, name: str) -> dict[str, Change]:
        """Set access, transfer, delete."""

        def access(work: Work, form: Form) -> str:
            level = packages.visibility_from(form.text("visibility"))
            packages.edit(work, self.actor, owner, name, visibility=level)
            title = next(title for one, title, _ in ACCESS if one is level)
            return f"The access is {title.lower()} now."

        def transfer(work: Work, form: Form) -> str:
            to = form.text("to")
            transfers.transfer(work, self.actor, owner, name, to, confirm=form.text("confirm"))
            return f"{name} belongs to {to} now."

        def delete(work: Work, form: Form) -> str:
            found = packages.get(work, self.actor, owner, name, Op.DELETE_PACKAGE)
            title = f"{found.channel.name}/{found.package.name}"
            if form.text("typed") != title:
                raise InvalidRequest(f"Type the full name, {title}, to confirm.", field="typed")
            trash.delete(work, self.actor, owner, name)
            return f"{title} is deleted. Its files can be restored for {work.settings.restore_days} days."

        return {"access": access, "transfer": transfer, "delete": delete}

    def next_page(self, owner: str, name: str, form: Form) -> str:
        """Where the package is now, or its channel."""
        if form.text("do") == "transfer":
            return f"/{form.text('to')}/{name}"
        return f"/{owner}" if form.text("do") == "delete" else self.request.path
