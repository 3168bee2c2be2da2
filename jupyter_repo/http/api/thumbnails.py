"""The picture of a notebook's version."""

from __future__ import annotations

from ...service import thumbnails
from ..delivery import DeliveryHandler
from .base import ApiHandler


class ThumbnailHandler(DeliveryHandler, ApiHandler):
    """`/api/thumbnail/{owner}/{name}/{version}`."""

    async def get(self, owner: str, name: str, version: str) -> None:
        """The picture, a PNG or a JPEG; ETag is its sha256."""
        found = await self.read(lambda work: thumbnails.get(work, self.actor, owner, name, version))
        self.set_header("ETag", f'"{found.sha256}"')
        self.set_header("Cache-Control", f"{self.scope()}, no-cache")
        self.set_header("Vary", "Authorization, Cookie")
        self.set_header("Content-Type", found.media_type)
        if self.matches(f'"{found.sha256}"'):
            self.set_status(304)
            self.finish()
            return
        self.finish(found.content)

    head = get

    async def put(self, owner: str, name: str, version: str) -> None:
        """Give the version its picture: the bytes of a PNG or JPEG, at most 96 KiB and 640 pixels on a side."""
        content = self.request.body
        await self.write_work(lambda work: thumbnails.put(work, self.actor, owner, name, version, content))
        self.set_status(204)
        self.finish()
