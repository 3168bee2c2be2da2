"""The tornado application: the routes on one `Site`."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from tornado import httputil, web

from . import credentials
from .addressing import arrive
from .base import NotFoundHandler, foreign
from .hot import hot_key
from .ready import ready
from .routes import ROUTES
from .site import Site
from .statics import StaticHandler

KEPT = ("/conda/", "/pypi/")
"""the addresses whose answers are kept ready"""
access_log = logging.getLogger("jupyter_repo.access")
MAX_BODY = 4 << 20
"""bytes of a request that is no upload; uploads lift it for themselves"""


class RepositoryApplication(web.Application):
    """Takes tokens, prefixes and sub-domains out of addresses before anything routes or logs them."""

    def find_handler(self, request: httputil.HTTPServerRequest, **kwargs: Any) -> Any:
        """Route the request by the one form that all its addresses have, without its `/t/<token>`."""
        site: Site = self.settings["site"]
        arrive(site, request)
        if request.path.startswith(KEPT):
            key = hot_key(request, credentials.presented(request))
            found = ready(site, request, key, partial(foreign, site)) if key is not None else None
            if found is not None:
                return found
        return super().find_handler(request, **kwargs)

    def log_request(self, handler: web.RequestHandler) -> None:
        """One line a request; the path is without token by now."""
        request = handler.request
        actor = getattr(handler, "actor", None)
        level = logging.ERROR if handler.get_status() >= 500 else logging.INFO
        access_log.log(
            level,
            "%d %s %s %s (%s) %.1f ms",
            handler.get_status(),
            request.method,
            credentials.masked(request.uri or ""),
            actor.name if actor else "anonymous",
            request.remote_ip,
            request.request_time() * 1000,
        )


def make_app(site: Site) -> RepositoryApplication:
    """All routes on one site. Serve it with `max_body_size=MAX_BODY`."""
    url = site.public_url or ""
    return RepositoryApplication(
        [
            (r"/static/(.*)", StaticHandler),
            *((route.pattern, route.handler) for route in ROUTES),
        ],
        site=site,
        default_handler_class=NotFoundHandler,
        xsrf_cookies=True,
        xsrf_cookie_name=credentials.cookie_name("_xsrf", url),
        xsrf_cookie_kwargs={
            "httponly": True,
            "samesite": "Lax",
            "path": site.prefix or "/",
            "secure": url.startswith("https:"),
        },
        compress_response=False,
    )
