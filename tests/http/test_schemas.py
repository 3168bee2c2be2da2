"""Every document of a channel against a schema written from its specification (CEPs and PEP 691)."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from .conftest import Answering
from .reading import shard_index, unpacked

HEX = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
TEXTS = {"type": "array", "items": {"type": "string"}}
EXPORTS = {
    "type": "object",
    "additionalProperties": False,
    "properties": dict.fromkeys(("weak", "strong", "noarch", "weak_constrains", "strong_constrains"), TEXTS),
}
RECORD: dict[str, Any] = {
    "type": "object",
    "required": ["name", "version", "build", "build_number", "depends", "subdir", "sha256", "md5", "size",
                 "indexed_timestamp"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z0-9_.-]+$"},
        "version": {"type": "string"},
        "build": {"type": "string"},
        "build_number": {"type": "integer", "minimum": 0},
        "depends": TEXTS,
        "constrains": TEXTS,
        "subdir": {"const": "noarch"},
        "sha256": HEX,
        "md5": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "size": {"type": "integer", "minimum": 1},
        "indexed_timestamp": {"type": "integer", "minimum": 10**12},
    },
}  # fmt: skip
RELATIONS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {word: {"type": "string", "pattern": r"^\.\./"} for word in ("base", "overrides")},
}


def by_filename(ext: str, of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "patternProperties": {rf"-[^-]+-[^-]+\.{ext}$": of}}


def classic(of: dict[str, Any], **more: Any) -> dict[str, Any]:
    info = {"type": "object", "required": ["subdir"], "properties": {"channel_relations": RELATIONS}}
    sections = {"packages": by_filename(r"tar\.bz2", of), "packages.conda": by_filename("conda", of)}
    properties = {"info": info, **sections, **more}
    return {"type": "object", "required": list(properties), "properties": properties, "additionalProperties": False}


REPODATA = classic(RECORD, removed=TEXTS, repodata_version={"const": 1})
RUN_EXPORTS = classic({"type": "object", "required": ["run_exports"], "properties": {"run_exports": EXPORTS}})
CHANNELDATA = {
    "type": "object",
    "required": ["channeldata_version", "packages", "subdirs"],
    "properties": {
        "channeldata_version": {"const": 1},
        "subdirs": {"type": "array", "contains": {"const": "noarch"}},
        "packages": {
            "additionalProperties": {
                "required": ["version", "subdirs", "run_exports"],
                "properties": {"version": {"type": "string"}, "subdirs": TEXTS},
            }
        },
    },
}
NOTICES = {
    "required": ["notices"],
    "properties": {
        "notices": {
            "minItems": 1,
            "items": {
                "required": ["id", "message", "level", "created_at", "expires_at"],
                "properties": {"level": {"enum": ["info", "warning", "critical"]}, "id": {"type": "string"}},
            },
        }
    },
}
SIMPLE = {
    "required": ["meta", "name", "versions", "files", "project-status"],
    "properties": {
        "meta": {"properties": {"api-version": {"const": "1.4"}}, "required": ["api-version"]},
        "files": {
            "minItems": 1,
            "items": {
                "required": ["filename", "url", "hashes", "size", "upload-time", "yanked"],
                "properties": {
                    "url": {"type": "string", "pattern": r"^\.\./"},
                    "hashes": {"properties": {"sha256": HEX}, "required": ["sha256"]},
                    "size": {"type": "integer"},
                    "upload-time": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT[0-9:.]+Z$"},
                    "yanked": {"type": ["boolean", "string"]},
                    "core-metadata": {"required": ["sha256"]},
                },
            },
        },
    },
}


def check(document: object, schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)
    assert [error.message for error in Draft202012Validator(schema).iter_errors(document)] == []


@pytest.fixture
def stocked(repo: Answering) -> Answering:
    world = repo.world
    for path in (
        world.conda("alpha", depends=["beta >=1"]),
        world.conda("beta", ext=".tar.bz2", run_exports={"weak": ["beta"]}),
        world.wheel(),
    ):
        assert repo.upload(path).status_code == 201
    assert repo.upload(world.conda("alpha", version="2.0rc1"), label="dev/next").status_code == 201
    notice = {"message": "moving", "level": "warning", "expires_at": "2999-01-01T00:00:00Z"}
    assert repo.put("/api/notices/ada", by="ada", json={"notices": [notice]}).ok
    return repo


def test_the_documents_of_a_channel_and_of_its_labels(stocked: Answering) -> None:
    for channel in ("/conda/ada", "/conda/ada/label/dev/next"):
        for name, schema in (
            ("repodata.json", REPODATA),
            ("current_repodata.json", REPODATA),
            ("run_exports.json", RUN_EXPORTS),
        ):
            check(stocked.get(f"{channel}/noarch/{name}").json(), schema)
        check(stocked.get(f"{channel}/channeldata.json").json(), CHANNELDATA)
        check(stocked.get(f"{channel}/notices.json").json(), NOTICES)
    check(
        stocked.get("/pypi/ada/simple/mywheel/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}).json(),
        SIMPLE,
    )


def test_the_shards(stocked: Answering) -> None:
    index = shard_index(stocked, "/conda/ada/label/dev/next/noarch")
    assert set(index) == {"version", "info", "shards"}
    assert index["info"]["channel_relations"] == {"overrides": "../../.."}
    assert (index["info"]["base_url"], index["info"]["shards_base_url"]) == ("./", "./shards/")
    for digest in shard_index(stocked, "/conda/ada/noarch")["shards"].values():
        shard = unpacked(stocked.get(f"/conda/ada/noarch/shards/{digest.hex()}.msgpack.zst").content)
        assert set(shard) == {"packages", "packages.conda", "removed"}
        for record in {**shard["packages"], **shard["packages.conda"]}.values():
            assert (len(record["sha256"]), len(record["md5"])) == (32, 16)
            plain = {**record, "sha256": record["sha256"].hex(), "md5": record["md5"].hex()}
            check(plain, {**RECORD, "required": [*RECORD["required"], "run_exports"]})
            check(record["run_exports"], EXPORTS)


@pytest.mark.parametrize(
    "path",
    [
        "/conda/ada/noarch/repodata.json", "/conda/ada/noarch/repodata.json.zst",
        "/conda/ada/noarch/repodata_shards.msgpack.zst", "/conda/ada/noarch/current_repodata.json.zst",
        "/conda/ada/noarch/run_exports.json.zst", "/conda/ada/channeldata.json", "/pypi/ada/simple/",
        "/pypi/ada/simple/mywheel/", "/conda/ada/noarch/alpha-1.0-0.conda", "/conda/ada/noarch/beta-1.0-0.tar.bz2",
        "/pypi/ada/files/mywheel-1.0-py3-none-any.whl", "/pypi/ada/files/mywheel-1.0-py3-none-any.whl.metadata",
    ],
)  # fmt: skip
def test_every_answer_has_what_caches_need(stocked: Answering, path: str) -> None:
    """A strong ETag that HEAD and 304 agree on, Last-Modified, and `private` with a credential; twice: found, kept."""
    for _ in range(2):
        answer, head = stocked.get(path), stocked.ask("HEAD", path)
        etag = answer.headers["ETag"]
        assert etag.startswith('"')
        assert (head.status_code, head.headers["ETag"], head.content) == (200, etag, b"")
        assert head.headers["Content-Length"] == str(len(answer.content))
        assert answer.headers["Cache-Control"].startswith("public, ")
        again = stocked.get(path, headers={"If-None-Match": etag})
        assert (again.status_code, again.headers["ETag"], again.content) == (304, etag, b"")
        assert stocked.get(path, by="ada").headers["Cache-Control"].startswith("private, ")
        assert stocked.get(f"/t/{stocked.tokens['ada']}{path}").headers["Cache-Control"].startswith("private, ")
        if not path.endswith(".metadata"):
            assert answer.headers["Last-Modified"].endswith(" GMT")
    if "/files/" in path or path.endswith((".conda", ".tar.bz2")):
        part = stocked.get(path, headers={"Range": "bytes=2-5"})
        assert (part.status_code, part.content) == (206, answer.content[2:6])
        assert part.headers["Content-Range"] == f"bytes 2-5/{len(answer.content)}"
        assert stocked.get(path, headers={"Range": "bytes=999999999-"}).status_code == 416
