"""conda packages of both formats."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_repo.models import Kind
from tests import builders
from tests.formats.conftest import read_path, refusal

FORMATS = (".conda", ".tar.bz2")


@pytest.mark.parametrize("ext", FORMATS)
def test_a_package_says_what_it_is(tmp_path: Path, ext: str) -> None:
    path = builders.make_conda(
        tmp_path,
        name="numbers",
        version="1.2",
        build="py_3",
        build_number=3,
        depends=["python >=3.9"],
        ext=ext,
        summary="Adds\nnumbers",
        description="At length.",
        run_exports={"weak": ["numbers >=1.2"]},
    )
    info = read_path(path)
    assert (info.kind, info.name, info.version) == (Kind.CONDA, "numbers", "1.2")
    assert info.basename == f"noarch/numbers-1.2-py_3{ext}"
    assert (info.summary, info.description, info.license) == ("Adds numbers", "At length.", "BSD-3-Clause")
    assert info.attrs["depends"] == ["python >=3.9"]
    assert info.attrs["build_number"] == 3
    assert json.loads(info.extra["about.json"])["description"] == "At length."
    assert json.loads(info.extra["run_exports.json"]) == {"weak": ["numbers >=1.2"]}
    json.dumps(info.attrs)


def test_a_platform_package_lives_in_its_platform(tmp_path: Path) -> None:
    info = read_path(builders.make_conda(tmp_path, subdir="linux-64"))
    assert info.basename == "linux-64/hello-1.0-0.conda"
    assert "noarch" not in info.attrs


def packed(folder: Path, *, fields: dict[str, object] | None = None, **info: bytes) -> Path:
    """hello-1.0-0.conda with some fields of index.json, or whole info documents, replaced (None removes a field)."""
    documents = builders.conda_info(files={})
    index = json.loads(documents["info/index.json"]) | (fields or {})
    documents["info/index.json"] = json.dumps({k: v for k, v in index.items() if v is not None}).encode()
    documents |= {f"info/{name}.json": data for name, data in info.items()}
    path = folder / "hello-1.0-0.conda"
    path.write_bytes(builders.pack_conda("hello-1.0-0", documents, {}))
    return path


@pytest.mark.parametrize(
    ("index", "says"),
    [
        ({"name": "Hello"}, "the name 'Hello'"),
        ({"name": "../x"}, "the name '../x'"),
        ({"name": ["hello"]}, "the name"),
        ({"version": "1-0"}, "the version '1-0'"),
        ({"version": None}, "the version"),
        ({"build": "a/b"}, "the build 'a/b'"),
        ({"build_number": -1}, "build_number"),
        ({"build_number": "0"}, "build_number"),
        ({"depends": "python"}, "depends"),
        ({"depends": [1]}, "depends"),
        ({"subdir": "../../etc"}, "is not a conda platform"),
        ({"subdir": 5}, "subdir"),
        ({"noarch": "both"}, "noarch kind"),
        ({"timestamp": 1 << 70}, "more than 64 bits"),
        ({"license": "a\x00b"}, "can't be kept"),
        ({"license": "\ud800"}, "can't be kept"),
        ({"version": "2.0"}, "rename the file to hello-2.0-0.conda"),
    ],
)
def test_an_index_that_is_not_legal(tmp_path: Path, index: dict[str, object], says: str) -> None:
    assert says in refusal(packed(tmp_path, fields=index))


@pytest.mark.parametrize(
    ("document", "data", "says"),
    [
        ("index", b"{", "is not JSON"),
        ("index", b"[]", "is not a JSON object"),
        ("index", b'{"a": NaN}', "is not JSON"),
        ("index", b'{"a": 1e999}', "too large"),
        ("index", b"[" * 5000 + b"]" * 5000, "nested too deeply"),
        ("index", b'{"a": ' + b"[" * 200 + b"]" * 200 + b"}", "nested too deeply"),
        ("index", b'{"a": ' + b"9" * 10_000 + b"}", "is not JSON"),
        ("index", b"\xff\xfe{}", "is not UTF-8"),
        ("index", b'{"a": "' + b"x" * (5 << 20) + b'"}', "is larger than 4 MiB"),
        ("about", b"nonsense", "about.json is not JSON"),
        ("run_exports", b'{"weak": "x"}', "run_exports.json"),
        ("run_exports", b'{"other": []}', "run_exports.json"),
    ],
)
def test_a_document_that_is_not_legal(tmp_path: Path, document: str, data: bytes, says: str) -> None:
    assert says in refusal(packed(tmp_path, **{document: data}))


def test_old_forms_are_understood(tmp_path: Path) -> None:
    path = packed(tmp_path, fields={"subdir": None, "noarch": None, "platform": "linux", "arch": "x86_64"})
    assert read_path(path).basename == "linux-64/hello-1.0-0.conda"
    path = packed(tmp_path, run_exports=b'["hello >=1"]')
    assert json.loads(read_path(path).extra["run_exports.json"]) == {"weak": ["hello >=1"]}


@pytest.mark.parametrize("ext", FORMATS)
def test_a_renamed_package(tmp_path: Path, ext: str) -> None:
    path = builders.make_conda(tmp_path, ext=ext).rename(tmp_path / f"other-1.0-0{ext}")
    assert f"rename the file to hello-1.0-0{ext}" in refusal(path)


@pytest.mark.parametrize("ext", FORMATS)
@pytest.mark.parametrize("keep", [0.01, 0.3, 0.7, 0.95, 0.999])
def test_a_truncated_package(tmp_path: Path, ext: str, keep: float) -> None:
    path = builders.make_conda(tmp_path, ext=ext, files={"share/data": bytes(range(256)) * 100})
    refusal(builders.truncated(path, keep=keep))


def test_a_damaged_payload(tmp_path: Path) -> None:
    path = builders.make_conda(tmp_path, files={"share/data": b"some words that stand plainly in the package"})
    data = path.read_bytes()
    path.write_bytes(data.replace(b"metadata.json", b"metadata.jsoN"))
    assert "metadata.json" in refusal(path)
    path.write_bytes(data.replace(b'_version": 2', b'_version": 3', 1))
    assert "checksum" in refusal(path)


@pytest.mark.parametrize("ext", FORMATS)
@pytest.mark.parametrize("member", ["../../evil", "/etc/passwd", "C:/evil", "a\\..\\evil", "a/../../evil", "a\nb"])
def test_a_path_that_climbs_out(tmp_path: Path, ext: str, member: str) -> None:
    assert "the path" in refusal(builders.climbing_conda(tmp_path, member=member, ext=ext))


@pytest.mark.parametrize("target", ["../../evil", "/etc/passwd", "C:\\evil", "", "a/../../../b"])
def test_a_link_that_climbs_out(tmp_path: Path, target: str) -> None:
    assert "outside the package" in refusal(builders.linking_conda(tmp_path, target))


def test_links_within_the_package_are_kept(tmp_path: Path) -> None:
    assert read_path(builders.linking_conda(tmp_path, "../lib/real.so")).name == "linker"
    assert read_path(builders.linking_conda(tmp_path, "lib/real.so", symbolic=False)).name == "linker"
    assert "outside" in refusal(builders.linking_conda(tmp_path, "../lib/real.so", symbolic=False))


@pytest.mark.parametrize("ext", FORMATS)
def test_a_bomb_is_refused_before_it_has_unpacked(tmp_path: Path, ext: str) -> None:
    assert "100 times its size" in refusal(builders.conda_bomb(tmp_path, size=80 << 20, ext=ext))


def test_what_else_a_conda_file_may_not_be(tmp_path: Path) -> None:
    info, path = builders.conda_info(files={}), tmp_path / "hello-1.0-0.conda"
    sound = builders.pack_conda("hello-1.0-0", info, {})
    path.write_bytes(b"not a zip")
    assert "not a complete zip" in refusal(path)
    path.write_bytes(builders.pack_tar_bz2(info, {}))
    assert "not a complete zip" in refusal(path)
    path.write_bytes(builders.make_zip([("metadata.json", b'{"conda_pkg_format_version": 2}' * 9)]))
    assert "compressed once more" in refusal(path)
    path.write_bytes(builders.make_zip([("a", b"")], compression=0))
    assert "holds no metadata.json" in refusal(path)
    path.write_bytes(builders.make_zip([("metadata.json", b'{"conda_pkg_format_version": 3}')], compression=0))
    assert "format version '3'" in refusal(path)
    path.write_bytes(builders.pack_conda("bye-1.0-0", info, {}))
    assert "rename the file to bye-1.0-0.conda" in refusal(path)
    path.write_bytes(builders.pack_conda("hello-1.0-0", {}, {}))
    assert "holds no info/index.json" in refusal(path)
    old = tmp_path / "hello-1.0-0.tar.bz2"
    old.write_bytes(sound)
    assert "rename it" in refusal(old.rename(tmp_path / "hello.zip"))


def test_a_tar_bz2_that_is_no_bzip2(tmp_path: Path) -> None:
    path = tmp_path / "hello-1.0-0.tar.bz2"
    path.write_bytes(b"hello")
    assert "is not a bzip2 file" in refusal(path)
