"""Home, a channel, a package: what anybody may look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from ...errors import InvalidRequest, NotFound
from ...models import Account, File, Kind, Release
from ...permissions import Op
from ...service import accounts, packages, search
from ...service.access import about, decide
from ...service.packages import Counted
from ...service.search import Filters
from ...service.work import Work
from ..api import documents
from .base import HERE, POLICY, PageHandler
from .notebooks import MAX_RENDERED
from .rendering import render

SHOWN = 200


class HomeHandler(PageHandler):
    """`/`."""

    async def get(self) -> None:
        """Search, and what is new."""
        text = self.get_query_argument("q", "").strip()
        kind = self.get_query_argument("kind", "")

        def look(work: Work) -> list[Counted]:
            filters = Filters(packages.kind_from(kind) if kind else None)
            ask = partial(search.find, text=text) if text else search.recent
            return [hit.one for hit in ask(work, self.actor, filters=filters, limit=SHOWN).hits]

        self.page("home.html", found=await self.read(look), text=text, kind=kind)


class ChannelHandler(PageHandler):
    """`/<channel>`."""

    async def get(self, owner: str) -> None:
        """What the channel shows to this viewer."""
        kind = self.get_query_argument("kind", "")

        def look(work: Work) -> tuple[Account, list[Counted], bool]:
            channel = accounts.channel(work, self.actor, owner)
            if not accounts.shows(work, self.actor, channel):
                raise NotFound(f"the channel {owner} does not exist, or shows you nothing")
            found = packages.listing(
                work,
                self.actor,
                channels=[channel],
                kind=packages.kind_from(kind) if kind else None,
                limit=SHOWN,
            )
            mine = decide(work, self.actor, Op.CREATE_PACKAGE, about(channel)).allowed
            return channel, found, mine

        channel, found, mine = await self.read(look)
        self.page("channel.html", channel=channel, found=found, kind=kind, mine=mine)


@dataclass(frozen=True)
class Shown:
    """What a package's page shows."""

    one: Counted
    releases: list[Release]
    release: Release | None
    files: list[File]
    notebook: File | None
    environment: File | None


class PackageHandler(PageHandler):
    """`/<channel>/<name>` and one version of it."""

    async def get(self, owner: str, name: str, version: str | None = None) -> None:
        """A notebook rendered, an environment's dependencies, a package's files; and how to get it."""
        shown = await self.read(lambda work: self._look(work, owner, name, version))
        body = too_large = None
        if shown.notebook is not None:
            too_large = shown.notebook.size > MAX_RENDERED
            body = None if too_large else await self.run(self._rendered, shown.notebook)
        package = shown.one.package
        framed = bool(shown.notebook and self.get_query_argument("interactive", ""))
        if framed:
            self.set_header("Content-Security-Policy", f"{POLICY}; frame-src 'self'")
        self.page(
            "package.html",
            shown=shown,
            framed=framed,
            package=package,
            body=body,
            too_large=too_large,
            install=documents.install(self.base_url, package, shown.files),
            documents=documents,
        )

    def _look(self, work: Work, owner: str, name: str, version: str | None) -> Shown:
        found = packages.get(work, self.actor, owner, name, Op.LIST_FILES)
        releases = packages.releases(work, found.package)
        wanted = version or found.package.latest_version
        release = next((one for one in releases if one.version == wanted), None)
        if version is not None and release is None:
            raise NotFound(f'"{owner}/{name}/{version}" could not be found')
        files = packages.files(work, found.package, version=release.version if release else None)
        if not decide(work, self.actor, Op.DOWNLOAD, about(found.channel, found.package)).allowed:
            raise InvalidRequest("this token may not read the files of this package")
        return Shown(
            packages.counted(work, self.actor, found.package),
            releases,
            release,
            files,
            next((file for file in files if file.kind is Kind.NOTEBOOK), None),
            next((file for file in files if file.kind is Kind.ENVIRONMENT), None),
        )

    def _rendered(self, file: File) -> str:
        def make() -> bytes:
            with self.site.repository.store.open(file.sha256) as blob:
                return render(blob.read()).encode()

        # by content: one rendering serves every version, channel and viewer that has these bytes
        return self.site.documents.get(("rendered", file.sha256), None, make).content.decode()


class FaviconHandler(PageHandler):
    """`/favicon.ico`."""

    async def get(self) -> None:
        """The mark."""
        self.set_header("Content-Type", "image/svg+xml")
        self.set_header("Cache-Control", "public, max-age=86400")
        self.finish((HERE / "static" / "mark.svg").read_bytes())


class RobotsHandler(PageHandler):
    """`/robots.txt`."""

    async def get(self) -> None:
        """Pages may be indexed; the API, indexes and files need no crawler."""
        self.set_header("Content-Type", "text/plain")
        self.finish(
            "User-agent: *\nDisallow: /api\nDisallow: /conda\nDisallow: /pypi\nDisallow: /t/\nDisallow: /login\n"
        )
