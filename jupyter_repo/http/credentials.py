"""Where a request carries its credential. Nothing here decides whether it is any good."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from tornado.httputil import HTTPServerRequest

COOKIE = "jupyter_repo_session"
"""the cookie of a signed-in browser, see `cookie_name`"""


def cookie_name(name: str, base_url: str) -> str:
    """A cookie's name on the site at `base_url`.

    Under https it is a `__Host-` name: browsers take it from this host alone, and no sub-domain can plant one. Behind a
    prefix, which `__Host-` does not allow, `__Secure-`: the host's other pages do not get it.
    """
    if not base_url.startswith("https:"):
        return name
    return f"__Secure-{name}" if urlsplit(base_url).path.strip("/") else f"__Host-{name}"


# At any depth for what looks like a token of ours: conda rebuilds `<location>/t/<token>/<name>`, after a mount path.
# Anything else counts only where an address can hold nothing but a token, so that a package may be called `t`.
_OURS = re.compile(r"/t/(jr-[A-Za-z0-9-]*)(?=/|$)")
_ANY = re.compile(r"^(?:/conda|/pypi)?/t/([^/]*)(?=/|$)")

_in_path: WeakKeyDictionary[HTTPServerRequest, str] = WeakKeyDictionary()
"""what was cut out of the paths of the requests that are being answered"""


def take_from_path(request: HTTPServerRequest) -> str | None:
    """Cut `/t/<token>` out of the request's path and return the token.

    The request is changed before anything logs or routes it, so the token reaches neither.
    """
    match = _OURS.search(request.path) or _ANY.search(request.path)
    if match is None:
        return None
    start = match.start(1) - len("/t/")
    path = request.path[:start] + request.path[match.end(1) :] or "/"
    request.path = path
    request.uri = f"{path}?{request.query}" if request.query else path
    _in_path[request] = match.group(1)
    return match.group(1)


def presented(request: HTTPServerRequest) -> str | None:
    """The credential of a request whose path was looked through before; None where it carries none."""
    in_path = _in_path.get(request)
    if in_path is not None:
        return in_path
    return request.headers.get("X-API-Key") or from_header(request.headers.get("Authorization"))


_SECRET = re.compile(
    r"^(/session/|/oauth_callback\?|/invitation/|/account/(?:reset|confirm)/|/device\?|/login\?next=(?:/|%2F)device(?:\?|%3F))[^?]*"
)


def masked(address: str) -> str:
    """An address as logs may have it: without the one-time secret that some end in."""
    return _SECRET.sub(r"\1…", address)


def from_header(value: str | None) -> str | None:
    """The token of an Authorization header: `token T`, `Bearer T`, or Basic with the token as password.

    Returns None when there is no header; a header without a usable credential gives an empty string.
    """
    if not value:
        return None
    scheme, _, rest = value.strip().partition(" ")
    if scheme.lower() in ("token", "bearer"):
        return rest.strip()
    if scheme.lower() == "basic":
        _, password = basic(value) or ("", "")
        return password
    return ""


def basic(value: str | None) -> tuple[str, str] | None:
    """User name and password of a Basic Authorization header."""
    scheme, _, rest = (value or "").strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(rest, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (user, password) if colon else None
