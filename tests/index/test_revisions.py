"""CEP 48: what clients of before would misread stands below `v3`, and nothing else does."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import msgpack
import pytest
import zstandard

from jupyter_repo.index import conda
from jupyter_repo.index.records import Record, fragment
from jupyter_repo.index.revisions import needs_v3
from jupyter_repo.index.shards import shard
from tests.worlds import World


def record(name: str, ext: str = ".conda", **says: object) -> Record:
    filename = f"{name}-1.0-0{ext}"
    index = {"name": name, "version": "1.0", "build": "0", "build_number": 0, "depends": [], **says}
    content = conda.record(
        index, subdir="noarch", md5="0" * 32, sha256="1" * 64, size=1, indexed=datetime(2026, 1, 2, tzinfo=UTC)
    )
    return Record(
        1, "public", frozenset({"main"}), "noarch", filename, fragment(filename, content), None, needs_v3(content)
    )


@pytest.mark.parametrize(
    "says",
    [
        {"extra_depends": {"test": ["pytest >=8"]}},
        {"flags": ["cuda"]},
        {"schema_version": 3},
        {"depends": ["numpy[version='>=2', when=\"python >=3.12\"]"]},
        {"constrains": ["scipy[extras=[test]]"]},
    ],
)
def test_what_needs_it(says: dict[str, object]) -> None:
    assert record("new", **says).is_v3


@pytest.mark.parametrize(
    "says",
    [{}, {"flags": []}, {"extra_depends": {}}, {"depends": ["numpy[version='>=2']", "x"]}, {"schema_version": 1}],
)
def test_what_does_not(says: dict[str, object]) -> None:
    assert not record("old", **says).is_v3


def test_old_clients_see_what_they_saw_and_new_ones_the_rest() -> None:
    old, newer = record("old"), record("new", flags=["cuda"], depends=["python >=3.9,<4 *_cp*", "pip"])
    packed = record("packed", ".tar.bz2", extra_depends={"test": ["pytest >= 8"]})
    body = json.loads(conda.repodata("noarch", "main", [old, newer, packed]))
    assert (set(body["packages"]), set(body["packages.conda"])) == (set(), {"old-1.0-0.conda"})
    assert (set(body["v3"]["conda"]), set(body["v3"]["tar.bz2"])) == ({"new-1.0-0"}, {"packed-1.0-0"})
    assert body["v3"]["conda"]["new-1.0-0"]["depends"] == ['python[version=">=3.9,<4",build="*_cp*"]', "pip"]
    assert body["v3"]["tar.bz2"]["packed-1.0-0"]["extra_depends"] == {"test": ['pytest[version=">=8"]']}
    moment = int(datetime(2026, 1, 2, tzinfo=UTC).timestamp() * 1000)
    assert body["info"]["repodata_revisions"] == {"v3": {"n_packages": 2, "oldest": moment, "newest": moment}}
    assert body["repodata_version"] == 1
    plain = json.loads(conda.repodata("noarch", "main", [old]))
    assert "v3" not in plain
    assert "repodata_revisions" not in plain["info"]
    found = msgpack.unpackb(zstandard.ZstdDecompressor().decompress(shard([newer])))
    assert (found["packages.conda"], set(found["v3"]["conda"])) == ({}, {"new-1.0-0"})
    assert "v3" not in msgpack.unpackb(zstandard.ZstdDecompressor().decompress(shard([old])))


def test_a_package_that_says_so_is_found_there(world: World) -> None:
    from jupyter_repo.models import Kind
    from jupyter_repo.service import channels
    from tests.worlds import repodata

    world.publish(world.ada, "ada", world.conda("flagged", index={"flags": ["cuda"], "schema_version": 3}))
    with world.repository.read() as work:
        shown = channels.view(work, world.nobody, "ada", Kind.CONDA)
        body = json.loads(repodata(work, shown, "noarch"))
    assert set(body["v3"]["conda"]) == {"flagged-1.0-0"}
    assert body["packages.conda"] == {}


@pytest.mark.parametrize("index", [{"extra_depends": ["x"]}, {"extra_depends": {"t": [1]}}, {"flags": "cuda"}])
def test_one_package_can_not_spoil_the_index_of_a_channel(world: World, index: dict[str, object]) -> None:
    from jupyter_repo.errors import InvalidPackage

    with pytest.raises(InvalidPackage, match="is not a"):
        world.publish(world.ada, "ada", world.conda("odd", index=index))
    odd = record("odd", depends=["", " "], flags=["x"])
    assert odd.is_v3
    assert json.loads(conda.repodata("noarch", "main", [odd]))["v3"]["conda"]["odd-1.0-0"]["depends"] == ["", " "]
