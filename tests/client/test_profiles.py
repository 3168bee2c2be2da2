"""Which repository, and as whom: the order of sources, two servers at once, servers that died."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jupyter_repo.client import profiles
from jupyter_repo.client.credentials import embedded_key
from jupyter_repo.errors import InvalidRequest


@contextmanager
def jupyter_server(url: str, credential: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that announces its repository, as a Jupyter server does."""
    program = f"""
        import sys
        from jupyter_repo.client.profiles import Announcement
        announcement = Announcement()
        announcement.announce({url!r}, {credential!r})
        print("ready", flush=True)
        sys.stdin.readline()
        announcement.withdraw()
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            if process.poll() is None:
                process.communicate("\n", timeout=60)


def test_nothing_known_is_where_serve_listens() -> None:
    profile = profiles.resolve()
    assert (profile.url, profile.token, profile.source) == ("http://127.0.0.1:8890", None, "the default")


def test_what_is_said_wins_over_the_environment_and_that_over_the_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    profiles.choose("https://chosen.example/")
    assert profiles.resolve().url == "https://chosen.example"
    monkeypatch.setenv("JUPYTER_REPO_URL", "https://environment.example/api")
    assert profiles.resolve().url == "https://environment.example"
    assert profiles.resolve("https://said.example").url == "https://said.example"


def test_a_token_is_kept_for_its_repository_only(monkeypatch: pytest.MonkeyPatch) -> None:
    profiles.credentials().set(profiles.resolve("https://a.example").credential, "secret-a")
    assert profiles.resolve("https://a.example/").token == "secret-a"
    assert profiles.resolve("https://b.example").token is None
    assert profiles.resolve("https://a.example.evil.example").token is None
    monkeypatch.setenv("JUPYTER_REPO_TOKEN", "from-environment")
    assert profiles.resolve("https://a.example").token == "from-environment"
    assert profiles.resolve("https://a.example", "said").token == "said"


def test_two_servers_do_not_confuse_each_others_kernels(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    one, two = embedded_key(home / "one"), embedded_key(home / "two")
    profiles.credentials().set(one, "secret-one")
    profiles.credentials().set(two, "secret-two")
    with (
        jupyter_server("http://127.0.0.1:8890", one) as first,
        jupyter_server("http://127.0.0.1:8891", two) as second,
    ):
        for server, url, token in ((first, "8890", "secret-one"), (second, "8891", "secret-two")):
            monkeypatch.setenv("JPY_PARENT_PID", str(server.pid))
            profile = profiles.resolve()
            assert (profile.url, profile.token) == (f"http://127.0.0.1:{url}", token)
        monkeypatch.delenv("JPY_PARENT_PID")
        assert profiles.resolve().url == "http://127.0.0.1:8891"  # a terminal: the newest


def test_a_terminals_choice_is_not_the_kernels(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    profiles.choose("https://team.example")
    with jupyter_server("http://127.0.0.1:8890", embedded_key(home)) as server:
        assert profiles.resolve().url == "https://team.example"
        monkeypatch.setenv("JPY_PARENT_PID", str(server.pid))
        assert profiles.resolve().url == "http://127.0.0.1:8890"


def test_a_stopped_server_leaves_nothing(home: Path) -> None:
    with jupyter_server("http://127.0.0.1:8899", embedded_key(home)):
        assert profiles.resolve().url == "http://127.0.0.1:8899"
    assert list((home / "runtime").glob("jupyter_repo-*")) == []
    assert profiles.resolve().source == "the default"


def test_a_killed_server_is_seen_to_be_dead(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    with jupyter_server("http://127.0.0.1:8899", embedded_key(home)) as server:
        server.kill()
        server.wait(60)
    assert len(list((home / "runtime").glob("jupyter_repo-*"))) == 1
    assert profiles.resolve().source == "the default"
    monkeypatch.setenv("JPY_PARENT_PID", str(server.pid))
    assert profiles.resolve().source == "the default"


def test_a_record_of_another_machine_is_not_ours(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    with jupyter_server("http://127.0.0.1:8899", embedded_key(home)) as server:
        path = home / "runtime" / f"jupyter_repo-{server.pid}.json"
        record = json.loads(path.read_text())
        path.write_text(json.dumps(record | {"host": "elsewhere"}))  # a home folder on a shared disk
        monkeypatch.setenv("JPY_PARENT_PID", str(server.pid))
        assert profiles.resolve().source == "the default"


def test_the_embedded_repositorys_token_does_not_follow_its_port(home: Path) -> None:
    """After the server is gone, another program, perhaps another person's, may listen there."""
    profiles.credentials().set(embedded_key(home / "one"), "secret")
    with jupyter_server("http://127.0.0.1:8890", embedded_key(home / "one")):
        assert profiles.resolve("http://127.0.0.1:8890").token == "secret"
    assert profiles.resolve("http://127.0.0.1:8890").token is None


@pytest.mark.parametrize(
    "url", ["", "repo.example.org", "ftp://x", "http://", "http://x:99999", "javascript:alert(1)", "http://[::1"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidRequest, match="is not a repository's address"):
        profiles.check_url(url)


def test_an_address_may_not_carry_a_password() -> None:
    with pytest.raises(InvalidRequest, match="may not hold a name, password or query") as refused:
        profiles.check_url("https://ada:hunter2@repo.example")
    assert "hunter2" not in str(refused.value)


def test_the_record_is_readable_by_its_owner_only(home: Path) -> None:
    announcement = profiles.Announcement()
    announcement.announce("http://127.0.0.1:1", "key")
    path = home / "runtime" / f"jupyter_repo-{os.getpid()}.json"
    assert path.stat().st_mode & 0o777 == 0o600
    announcement.withdraw()
    announcement.withdraw()
    assert not path.exists()
