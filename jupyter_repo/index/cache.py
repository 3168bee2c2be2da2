"""Finished documents in memory, stamped with the channel's generation.

A document made under generation N is right as long as the channel stands at N, whoever changed it and in whichever
process, so nothing has to be told to anybody; what is stale is replaced when it is asked for again.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Document:
    """A finished document, its strong ETag (quoted, as in the header), and when what it tells changed last."""

    content: bytes
    etag: str
    modified: datetime | None = None
    coding: str | None = None
    """the content coding that `content` is in; None: as it is"""

    @classmethod
    def of(cls, content: bytes, modified: datetime | None = None) -> Document:
        """Hash once, when made: not once a request."""
        return cls(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"', modified)


class DocumentCache:
    """Least recently used documents, bounded in bytes. Safe to share among threads."""

    def __init__(self, limit: int = 128 << 20) -> None:
        """Keep at most `limit` bytes of content."""
        self._limit = limit
        self._size = 0
        self._documents: OrderedDict[Hashable, tuple[Hashable, Document]] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(
        self, key: Hashable, stamp: Hashable, make: Callable[[], bytes], modified: datetime | None = None
    ) -> Document:
        """The document `key` as of `stamp`, made once even if many ask at the same moment.

        One of another stamp is replaced: only the newest is kept.
        """
        with self._lock:
            found = self._fresh(key, stamp)
            if found is not None:
                return found
            turn = self._making.setdefault((key, stamp), threading.Lock())
        try:
            with turn:
                with self._lock:
                    found = self._fresh(key, stamp)
                if found is None:
                    found = Document.of(make(), modified)
                    self._keep(key, stamp, found)
                return found
        finally:
            with self._lock:
                self._making.pop((key, stamp), None)

    def _fresh(self, key: Hashable, stamp: Hashable) -> Document | None:
        kept = self._documents.get(key)
        if kept is None or kept[0] != stamp:
            return None
        self._documents.move_to_end(key)
        return kept[1]

    def _keep(self, key: Hashable, stamp: Hashable, document: Document) -> None:
        with self._lock:
            replaced = self._documents.pop(key, None)
            if replaced is not None:
                self._size -= len(replaced[1].content)
            self._documents[key] = stamp, document
            self._size += len(document.content)
            while self._size > self._limit and len(self._documents) > 1:
                _, (_, dropped) = self._documents.popitem(last=False)
                self._size -= len(dropped.content)
