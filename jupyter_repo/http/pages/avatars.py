"""The picture beside a name: its e-mail's Gravatar where the administrator allows it, else one made here."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from time import monotonic

from tornado.httpclient import AsyncHTTPClient, HTTPError

from ...errors import RepoError
from ...names import account_key
from ...service import accounts
from ...service.work import Work
from .base import PageHandler

KEPT, KEPT_SECONDS = 500, 6 * 3600
MAX_PICTURE = 200_000
"""bytes"""
TIMEOUT = 3.0
PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif")
SIDE = 5
"""the cells of a made picture, in each direction"""

_pictures: OrderedDict[str, tuple[float, str, bytes]] = OrderedDict()
"""what Gravatar answered, by its address: the browser never asks there itself, and an address is asked for rarely"""


def made(name: str) -> str:
    """A picture for a name as SVG: always the same, symmetric, of one hue."""
    digest = hashlib.sha256(account_key(name).encode()).digest()
    hue = int.from_bytes(digest[:2]) % 360
    cells = []
    for row in range(SIDE):
        for column in range((SIDE + 1) // 2):
            if digest[2 + row * 3 + column] % 2:
                cells += [(x, row) for x in {column, SIDE - 1 - column}]
    squares = "".join(f"M{x + 1} {y + 1}h1v1h-1z" for x, y in sorted(cells)) or "M3 3h1v1h-1z"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 7 7" shape-rendering="crispEdges">'
        f'<path fill="hsl({hue} 45% 90%)" d="M0 0h7v7H0z"/><path fill="hsl({hue} 55% 42%)" d="{squares}"/></svg>'
    )


def gravatar_url(base: str, email: str) -> str:
    """Where Gravatar (or a service like it) has the picture of an address; 404 there where it has none."""
    digest = hashlib.sha256(email.strip().lower().encode()).hexdigest()
    return f"{base}{digest}?s=160&d=404&r=g"


class AvatarHandler(PageHandler):
    """`/avatar/<name>`: for every name alike, so that it tells nothing of whether there is such an account."""

    async def get(self, name: str) -> None:
        """The picture."""
        base = self.site.repository.settings.gravatar
        email = await self.read(lambda work: self._email(work, name)) if base else ""
        found = await _fetched(gravatar_url(base, email)) if email else None
        kind, picture = found or ("image/svg+xml", made(name).encode())
        self.set_header("Content-Type", kind)
        self.set_header("Cache-Control", "private, max-age=3600")
        self.set_header("Vary", "Cookie, Authorization")
        self.finish(picture)

    def _email(self, work: Work, name: str) -> str:
        try:
            return accounts.channel(work, self.actor, name).email
        except RepoError:
            return ""


async def _fetched(url: str) -> tuple[str, bytes] | None:
    kept = _pictures.get(url)
    if kept is None or kept[0] < monotonic():
        kept = (monotonic() + KEPT_SECONDS, *await _ask(url))
        _pictures[url] = kept
        _pictures.move_to_end(url)
        while len(_pictures) > KEPT:
            _pictures.popitem(last=False)
    return (kept[1], kept[2]) if kept[2] else None


async def _ask(url: str) -> tuple[str, bytes]:
    """Type and bytes of the picture there; no bytes where there is none or nobody answers."""
    client = AsyncHTTPClient(force_instance=True, max_body_size=MAX_PICTURE)
    try:
        answer = await client.fetch(url, request_timeout=TIMEOUT, connect_timeout=TIMEOUT, max_redirects=2)
    except (HTTPError, OSError):
        return "", b""
    finally:
        client.close()
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return (kind, answer.body) if kind in PICTURES else ("", b"")
