"""`open`, `env`, `history`, `diff`, `fork`, `suggest`, `suggestion` on the command line, against a real repository."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_repo.cli import main
from jupyter_repo.client.client import RepoClient

from ..running import Running
from .conftest import repository as repository  # the same one, shared by the tests of this file


@pytest.fixture(autouse=True)
def _here(repository: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_REPO_URL", repository.url)
    monkeypatch.setenv("JUPYTER_REPO_TOKEN", repository.token)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def run(capsys: pytest.CaptureFixture[str], line: str, *, fails: bool = False) -> str:
    assert bool(main(line.split())) is fails, capsys.readouterr()
    done = capsys.readouterr()
    return done.out + done.err


def write(path: Path, source: str) -> None:
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))


def test_a_notebook_and_its_versions_from_the_terminal(
    repository: Running, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    owner = repository.owner
    for source in ("x = 1", "x = 2"):
        write(tmp_path / "verbs.ipynb", source)
        run(capsys, "publish verbs.ipynb --name verbs --no-env")
    assert "1 changed" in run(capsys, "history verbs")
    told = run(capsys, f"diff {owner}/verbs==1")
    assert "- x = 1" in told
    assert "+ x = 2" in told
    assert "They say the same" in run(capsys, f"diff {owner}/verbs verbs.ipynb")
    changed = json.loads((tmp_path / "verbs.ipynb").read_text())
    changed["metadata"]["authors"] = [{"name": "ada"}]
    (tmp_path / "settings.ipynb").write_text(json.dumps(changed))
    assert "settings of the notebook that differ: authors" in run(capsys, f"diff {owner}/verbs settings.ipynb")
    assert "Saved verbs-1.ipynb" in run(capsys, f"open {owner}/verbs==1")
    assert json.loads((tmp_path / "verbs-1.ipynb").read_text())["cells"][0]["source"] == "x = 1"
    assert "verbs-2.ipynb" in run(capsys, f"open {repository.url}/{owner}/verbs")
    assert "No environments" in run(capsys, "env list")
    assert "no environment" in run(capsys, "env remove nothing", fails=True)
    assert "leads to elsewhere.example" in run(capsys, "open https://elsewhere.example/a/b", fails=True)
    assert f"to {owner}/mine" in run(capsys, f"fork {owner}/verbs --name mine --access private")


def test_a_suggestion_is_made_and_decided_in_words(
    repository: Running, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    owner = repository.owner
    write(tmp_path / "said.ipynb", "x = 1")
    run(capsys, "publish said.ipynb --no-env")
    write(tmp_path / "said.ipynb", "x = 3")
    number = run(capsys, f"suggest {owner}/said said.ipynb -m Better").partition("number ")[2].split(":")[0]
    assert "Better" in run(capsys, "suggestion list --mine")
    assert "no suggestions" in run(capsys, "suggestion list")
    assert "accepted, as version 2" in run(capsys, f"suggestion accept {number} --word Yes")
    assert "accepted already" in run(capsys, f"suggestion withdraw {number}", fails=True)
    write(tmp_path / "said.ipynb", "open('/home/ada/x')")
    assert "home folder" in run(capsys, f"suggest {owner}/said said.ipynb -m Paths", fails=True)
    client: RepoClient = repository.client()
    assert client.package(owner, "said")["latest_version"] == "2"
