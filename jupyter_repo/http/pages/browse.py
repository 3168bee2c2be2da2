"""Home with its search, lists, and channels: what anybody may look at."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlencode

from ...errors import NotFound, Unauthenticated
from ...models import Account, Kind, Visibility
from ...permissions import Op
from ...service import accounts, packages, search, stars
from ...service.access import about, decide
from ...service.search import Filters, Page, Sort
from ...service.work import Work
from .base import HERE, OwnPage, PageHandler
from .dashboard import ACCESS
from .forms import Form
from .paging import paged, part

SHOWN = 30
KEPT = ("q", "kind", "channel", "label", "licence", "visibility", "sort")
"""what the address of a search holds, and its further pages, too"""
SORTS = ((Sort.RELEVANCE, "Best match"), (Sort.DOWNLOADS, "Downloads"), (Sort.NEWEST, "Newest"))


class BrowsingPage(PageHandler):
    """A page with a list that goes on by the key of its last entry."""

    def word(self, name: str) -> str:
        """A query argument."""
        return self.get_query_argument(name, "").strip()

    def asked_kind(self) -> Kind | None:
        """The kind that the address names."""
        return packages.kind_from(self.word("kind")) if self.word("kind") else None

    def asked_sort(self) -> Sort:
        """The order that the address names; the best first where it names none that there is."""
        word = self.word("sort")
        return Sort(word) if word in set(Sort) else Sort.RELEVANCE

    def later(self, after: str) -> str:
        """The address of the next page; empty on the last."""
        kept = [(name, self.word(name)) for name in KEPT if self.word(name)]
        return f"{self.href(self.request.path)}?{urlencode([*kept, ('after', after)])}" if after else ""

    def look(self, work: Work, filters: Filters) -> Page:
        """What was asked for: by words where there are some, else what changed last."""
        text, after = self.word("q"), self.word("after")
        if text:
            return search.find(work, self.actor, text, filters, sort=self.asked_sort(), after=after, limit=SHOWN)
        return search.recent(work, self.actor, filters, after=after, limit=SHOWN)


class HomeHandler(BrowsingPage):
    """`/`: search, and what is new."""

    async def get(self) -> None:
        """Search first; visitors may sign in beside it."""

        def look(work: Work) -> Page:
            channel = self.word("channel")
            return self.look(
                work,
                Filters(
                    kind=self.asked_kind(),
                    channel=accounts.channel(work, self.actor, channel) if channel else None,
                    label=self.word("label"),
                    licence=self.word("licence"),
                    visibility=packages.visibility_from(self.word("visibility")) if self.word("visibility") else None,
                ),
            )

        asked = Form.of(**{name: self.word(name) for name in KEPT})
        searched = any(asked.text(name) for name in KEPT if name not in ("kind", "sort"))
        try:
            found = await self.read(look)
        except (NotFound, Unauthenticated):  # a channel that is not there, or shows nothing: nothing is found in it
            found = Page((), "")
        self.page(
            "search.html" if searched else "home.html",
            found=found,
            asked=asked,
            kept=[(name, asked.text(name)) for name in KEPT if name != "kind"],
            kind=asked.text("kind"),
            sorts=SORTS,
            accesses=[("", "All"), *((one, title) for one, title, _ in ACCESS if one is not Visibility.UNLISTED)],
            later=self.later(found.after),
        )


class ListPage(BrowsingPage):
    """A list of everything of some kinds."""

    title: ClassVar[str] = "View all"
    lead: ClassVar[str] = "Everything that is published here and that you may see, newest first."
    filters: ClassVar[Filters] = Filters()

    async def get(self) -> None:
        """The list."""
        found = await self.read(lambda work: self.look(work, self.filters))
        self.page("list.html", found=found, title=self.title, lead=self.lead, later=self.later(found.after))


class PackagesPage(ListPage):
    """`/packages`."""

    title, filters = "Packages", Filters(installable=True)
    lead = "What conda, mamba, pixi, pip and uv install."


class NotebooksPage(ListPage):
    """`/notebooks`."""

    title, filters = "Notebooks", Filters(kind=Kind.NOTEBOOK)
    lead = "Published from Jupyter, to be read here and opened there."


class EnvironmentsPage(ListPage):
    """`/environments`."""

    title, filters = "Environments", Filters(kind=Kind.ENVIRONMENT)
    lead = "Lists of packages that conda creates in one step."


class FavoritesPage(OwnPage):
    """`/favorites`: starred things."""

    async def get(self) -> None:
        """What the person starred and may still see."""
        asked = part(self)
        found = await self.read(lambda work: stars.listing(work, self.actor, asked))
        self.page("favorites.html", listed=paged(found, lambda one: str(one.package.id), asked))


class StarHandler(OwnPage):
    """`/stars/<channel>/<name>`: the star of a package's page."""

    async def post(self, owner: str, name: str) -> None:
        """Star it, or take the star away, and go back."""
        change = stars.put if self.get_body_argument("starred", "") == "1" else stars.remove
        await self.write_work(lambda work: change(work, self.actor, owner, name))
        self.go(f"/{owner}/{name}")


class ChannelHandler(BrowsingPage):
    """`/<channel>`."""

    async def get(self, owner: str) -> None:
        """What the channel shows to this viewer."""

        def look(work: Work) -> tuple[Account, Page, bool]:
            channel = accounts.channel(work, self.actor, owner)
            if not accounts.shows(work, self.actor, channel):
                raise NotFound(f"the channel {owner} does not exist, or shows you nothing")
            mine = decide(work, self.actor, Op.CREATE_PACKAGE, about(channel)).allowed
            return channel, self.look(work, Filters(kind=self.asked_kind(), channel=channel)), mine

        channel, found, mine = await self.read(look)
        self.page(
            "channel.html",
            channel=channel,
            found=found,
            text=self.word("q"),
            kind=self.word("kind"),
            mine=mine,
            later=self.later(found.after),
        )


class FaviconHandler(PageHandler):
    """`/favicon.ico`."""

    async def get(self) -> None:
        """The mark."""
        self.set_header("Content-Type", "image/svg+xml")
        self.set_header("Cache-Control", "public, max-age=86400")
        self.finish((HERE / "static" / "mark.svg").read_bytes())


class LandscapeHandler(PageHandler):
    """`/landscape`: what the Tools list called home on older sites."""

    async def get(self) -> None:
        """Home."""
        self.go("/")
