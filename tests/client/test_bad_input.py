"""What can't be taken is refused in words that name the file and the way out, by the terminal as by the API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from jupyter_repo.cli.main import main
from tests import builders
from tests.running import Running, running_repository

Make = Callable[[Path], Path]


def written(name: str, content: bytes) -> Make:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return make


BAD: dict[str, Make] = {
    "not what its name says": written("x-1.0-0.conda", b"nothing of the kind"),
    "not a wheel": written("x-1.0-py3-none-any.whl", b"nothing of the kind"),
    "truncated conda": lambda folder: builders.truncated(builders.make_conda(folder)),
    "truncated tar.bz2": lambda folder: builders.truncated(builders.make_conda(folder, ext=".tar.bz2")),
    "truncated sdist": lambda folder: builders.truncated(builders.make_sdist(folder, name="s", version="1")),
    "not JSON": written("notes.ipynb", b"{not json"),
    "no notebook": written("notes.ipynb", json.dumps({"cells": "none"}).encode()),
    "zip bomb": lambda folder: builders.zip_bomb(folder, size=80 << 20),
    "conda bomb": lambda folder: builders.conda_bomb(folder, size=80 << 20),
    "climbing conda": lambda folder: builders.climbing_conda(folder),
    "climbing wheel": lambda folder: builders.climbing_wheel(folder),
    "no environment": written("environment.yml", b"- a\n- list\n"),
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_repository(tmp_path_factory.mktemp("repository")) as found:
        yield found


@pytest.fixture
def terminal(
    running: Running, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Run `jupyter repo …` as the owner; its exit code, and all that it printed."""
    monkeypatch.setenv("JUPYTER_REPO_URL", running.url)
    monkeypatch.setenv("JUPYTER_REPO_TOKEN", running.token)

    def run(*words: object) -> tuple[int, str]:
        code = main([str(word) for word in words])
        shown = capsys.readouterr()
        return code, shown.out + shown.err

    return run


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file(running: Running, terminal: Callable[..., tuple[int, str]], tmp_path: Path, what: str) -> None:
    path = BAD[what](tmp_path)
    code, shown = terminal("upload", path)
    assert code != 0
    assert "Traceback" not in shown
    answer = requests.put(
        f"{running.url}/api/upload/{running.owner}/{path.name}",
        data=path.read_bytes(),
        headers={"Authorization": f"token {running.token}"},
        timeout=60,
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_package")
    sentence = answer.json()["error"]
    assert sentence.startswith(f"{path.name}: ")
    assert ";" in sentence, "what is wrong, then the way out"
    assert sentence in " ".join(shown.split()) or path.name in shown
    assert running.client().packages(running.owner) == []


def test_an_illegal_name(running: Running, terminal: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    code, shown = terminal("upload", written("data.csv", b"1")(tmp_path), "--package", "no good")
    assert code != 0
    assert "'no good' can't be the name of a package: use letters" in shown


def test_the_same_file_with_other_bytes(
    tmp_path: Path, terminal: Callable[..., tuple[int, str]], running: Running
) -> None:
    assert terminal("upload", builders.make_wheel(tmp_path, name="w", version="1", summary="one"))[0] == 0
    code, shown = terminal("upload", builders.make_wheel(tmp_path, name="w", version="1", summary="two"))
    assert code != 0
    assert "w-1-py3-none-any.whl is already in" in shown
    assert "--force" in shown or "force the replacement" in shown
    running.client().delete_package(running.owner, "w")


def test_a_file_that_is_not_there(terminal: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    code, shown = terminal("upload", tmp_path / "absent.whl")
    assert code != 0
    assert "absent.whl" in shown


def test_a_repository_that_is_down(
    terminal: Callable[..., tuple[int, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_REPO_URL", "http://127.0.0.1:9")
    code, shown = terminal("upload", builders.make_conda(tmp_path))
    assert code == 7
    assert "http://127.0.0.1:9" in shown
    assert "Traceback" not in shown
