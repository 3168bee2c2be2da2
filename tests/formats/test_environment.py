"""environment.yml."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_repo.models import Kind
from tests import builders
from tests.formats.conftest import read_path, refusal


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "environment.yml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_an_environment_says_what_it_asks_for(tmp_path: Path) -> None:
    path = builders.make_environment(tmp_path, "my-env", channels=["conda-forge", "defaults"], pip=["requests>=2"])
    info = read_path(path)
    assert (info.kind, info.name, info.version) == (Kind.ENVIRONMENT, "my-env", None)
    assert info.attrs == {
        "name": "my-env",
        "channels": ["conda-forge", "defaults"],
        "dependencies": ["python=3.12", "numpy", "pip"],
        "pip": ["requests>=2"],
    }
    assert info.summary == "python=3.12, numpy, requests>=2"
    assert "requests>=2" in info.text


@pytest.mark.parametrize(
    ("name", "package"), [("1.10", "1.10"), ("My env!", "my-env"), ("'***'", None), ("", None), ("yes", "yes")]
)
def test_its_name_becomes_a_package_name(tmp_path: Path, name: str, package: str | None) -> None:
    assert read_path(written(tmp_path, f"name: {name}\ndependencies: [a]\n")).name == package


def test_credentials_do_not_get_into_attrs(tmp_path: Path) -> None:
    info = read_path(
        builders.make_environment(
            tmp_path,
            channels=["https://me:secret@repo.example/conda/me", "https://repo.example/t/jr-secret/conda/me"],
            dependencies=["https://repo.example/t/jr-secret/conda/me::numpy"],
            pip=[
                "--extra-index-url https://me:secret@repo.example/simple",
                "x @ https://tok-secret@repo.example/x.whl",
            ],
        )
    )
    assert "secret" not in repr(info)
    assert info.attrs["channels"] == ["https://repo.example/conda/me", "https://repo.example/conda/me"]


def test_empty_entries(tmp_path: Path) -> None:
    info = read_path(written(tmp_path, "channels:\ndependencies:\n  - python\n  - pip:\nprefix: /home/me\n"))
    assert info.attrs == {"name": None, "channels": [], "dependencies": ["python"], "pip": []}
    assert read_path(written(tmp_path, "dependencies:\n")).attrs["dependencies"] == []


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (BOMB + "dependencies: [a]\n", "the YAML alias *a"),
        ("dependencies:\n  - [a\n", "is not YAML (line 3: did not find expected"),
        (b"\xff\xfe\xff", "is not YAML"),
        (b"dependencies: [\x00]", "is not YAML"),
        ("- a\n- b\n", "no `dependencies`"),
        ("", "no `dependencies`"),
        ("just a text", "no `dependencies`"),
        ("dependencies: numpy\n", "are not a list"),
        ("dependencies: [{conda: [a]}]\n", "only `pip` is known"),
        ("dependencies: [[a]]\n", "not a list of texts"),
        ("dependencies: [{pip: {a: b}}]\n", "not a list of texts"),
        ("channels: {a: b}\ndependencies: [a]\n", "its channels are not a list"),
        ("? [a, b]\n: c\ndependencies: [a]\n", "is not YAML (line 1: found unhashable key)"),
        ("dependencies: " + "[" * 5000 + "]" * 5000, "nested too deeply"),
        ("dependencies: [a]\n#" + "x" * (1 << 20), "may have 1 MiB"),
    ],
)
def test_what_is_no_environment(tmp_path: Path, text: str | bytes, says: str) -> None:
    assert says in refusal(written(tmp_path, text))


def test_tags_mean_nothing(tmp_path: Path) -> None:
    evil = tmp_path / "evil"
    text = f"name: !!python/object/apply:pathlib.Path.touch ['{evil}']\ndependencies: [!!python/name:os.system a]\n"
    assert read_path(written(tmp_path, text)).attrs["dependencies"] == ["a"]
    assert not evil.exists()
