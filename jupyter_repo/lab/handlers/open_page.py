"""Open a page of the repository in the browser, signed in as in the panel."""

from __future__ import annotations

import re

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...client.client import RepoClient
from ...errors import InvalidRequest, RepoError
from .base import RepoHandler


def page_address(client: RepoClient, path: str, *, sign_in: bool) -> str:
    """Where to send the browser: through a link that signs it in, or plainly to the page."""
    plain = client.url + path
    if not sign_in or not client.token:
        return plain
    try:
        link = client.session_link(path)
    except RepoError:
        return plain  # the page itself says best what is wrong
    return link if link.startswith(f"{client.url}/") else plain


class OpenHandler(RepoHandler):
    """Redirect to a page; only to pages of the repository."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Query: `path`."""
        path = self.query("path") or "/"
        if not re.fullmatch(r"/(?![/\\])[^\\\s]*", path):
            raise InvalidRequest(f"{path!r} is not a page of the repository: it must begin with one '/'")
        self.set_header("Cache-Control", "no-store")  # the link works once
        self.set_header("Referrer-Policy", "no-referrer")
        # whoever may only look here must not come to write there
        sign_in = await self.may("write", self.auth_resource)
        self.redirect(await self.off_loop(page_address, self.connection.client(), path, sign_in=sign_in))


ROUTES = [(r"/jupyter-repo/open", OpenHandler)]
