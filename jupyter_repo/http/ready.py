"""Giving a kept answer without making a handler: the request's headers have come, the answer goes out.

Only documents and whole files go this way, and only in HTTP/1.1, where the connection needs no negotiating. What a
handler would check of the request alone (the host name) is checked before.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from email.utils import formatdate
from functools import lru_cache
from typing import Any

from tornado import httputil
from tornado.iostream import StreamClosedError

from ..index.cache import Document
from ..models import File
from .hot import Answer
from .sending import can_send, send
from .site import Site

access_log = logging.getLogger("jupyter_repo.access")

OK = httputil.ResponseStartLine("HTTP/1.1", 200, "OK")
NOT_MODIFIED = httputil.ResponseStartLine("HTTP/1.1", 304, "Not Modified")


def _date() -> str:
    """Now, as headers write it: the same text for all answers of a second."""
    return _formatted(int(time.time()))


@lru_cache(maxsize=2)
def _formatted(second: int) -> str:
    return formatdate(second, usegmt=True)


def has(request: httputil.HTTPServerRequest, etag: str) -> bool:
    """Has the client this version already (If-None-Match)?"""
    asked = request.headers.get("If-None-Match", "")
    return asked.strip() == "*" or etag in [one.strip().removeprefix("W/") for one in asked.split(",")]


class ReadyAnswer(httputil.HTTPMessageDelegate):
    """Sends one kept document, or 304, as soon as the request is complete."""

    def __init__(self, request: httputil.HTTPServerRequest, answer: Answer, document: Document) -> None:
        """`document` is the answer's."""
        self._request, self._answer, self._document = request, answer, document

    def finish(self) -> None:
        """Answer."""
        request, answer, document = self._request, self._answer, self._document
        connection = request.connection
        assert connection is not None
        known = has(request, document.etag)
        headers = answer.headers(known)
        # the same object serves all requests: only the date changes from second to second
        headers["Date"] = _date()
        chunk = None if known or request.method == "HEAD" else document.content
        connection.write_headers(NOT_MODIFIED if known else OK, headers, chunk)
        connection.finish()
        _log(request, answer, 304 if known else 200)


def _log(request: httputil.HTTPServerRequest, answer: Answer, status: int) -> None:
    if access_log.isEnabledFor(logging.INFO):
        access_log.info(
            "%d %s %s %s (%s) %.1f ms",
            status,
            request.method,
            request.uri,
            answer.actor.name,
            request.remote_ip,
            request.request_time() * 1000,
        )


class ReadyFile(httputil.HTTPMessageDelegate):
    """Sends one whole file of the store by `sendfile`, as soon as the request is complete."""

    def __init__(self, site: Site, request: httputil.HTTPServerRequest, answer: Answer, file: File) -> None:
        """`file` is the answer's."""
        self._site, self._request, self._answer, self._file = site, request, answer, file

    def finish(self) -> None:
        """Begin to send; stopping waits for the end."""
        self._site.running.add(self)
        task = asyncio.ensure_future(self._send())
        task.add_done_callback(self._sent)

    def _sent(self, task: asyncio.Future[None]) -> None:
        self._site.running.discard(self)
        error = task.exception() if not task.cancelled() else None
        if error is not None:
            if not isinstance(error, StreamClosedError):  # the client went away
                access_log.error("sending %s failed", self._request.uri, exc_info=error)
            connection: Any = self._request.connection
            connection.close()  # what was sent is not the file that the headers promised

    async def _send(self) -> None:
        path = self._site.repository.store.path(self._file.sha256)
        if path is None:
            raise FileNotFoundError(self._file.sha256)
        connection: Any = self._request.connection
        headers = self._answer.headers(known=False)
        headers["Date"] = _date()
        loop, pool = asyncio.get_running_loop(), self._site.pool
        with path.open("rb", buffering=0) as file:
            await connection.write_headers(OK, headers)
            await send(
                connection,
                file,
                0,
                self._file.size,
                lambda at, length: loop.run_in_executor(pool, os.pread, file.fileno(), length, at),
            )
        connection.finish()
        self._site.tally.downloaded(self._file.id)
        _log(self._request, self._answer, 200)


class ReadyRedirect(httputil.HTTPMessageDelegate):
    """Lets nginx send one whole file of the store (X-Accel-Redirect), as soon as the request is complete."""

    def __init__(self, site: Site, request: httputil.HTTPServerRequest, answer: Answer, file: File) -> None:
        """`file` is the answer's."""
        self._site, self._request, self._answer, self._file = site, request, answer, file

    def finish(self) -> None:
        """Answer."""
        headers, connection = self._answer.handed_over, self._request.connection
        assert headers is not None
        assert connection is not None
        headers["Date"] = _date()
        connection.write_headers(OK, headers)
        connection.finish()
        self._site.tally.downloaded(self._file.id)
        if access_log.isEnabledFor(logging.DEBUG):  # what nginx sends, nginx logs
            _log(self._request, self._answer, 200)


CONDITIONS = ("Range", "If-None-Match", "If-Modified-Since")
"""what only a handler weighs for a file"""


def _wants_all(request: httputil.HTTPServerRequest) -> bool:
    return request.method == "GET" and not any(name in request.headers for name in CONDITIONS)


def ready(
    site: Site, request: httputil.HTTPServerRequest, key: Hashable, refused: Callable[[str], bool]
) -> httputil.HTTPMessageDelegate | None:
    """The kept document or file for this request, if there is one and nothing has changed; None: ask a handler.

    `refused` says of a host name that this repository does not answer under it.
    """
    connection = request.headers.get("Connection")
    if site.hot.pulse.waits or request.version != "HTTP/1.1" or (connection and connection.lower() != "keep-alive"):
        return None
    now = datetime.now(UTC)
    answer = site.hot.get(key, site.hot.pulse.beat(), now)
    if answer is None or answer.sent is None or refused(request.host):
        return None
    found: httputil.HTTPMessageDelegate | None = None
    if answer.document is not None:
        found = ReadyAnswer(request, answer, answer.document)
    elif answer.file is not None and _wants_all(request):
        if answer.handed_over is not None:
            found = ReadyRedirect(site, request, answer, answer.file)
        elif not site.accel and can_send(request.connection):
            found = ReadyFile(site, request, answer, answer.file)
    if found is not None and answer.actor.token is not None:
        site.tally.used(answer.actor.token.id, now)
    return found
