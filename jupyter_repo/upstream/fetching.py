"""Requests to upstreams that can't be turned against the machines around this one.

Only hosts on the administrator's list are asked, redirects included. A name is resolved once and the connection goes to
the very address that was checked, so a name that changes its mind in between (DNS rebinding) gains nothing. Addresses
that are not public, loopback and private ones, need the administrator's word. Proxies of the environment are not used.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from urllib.parse import SplitResult, urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from ..errors import Forbidden, InvalidRequest, TooLarge, Unavailable

CONNECT_SECONDS, READ_SECONDS = 10.0, 30.0
REDIRECTS = 5
CHUNK = 1 << 16


@dataclass(frozen=True)
class Upstream:
    """Where to ask, and with which secret (`user:password`, or a token); it is sent to that origin only."""

    url: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Answer:
    """An upstream's answer; its body is read by `chunks`."""

    url: str
    status: int
    headers: Mapping[str, str]
    _response: urllib3.BaseHTTPResponse
    _until: float

    def chunks(self, limit: int, *, decode: bool = False) -> Iterator[bytes]:
        """The body as it was sent. Raises TooLarge beyond `limit` bytes, Unavailable when it breaks off or is slow.

        With `decode` without its content coding: a store of plain files sends one, asked for or not.
        """
        size = 0
        try:
            for chunk in self._response.stream(CHUNK, decode_content=decode):
                size += len(chunk)
                if size > limit:
                    raise TooLarge(f"{_host(self.url)} sends more than {limit} bytes")
                if time.monotonic() > self._until:
                    raise Unavailable(f"{_host(self.url)} is too slow")
                yield chunk
        except (HTTPError, OSError) as error:
            raise Unavailable(f"{_host(self.url)} broke off: {type(error).__name__}") from error

    def body(self, limit: int) -> bytes:
        """The whole body, of a document."""
        return b"".join(self.chunks(limit, decode=True))


@dataclass(frozen=True)
class Fetcher:
    """What may be asked: `hosts` are patterns of `host` or `host:port`; `private` lets loopback and private ones in."""

    hosts: tuple[str, ...]
    private: bool = False

    def check(self, url: str) -> SplitResult:
        """The parts of an address that may be asked. Raises InvalidRequest for no address, Forbidden for a host."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise InvalidRequest(f"{url!r} is not an address") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidRequest("the address of an upstream begins with https:// and a host")
        if parts.username is not None or parts.password is not None:
            raise InvalidRequest("leave user and password out of the address; give them as the credential")
        if parts.scheme == "http" and not self.private:
            raise InvalidRequest("an upstream must speak https")
        names = {parts.hostname, f"{parts.hostname}:{port or (443 if parts.scheme == 'https' else 80)}"}
        if not any(fnmatchcase(name, pattern.lower()) for name in names for pattern in self.hosts):
            named = f"mirror_hosts={parts.hostname}"
            raise Forbidden(
                f"{parts.hostname} is not among the hosts that this repository may ask; who runs it can add it "
                f"(--ServeApp.{named}; in JupyterLab --JupyterRepo.{named})",
                code="host_not_allowed",
            )
        return parts

    @contextmanager
    def open(
        self, url: str, upstream: Upstream, headers: Mapping[str, str] | None = None, *, seconds: float = 120
    ) -> Iterator[Answer]:
        """GET `url`, redirects followed and checked; all of it must be done in `seconds`.

        Raises Unavailable where nobody answers, Forbidden and InvalidRequest as `check`.
        """
        until = time.monotonic() + seconds
        for _ in range(REDIRECTS + 1):
            parts = self.check(url)
            sent = {"User-Agent": "jupyter-repo", "Accept-Encoding": "identity", **(headers or {})}
            if upstream.secret and _origin(parts) == _origin(urlsplit(upstream.url)):
                sent["Authorization"] = _authorization(upstream.secret)
            pool = self._pool(parts)
            try:
                response = self._get(pool, parts, sent)
                location = response.headers.get("Location")
                if response.status in (301, 302, 303, 307, 308) and location:
                    url = urljoin(url, location)
                    continue
                yield Answer(url, response.status, response.headers, response, until)
                return
            finally:
                pool.close()
        raise Unavailable(f"{_host(url)} redirects for ever")

    def _get(
        self, pool: urllib3.HTTPConnectionPool, parts: SplitResult, headers: Mapping[str, str]
    ) -> urllib3.BaseHTTPResponse:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        host = parts.hostname or ""
        named = f"[{host}]" if ":" in host else host
        try:
            return pool.urlopen(
                "GET",
                path,
                headers={**headers, "Host": named + (f":{parts.port}" if parts.port else "")},
                redirect=False,
                retries=False,
                preload_content=False,
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            )
        except (HTTPError, OSError) as error:
            raise Unavailable(f"{host} does not answer: {type(error).__name__}") from error

    def _pool(self, parts: SplitResult) -> urllib3.HTTPConnectionPool:
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = self._address(host, port)
        if parts.scheme == "http":
            return urllib3.HTTPConnectionPool(address, port, maxsize=1)
        # to the checked address, under the name that its certificate must have
        return urllib3.HTTPSConnectionPool(
            address, port, maxsize=1, cert_reqs="CERT_REQUIRED", server_hostname=host, assert_hostname=host
        )

    def _address(self, host: str, port: int) -> str:
        try:
            found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        except (OSError, UnicodeError) as error:
            raise Unavailable(f"{host} has no address") from error
        # one that is not public spoils them all: who answers so is up to something
        if not self.private and not all(_is_public(one) for one in found):
            raise Forbidden(
                f"{host} is not on the public network; a site administrator can allow that "
                "(--ServeApp.mirror_private_addresses)",
                code="host_not_allowed",
            )
        return found[0]


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return address.is_global and not address.is_multicast and (inner is None or inner.is_global)


def _origin(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _authorization(secret: str) -> str:
    return f"Basic {b64encode(secret.encode()).decode()}" if ":" in secret else f"Bearer {secret}"


def _host(url: str) -> str:
    return urlsplit(url).hostname or "the upstream"
