"""The yardstick: a tornado application that does nothing, and tornado's ways to send a file, in their own process."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

from tornado import web
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets


class Empty(web.RequestHandler):
    """As little as tornado can do."""

    def get(self) -> None:
        """Two bytes."""
        self.write(b"ok")


def _set(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


class SendFile(web.RequestHandler):
    """The best way to send a file that tornado has: `os.sendfile` on the socket, nothing else asked."""

    async def get(self, name: str) -> None:
        """The file."""
        path = os.path.join(self.settings["folder"], name)
        size = os.path.getsize(path)
        self.set_header("Content-Length", str(size))
        await self.flush()
        connection: Any = self.request.connection
        sock = connection.stream.socket
        loop = asyncio.get_running_loop()
        with open(path, "rb") as file:
            sent = 0
            twin = os.dup(sock.fileno())
            try:
                while sent < size:
                    try:
                        sent += os.sendfile(twin, file.fileno(), sent, size - sent)
                    except BlockingIOError:
                        ready: asyncio.Future[None] = loop.create_future()
                        loop.add_writer(twin, _set, ready)
                        await ready
                        loop.remove_writer(twin)
            finally:
                os.close(twin)
        connection._expected_content_remaining = 0
        self.finish()


async def serve(folder: str) -> None:
    """Print the port, then answer until killed."""
    sockets = bind_sockets(0, "127.0.0.1")
    application = web.Application(
        [("/", Empty), ("/file/(.*)", SendFile), ("/static/(.*)", web.StaticFileHandler, {"path": folder})],
        folder=folder,
    )
    HTTPServer(application).add_sockets(sockets)
    print(sockets[0].getsockname()[1], flush=True)  # noqa: T201
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
