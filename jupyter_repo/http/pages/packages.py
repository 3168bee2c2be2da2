"""A package, one release of it, one file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import InvalidRequest
from ...models import Account, File, Kind, Package, Release
from ...permissions import Op
from ...service import collaborators, details, forks, packages
from ...service.access import about, decide
from ...service.collaborators import Collaborator
from ...service.details import Aside, Dependency
from ...service.forks import Lineage
from ...service.packages import Counted
from ...service.slices import Slice
from ...service.work import Work
from ..api import documents
from . import rendering
from .base import POLICY, PageHandler
from .notebooks import MAX_RENDERED
from .paging import Paged, paged
from .plots import Plot, bars

LISTED = 12
"""versions beside a package"""
MORE_LISTED = 15
"""versions on each page of `?versions=all`"""
FILES = 36
"""files of a release on a page"""
MAX_README = 500_000
LOCK = "environment.lock.json"


@dataclass(frozen=True)
class Shown:
    """What a package's page shows."""

    channel: Account
    one: Counted
    releases: Paged[Release]
    release: Release | None
    previous: Release | None
    """the release before the one shown"""
    files: Sequence[File]
    """the first of the release: what the page tells of it"""
    listed: Paged[File]
    """those in its table"""
    aside: Aside
    dependencies: list[Dependency]
    people: list[Collaborator] | None
    """None for those who may not see who works on it"""
    origin: Lineage | None
    """what it was forked from, where the reader may see that"""
    forks: list[Lineage]

    @property
    def package(self) -> Package:
        """The package."""
        return self.one.package

    def of(self, kind: Kind) -> File | None:
        """The first file of that kind in the release."""
        return next((file for file in self.files if file.kind is kind), None)

    @property
    def notebook(self) -> File | None:
        """The release's notebook."""
        return self.of(Kind.NOTEBOOK)

    @property
    def environment(self) -> File | None:
        """The release's environment: of its own, or beside a notebook."""
        return self.of(Kind.ENVIRONMENT)

    @property
    def lock(self) -> File | None:
        """The exact list of packages beside it."""
        return next((file for file in self.files if file.filename == LOCK), None)

    @property
    def plot(self) -> Plot:
        """The downloads of the last days."""
        return bars(self.aside.days)


class PackageHandler(PageHandler):
    """`/<channel>/<name>` and one version of it."""

    async def get(self, owner: str, name: str, version: str | None = None) -> None:
        """A notebook rendered, an environment's dependencies, a package's files; and how to get it."""
        shown = await self.read(lambda work: look(work, self, owner, name, version))
        body = too_large = None
        if shown.notebook is not None:
            too_large = shown.notebook.size > MAX_RENDERED
            body = None if too_large else await self.run(self._rendered, shown.notebook)
        readme = await self.run(self._readme, shown) if body is None and shown.release else None
        framed = body is not None and bool(self.get_query_argument("interactive", ""))
        if framed:
            self.set_header("Content-Security-Policy", f"{POLICY}; frame-src 'self'")
        self.page(
            "package.html",
            shown=shown,
            package=shown.package,
            asked=version,
            body=body,
            too_large=too_large,
            framed=framed,
            readme=readme,
            install=documents.install(self.base_url, shown.package, shown.files),
            all_versions=bool(self.get_query_argument("versions", "")),
            listed=LISTED,
            picture=documents.thumbnail(self.base_url, shown.package) if shown.one.pictured else "",
        )

    def _rendered(self, file: File) -> str:
        def make() -> bytes:
            with self.site.repository.store.open(file.sha256) as blob:
                return rendering.render(blob.read()).encode()

        # by content: one rendering serves every version, channel and viewer that has these bytes
        return self.site.documents.get(("rendered", file.sha256), None, make).content.decode()

    def _readme(self, shown: Shown) -> str:
        text = (shown.release.description if shown.release else "")[:MAX_README]
        told = {str(file.attrs.get("description_content_type") or "") for file in shown.files}
        is_markdown = any(one.startswith("text/markdown") for one in told)
        key = ("readme", is_markdown, hashlib.sha256(text.encode()).hexdigest())

        def make() -> bytes:
            return rendering.readme(text, is_markdown=is_markdown).encode()

        return self.site.documents.get(key, None, make).content.decode() if text.strip() else ""


def look(work: Work, handler: PageHandler, owner: str, name: str, version: str | None) -> Shown:
    """What the page of a package shows to this caller. NotFound; private is absent."""
    actor = handler.actor
    found = packages.get(work, actor, owner, name, Op.LIST_FILES)
    packages.refuse_closed(actor, found)
    target = about(found.channel, found.package)
    wanted = version or found.package.latest_version
    release = packages.release(work, found, wanted) if wanted else None
    before = packages.releases(work, found.package, Slice(str(release.id), 1)) if release else []
    files, listed = _files(work, handler, found.package, release)
    if not decide(work, actor, Op.DOWNLOAD, target).allowed:
        raise InvalidRequest("this token may not read the files of this package")
    manages = decide(work, actor, Op.MANAGE_COLLABORATORS, target).allowed
    return Shown(
        found.channel,
        packages.counted(work, actor, found.package),
        _versions(work, handler, found.package),
        release,
        before[0] if before else None,
        files,
        listed,
        details.aside(work, actor, found.package),
        details.dependencies(work, actor, found.channel, files),
        collaborators.listing(work, actor, owner, name) if manages else None,
        forks.origin(work, actor, found.package.id),
        forks.listing(work, actor, found.package.id),
    )


def _versions(work: Work, handler: PageHandler, package: Package) -> Paged[Release]:
    """The newest versions; where the reader asks for all, a longer part of them."""
    asked = handler.get_query_argument("versions", "")
    some = Slice("" if asked == "all" else asked, (MORE_LISTED if asked else LISTED) + 1)
    return paged(packages.releases(work, package, some), lambda one: str(one.id), some, "versions")


def _files(
    work: Work, handler: PageHandler, package: Package, release: Release | None
) -> tuple[Sequence[File], Paged[File]]:
    """What is told of a release, a notebook and environment included, and the part of its files that was asked for."""
    if release is None:
        return [], Paged([])
    asked = Slice(handler.get_query_argument("files", ""), FILES + 1)
    first = packages.files(work, package, version=release.version, part=Slice("", FILES + 1))
    found = packages.files(work, package, version=release.version, part=asked) if asked.after else first
    if len(first) > FILES:  # a notebook behind many other files is the page's subject all the same
        first += packages.files(
            work, package, version=release.version, kinds=[Kind.NOTEBOOK, Kind.ENVIRONMENT], part=Slice("", FILES)
        )
    return first, paged(found, lambda one: str(one.id), asked, "files")


class FilePage(PageHandler):
    """`/<channel>/<name>/<version>/files/<basename>`: what is known of one file."""

    async def get(self, owner: str, name: str, version: str, basename: str) -> None:
        """Its digests, size, labels and what it says of itself."""

        def find(work: Work) -> tuple[File, list[Dependency]]:
            found = packages.get(work, self.actor, owner, name, Op.LIST_FILES)
            packages.refuse_closed(self.actor, found)
            file = packages.file(work, found, version, basename)
            return file, details.dependencies(work, self.actor, found.channel, [file])

        file, asked = await self.read(find)
        says = {
            key: file.attrs[key]
            for key in ("build", "subdir", "noarch", "requires_python", "license", "author", "kernel", "language")
            if file.attrs.get(key)
        }
        self.page("file.html", file=file, dependencies=asked, says=says, documents=documents)
