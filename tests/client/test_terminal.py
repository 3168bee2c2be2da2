"""`jupyter repo VERB` as a program: what it prints where, and how it exits."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ..builders import make_notebook, make_wheel, truncated
from ..running import Running

ROOT = Path(__file__).parents[2]


def jupyter_repo(*words: str, cwd: Path, typed: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jupyter_repo", *words],
        cwd=cwd,
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | env,
        check=False,
    )


def test_a_session_at_the_prompt(repository: Running, home: Path) -> None:
    repository.set_owner(password="correct horse")
    owner, url = repository.owner, repository.url
    wrong = jupyter_repo("login", owner, "--url", url, cwd=home, typed="wrong\n")
    assert (wrong.returncode, wrong.stdout) == (3, "")
    assert wrong.stderr.startswith("jupyter repo: ")
    done = jupyter_repo("login", "--url", url, cwd=home, typed=f"{owner}\ncorrect horse\n")
    assert (done.returncode, done.stdout) == (0, f"Logged in to {url} as {owner}.\n"), done.stderr
    who = jupyter_repo("whoami", cwd=home)  # the address was chosen at login
    assert f"Repository: {url} (chosen at login)" in who.stdout
    path = make_wheel(home, name="at-prompt", version="1")
    sent = jupyter_repo("upload", "*.whl", path.name, "--access", "private", cwd=home)
    assert (sent.returncode, sent.stderr) == (0, "")
    assert sent.stdout.count("Uploaded ") == 1
    assert f"{owner}/at-prompt" in jupyter_repo("list", cwd=home).stdout
    got = jupyter_repo("download", f"{owner}/at-prompt", "-o", "out", cwd=home)
    assert got.stdout == f"Saved {Path('out') / path.name}\n"
    assert (home / "out" / path.name).read_bytes() == path.read_bytes()
    assert jupyter_repo("logout", cwd=home).stdout == f"Logged out of {url}.\n"
    gone = jupyter_repo("download", f"{owner}/at-prompt", cwd=home)
    assert gone.returncode == 3  # private: for nobody as if it were not there


def test_a_notebook_is_published_with_its_kernels_environment(repository: Running, home: Path) -> None:
    make_notebook(home, "a.ipynb")
    access = {"JUPYTER_REPO_URL": repository.url, "JUPYTER_REPO_TOKEN": repository.token}
    done = jupyter_repo("publish", "a.ipynb", "--name", "prompted", cwd=home, **access)
    assert (done.returncode, done.stderr) == (0, "")
    files = repository.client().package(repository.owner, "prompted")["files"]
    assert sorted(file["filename"] for file in files) == ["environment.lock.json", "environment.yml", "prompted.ipynb"]
    nowhere = jupyter_repo("publish", cwd=home, **access)
    assert nowhere.returncode == 2
    assert "say `jupyter repo publish PATH`" in nowhere.stderr
    make_notebook(home, "r.ipynb", kernel="ir-unheard-of")
    other = jupyter_repo("publish", "r.ipynb", cwd=home, **access)
    assert other.returncode == 2
    assert "publish with --no-env" in other.stderr


def test_a_bad_file_makes_the_exit_status_and_the_others_go_up(repository: Running, home: Path) -> None:
    good, bad = make_wheel(home, name="good2", version="1"), truncated(make_wheel(home, name="bad2", version="1"))
    access = {"JUPYTER_REPO_URL": repository.url, "JUPYTER_REPO_TOKEN": repository.token}
    done = jupyter_repo("upload", bad.name, good.name, cwd=home, **access)
    assert done.returncode == 1
    assert done.stderr == "jupyter repo: 1 of 2 files not uploaded\n"
    assert f"Not uploaded: {bad.name}" in done.stdout
    assert f"Uploaded {good.name}" in done.stdout


@pytest.mark.parametrize("verb", ["login", "logout"])
def test_a_token_of_the_environment_is_left_alone(repository: Running, home: Path, verb: str) -> None:
    access = {"JUPYTER_REPO_URL": repository.url, "JUPYTER_REPO_TOKEN": repository.token}
    done = jupyter_repo(verb, cwd=home, **access)
    assert (done.returncode, done.stdout) == (2, "")
    assert "set by JUPYTER_REPO_TOKEN" in done.stderr
    assert repository.client().user()


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["list", "--url", "http://127.0.0.1:9"], 3, "run `jupyter repo login`"),
        (["search", "x", "--url", "http://127.0.0.1:9"], 7, "http://127.0.0.1:9 can't be reached"),
        (["search", "x", "--url", "nowhere"], 2, "is not a repository's address"),
        (["upload", "gone.whl"], 2, "gone.whl is not there"),
        (["access", "x", "everybody"], 2, "invalid choice"),
        (["login", "ada"], 2, "A username and a password are needed"),
    ],
)
def test_exit_status(home: Path, words: list[str], status: int, message: str) -> None:
    done = jupyter_repo(*words, cwd=home)
    assert (done.returncode, done.stdout) == (status, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
