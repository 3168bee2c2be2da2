"""Wheels and sdists."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from jupyter_repo.models import Kind
from tests import builders
from tests.formats.conftest import read_path, refusal


def test_a_wheel_says_what_it_is(tmp_path: Path) -> None:
    path = builders.make_wheel(
        tmp_path,
        name="My.Pkg",
        version="1.0rc1",
        requires=["packaging>=20", 'tomli; python_version < "3.11"'],
        requires_python=">=3.9",
        summary="A wheel",
        description="# Long\n\nText: with a colon.\n",
        tag="cp311-cp311-manylinux_2_17_x86_64",
        build="3",
    )
    assert path.name == "my_pkg-1.0rc1-3-cp311-cp311-manylinux_2_17_x86_64.whl"
    info = read_path(path)
    assert (info.kind, info.name, info.version, info.basename) == (Kind.PYPI, "My.Pkg", "1.0rc1", path.name)
    assert (info.summary, info.license) == ("A wheel", "BSD-3-Clause")
    assert info.description == "# Long\n\nText: with a colon."
    assert info.attrs["requires_dist"] == ["packaging>=20", 'tomli; python_version < "3.11"']
    assert info.attrs["requires_python"] == ">=3.9"
    tags = {key: info.attrs[key] for key in ("packagetype", "python_version", "abi", "platform", "build_no")}
    assert tags == {
        "packagetype": "bdist_wheel",
        "python_version": "cp311",
        "abi": "cp311",
        "platform": "manylinux_2_17_x86_64",
        "build_no": 3,
    }
    with zipfile.ZipFile(path) as archive:
        assert info.extra == {"METADATA": archive.read("my_pkg-1.0rc1.dist-info/METADATA")}


@pytest.mark.parametrize("ext", [".tar.gz", ".zip"])
def test_an_sdist_says_what_it_is(tmp_path: Path, ext: str) -> None:
    path = builders.make_sdist(tmp_path, name="my-pkg", version="2.0", summary="Source", requires=["numpy"], ext=ext)
    info = read_path(path)
    assert (info.kind, info.name, info.version, info.basename) == (Kind.PYPI, "my-pkg", "2.0", f"my_pkg-2.0{ext}")
    assert (info.summary, info.attrs["packagetype"], info.attrs["python_version"]) == ("Source", "sdist", "source")
    assert info.attrs["requires_dist"] == ["numpy"]
    assert info.extra == {}


def test_wheel_and_sdist_of_one_release_have_one_version(tmp_path: Path) -> None:
    wheel = builders.make_wheel(tmp_path, version="1.0-beta.1".replace("-", "."))
    sdist = builders.make_sdist(tmp_path, version="1.0b1")
    assert read_path(wheel).version == read_path(sdist).version == "1.0b1"


def test_metadata_is_folded_and_cleaned(tmp_path: Path) -> None:
    metadata = (
        b"Metadata-Version: 2.1\r\nName: hello\r\nVersion: 1.0\r\nsummary: a\x00b \xff\r\n"
        b"License: line one\r\n        line two\r\nDescription: first\r\n        second\r\nKeywords: x,y\r\n"
    )
    info = read_path(rewritten(tmp_path, METADATA=metadata))
    assert info.summary == "ab \ufffd"
    assert info.license == "line one line two"
    assert info.description == "first\nsecond"


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ("License: MIT", "MIT"),
        ("License: old\nLicense-Expression: MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        ("License: " + "long " * 50 + "\nClassifier: License :: OSI Approved :: MIT License", "MIT License"),
        ("License: " + "long " * 50, "long " * 19 + "long…"),
        ("Classifier: Topic :: x", ""),
    ],
)
def test_the_licence_is_a_name(tmp_path: Path, fields: str, name: str) -> None:
    metadata = f"Metadata-Version: 2.1\nName: hello\nVersion: 1.0\n{fields}\n"
    assert read_path(rewritten(tmp_path, METADATA=metadata.encode())).license == name


def rewritten(folder: Path, **documents: bytes | None) -> Path:
    """hello-1.0-py3-none-any.whl with documents of its dist-info replaced (None removes one)."""
    members = {
        "METADATA": builders.core_metadata("hello", "1.0"),
        "WHEEL": b"Wheel-Version: 1.0\n",
        "RECORD": b"",
    } | documents
    path = folder / "hello-1.0-py3-none-any.whl"
    path.write_bytes(
        builders.make_zip([(f"hello-1.0.dist-info/{name}", data) for name, data in members.items() if data is not None])
    )
    return path


@pytest.mark.parametrize("document", ["METADATA", "WHEEL", "RECORD"])
def test_a_wheel_without_one_of_its_documents(tmp_path: Path, document: str) -> None:
    assert f"holds no hello-1.0.dist-info/{document}" in refusal(rewritten(tmp_path, **{document: None}))


@pytest.mark.parametrize(
    ("metadata", "says"),
    [
        (builders.core_metadata("other", "1.0"), "its METADATA says 'other'"),
        (builders.core_metadata("hello", "2.0"), "its METADATA says '2.0'"),
        (builders.core_metadata("hello", "one"), "its METADATA says 'one'"),
        (b"", "its METADATA says ''"),
        (b"\x00\xff" * 50, "its METADATA says ''"),
        (b"x" * (5 << 20), "is larger than 4 MiB"),
    ],
)
def test_metadata_that_disagrees_with_the_name(tmp_path: Path, metadata: bytes, says: str) -> None:
    assert says in refusal(rewritten(tmp_path, METADATA=metadata))


def test_dist_info_folders(tmp_path: Path) -> None:
    two = builders.make_wheel(tmp_path, name="two", files={"other-1.0.dist-info/METADATA": b""})
    assert "exactly one .dist-info folder" in refusal(two)
    none = tmp_path / "none-1.0-py3-none-any.whl"
    none.write_bytes(builders.make_zip([("none.py", b"")]))
    assert "it holds none" in refusal(none)
    renamed = builders.make_wheel(tmp_path).rename(tmp_path / "bye-1.0-py3-none-any.whl")
    assert "of another package than its file name" in refusal(renamed)


@pytest.mark.parametrize("filename", ["hello.whl", "hello-1.0.whl", "hello-one-py3-none-any.whl", "a-b-c-d-e-f.whl"])
def test_a_wheel_name_that_is_not_legal(tmp_path: Path, filename: str) -> None:
    assert "not legal for a Python package" in refusal(builders.make_wheel(tmp_path).rename(tmp_path / filename))


@pytest.mark.parametrize("member", ["../evil.py", "/evil.py", "a/../../evil.py", "C:\\evil.py", "x\\evil.py"])
def test_a_wheel_member_that_climbs_out(tmp_path: Path, member: str) -> None:
    assert "the path" in refusal(builders.climbing_wheel(tmp_path, member=member))


@pytest.mark.parametrize("keep", [0.0, 0.01, 0.5, 0.99])
def test_truncated(tmp_path: Path, keep: float) -> None:
    refusal(builders.truncated(builders.make_wheel(tmp_path), keep=keep))
    refusal(builders.truncated(builders.make_sdist(tmp_path, module_source="x = 1\n" * 1000), keep=keep))


def test_a_zip_bomb(tmp_path: Path) -> None:
    path = builders.zip_bomb(tmp_path, size=80 << 20)
    assert path.stat().st_size < 200_000
    assert "100 times its size" in refusal(path)


def test_sdists_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "hello-1.0.tar.gz"
    path.write_bytes(b"plain text")
    assert "is not a gzip file" in refusal(path)
    two = [(f"{top}/PKG-INFO", builders.core_metadata("hello", "1.0")) for top in ("a", "b")]
    path = tmp_path / "hello-1.0.zip"
    path.write_bytes(builders.make_zip(two))
    assert "more than one PKG-INFO" in refusal(path)
    path.write_bytes(builders.make_zip([("a/b/PKG-INFO", b"")]))
    assert "no PKG-INFO" in refusal(path, kind=Kind.PYPI)
    renamed = builders.make_sdist(tmp_path).rename(tmp_path / "bye-1.0.tar.gz")
    assert "its file name says 'bye'" in refusal(renamed)
    assert "a wheel (.whl) or an sdist" in refusal(path.rename(tmp_path / "hello-1.0.egg"), kind=Kind.PYPI)
