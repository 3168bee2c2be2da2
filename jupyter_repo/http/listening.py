"""The server that takes connections."""

from __future__ import annotations

from typing import Any

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream

TLS_HANDSHAKE = 0x16
"""the first byte of who speaks TLS; no request begins with it"""


class PlainServer(HTTPServer):
    """Plain HTTP, and a clear end for who speaks TLS to it.

    What they say never becomes a request: its end would be waited for, and they would wait for an answer. Sign-in by
    the browser as anaconda-client does it asks by https whatever address it was given, without a time limit.
    """

    def handle_stream(self, stream: IOStream, address: Any) -> None:
        """Begin to serve a connection."""
        read = stream.read_from_fd

        def first(buffer: bytearray | memoryview) -> int | None:
            count = read(buffer)
            if count is None:  # nothing has come yet
                return None
            del stream.__dict__["read_from_fd"]  # from now on as ever
            return 0 if count and buffer[0] == TLS_HANDSHAKE else count

        stream.__dict__["read_from_fd"] = first
        super().handle_stream(stream, address)
