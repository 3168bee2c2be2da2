"""The pictures of notebooks, from Jupyter's own address: the browser knows nothing of the repository's credentials."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...errors import NotFound
from .base import SEGMENT, RepoHandler

MEDIA_TYPES = ("image/png", "image/jpeg")


class ThumbnailHandler(RepoHandler):
    """The picture of one version."""

    @web.authenticated
    @authorized
    async def get(self, owner: str, name: str, version: str) -> None:
        """Its bytes, which the browser takes for nothing but a picture."""
        media_type, content = await self.off_loop(self.connection.client().thumbnail, owner, name, version)
        if media_type not in MEDIA_TYPES:
            raise NotFound(f"{owner}/{name} {version} has no picture that can be shown")
        self.set_header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "private, max-age=300")
        self.finish(content, set_content_type=media_type)


ROUTES = [(rf"/jupyter-repo/thumbnails/{SEGMENT}/{SEGMENT}/{SEGMENT}", ThumbnailHandler)]
