"""What only notebooks have: their interactive outputs in a closed frame."""

from __future__ import annotations

from ...errors import NotFound
from ...models import File, Kind
from ...permissions import Op
from ...service import packages
from ...service.access import about, require
from ...service.work import Work
from . import interactive
from .base import PageHandler

MAX_RENDERED = 20 << 20
"""bytes of a notebook that is still rendered; a larger one is offered for download"""


def notebook_of(work: Work, handler: PageHandler, owner: str, name: str, version: str) -> File:
    """The notebook of a version, for those who may download it. NotFound; private is absent."""
    found = packages.get(work, handler.actor, owner, name, Op.DOWNLOAD)
    release = packages.release(work, found, version)
    files = packages.files(work, found.package, version=release.version)
    notebook = next((file for file in files if file.kind is Kind.NOTEBOOK), None)
    if notebook is None or notebook.size > MAX_RENDERED:
        raise NotFound(f'"{owner}/{name}/{version}" has no notebook to show')
    require(work, handler.actor, Op.DOWNLOAD, about(found.channel, found.package, [notebook.kind]))
    return notebook


class InteractiveHandler(PageHandler):
    """`/<channel>/<name>/<version>/interactive`: what stands in the frame of the notebook's page."""

    policy = interactive.POLICY

    async def get(self, owner: str, name: str, version: str) -> None:
        """The outputs that need a script. Only into a frame: as a page of its own it could lead away."""
        if self.request.headers.get("Sec-Fetch-Dest", "") not in ("iframe", "frame"):
            self.redirect(f"{self.request.path.removesuffix('/interactive')}?interactive=1#interactive")
            return
        file = await self.read(lambda work: notebook_of(work, self, owner, name, version))
        content = await self.run(self._made, file)
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
