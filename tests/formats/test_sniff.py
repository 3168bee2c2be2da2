"""The kind of a file: by content, then by name."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from jupyter_repo import formats
from jupyter_repo.errors import InvalidPackage
from jupyter_repo.models import Kind
from tests import builders
from tests.formats.conftest import read_path, refusal


@pytest.mark.parametrize(
    ("make", "name", "kind"),
    [
        (builders.make_conda, None, Kind.CONDA),
        (lambda folder: builders.make_conda(folder, ext=".tar.bz2"), None, Kind.CONDA),
        (builders.make_wheel, None, Kind.PYPI),
        (builders.make_sdist, None, Kind.PYPI),
        (lambda folder: builders.make_sdist(folder, ext=".zip"), None, Kind.PYPI),
        (builders.make_notebook, None, Kind.NOTEBOOK),
        (builders.make_notebook, "analysis.json", Kind.NOTEBOOK),
        (builders.make_environment, None, Kind.ENVIRONMENT),
        (builders.make_environment, "things.yaml", Kind.ENVIRONMENT),
        (builders.make_environment, "things.txt", Kind.FILE),
        (builders.make_wheel, "layer.zip", Kind.FILE),
    ],
)
def test_the_kind_of_what_is_sound(tmp_path: Path, make, name: str | None, kind: Kind) -> None:
    path = make(tmp_path)
    assert read_path(path.rename(tmp_path / name) if name else path).kind is kind


def data_archive(mode: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as tar:
        tar.addfile(tarfile.TarInfo("data/a.csv"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("data.csv", b"a,b\n1,2\n"),
        ("data.json", b'{"a": 1}'),
        ("data.json", b'{"nbformat": 1'),
        ("data.yml", b"a: 1\n"),
        ("data.yml", b"a: [\n"),
        ("data.zip", builders.make_zip([("a", b"")])),
        ("data.zip", b"PK\x03\x04 and no more"),
        ("data-2024-1.tar.bz2", data_archive("w:bz2")),
        ("data.tar.bz2", b"BZh and no more"),
        ("data-1.0.tar.gz", data_archive("w:gz")),
        ("data.tar.gz", b"\x1f\x8b and no more"),
        ("noext", b"\x00\x01"),
    ],
    # archives hold the time they were made at: as names of tests their bytes differ from one worker to the next
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_other_files_are_plain_files(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    info = read_path(path)
    assert (info.kind, info.name, info.version, info.basename) == (Kind.FILE, None, None, name)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a-1-0.conda", "not a complete zip"),
        ("a-1-0.tar.bz2", "is not a bzip2 file"),
        ("a-1-py3-none-any.whl", "not a complete zip"),
        ("a-1.tar.gz", "is not a gzip file"),
        ("a.ipynb", "is not JSON"),
        ("environment.yml", "no `dependencies`"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(tmp_path: Path, name: str, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"hello")
    assert says in refusal(path)
    # unless the uploader says it is just a file
    assert read_path(path, kind=Kind.FILE).kind is Kind.FILE


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.bin"
    path.touch()
    assert "it is empty" in refusal(path)


@pytest.mark.parametrize("name", ["../a.txt", "a/b", "a\\b", "", "..", "a\nb", "x" * 212, "\ud800"])
def test_a_file_name_that_is_not_legal(name: str) -> None:
    with pytest.raises(InvalidPackage, match="can't be a file name here; rename the file"):
        formats.read(name, io.BytesIO(b"hello"))
