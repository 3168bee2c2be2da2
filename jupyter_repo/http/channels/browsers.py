"""A channel's address opened in a browser: it leads to the channel's page. Programs get there what they always got."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from tornado.httputil import HTTPServerRequest

from ...errors import NotFound
from ..addressing import surface_of
from .base import ChannelHandler
from .pypi import ShortSimpleHandler, SlashHandler

_BROWSERS = "application/xhtml+xml"
"""what every browser takes when somebody opens an address, and no package manager ever asks for"""


def is_browser(request: HTTPServerRequest) -> bool:
    """Did a person open this address?"""
    return _BROWSERS in request.headers.get("Accept", "")


class _Leading(ChannelHandler):
    """Leads browsers to the page of the channel, whether there is one or not: the page knows who may see it."""

    def lead(self, owner: str) -> None:
        """Go there, without the token of the address: pages are for who is signed in."""
        path = "/" + quote(owner, safe="")
        # from conda.HOST to HOST
        elsewhere = self.site.public_url if surface_of(self.site, self.request.host) else None
        self.set_header("Vary", "Accept")
        self.redirect(f"{elsewhere}{path}" if elsewhere else path)


class CondaChannelHandler(_Leading):
    """`/conda/<channel>`, with or without a label: conda asks below it only."""

    tolerant = True

    async def get(self, owner: str, **_: Any) -> None:
        """The channel's page for a browser; nothing else is here."""
        if not is_browser(self.request):
            raise NotFound(f"{self.request.path} is not an address of this repository")
        self.lead(owner)

    head = get


class PypiChannelHandler(_Leading, SlashHandler):
    """`/pypi/<channel>`."""

    async def get(self, *args: str, **kwargs: str) -> None:
        """The channel's page for a browser, the index for everybody else."""
        if is_browser(self.request):
            self.lead(kwargs["owner"])
            return
        await super().get(*args, **kwargs)

    head = get


class PypiIndexHandler(_Leading, ShortSimpleHandler):
    """`/pypi/<channel>/`; the list of projects for browsers is at `simple/`."""

    async def get(self, owner: str, project: str | None = None, at: str | None = None) -> None:
        """The channel's page for a browser, the list of projects for everybody else, and for who asks for its form."""
        if is_browser(self.request) and not self.get_query_argument("format", ""):
            self.lead(owner)
            return
        await super().get(owner, project, at)

    head = get
