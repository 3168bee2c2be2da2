"""Where the names of a channel come from: its mirrors, for its owners, and a form that answers for one name."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import RepoError
from ...models import Account, Kind
from ...permissions import Op
from ...service import accounts, mirrors
from ...service.access import about, decide
from ...service.mirrors import Mirror, Resolution
from ...service.work import Work
from .base import PageHandler
from .settings.base import sections


@dataclass(frozen=True)
class _Shown:
    channel: Account
    mirrors: list[Mirror] | None
    """None: not for this viewer"""
    answers: list[tuple[Kind, Resolution]]
    error: str = ""


class ResolvePage(PageHandler):
    """`/<channel>/settings/mirrors`."""

    async def get(self, owner: str) -> None:
        """What the viewer may know of where names come from."""
        name = self.get_query_argument("name", "").strip()[:128]
        shown = await self.read(lambda work: self._look(work, owner, name))
        if shown.mirrors is None:
            self.page("mirrors/page.html", shown=shown, name=name)
            return
        channel = shown.channel
        self.page(
            "mirrors/settings.html",
            shown=shown,
            name=name,
            subject=channel.name,
            sections=sections(channel, kept=True),
            section="mirrors",
            section_title="Mirrors",
        )

    def _look(self, work: Work, owner: str, name: str) -> _Shown:
        channel = accounts.channel(work, self.actor, owner)
        may_manage = decide(work, self.actor, Op.MANAGE_MIRRORS, about(channel)).allowed
        found = mirrors.listing(work, self.actor, owner) if may_manage else None
        try:
            answers = [(kind, mirrors.resolve(work, self.actor, owner, kind, name)) for kind in mirrors.KINDS if name]
        except RepoError as error:
            return _Shown(channel, found, [], error.message)
        return _Shown(channel, found, answers)
