"""`mirror` on the command line, against a real repository; nothing leaves it, as nobody asks for a package."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from jupyter_repo.cli import main

from ..running import Running, running_repository


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_repository(tmp_path_factory.mktemp("repository"), ["conda.example", "*.python.example"]) as running:
        yield running


def test_a_mirror_from_the_terminal(
    repository: Running, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_REPO_URL", repository.url)
    monkeypatch.setenv("JUPYTER_REPO_TOKEN", repository.token)
    monkeypatch.setattr("sys.stdin", io.StringIO("very-secret\n"))

    def run(line: str, *, fails: bool = False) -> str:
        assert bool(main(line.split())) is fails, capsys.readouterr()
        done = capsys.readouterr()
        return done.out + done.err

    assert "mirrors nothing" in run("mirror list")
    said = run("mirror set conda https://conda.example/forge --include python* --exclude my-*")
    assert "mirrors https://conda.example/forge for conda; who sees it: public" in said
    assert "who sees it: private" in run("mirror set pypi https://index.python.example/simple/ --credential")
    listed = run("mirror list")
    assert "python*" in listed
    assert "my-*" in listed
    assert "very-secret" not in listed
    assert "python: upstream." in run("mirror resolve conda python")
    assert "patterns" in run("mirror resolve conda my-tool")
    refused = run("mirror set conda https://elsewhere.example/x", fails=True)
    assert "elsewhere.example is not among the hosts" in refused
    assert "--ServeApp.mirror_hosts=elsewhere.example" in refused
    assert "--JupyterRepo.mirror_hosts=elsewhere.example" in refused
    assert "mirrors nothing for pypi any more" in run("mirror remove pypi")
    assert "mirrors nothing for pypi" in run("mirror remove pypi", fails=True)
    assert "keeps no name" in run("mirror release python", fails=True)
