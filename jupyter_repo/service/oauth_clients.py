"""The programs that may ask a person, in their browser, to be signed in; and to which addresses the answer may go."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..errors import InvalidRequest
from .work import Settings

LOOPBACK = ("127.0.0.1", "[::1]")
_PRINTABLE = re.compile(r"[\x21-\x7e]{1,600}")


@dataclass(frozen=True)
class Client:
    """A program; `redirects` are the addresses that a code may be sent to. It keeps no secret: PKCE protects it."""

    id: str
    name: str
    redirects: tuple[str, ...]


ANACONDA = Client(
    "b4ad7f1d-c784-46b5-a9fe-106e50441f5a",
    "anaconda-client",
    ("http://127.0.0.1:8000/auth/oidc", "http://[::1]:8000/auth/oidc"),
)
"""anaconda-client and anaconda-auth, under the identity built into them"""


def find(settings: Settings, client_id: str) -> Client:
    """The client of that identity. Raises InvalidRequest for one that is not known here."""
    for client in (ANACONDA, *settings.oauth_clients):
        if client.id == client_id:
            return client
    raise InvalidRequest(
        "this program is not known here; the site's administrator can add it to oauth_clients", code="invalid_client"
    )


def check_redirect(client: Client, address: str) -> str:
    """`address` if a code may be sent there. Raises InvalidRequest otherwise.

    Addresses are compared letter by letter (RFC 9700, 2.1); only the port of a literal loopback address may be any
    (RFC 8252, 7.3), since a program takes the one that is free.
    """
    if _PRINTABLE.fullmatch(address) and any(_same(address, known) for known in client.redirects):
        return address
    raise InvalidRequest(
        f"{client.name} does not take answers at the address given as redirect_uri", code="invalid_redirect"
    )


def _same(address: str, known: str) -> bool:
    if address == known:
        return True
    one, other = _loopback(address), _loopback(known)
    return one is not None and one == other


def _loopback(address: str) -> tuple[str, str] | None:
    """Host and the rest of a plain http address on a literal loopback host with any legal port; None for others."""
    # by a pattern over the whole: two parsers that read one address differently are how redirects go astray
    match = re.fullmatch(r"http://(127\.0\.0\.1|\[::1\])(?::([1-9][0-9]{0,4}))?(/[A-Za-z0-9._~/-]*)", address)
    if match is None or int(match[2] or 80) > 65535:
        return None
    return match[1], match[3]


def from_config(entries: Iterable[object]) -> tuple[Client, ...]:
    """Clients as an administrator lists them: `{"id": …, "name": …, "redirects": […]}`. Raises InvalidRequest."""
    return tuple(_from_entry(entry) for entry in entries)


def _from_entry(entry: object) -> Client:
    if not isinstance(entry, dict) or not isinstance(entry.get("redirects"), list | tuple):
        raise InvalidRequest(f"oauth_clients: {entry!r} needs an id, a name and a list of redirects")
    found = Client(str(entry.get("id") or ""), str(entry.get("name") or ""), tuple(map(str, entry["redirects"])))
    if not found.name or not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", found.id):
        raise InvalidRequest(f"oauth_clients: {entry!r} needs a name, and an id of letters, digits, '.', '_' and '-'")
    for address in found.redirects:
        parts = urlsplit(address)
        secure = parts.scheme == "https" and parts.hostname and not parts.username and not parts.fragment
        if not (secure or _loopback(address)):
            raise InvalidRequest(
                f"oauth_clients: {address!r} must be https, or http on one of {', '.join(LOOPBACK)}, without fragment"
            )
    return found
