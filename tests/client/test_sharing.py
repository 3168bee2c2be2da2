"""`org`, `group`, `collaborator` and `user` on the command line, against a real repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_repo.cli import main
from jupyter_repo.client import profiles

from ..running import Running
from .conftest import repository as repository  # the same one, shared by the tests of this file


@pytest.fixture
def say(repository: Running, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("JUPYTER_REPO_URL", repository.url)
    monkeypatch.setenv("JUPYTER_REPO_TOKEN", repository.token)
    assert profiles.resolve(None).url == repository.url

    def command(line: str, *, fails: bool = False) -> str:
        assert bool(main(line.split())) is fails, capsys.readouterr()
        done = capsys.readouterr()
        return done.out + done.err

    return command


def test_an_organization_from_the_terminal(say: object, repository: Running, tmp_path: Path) -> None:
    run = say
    assert callable(run)
    assert "Created the organization lab-1" in run("org create lab-1 --email lab@example.org")
    assert "Owners" in run("org list")
    run("group create lab-1/testers --level read-write")
    assert "read-write" in run("group list lab-1")
    run("group edit lab-1/testers --level admin")
    assert "is no group" in run("group show testers", fails=True)
    assert "does not exist" in run("group add-member lab-1/testers nobody-here", fails=True)
    path = tmp_path / "notes.txt"
    path.write_text("words")
    run(f"upload {path} -u lab-1 --package notes --access private")
    run("group add-package lab-1/testers notes")
    assert "lab-1/notes" in run("group show lab-1/testers")
    run("group remove-package lab-1/testers notes")
    assert "no collaborators" in run("collaborator list lab-1/notes")
    assert "last owner" in run(f"group remove-member lab-1/Owners {repository.owner}", fails=True)
    run("group delete lab-1/testers")
    run("token create ci --scope repos -u lab-1")
    assert "The old secret works for another week" in run("token rotate ci -u lab-1")


def test_the_users_of_a_repository_on_its_machine(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("secret-ada\n"))
    where = ["--data-dir", str(tmp_path / "repo")]
    assert main(["user", "create", "ada", "--email", "ada@example.org", "--password-stdin", *where]) == 0
    for words, shown in (
        (["disable", "ada"], "ada is disabled"),
        (["list"], "ada\tada@example.org\tdisabled"),
        (["enable", "ada"], "ada is enabled"),
        (["reset-link", "ada"], "/account/reset/"),
    ):
        assert main(["user", *words, *where]) == 0
        assert shown in capsys.readouterr().out
    assert main(["user", "disable", "nobody-here", *where]) == 1
