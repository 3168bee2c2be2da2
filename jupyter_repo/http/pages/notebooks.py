"""What only notebooks have: their interactive outputs in a closed frame, and what changed between two versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...errors import NotFound
from ...models import File, Kind, Package
from ...permissions import Op
from ...service import packages
from ...service.access import about, require
from ...service.slices import Slice
from ...service.work import Work
from . import comparing, interactive
from .base import PageHandler

MAX_RENDERED = 20 << 20
"""bytes of a notebook that is still rendered; a larger one is offered for download"""


def notebook_of(work: Work, handler: PageHandler, owner: str, name: str, version: str) -> File:
    """The notebook of a version, for those who may download it. NotFound; private is absent."""
    found = packages.get(work, handler.actor, owner, name, Op.DOWNLOAD)
    release = packages.release(work, found, version)
    files = packages.files(work, found.package, version=release.version, kinds=[Kind.NOTEBOOK], part=Slice("", 1))
    notebook = files[0] if files else None
    if notebook is None or notebook.size > MAX_RENDERED:
        raise NotFound(f'"{owner}/{name}/{version}" has no notebook to show')
    require(work, handler.actor, Op.DOWNLOAD, about(found.channel, found.package, [notebook.kind]))
    return notebook


class InteractiveHandler(PageHandler):
    """`/<channel>/<name>/<version>/interactive`: what stands in the frame of the notebook's page."""

    async def get(self, owner: str, name: str, version: str) -> None:
        """The outputs that need a script. Only into a frame: as a page of its own it could lead away."""
        if self.request.headers.get("Sec-Fetch-Dest", "") not in ("iframe", "frame"):
            self.go(f"{self.request.path.removesuffix('/interactive')}?interactive=1#interactive")
            return
        file = await self.read(lambda work: notebook_of(work, self, owner, name, version))
        content = await self.run(self._made, file)
        self.set_header("Content-Security-Policy", interactive.POLICY)
        self.clear_header("X-Frame-Options")  # it can't say "only mine"; the policy's frame-ancestors does
        self.set_header("X-DNS-Prefetch-Control", "off")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "private, no-cache")
        self.finish(content)

    def _made(self, file: File) -> bytes:
        def make() -> bytes:
            with self.site.repository.store.open(file.sha256) as blob:
                return interactive.document(interactive.scripted(blob.read())).encode()

        return self.site.documents.get(("interactive", file.sha256), None, make).content


@dataclass(frozen=True)
class Compared:
    """Two versions of a notebook."""

    package: Package
    base: File
    head: File
    versions: tuple[str, ...]


class DiffPage(PageHandler):
    """`/<channel>/<name>/<version>/diff`: what changed since another version (`with`; the one before unless said)."""

    async def get(self, owner: str, name: str, version: str) -> None:
        """Cell by cell."""
        other = self.get_query_argument("with", "")

        def look(work: Work) -> Compared:
            found = packages.get(work, self.actor, owner, name, Op.DOWNLOAD)
            head = notebook_of(work, self, owner, name, version)
            with_notebook = _versions(work, found.package)
            older = with_notebook[with_notebook.index(version) + 1 :]
            base = other or (older[0] if older else version)
            return Compared(found.package, notebook_of(work, self, owner, name, base), head, tuple(with_notebook))

        compared = await self.read(look)
        changes = await self.run(self._diff, compared)
        self.page("diff.html", compared=compared, package=compared.package, changes=changes)

    def _diff(self, compared: Compared) -> dict[str, Any]:
        def make() -> bytes:
            with self.site.repository.store.open(compared.base.sha256) as base:
                before = base.read()
            with self.site.repository.store.open(compared.head.sha256) as head:
                return comparing.compared(before, head.read())

        key = ("compared", compared.base.sha256, compared.head.sha256)
        return comparing.loaded(self.site.documents.get(key, None, make).content)


def _versions(work: Work, package: Package) -> list[str]:
    """The versions that hold a notebook, newest first."""
    files = packages.files(work, package, kinds=[Kind.NOTEBOOK])
    holding = {file.version for file in files if file.size <= MAX_RENDERED}
    return [one.version for one in packages.releases(work, package) if one.version in holding]
