"""Finished documents in memory, keyed by the channel's generation.

A document made under generation N is right as long as the channel stands at N, whoever changed it and in whichever
process, so nothing has to be told to anybody; what is stale is just never asked for again and falls out.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass


@dataclass(frozen=True)
class Document:
    """A finished document and its strong ETag (quoted, as in the header)."""

    content: bytes
    etag: str

    @classmethod
    def of(cls, content: bytes) -> Document:
        """Hash once, when made: not once a request."""
        return cls(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')


class DocumentCache:
    """Least recently used documents, bounded in bytes. Safe to share among threads."""

    def __init__(self, limit: int = 128 << 20) -> None:
        """Keep at most `limit` bytes of content."""
        self._limit = limit
        self._size = 0
        self._documents: OrderedDict[Hashable, Document] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> Document:
        """The document under `key`, made once even if many ask at the same moment."""
        with self._lock:
            found = self._documents.get(key)
            if found is not None:
                self._documents.move_to_end(key)
                return found
            turn = self._making.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                found = self._documents.get(key)
            if found is None:
                found = Document.of(make())
                self._keep(key, found)
            return found

    def _keep(self, key: Hashable, document: Document) -> None:
        with self._lock:
            self._making.pop(key, None)
            self._documents[key] = document
            self._size += len(document.content)
            while self._size > self._limit and len(self._documents) > 1:
                _, dropped = self._documents.popitem(last=False)
                self._size -= len(dropped.content)
