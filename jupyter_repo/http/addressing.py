"""At which of its addresses a request came to the repository: by path, by sub-domain, behind a prefix, with a token.

All of them are brought to one form, the path that `routes.py` lists, before anything routes, keeps or logs the request:

    https://host/conda/ada/…             as it is
    https://conda.host/ada/…             sub-domains of the public address: conda., pypi., api.
    https://host/repo/conda/ada/…        below the path of the public address, cut off by the proxy or not
    …/t/<token>/…                        in front of any of these, or further in
"""

from __future__ import annotations

from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from tornado.httputil import HTTPServerRequest
from tornado.netutil import is_valid_ip

from . import credentials
from .site import Site

SURFACES = ("conda", "pypi", "api")

_prefixes: WeakKeyDictionary[HTTPServerRequest, str] = WeakKeyDictionary()


def prefix_of(request: HTTPServerRequest) -> str:
    """The path under which the caller of a request that has arrived sees `/`, without a slash at the end."""
    return _prefixes[request]


def arrive(site: Site, request: HTTPServerRequest) -> None:
    """Change the request to the form that is routed; its token and its prefix are kept beside it.

    What a proxy says of caller, host and prefix counts only where the administrator trusts it.
    """
    prefix = site.prefix
    if site.trust_proxy:
        _believe(request)
        request.host = _first(request, "X-Forwarded-Host") or request.host
        prefix = prefix or _clean(_first(request, "X-Forwarded-Prefix"))
    path = _below(prefix, request.path)
    within = path is not None
    surface = surface_of(site, request.host)
    _move(request, (f"/{surface}" if surface else "") + (path or request.path))
    token = credentials.take_from_path(request)
    if not within and token is not None:
        # the token stood in front of the prefix
        _move(request, _below(prefix, request.path) or request.path)
    _prefixes[request] = prefix


def surface_of(site: Site, host: str) -> str | None:
    """`conda`, `pypi` or `api` for a request to that sub-domain of the public address."""
    if site.hostname is None:
        return None
    first, _, rest = host.rpartition("@")[2].lower().partition(".")
    return first if first in SURFACES and rest.partition(":")[0] == site.hostname else None


def _below(prefix: str, path: str) -> str | None:
    """The path seen from the prefix; None where it does not begin with it."""
    if prefix and (path == prefix or path.startswith(prefix + "/")):
        return path[len(prefix) :] or "/"
    return None


def _move(request: HTTPServerRequest, path: str) -> None:
    if path != request.path:
        request.path = path
        request.uri = f"{path}?{request.query}" if request.query else path


def _believe(request: HTTPServerRequest) -> None:
    """Take caller and scheme from the proxy.

    From these two headers alone: tornado would also believe X-Real-Ip and X-Scheme, which many proxies pass on as a
    caller wrote them, and so a token bound to an address, or the count of failed sign-ins, would hold nobody.
    """
    caller = _last(request, "X-Forwarded-For")
    if is_valid_ip(caller):
        request.remote_ip = caller
    scheme = _last(request, "X-Forwarded-Proto")
    if scheme in ("http", "https"):
        request.protocol = scheme


def _last(request: HTTPServerRequest, name: str) -> str:
    # what stands before it may be the caller's own words, to which the proxy added whom it saw
    return request.headers.get(name, "").rpartition(",")[2].strip()


def _first(request: HTTPServerRequest, name: str) -> str:
    # a chain of proxies appends: the first is the one that the client asked
    return request.headers.get(name, "").partition(",")[0].strip()


def _clean(prefix: str) -> str:
    # it goes into links and redirects: a path of this host, and never `//elsewhere`
    path = urlsplit(prefix).path if prefix.startswith("/") and not prefix.startswith("//") else ""
    return path.rstrip("/")
