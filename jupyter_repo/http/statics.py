"""Our own styles, scripts and fonts: read once, coded once, kept by browsers (their addresses carry the version)."""

from __future__ import annotations

import mimetypes
from functools import cache
from pathlib import Path

from ..errors import NotFound
from .delivery import DeliveryHandler

FOLDER = Path(__file__).parent / "static"


@cache
def files() -> dict[str, Path]:
    """Every file by its path below `/static/`: nothing else is ever opened."""
    return {path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*") if path.is_file()}


class StaticHandler(DeliveryHandler):
    """`/static/…`: the same for everybody, so nobody is asked who they are."""

    vary = ""

    def set_default_headers(self) -> None:
        """Without the fences of pages: a notebook's sandboxed view is of another origin, and shows our fonts."""
        self.set_header("Server", "Jupyter Repo")
        self.set_header("X-Content-Type-Options", "nosniff")

    async def prepare(self) -> None:
        """Nothing but the host's name matters."""
        self.site.running.add(self)
        self._refuse_foreign_host()

    async def get(self, path: str) -> None:
        """One file."""
        found = files().get(path)
        if found is None:
            raise NotFound(f"/static/{path} is not an address of this repository")
        document = await self.run(self.site.documents.get, ("static", path), 0, found.read_bytes)
        await self.answer(document, mimetypes.guess_type(path)[0] or "application/octet-stream", forever=True)

    head = get
