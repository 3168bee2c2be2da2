"""What was taken from upstreams' documents, read back from its blobs; the last ones stay in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgpack
import orjson

from ..index.records import fragment
from ..names import package_key
from ..storage import BlobStore

DOCUMENTS_KEPT = 8


class CondaListed(NamedTuple):
    """A conda file as an upstream lists it."""

    filename: str
    fragment: bytes
    """as `index.records.fragment` has it: the very bytes that the channel's own documents are joined of"""

    @property
    def record(self) -> bytes:
        """As JSON."""
        return self.fragment[len(orjson.dumps(self.filename)) + 1 :]

    @property
    def sha256(self) -> str:
        """As its record has it."""
        return str(orjson.loads(self.record)["sha256"])

    @property
    def size(self) -> int:
        """In bytes, as its record has it."""
        return int(orjson.loads(self.record)["size"])


@dataclass(frozen=True)
class Repodata:
    """One platform of an upstream: where its files lie, and its records by the normal form of their name."""

    base: str
    by_name: Mapping[str, tuple[CondaListed, ...]]


_documents: OrderedDict[str, Repodata] = OrderedDict()  # by content, so one for all repositories of a process
_lock = threading.Lock()


def listed(store: BlobStore, sha256: str) -> Repodata:
    """The records that were kept as that blob."""
    with _lock:
        found = _documents.get(sha256)
        if found is not None:
            _documents.move_to_end(sha256)
            return found
    base, records = _read(store, sha256)
    by_name: dict[str, list[CondaListed]] = {}
    for name, filename, record in records:
        by_name.setdefault(package_key(name), []).append(CondaListed(filename, fragment(filename, record)))
    made = Repodata(base, {name: tuple(found) for name, found in by_name.items()})
    with _lock:
        _documents[sha256] = made
        while len(_documents) > DOCUMENTS_KEPT:
            _documents.popitem(last=False)
    return made


def project_files(store: BlobStore, sha256: str) -> list[dict[str, Any]]:
    """The files of a Python project that were kept as that blob, as `upstream.reading.simple` gives them."""
    found: list[dict[str, Any]] = _read(store, sha256)
    return found


def _read(store: BlobStore, sha256: str) -> Any:
    with store.open(sha256) as blob:
        return msgpack.unpackb(blob.read())
