"""Sharded repodata (CEP 16): a shard for each package name, and a small index of their digests.

One more package costs one shard, and one splice in the index: the packed index is kept, and only the entry that changed
is found and replaced in it.
"""

from __future__ import annotations

import bisect
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime

import msgpack
import orjson
import zstandard

from . import revisions
from .conda import LEVEL, info
from .records import Record

KEPT = 7 * 86_400.0
"""seconds a replaced shard is still served: somebody may hold an index that names it"""
KEPT_BYTES = 32 << 20

INDEX_LEVEL = -1
"""zstd's level for the index: digests do not shrink, and this is twice as fast as level 1 and no larger"""

_own = threading.local()


def _compressor() -> zstandard.ZstdCompressor:
    # making one costs more than packing a shard; they may not be shared among threads
    found: zstandard.ZstdCompressor | None = getattr(_own, "compressor", None)
    if found is None:
        found = _own.compressor = zstandard.ZstdCompressor(level=LEVEL)
    return found


def shard(records: Iterable[Record]) -> bytes:
    """The compressed shard of one package name; equal records give equal bytes, so it can be made again at any time.

    Digests are bytes in it, and `run_exports` stands in the record (CEP 21) where it is known.
    """
    whole: dict[str, dict[str, object]] = {"packages": {}, "packages.conda": {}}
    newest: dict[str, dict[str, object]] = {"conda": {}, "tar.bz2": {}}
    for one in sorted(records, key=_filename):
        if one.is_v3:
            [(extension, found)] = [(ext, found) for ext, found in revisions.v3([one]).items() if found]
            [(filename, record)] = found.items()
        else:
            [(filename, record)] = orjson.loads(b"{" + one.fragment + b"}").items()
        for digest in ("md5", "sha256"):
            if isinstance(record.get(digest), str):
                record[digest] = bytes.fromhex(record[digest])
        if one.run_exports is not None:
            record["run_exports"] = orjson.loads(one.run_exports)
        if one.is_v3:
            newest[extension][filename] = record
        else:
            whole["packages.conda" if one.filename.endswith(".conda") else "packages"][filename] = record
    revised = {"v3": newest} if any(newest.values()) else {}
    content: bytes = _compressor().compress(msgpack.packb({**whole, **revised, "removed": []}))
    return content


def _filename(one: Record) -> str:
    return one.filename


class ShardIndex:
    """The shards of one platform as one group of viewers sees it: digests by name, and the index in its packed form."""

    def __init__(self, shards: Iterable[tuple[str, bytes]]) -> None:
        """Begin with (name, digest) pairs in any order."""
        self._digests = dict(shards)
        self._names = {digest: name for name, digest in self._digests.items()}
        self._order = sorted(self._digests)
        self._body = b"".join(_packed(name, self._digests[name]) for name in self._order)
        self._retired: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()
        self._retired_size = 0

    def name(self, digest: bytes) -> str | None:
        """The name whose shard has that digest now."""
        return self._names.get(digest)

    def retired(self, digest: bytes) -> bytes | None:
        """A shard that was replaced within the last days."""
        found = self._retired.get(digest)
        return found[1] if found else None

    def put(self, name: str, content: bytes | None, before: bytes | None) -> None:
        """The name's shard is `content` from now on (None: the name is gone); `before` is what it was."""
        digest = hashlib.sha256(content).digest() if content is not None else None
        old = self._digests.get(name)
        if digest == old:
            return
        self._splice(name, old, digest)
        if old is not None:
            self._names.pop(old, None)
            if before is not None:
                self._retire(old, before)
        if digest is None:
            del self._digests[name]
        else:
            self._digests[name], self._names[digest] = digest, name

    def _splice(self, name: str, old: bytes | None, new: bytes | None) -> None:
        place = bisect.bisect_left(self._order, name)
        if old is not None:
            gone = _packed(name, old)  # a digest of 32 bytes is in it: it stands nowhere else
            start = self._body.index(gone)
            end = start + len(gone)
            if new is None:
                del self._order[place]
        else:
            follower = self._order[place] if place < len(self._order) else None
            start = end = self._body.index(_packed(follower, self._digests[follower])) if follower else len(self._body)
            self._order.insert(place, name)
        self._body = b"".join((self._body[:start], _packed(name, new) if new is not None else b"", self._body[end:]))

    def _retire(self, digest: bytes, content: bytes) -> None:
        now = time.monotonic()
        self._retired[digest] = (now, content)
        self._retired_size += len(content)
        while self._retired:
            first = next(iter(self._retired))
            moment, oldest = self._retired[first]
            if now - moment < KEPT and self._retired_size <= KEPT_BYTES:
                break
            del self._retired[first]
            self._retired_size -= len(oldest)

    def document(self, subdir: str, label: str, created: datetime, at: str = "") -> bytes:
        """`repodata_shards.msgpack.zst`; every address in it is relative to its own."""
        head = {
            **info(subdir, label, at),
            "base_url": "./",
            "shards_base_url": "./shards/",
            "created_at": created.isoformat(timespec="seconds").replace("+00:00", "Z"),
        }
        packer = msgpack.Packer()
        body = b"".join(
            (
                packer.pack_map_header(3),
                packer.pack("version"),
                packer.pack(1),
                packer.pack("info"),
                packer.pack(head),
                packer.pack("shards"),
                packer.pack_map_header(len(self._order)),
                self._body,
            )
        )
        content: bytes = zstandard.ZstdCompressor(level=INDEX_LEVEL).compress(body)
        return content


def _packed(name: str, digest: bytes) -> bytes:
    packed: bytes = msgpack.packb(name) + b"\xc4\x20" + digest
    return packed
