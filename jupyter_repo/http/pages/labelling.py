"""The labels of a channel, and the notices that conda shows to its users."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time

from ...errors import InvalidRequest, NotFound, RepoError
from ...models import Account
from ...permissions import Op
from ...service import accounts, labels, notices
from ...service.access import about, decide, require
from ...service.labels import Used
from ...service.work import Work
from .base import OwnPage, PageHandler
from .forms import Form
from .paging import Paged, paged, part
from .settings.base import sections

LINES = 2
"""empty lines for further notices"""


class MyLabelsPage(OwnPage):
    """`/labels`: those of the active account."""

    async def get(self) -> None:
        """Go there."""
        assert self.active is not None  # OwnPage lets nobody else through
        self.go(f"/labels/{self.active.name}")


@dataclass(frozen=True)
class Labelled:
    """What a channel's labels page shows."""

    channel: Account
    found: Paged[Used]
    may_set: bool
    may_lock: bool
    may_notify: bool


class LabelsPage(PageHandler):
    """`/labels/<channel>`."""

    async def get(self, owner: str) -> None:
        """Each label: its files, its address, its lock."""
        await self.show(owner, Form())

    async def post(self, owner: str) -> None:
        """Copy, remove, lock or unlock a label of the whole channel."""
        form = Form.sent(self)
        change = self._changes(owner).get(form.text("do"))
        if change is None:
            raise InvalidRequest("press one of the buttons of the page")
        try:
            said = await self.write_work(lambda work: change(work, form))
        except RepoError as error:
            form.refuse(error, {"invalid_name": "target", "not_found": "source"})
            await self.show(owner, form)
            return
        self.flash(said)
        self.go(f"/labels/{owner}")

    def _changes(self, owner: str) -> dict[str, Callable[[Work, Form], str]]:
        def copy(work: Work, form: Form) -> str:
            source, target, move = form.text("source"), form.text("target"), form.text("do") == "move"
            labels.copy(work, self.actor, owner, source, target, move=move)
            return f"What has the label {source} {'moved to' if move else 'has also'} the label {target}."

        def remove(work: Work, form: Form) -> str:
            count = labels.remove(work, self.actor, owner, form.text("label"))
            return f"The label {form.text('label')} was taken off {count} file{'s' if count != 1 else ''}."

        def lock(work: Work, form: Form) -> str:
            labels.lock(work, self.actor, owner, form.text("label"))
            return f"{form.text('label')} is locked: nobody changes what it holds."

        def unlock(work: Work, form: Form) -> str:
            labels.unlock(work, self.actor, owner, form.text("label"))
            return f"{form.text('label')} can be changed again."

        return {"copy": copy, "move": copy, "remove": remove, "lock": lock, "unlock": unlock}

    async def show(self, owner: str, form: Form) -> None:
        """The page with `form` as it was sent."""
        asked = part(self)

        def look(work: Work) -> Labelled:
            channel = accounts.channel(work, self.actor, owner)
            if not accounts.shows(work, self.actor, channel):
                raise NotFound(f"the channel {owner} does not exist, or shows you nothing")
            may = {
                operation: decide(work, self.actor, operation, about(channel)).allowed
                for operation in (Op.SET_LABELS, Op.LOCK_LABELS, Op.EDIT_SETTINGS)
            }
            found = labels.counts(work, self.actor, owner, asked)
            return Labelled(channel, paged(found, lambda one: one.label, asked), *may.values())

        self.page("labels.html", labelled=await self.read(look), form=form)


class NoticesPage(OwnPage):
    """`/<channel>/settings/notices`."""

    async def get(self, owner: str) -> None:
        """The notices, each on a line, and empty lines for more."""
        found = await self.read(lambda work: notices.shown(work, self.actor, owner))
        values: dict[str, str | bool | list[str]] = {}
        for number, one in enumerate(found):
            until = f"{one.expires_at:%Y-%m-%d}"
            values |= {f"message-{number}": one.message, f"level-{number}": one.level, f"until-{number}": until}
        await self._show(owner, Form.of(**values), len(found) + LINES)

    async def _show(self, owner: str, form: Form, lines: int) -> None:
        def look(work: Work) -> Account:
            channel = accounts.channel(work, self.actor, owner)
            require(work, self.actor, Op.EDIT_SETTINGS, about(channel))
            return channel

        channel = await self.read(look)
        self.page(
            "notices.html",
            form=form,
            lines=min(lines, notices.MOST),
            levels=[(level, level.title()) for level in notices.LEVELS],
            subject=channel.name,
            sections=sections(channel, kept=True),
            section="notices",
            section_title="Notices",
        )

    async def post(self, owner: str) -> None:
        """Make what was typed the channel's notices; a line without a message is none."""
        form = Form.sent(self)
        lines = len([name for name in form.values if name.startswith("message-")])

        def change(work: Work) -> None:
            wanted = []
            for number in range(lines):
                message = form.text(f"message-{number}")
                if message:
                    until = _day(form, f"until-{number}")
                    wanted.append((message, form.text(f"level-{number}"), until))
            notices.replace(work, self.actor, owner, wanted)

        try:
            await self.write_work(change)
        except RepoError as error:
            form.refuse(error, {})
            await self._show(owner, form, lines)
            return
        self.flash("Saved. conda shows the notices to those who use the channel.")
        self.go(self.request.path)


def _day(form: Form, name: str) -> datetime:
    try:
        day = datetime.strptime(form.text(name), "%Y-%m-%d").date()  # a day; the zone comes below
    except ValueError:
        raise InvalidRequest("Say until which day it is shown, as 2030-01-31.", field=name) from None
    return datetime.combine(day, time(23, 59, 59), UTC)
