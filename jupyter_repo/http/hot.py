"""Answers kept ready: who asked for what, and what they got, right until the database changes.

An index that has not changed is asked for far more often than one that has, and mostly the answer is 304. So the answer
to a request of the channels is kept under what the request depends on, and given again, without a thread and without
SQL, while the pulse of the database stays the same: a token that was revoked, here or in another process, a package
that was uploaded or hidden, each moves the pulse. What time alone ends (a token's life) is kept beside the answer.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime

from tornado.httputil import HTTPHeaders, HTTPServerRequest

from ..db.pulse import Pulse
from ..index.cache import Document
from ..models import Actor, File
from . import codings

ANSWERS = 4096
BYTES = 96 << 20


UNCHANGED = ("Server", "ETag", "Cache-Control", "Vary", "Last-Modified")
"""the headers of a 304"""


@dataclass(slots=True)
class Answer:
    """What a request got: a document, or a file of the store."""

    actor: Actor
    private: bool
    """a credential was used"""
    until: datetime | None
    """when the credential ends by itself"""
    content_type: str
    document: Document | None = None
    forever: bool = False
    file: File | None = None
    public: bool = False
    sent: HTTPHeaders | None = None
    """the headers that a document, or a whole file, was sent with"""
    unchanged: HTTPHeaders | None = None
    handed_over: HTTPHeaders | None = None
    """the headers with which a whole file is left to nginx"""

    def headers(self, known: bool) -> HTTPHeaders:
        """The headers of this document; of its 304, where the client knows it."""
        assert self.sent is not None
        if not known:
            return self.sent
        if self.unchanged is None:
            self.unchanged = HTTPHeaders({name: self.sent[name] for name in UNCHANGED if name in self.sent})
        return self.unchanged


def hot_key(request: HTTPServerRequest, secret: str | None) -> Hashable | None:
    """What the answer to a request depends on; None where no answer may be kept (a signed-in browser)."""
    if request.method not in ("GET", "HEAD") or (secret is None and "Cookie" in request.headers):
        return None
    held = hashlib.sha256(secret.encode()).digest() if secret is not None else None
    headers, path = request.headers, request.path
    coding = None if path.endswith(codings.PACKED) else codings.chosen(headers.get("Accept-Encoding"))
    return held, path, request.query, headers.get("Accept"), coding


class HotAnswers:
    """The kept answers of one process. Safe to share among threads."""

    def __init__(self, pulse: Pulse) -> None:
        """Begin empty."""
        self.pulse = pulse
        self._lock = threading.Lock()
        self._beat: Hashable | None = None
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._size = 0

    def get(self, key: Hashable, beat: Hashable | None, now: datetime) -> Answer | None:
        """The answer to that request, if the database is as it was and the credential lives."""
        with self._lock:
            if beat is None or beat != self._beat:
                return None
            found = self._answers.get(key)
            if found is None or (found.until is not None and found.until <= now):
                return None
            self._answers.move_to_end(key)
            return found

    def keep(self, key: Hashable, beat: Hashable | None, answer: Answer) -> None:
        """Keep an answer. `beat` is the database's pulse of before anything was looked up for it."""
        if beat is None:
            return
        with self._lock:
            if beat != self._beat:
                self._answers.clear()
                self._beat, self._size = beat, 0
            self._size += _size(answer) - _size(self._answers.pop(key, None))
            self._answers[key] = answer
            while len(self._answers) > ANSWERS or (self._size > BYTES and len(self._answers) > 1):
                _, dropped = self._answers.popitem(last=False)
                self._size -= _size(dropped)


def _size(answer: Answer | None) -> int:
    return len(answer.document.content) if answer is not None and answer.document is not None else 0
