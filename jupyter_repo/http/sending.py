"""`os.sendfile` on a tornado connection: the one place that touches what tornado keeps to itself.

The kernel copies from the page cache to the socket: 1.4 times what reading and writing chunks reaches. `can_send` says
whether this connection is one that allows it; whoever asks has another way for those that are not (TLS, other servers).
"""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Awaitable, Callable
from typing import Any, BinaryIO

from tornado.httputil import HTTPConnection
from tornado.iostream import IOStream, SSLIOStream, StreamClosedError

WINDOW = 4 << 20
"""bytes that are looked up in the page cache at a time"""
_GONE = frozenset({errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN, errno.EBADF})


def can_send(connection: HTTPConnection | None) -> bool:
    """Is this a plain socket of tornado's own HTTP/1 server, on a system with `os.sendfile`?"""
    stream = getattr(connection, "stream", None)
    return (
        hasattr(os, "sendfile")
        and type(stream) is IOStream
        and not isinstance(stream, SSLIOStream)
        and hasattr(connection, "_expected_content_remaining")
    )


async def send(
    connection: Any, file: BinaryIO, start: int, end: int, warm: Callable[[int, int], Awaitable[object]]
) -> None:
    """Send bytes [start, end) after the headers have been flushed; returns when the kernel has them all.

    `warm` reads a range of the file somewhere else than on the event loop: it is awaited where the range is not in
    memory. Raises StreamClosedError when the client went away.
    """
    stream = connection.stream
    if stream.closed():
        raise StreamClosedError
    loop = asyncio.get_running_loop()
    # a twin of the socket, so that waiting for it is no business of tornado's own watching
    twin = os.dup(stream.socket.fileno())
    try:
        at = warmed = start
        while at < end:
            if at >= warmed:
                warmed = min(at + WINDOW, end)
                if not _in_memory(file, at, warmed):
                    await warm(at, warmed - at)
            try:
                sent = os.sendfile(twin, file.fileno(), at, warmed - at)
            except BlockingIOError:
                await _writable(loop, twin)
                if stream.closed():
                    raise StreamClosedError from None
                continue
            except OSError as error:
                if error.errno in _GONE:
                    raise StreamClosedError(real_error=error) from error
                raise
            if sent == 0:
                raise OSError("a blob is shorter than its row says")
            at += sent
    finally:
        os.close(twin)
    connection._expected_content_remaining = 0  # tornado counts what went through its own hands


async def _writable(loop: asyncio.AbstractEventLoop, descriptor: int) -> None:
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_writer(descriptor, _done, ready)
    try:
        await ready
    finally:
        loop.remove_writer(descriptor)


def _done(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _in_memory(file: BinaryIO, start: int, end: int) -> bool:
    """Would reading this range wait for a disk? Its two ends are asked; where the system can't say, assume not."""
    nowait = getattr(os, "RWF_NOWAIT", None)
    if nowait is None:
        return True
    byte = bytearray(1)
    for place in (start, end - 1):
        try:
            if os.preadv(file.fileno(), [byte], place, nowait) == 0:
                return True
        except BlockingIOError:
            return False
        except OSError:
            return True
    return True
