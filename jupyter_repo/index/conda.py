"""conda's documents, joined from records that were serialised once, at upload.

Formats: repodata.json (CEP 36: `info`, `packages`, `packages.conda`, `removed`, `repodata_version`), run_exports.json
(CEP 12), channeldata.json (CEP 38), `channel_relations` (CEP 42). Package files lie beside `repodata.json`, so no
address is written into it and `/t/<token>` and labels survive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import orjson
import zstandard

from . import revisions
from .records import Record

LEVEL = 3
"""zstd's level for fresh documents: 177 ms for 100,000 records, and higher ones hardly shrink them"""


def record(
    index_json: Mapping[str, object], *, subdir: str, md5: str, sha256: str, size: int, indexed: datetime
) -> bytes:
    """The record of one package: its index.json, with what the server knows of the bytes.

    `indexed` is the moment it was first listed (CEP 47's `indexed_timestamp`), which is never computed again.
    """
    known = {
        "subdir": subdir,
        "md5": md5,
        "sha256": sha256,
        "size": size,
        "indexed_timestamp": int(indexed.timestamp() * 1000),
    }
    return orjson.dumps({**index_json, **known}, option=orjson.OPT_SORT_KEYS)


def relations(label: str, at: str = "") -> dict[str, str] | None:
    """`channel_relations` of a label: it comes before the channel it belongs to. The channel itself has none.

    A label of a past moment (`at`, as in its address) belongs to the channel of that moment.
    """
    if label == "main":
        return None
    up = [".."] * (2 + label.count("/"))
    return {"overrides": "/".join([*up, "..", "..", "at", at] if at else up)}


def info(subdir: str, label: str, at: str = "") -> dict[str, object]:
    """The `info` of every document of a platform."""
    related = relations(label, at)
    return {"subdir": subdir} if related is None else {"subdir": subdir, "channel_relations": related}


def repodata(subdir: str, label: str, records: Iterable[Record], at: str = "") -> bytes:
    """`repodata.json` of one platform from its records, in their order."""
    old: list[bytes] = []
    new: list[bytes] = []
    newest: list[Record] = []
    for one in records:
        if one.is_v3:
            newest.append(one)
        else:
            (new if one.filename.endswith(".conda") else old).append(one.fragment)
    head, tail = info(subdir, label, at), b',"removed":[],"repodata_version":1}\n'
    if newest:
        sections = revisions.v3(newest)
        head["repodata_revisions"] = revisions.summary(sections)
        tail = b',"v3":' + orjson.dumps(sections) + tail
    return _document(head, old, new, tail)


def run_exports(subdir: str, records: Iterable[Record]) -> bytes:
    """`run_exports.json` of one platform: every package is in it, with `{}` where it exports nothing."""
    old: list[bytes] = []
    new: list[bytes] = []
    for one in records:
        entry = orjson.dumps(one.filename) + b':{"run_exports":' + (one.run_exports or b"{}") + b"}"
        (new if one.filename.endswith(".conda") else old).append(entry)
    return _document({"subdir": subdir, "version": 1}, old, new, b"}\n")


def _document(head: Mapping[str, object], old: list[bytes], new: list[bytes], tail: bytes) -> bytes:
    return b"".join(
        (
            b'{"info":',
            orjson.dumps(head),
            b',"packages":{',
            b",\n".join(old),
            b'},"packages.conda":{',
            b",\n".join(new),
            b"}",
            tail,
        )
    )


def compressed(document: bytes) -> bytes:
    """The `.zst` of a document: one frame, since rattler reads no further than the first."""
    return zstandard.ZstdCompressor(level=LEVEL).compress(document)


def channeldata(packages: Mapping[str, Mapping[str, object]], subdirs: Iterable[str]) -> bytes:
    """`channeldata.json` (CEP 38) from package name -> what it says."""
    return orjson.dumps(
        {"channeldata_version": 1, "packages": packages, "subdirs": sorted(subdirs)}, option=orjson.OPT_SORT_KEYS
    )
