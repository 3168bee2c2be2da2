"""What a sharded client does, in a few lines."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import msgpack
import zstandard

from .conftest import Answering


def unpacked(content: bytes) -> Any:
    return msgpack.unpackb(zstandard.ZstdDecompressor().stream_reader(io.BytesIO(content)).read())


def shard_index(repo: Answering, folder: str, **options: object) -> dict[str, Any]:
    answer = repo.get(f"{folder}/repodata_shards.msgpack.zst", **options)
    assert answer.status_code == 200, answer.text
    index: dict[str, Any] = unpacked(answer.content)
    return index


def shards(repo: Answering, folder: str, **options: object) -> dict[str, Any]:
    """All records of a platform by file name, each shard's digest checked."""
    index = shard_index(repo, folder, **options)
    records: dict[str, Any] = {}
    for name, digest in index["shards"].items():
        where = index["info"]["shards_base_url"].removeprefix("./")
        answer = repo.get(f"{folder}/{where}{digest.hex()}.msgpack.zst", **options)
        assert answer.status_code == 200, answer.text
        assert hashlib.sha256(answer.content).digest() == digest
        shard = unpacked(answer.content)
        for filename, record in {**shard["packages"], **shard["packages.conda"]}.items():
            assert record["name"] == name
            records[filename] = record
    return records
