"""What the active account made, what happened to it, and setting the access of many things at once."""

from __future__ import annotations

from urllib.parse import urlencode

from ...errors import InvalidRequest, RepoError
from ...models import Visibility
from ...permissions import Op
from ...service import accounts, notifications, packages, search
from ...service.access import about, decide
from ...service.notifications import Notification
from ...service.search import Filters, Page
from ...service.work import Work
from ..numbers import whole_number
from .base import HOME, OwnPage

SHOWN = 40
LATEST = 3
"""new notifications that the dashboard shows"""
ACCESS = (
    (Visibility.PUBLIC, "Public", "Everybody finds and downloads it."),
    (Visibility.AUTHENTICATED, "Signed-in people", "Everybody with an account here."),
    (Visibility.UNLISTED, "Unlisted", "Whoever has the address; it is in no list, search or index."),
    (Visibility.PRIVATE, "Private", "Its owners, its collaborators, and groups that list it."),
)
"""the words for who may see a thing, as forms offer them"""


class DashboardPage(OwnPage):
    """`/dashboard`."""

    async def get(self) -> None:
        """The things of the active account, newest first. Query: `kind`, `q`, `after`."""
        kind, text = self.get_query_argument("kind", ""), self.get_query_argument("q", "").strip()
        after, channel = self.get_query_argument("after", ""), self.active or self.me

        def look(work: Work) -> tuple[Page, list[Notification], bool]:
            filters = Filters(packages.kind_from(kind) if kind else None, channel=channel)
            page = (
                search.find(work, self.actor, text, filters, after=after, limit=SHOWN)
                if text
                else search.recent(work, self.actor, filters, after=after, limit=SHOWN)
            )
            new = [one for one in notifications.listing(work, self.actor, limit=20) if one.read_at is None]
            return page, new[:LATEST], decide(work, self.actor, Op.CREATE_PACKAGE, about(channel)).allowed

        page, new, may_add = await self.read(look)
        following = {"kind": kind, "q": text, "after": page.after}
        self.page(
            "dashboard.html",
            channel=channel,
            found=[hit.one for hit in page.hits],
            older=f"{self.href(HOME)}?{urlencode(following)}" if page.after else "",
            first=self.href(HOME) if after else "",
            kind=kind,
            text=text,
            new=new,
            may_add=may_add,
            access=ACCESS,
            editing=Op.EDIT_SETTINGS,
        )


class SetAccessHandler(OwnPage):
    """`/dashboard/access`."""

    async def post(self) -> None:
        """Give the chosen things one access, all or none: `channel`, `name` (repeated), `visibility`."""
        names = self.get_body_arguments("name")
        channel, word = self.get_body_argument("channel", self.me.name), self.get_body_argument("visibility", "")

        def change(work: Work) -> None:
            if not names:
                raise InvalidRequest("Choose at least one thing in the list first.")
            if not word:
                raise InvalidRequest("Choose who may see the things.")
            owner = accounts.channel(work, self.actor, channel)
            packages.set_access(work, self.actor, owner.name, names, packages.visibility_from(word))

        try:
            await self.write_work(change)
        except RepoError as error:
            self.flash(error.message, "problem")
        else:
            title = next(title for value, title, _ in ACCESS if value == word).lower()
            what = names[0] if len(names) == 1 else f"{len(names)} things"
            self.flash(f"{what} {'is' if len(names) == 1 else 'are'} {title} now.")
        self.go(f"{HOME}?{urlencode({'kind': self.get_body_argument('kind', '')})}")


class NotificationsPage(OwnPage):
    """`/notifications`."""

    async def get(self) -> None:
        """All messages, newest first; `before` (an id) leads to older ones."""
        before = self.get_query_argument("before", "")
        key = whole_number(before)
        if before and key is None:
            raise InvalidRequest("before must be the number of a notification")
        found = await self.read(lambda work: notifications.listing(work, self.actor, limit=SHOWN + 1, before=key))
        older = self.href(f"/notifications?before={found[SHOWN - 1].id}") if len(found) > SHOWN else ""
        first = self.href("/notifications") if before else ""
        self.page("notifications.html", found=found[:SHOWN], older=older, first=first)

    async def post(self) -> None:
        """Mark one as read (`id`), or all."""
        only = self.get_body_argument("id", "")
        key = whole_number(only)
        if only and key is None:
            raise InvalidRequest("id must be the number of a notification")
        await self.write_work(lambda work: notifications.mark_read(work, self.actor, key))
        self.go("/notifications")
