"""Random truncations and byte flips of real files: each is read or refused, and nothing else happens."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_repo import formats
from jupyter_repo.errors import InvalidPackage
from jupyter_repo.formats.archives import walk_tar
from jupyter_repo.formats.metadata import Metadata
from jupyter_repo.formats.reading import Reading
from tests import builders

QUICK = settings(max_examples=150, deadline=5000, suppress_health_check=list(HealthCheck))

MAKERS: dict[str, Callable[[Path], Path]] = {
    "conda": lambda folder: builders.make_conda(folder, run_exports={"weak": ["a"]}),
    "tar.bz2": lambda folder: builders.make_conda(folder, ext=".tar.bz2"),
    "wheel": lambda folder: builders.make_wheel(folder, requires=["packaging"], description="Words"),
    "sdist": builders.make_sdist,
    "sdist.zip": lambda folder: builders.make_sdist(folder, ext=".zip"),
    "notebook": builders.make_notebook,
    "environment": lambda folder: builders.make_environment(folder, pip=["requests"]),
}


def made(kind: str) -> tuple[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = MAKERS[kind](Path(folder))
        return path.name, path.read_bytes()


FILES = {kind: made(kind) for kind in MAKERS}


def read_or_refuse(filename: str, data: bytes) -> None:
    try:
        info = formats.read(filename, io.BytesIO(data))
    except InvalidPackage as error:
        assert str(error).startswith(f"{filename}: ")  # noqa: PT017
        str(error).encode()
    else:
        # whatever was accepted can be kept and sent on
        json.dumps(info.attrs, allow_nan=False, ensure_ascii=False).encode()
        words = f"{info.name}{info.version}{info.basename}{info.summary}{info.description}{info.license}{info.text}"
        assert "\x00" not in words
        words.encode()


def damaged(data: bytes, flips: list[tuple[float, int]], cut: float | None) -> bytes:
    out = bytearray(data)
    for at, value in flips:
        out[int(at * (len(out) - 1))] = value
    return bytes(out if cut is None else out[: int(cut * len(out))])


FRACTION = st.floats(0, 1, exclude_max=True)
FLIPS = st.lists(st.tuples(FRACTION, st.integers(0, 255)), max_size=6)


@pytest.mark.parametrize("kind", FILES)
@QUICK
@given(flips=FLIPS, cut=st.none() | FRACTION)
def test_damaged_files(kind: str, flips: list[tuple[float, int]], cut: float | None) -> None:
    filename, data = FILES[kind]
    read_or_refuse(filename, damaged(data, flips, cut))


@QUICK
@given(flips=FLIPS, cut=st.none() | FRACTION, packer=st.sampled_from(["conda", "tar.bz2", "sdist"]))
def test_damage_below_the_compression(flips: list[tuple[float, int]], cut: float | None, packer: str) -> None:
    """The checksums of the outer layers fit, the tar inside is damaged."""
    info = builders.conda_info(files={})
    if packer == "conda":
        tar = damaged(builders.make_tar(sorted(info.items())), flips, cut)
        members = [
            ("metadata.json", b'{"conda_pkg_format_version": 2}'),
            ("pkg-hello-1.0-0.tar.zst", zstandard.compress(tar)),
            ("info-hello-1.0-0.tar.zst", zstandard.compress(tar)),
        ]
        read_or_refuse("hello-1.0-0.conda", builders.make_zip(members, compression=0))
    elif packer == "tar.bz2":
        read_or_refuse("hello-1.0-0.tar.bz2", bz2.compress(damaged(bz2.decompress(FILES["tar.bz2"][1]), flips, cut)))
    else:
        read_or_refuse("hello-1.0.tar.gz", gzip.compress(damaged(gzip.decompress(FILES["sdist"][1]), flips, cut)))


@QUICK
@given(st.binary(max_size=2000))
def test_any_bytes_as_a_tar(data: bytes) -> None:
    with contextlib.suppress(InvalidPackage):
        list(walk_tar(Reading("x", len(data)), io.BytesIO(data)))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
INDEX_KEYS = st.sampled_from(
    ["name", "version", "build", "build_number", "depends", "subdir", "noarch", "license", "x"]
)


@QUICK
@given(st.dictionaries(INDEX_KEYS, JSON, max_size=3))
def test_any_index(fields: dict[str, object]) -> None:
    info = builders.conda_info(files={})
    info["info/index.json"] = json.dumps(json.loads(info["info/index.json"]) | fields).encode()
    read_or_refuse("hello-1.0-0.conda", builders.pack_conda("hello-1.0-0", info, {}))


NOTEBOOK_KEYS = st.sampled_from(["nbformat", "nbformat_minor", "metadata", "cells", "worksheets"])


@QUICK
@given(st.dictionaries(NOTEBOOK_KEYS, JSON, max_size=3), st.dictionaries(NOTEBOOK_KEYS, JSON, max_size=3))
def test_any_notebook(fields: dict[str, object], more: dict[str, object]) -> None:
    document = json.loads(FILES["notebook"][1])
    document["metadata"] |= {"kernelspec": more, "title": more.get("cells")}
    read_or_refuse("a.ipynb", json.dumps(document | fields).encode())


@QUICK
@given(st.dictionaries(st.sampled_from(["name", "channels", "dependencies", "x"]), JSON, min_size=1, max_size=4))
def test_any_environment(document: dict[str, object]) -> None:
    read_or_refuse("environment.yml", json.dumps({"dependencies": [], **document}).encode())


@QUICK
@given(st.binary(max_size=300))
def test_any_metadata(data: bytes) -> None:
    metadata = Metadata(b"Name: x\n" + data)
    for key in ("name", "version", "summary"):
        metadata.one(key).encode()
    metadata.description.encode()


@pytest.mark.parametrize("kind", FILES)
def test_every_truncation_is_quick_to_refuse(kind: str) -> None:
    filename, data = FILES[kind]
    start = time.monotonic()
    for length in range(0, len(data), max(1, len(data) // 60)):
        read_or_refuse(filename, data[:length])
    assert time.monotonic() - start < 10
