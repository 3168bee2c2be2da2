"""conda's repodata, joined from records that were serialised once, at upload.

Format: repodata.json of conda (CEP 36: `info`, `packages`, `packages.conda`, `removed`, `repodata_version`).
Package files lie beside `repodata.json`, so no address is written into it and `/t/<token>` and labels survive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import orjson
import zstandard

LEVEL = 3
"""zstd's level for fresh documents: 177 ms for 100,000 records, and higher ones hardly shrink them"""


def record(index_json: Mapping[str, object], *, subdir: str, md5: str, sha256: str, size: int) -> bytes:
    """The record of one package: its index.json, with what the server knows of the bytes."""
    return orjson.dumps(
        {**index_json, "subdir": subdir, "md5": md5, "sha256": sha256, "size": size}, option=orjson.OPT_SORT_KEYS
    )


def repodata(subdir: str, files: Iterable[tuple[str, bytes]]) -> bytes:
    """`repodata.json` of one subdir from (file name, record) pairs in the order of names."""
    old: list[bytes] = []
    new: list[bytes] = []
    for filename, fragment in files:
        (new if filename.endswith(".conda") else old).append(orjson.dumps(filename) + b":" + fragment)
    return b"".join(
        (
            b'{"info":{"subdir":',
            orjson.dumps(subdir),
            b'},"packages":{',
            b",\n".join(old),
            b'},"packages.conda":{',
            b",\n".join(new),
            b'},"removed":[],"repodata_version":1}\n',
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
