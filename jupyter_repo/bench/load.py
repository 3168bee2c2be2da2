"""A small HTTP load client: keep-alive connections that ask one thing again and again, with as little work as possible.

A Python client is the bottleneck sooner than nginx is, so what counts is the ratio of two servers under the same load.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Load:
    """What came of it."""

    requests: int
    seconds: float
    bytes: int

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    @property
    def megabytes(self) -> float:
        """Megabytes of bodies a second."""
        return self.bytes / self.seconds / 1e6


class _Connection(asyncio.Protocol):
    def __init__(self, request: bytes, status: bytes, until: float, done: asyncio.Future[None]) -> None:
        self.request, self.status, self.until, self.done = request, status, until, done
        self.count = self.bytes = 0
        self._head, self._left = b"", 0
        self._chunked, self._tail = False, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        if self._chunked:
            self._take_chunks(data)
            return
        if self._left:
            self._left -= len(data)
            if self._left == 0:
                self._answered()
            return
        self._head += data
        end = self._head.find(b"\r\n\r\n")
        if end < 0:
            return
        head, body = self._head[:end].lower(), self._head[end + 4 :]
        rest = len(body)
        self._head = b""
        if not head.startswith(b"http/1.1 " + self.status):
            self._fail(f"asked for {self.status!r} and got {head[:200]!r}")
            return
        if b"transfer-encoding: chunked" in head:
            self._chunked = True
            self._take_chunks(body)
            return
        mark = head.find(b"content-length: ")
        length = int(head[mark + 16 :].split(b"\r\n", 1)[0]) if mark >= 0 and self.status != b"304" else 0
        self.bytes += length
        self._left = length - rest
        if self._left == 0:
            self._answered()

    def _take_chunks(self, data: bytes) -> None:
        self.bytes += len(data)
        self._tail = (self._tail + data)[-5:]
        if self._tail == b"0\r\n\r\n":
            self._chunked, self._tail = False, b""
            self._answered()

    def _answered(self) -> None:
        self.count += 1
        if time.perf_counter() < self.until:
            self.transport.write(self.request)
        else:
            self.transport.close()

    def _fail(self, message: str) -> None:
        if not self.done.done():
            self.done.set_exception(RuntimeError(message))
        self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002
        if not self.done.done():
            self.done.set_result(None)


def load(
    url: str, *, seconds: float, connections: int, status: int = 200, headers: dict[str, str] | None = None
) -> Load:
    """Ask for `url` over that many connections for that long. RuntimeError for an answer of another status."""
    return asyncio.run(_load(url, seconds, connections, str(status).encode(), headers or {}))


def _same(protocol: _Connection) -> _Connection:
    return protocol


async def _load(url: str, seconds: float, connections: int, status: bytes, headers: dict[str, str]) -> Load:
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [f"GET {path} HTTP/1.1", f"Host: {parts.netloc}", *(f"{name}: {value}" for name, value in headers.items())]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    loop = asyncio.get_running_loop()
    begin = time.perf_counter()
    protocols = []
    for _ in range(connections):
        done: asyncio.Future[None] = loop.create_future()
        protocol = _Connection(request, status, begin + seconds, done)
        await loop.create_connection(partial(_same, protocol), parts.hostname or "", parts.port or 80)
        protocols.append(protocol)
    await asyncio.gather(*(protocol.done for protocol in protocols))
    took = time.perf_counter() - begin
    return Load(sum(one.count for one in protocols), took, sum(one.bytes for one in protocols))
