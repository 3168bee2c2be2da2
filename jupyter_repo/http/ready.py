"""Giving a kept answer without making a handler: the request's headers have come, the answer goes out.

Only documents go this way, and only in HTTP/1.1, where the connection needs no negotiating. What a handler
would check of the request alone (the host name) is checked before.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import formatdate

from tornado import httputil

from ..index.cache import Document
from .hot import Answer
from .site import Site

access_log = logging.getLogger("jupyter_repo.access")

OK = httputil.ResponseStartLine("HTTP/1.1", 200, "OK")
NOT_MODIFIED = httputil.ResponseStartLine("HTTP/1.1", 304, "Not Modified")


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
        headers["Date"] = formatdate(usegmt=True)
        chunk = None if known or request.method == "HEAD" else document.content
        connection.write_headers(NOT_MODIFIED if known else OK, headers, chunk)
        connection.finish()
        if access_log.isEnabledFor(logging.INFO):
            access_log.info(
                "%d %s %s %s (%s) %.1f ms",
                304 if known else 200,
                request.method,
                request.uri,
                answer.actor.name,
                request.remote_ip,
                request.request_time() * 1000,
            )


def ready(
    site: Site, request: httputil.HTTPServerRequest, key: object, refused: Callable[[str], bool]
) -> ReadyAnswer | None:
    """The kept document for this request, if there is one and nothing has changed; None: ask a handler.

    `refused` says of a host name that this repository does not answer under it.
    """
    connection = request.headers.get("Connection")
    if site.hot.pulse.waits or request.version != "HTTP/1.1" or (connection and connection.lower() != "keep-alive"):
        return None
    now = datetime.now(UTC)
    answer = site.hot.get(key, site.hot.pulse.beat(), now)
    if answer is None or answer.document is None or refused(request.host):
        return None
    if answer.actor.token is not None:
        site.tally.used(answer.actor.token.id, now)
    return ReadyAnswer(request, answer, answer.document)
