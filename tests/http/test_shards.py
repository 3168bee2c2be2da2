"""Sharded repodata as clients get it: equal to the classic document, relative, immutable, private as absent."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
import zstandard

from jupyter_repo.service.states import States

from .conftest import Answering
from .reading import shard_index, shards, unpacked

FOLDER = "/conda/ada/noarch"


@pytest.fixture
def stocked(repo: Answering) -> Answering:
    for version in ("1.0", "2.0", "10.0"):
        assert repo.upload(repo.world.conda("alpha", version=version)).status_code == 201
    exporting = repo.world.conda("beta", run_exports={"weak": ["beta >=1"]}, ext=".tar.bz2")
    assert repo.upload(exporting).status_code == 201
    assert repo.upload(repo.world.conda("veiled"), visibility="private").status_code == 201
    return repo


def test_shards_say_what_the_classic_document_says(stocked: Answering) -> None:
    classic = stocked.get(f"{FOLDER}/repodata.json").json()
    found = shards(stocked, FOLDER)
    for record in found.values():
        record["md5"], record["sha256"] = record["md5"].hex(), record["sha256"].hex()
        record.pop("run_exports")
    assert found == {**classic["packages"], **classic["packages.conda"]}
    assert set(found) == {"alpha-1.0-0.conda", "alpha-2.0-0.conda", "alpha-10.0-0.conda", "beta-1.0-0.tar.bz2"}
    assert all(record["timestamp"] <= record["indexed_timestamp"] for record in found.values())


def test_run_exports_stand_in_the_shards_and_in_their_own_document(stocked: Answering) -> None:
    found = shards(stocked, FOLDER)
    assert found["beta-1.0-0.tar.bz2"]["run_exports"] == {"weak": ["beta >=1"]}
    assert found["alpha-1.0-0.conda"]["run_exports"] == {}
    document = stocked.get(f"{FOLDER}/run_exports.json").json()
    assert document["packages"] == {"beta-1.0-0.tar.bz2": {"run_exports": {"weak": ["beta >=1"]}}}
    assert document["packages.conda"]["alpha-1.0-0.conda"] == {"run_exports": {}}


def test_the_current_repodata_has_the_newest_version_of_each_name(stocked: Answering) -> None:
    document = stocked.get(f"{FOLDER}/current_repodata.json")
    assert set(document.json()["packages.conda"]) == {"alpha-10.0-0.conda"}
    assert set(document.json()["packages"]) == {"beta-1.0-0.tar.bz2"}
    packed = stocked.get(f"{FOLDER}/current_repodata.json.zst")
    assert zstandard.ZstdDecompressor().decompress(packed.content, max_output_size=1 << 20) == document.content


def test_an_upload_changes_its_own_shard_only(stocked: Answering) -> None:
    before = shard_index(stocked, FOLDER)["shards"]
    stocked.upload(stocked.world.conda("alpha", version="11.0"))
    stocked.upload(stocked.world.conda("gamma"))
    after = shard_index(stocked, FOLDER)["shards"]
    assert set(after) - set(before) == {"gamma"}
    assert after["beta"] == before["beta"]
    assert after["alpha"] != before["alpha"]
    # somebody may hold the old index: the shard it names is still there, as it was
    old = stocked.get(f"{FOLDER}/shards/{before['alpha'].hex()}.msgpack.zst")
    assert (old.status_code, "immutable" in old.headers["Cache-Control"]) == (200, True)
    assert "alpha-11.0-0.conda" not in unpacked(old.content)["packages.conda"]
    assert stocked.delete("/api/package/ada/beta", by="ada").status_code == 201
    assert "beta" not in shard_index(stocked, FOLDER)["shards"]
    assert "alpha-11.0-0.conda" in shards(stocked, FOLDER)


def test_what_is_private_is_in_no_shard_of_others(stocked: Answering) -> None:
    mine = shard_index(stocked, FOLDER, by="ada")["shards"]
    assert set(mine) == {"alpha", "beta", "veiled"}
    for by in (None, "bob"):
        assert set(shard_index(stocked, FOLDER, by=by)["shards"]) == {"alpha", "beta"}
        address = f"{FOLDER}/shards/{mine['veiled'].hex()}.msgpack.zst"
        absent = f"{FOLDER}/shards/{'0' * 64}.msgpack.zst"
        assert stocked.get(address, by=by).status_code == stocked.get(absent, by=by).status_code == 404
    assert stocked.patch("/api/package/ada/veiled", by="ada", json={"visibility": "public"}).status_code == 200
    assert set(shard_index(stocked, FOLDER)["shards"]) == {"alpha", "beta", "veiled"}
    assert stocked.patch("/api/package/ada/veiled", by="ada", json={"visibility": "private"}).status_code == 200
    assert set(shard_index(stocked, FOLDER)["shards"]) == {"alpha", "beta"}


def test_labels_have_shards_of_their_own_and_name_the_channel_they_come_before(stocked: Answering) -> None:
    stocked.upload(stocked.world.conda("next"), label="dev/next")
    folder = "/conda/ada/label/dev/next/noarch"
    assert set(shards(stocked, folder)) == {"next-1.0-0.conda"}
    assert shard_index(stocked, folder)["info"]["channel_relations"] == {"overrides": "../../.."}
    assert stocked.get(f"{folder}/repodata.json").json()["info"]["channel_relations"] == {"overrides": "../../.."}
    assert "channel_relations" not in shard_index(stocked, FOLDER)["info"]


@pytest.mark.parametrize("name", ["repodata_shards.msgpack.zst", "current_repodata.json", "run_exports.json.zst"])
def test_every_document_has_validators_and_head(stocked: Answering, name: str) -> None:
    found = stocked.get(f"{FOLDER}/{name}")
    assert found.headers["Last-Modified"].endswith("GMT")
    again = stocked.get(f"{FOLDER}/{name}", headers={"If-None-Match": found.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = stocked.ask("HEAD", f"{FOLDER}/{name}")
    assert (head.headers["ETag"], head.headers["Content-Length"]) == (
        found.headers["ETag"],
        str(len(found.content)),
    )


def test_an_empty_channel_has_an_empty_index(repo: Answering) -> None:
    assert shard_index(repo, "/conda/ada/noarch", by="ada")["shards"] == {}
    assert repo.get("/conda/ada/linux-64/repodata_shards.msgpack.zst", by="ada").status_code == 404


def test_readers_see_whole_indexes_while_others_upload(repo: Answering) -> None:
    """Whatever is in an index can be had, and what an answered upload brought is in the next index."""
    paths = [repo.world.conda(f"soak-{number}", version=version) for number in range(6) for version in ("1", "2")]
    repo.upload(repo.world.conda("first"))
    failures: list[str] = []

    def write(mine: list[Path]) -> None:
        for path in mine:
            if repo.upload(path).status_code != 201:
                failures.append(f"upload of {path.name}")
            elif path.name not in shards(repo, FOLDER):
                failures.append(f"{path.name} was uploaded and is not listed")

    def read() -> None:
        for _ in range(6):
            try:
                shards(repo, FOLDER)
            except AssertionError as error:
                failures.append(str(error))

    threads = [threading.Thread(target=write, args=(paths[start::3],)) for start in range(3)]
    threads += [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(shards(repo, FOLDER)) == 13


def run_rattler(source: str, *arguments: str) -> str:
    """In a process of its own: py-rattler now and then crashes at exit, after its work is done."""
    code = textwrap.dedent(source) + "\nimport os; sys.stdout.flush(); os._exit(0)\n"
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


SOLVE = """
import asyncio, sys, tempfile, pathlib
from rattler import Channel, Gateway, MatchSpec, SourceConfig, solve
async def main():
    config = SourceConfig(zstd_enabled=False, bz2_enabled=False, sharded_enabled=True)
    gateway = Gateway(cache_dir=pathlib.Path(tempfile.mkdtemp()), default_config=config)
    records = await solve(
        sources=[Channel(sys.argv[1])],
        specs=sys.argv[2:],
        platforms=["linux-64", "noarch"],
        gateway=gateway,
    )
    print(sorted(f"{r.name.normalized} {r.version}" for r in records))
asyncio.run(main())
"""


def test_rattler_solves_from_the_shards(stocked: Answering) -> None:
    channel = f"{stocked.url}/t/{stocked.tokens['ada']}/conda/ada"
    assert run_rattler(SOLVE, channel, "alpha", "veiled").strip() == "['alpha 10.0', 'veiled 1.0']"


def test_rattler_solves_from_a_label_that_comes_before_its_channel(stocked: Answering) -> None:
    stocked.upload(stocked.world.conda("alpha", version="11.0"), label="dev/next")
    channel = f"{stocked.url}/conda/ada/label/dev/next"
    assert run_rattler(SOLVE, channel, "alpha").strip() == "['alpha 11.0']"


def test_the_records_are_those_of_rattlers_own_index(stocked: Answering, tmp_path: Path) -> None:
    folder = tmp_path / "reference"
    (folder / "noarch").mkdir(parents=True)
    ours = stocked.get(f"{FOLDER}/repodata.json").json()
    for filename in [*ours["packages"], *ours["packages.conda"]]:
        (folder / "noarch" / filename).write_bytes(stocked.get(f"{FOLDER}/{filename}").content)
    run_rattler(
        """
        import asyncio, sys
        from rattler.index import index_fs
        asyncio.run(index_fs(sys.argv[1], write_zst=False, write_shards=False))
        """,
        str(folder),
    )
    theirs = json.loads((folder / "noarch" / "repodata.json").read_text())
    for section in ("packages", "packages.conda"):
        assert set(ours[section]) == set(theirs[section])
        for filename, record in theirs[section].items():
            mine = ours[section][filename]
            # each index says when it saw the file first
            assert isinstance(mine["indexed_timestamp"], type(record.pop("indexed_timestamp")))
            assert {key: mine.get(key) for key in record} == record


def test_a_shard_of_an_index_of_before_is_there_after_a_restart(stocked: Answering) -> None:
    """Replaced, relabelled, deleted: made again from history, and only for who may see it."""
    index = shard_index(stocked, FOLDER)["shards"]
    mine = shard_index(stocked, FOLDER, by="ada")["shards"]
    stocked.upload(stocked.world.conda("alpha", version="11.0"))
    stocked.upload(stocked.world.conda("beta", ext=".tar.bz2", files={"share/b": b"b"}), force=1)
    stocked.upload(stocked.world.conda("veiled", version="2.0"))
    assert stocked.delete("/api/package/ada/beta", by="ada").ok
    object.__setattr__(stocked.service.site, "states", States())  # a process that has seen none of it
    for name, digest in index.items():
        answer = stocked.get(f"{FOLDER}/shards/{digest.hex()}.msgpack.zst")
        assert (answer.status_code, hashlib.sha256(answer.content).digest()) == (200, digest), name
        assert "immutable" in answer.headers["Cache-Control"]
    veiled = f"{FOLDER}/shards/{mine['veiled'].hex()}.msgpack.zst"
    assert [stocked.get(veiled, by=by).status_code for by in (None, "bob", "ada")] == [404, 404, 200]
    assert stocked.patch("/api/package/ada/alpha", by="ada", json={"visibility": "private"}).ok
    gone = stocked.get(f"{FOLDER}/shards/{index['alpha'].hex()}.msgpack.zst", by="bob")
    assert gone.status_code == 404
    assert stocked.get(f"{FOLDER}/shards/{'0' * 64}.msgpack.zst", by="bob").status_code == 404
