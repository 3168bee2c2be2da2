"""`jupyter repo serve` as a process: first start, settings, stopping cleanly, a full disk."""

from __future__ import annotations

import logging
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from jupyter_repo.app import ServeApp
from jupyter_repo.cli import main

from . import builders
from .engines import free_port

REPO = [sys.executable, "-m", "jupyter_repo"]


class Served:
    """One `jupyter repo serve` with a user ada and a token of hers."""

    def __init__(self, folder: Path, *options: str, limit: Callable[[], None] | None = None) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder.parent / f"{folder.name}.log"
        done = run("user", "create", "ada", "--email", "ada@example.org", "--password-stdin", "--data-dir", str(folder))
        assert "created the user ada" in done.stdout or "the name ada is taken" in done.stderr
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*REPO, "serve", "--port", str(self.port), "--data-dir", str(folder), *options],
                stdout=log,
                stderr=log,
                preexec_fn=limit,
            )
        self._wait()
        self.token = str(self.sign_in().json()["token"])
        self.headers = {"Authorization": f"token {self.token}"}

    def _wait(self) -> None:
        until = time.monotonic() + 120
        while True:
            try:
                requests.head(f"{self.url}/api", timeout=60)
            except requests.RequestException:
                assert self.process.poll() is None, self.log.read_text()
                assert time.monotonic() < until
                time.sleep(0.05)
            else:
                return

    def sign_in(self) -> requests.Response:
        body = {"note": "test", "fail-if-exists": False}
        return requests.post(f"{self.url}/api/authentications", json=body, auth=("ada", "secret-ada"), timeout=60)

    def upload(self, path: Path) -> requests.Response:
        with path.open("rb") as file:
            return requests.put(f"{self.url}/api/upload/ada/{path.name}", data=file, headers=self.headers, timeout=60)

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*REPO, *arguments], input="secret-ada\n", capture_output=True, text=True, timeout=120)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    found = Served(tmp_path / "data")
    yield found
    if found.process.poll() is None:
        found.process.kill()
        found.process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_a_running_upload_end_and_stops_cleanly(served: Served, tmp_path: Path, number: int) -> None:
    body = builders.make_conda(tmp_path, name="slow", files={"share/data.bin": bytes(range(256)) * 4000}).read_bytes()
    answer: list[bytes] = []
    begun, stopping = threading.Event(), threading.Event()

    def send() -> None:
        with socket.create_connection(("127.0.0.1", served.port)) as connection:
            head = (
                f"PUT /api/upload/ada/slow-1.0-0.conda HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
                f"Authorization: token {served.token}\r\nExpect: 100-continue\r\n\r\n"
            )
            connection.sendall(head.encode())
            assert connection.recv(100).startswith(b"HTTP/1.1 100")  # the upload is running
            connection.sendall(body[:100])
            begun.set()
            stopping.wait(60)
            time.sleep(0.5)
            connection.sendall(body[100:])
            answer.append(connection.recv(20))

    thread = threading.Thread(target=send)
    thread.start()
    assert begun.wait(60)
    served.process.send_signal(number)
    stopping.set()
    thread.join(60)
    assert served.process.wait(60) == 0, served.log.read_text()
    assert answer == [b"HTTP/1.1 201 Created"]
    again = Served(served.folder)
    names = requests.get(f"{again.url}/conda/ada/noarch/repodata.json", timeout=60).json()["packages.conda"]
    assert set(names) == {"slow-1.0-0.conda"}
    assert again.stop() == 0


def test_settings_may_stand_in_a_config_file(tmp_path: Path) -> None:
    config = tmp_path / "repo_config.py"
    config.write_text("c.ServeApp.max_file = 1000\nc.ServeApp.public_url = 'https://repo.example.org/'\n")
    served = Served(tmp_path / "data", "--config", str(config))
    try:
        big = tmp_path / "big.bin"
        big.write_bytes(b"x" * 5000)
        assert served.upload(big).status_code == 413
        small = tmp_path / "small.bin"
        small.write_bytes(b"x")
        assert served.upload(small).json()["url"] == "https://repo.example.org/ada/small.bin"
    finally:
        assert served.stop() == 0


def test_a_full_disk_refuses_in_words_and_loses_nothing(tmp_path: Path) -> None:
    def little_room() -> None:
        # what a full disk does to writes, for this process only
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (3 << 20, 3 << 20))

    served = Served(tmp_path / "data", limit=little_room)
    try:
        before = builders.make_conda(tmp_path, name="before")
        assert served.upload(before).status_code == 201
        big = tmp_path / "big.bin"
        big.write_bytes(b"x" * (8 << 20))
        refused = served.upload(big)
        assert (refused.status_code, refused.json()["code"]) == (507, "storage_full")
        assert "free some space" in refused.json()["error"]
        until = time.monotonic() + 60
        while any((served.folder / "store" / "tmp").iterdir()) and time.monotonic() < until:
            time.sleep(0.02)
        assert list((served.folder / "store" / "tmp").iterdir()) == []
        page = requests.get(f"{served.url}/conda/ada/noarch/before-1.0-0.conda", timeout=60)
        assert page.content == before.read_bytes()
        assert served.upload(builders.make_conda(tmp_path, name="after")).status_code == 201
    finally:
        assert served.stop() == 0


def test_no_secret_reaches_the_log(served: Served) -> None:
    for address in (
        "/api/user",
        f"/t/{served.token}/conda/ada/noarch/repodata.json",
        f"/conda/t/{served.token}/ada/x/y",
    ):
        requests.get(served.url + address, headers=served.headers, timeout=60)
    requests.get(f"{served.url}/t/{served.token}/nothing/here/at/all", timeout=60)
    link = requests.post(f"{served.url}/api/session-link", headers=served.headers, json={}, timeout=60).json()["url"]
    requests.get(link, timeout=60, allow_redirects=False)
    assert served.stop() == 0
    log = served.log.read_text()
    assert "/conda/ada/noarch/repodata.json" in log
    assert served.token not in log
    assert "secret-ada" not in log
    assert link.split("/session/")[1].split("?")[0] not in log


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("user", "create", "api", "--email", "a@b.c", "--password-stdin"), "reserved word"),
        (("user", "create", "ok", "--email", "nonsense", "--password-stdin"), "not an e-mail address"),
        (("org", "create", "lab", "--email", "a@b.c", "--owner", "nobody-here"), 'User "nobody-here" does not exist'),
        (("serve", "--db-url", "mysql://x"), "not the address of a database"),
        (("serve", "--store-url", "ftp://x/y"), "not supported"),
    ],
)
def test_what_can_t_be_done_is_one_line_and_exit_code_1(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    done = run(*arguments, "--data-dir", str(tmp_path))
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--data-dir", __file__, "the data folder"),
        ("--store-url", __file__, "the storage folder"),
        ("--db-url", "nonsense", "not the address of a database"),
        (
            "--db-url",
            "postgresql://ada:secret@127.0.0.1:9/none",
            "postgresql://ada:***@127.0.0.1:9/none can't be opened",
        ),
        ("--db-url", "sqlite:////nowhere/at/all.sqlite", "all.sqlite can't be opened"),
        ("--public-url", "repo.example.org", "https://repo.example.org, and 'repo.example.org' is none"),
        ("--config", "/nowhere.py", "there is no configuration file /nowhere.py"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, value: str, words: str
) -> None:
    code, said = refused(capsys, tmp_path, option, value)
    assert code == 1
    assert words in said
    assert len(said.splitlines()) == 1
    assert "secret" not in said


def refused(capsys: pytest.CaptureFixture[str], folder: Path, *options: str) -> tuple[int, str]:
    """Exit code and words of `jupyter repo serve`, which comes back because it could not begin."""
    given = options if "--data-dir" in options else (*options, "--data-dir", str(folder / "data"))
    ours = logging.getLogger("jupyter_repo")
    before = ours.handlers, ours.level
    try:
        return main(["serve", "--port", "0", *given]), capsys.readouterr().err
    finally:  # nothing of it may outlive this test: its log is written to what is captured here
        ServeApp.clear_instance()
        ours.handlers = before[0]
        ours.setLevel(before[1])


def test_a_configuration_that_can_t_be_read_is_not_replaced_by_defaults(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "wrong.py"
    config.write_text('c.ServeApp.sign_up = "closed"\nc.ServeApp.port = \n')
    code, said = refused(capsys, tmp_path, "--config", str(config))
    assert code == 1
    assert said.startswith("jupyter repo serve: the configuration can't be read: SyntaxError: ")
    assert "wrong.py, line 2" in said
    assert len(said.splitlines()) == 1


def test_a_port_in_use_is_named(served: Served, tmp_path: Path) -> None:
    done = run("serve", "--port", str(served.port), "--data-dir", str(tmp_path / "other"))
    assert done.returncode == 1
    assert f"can't listen on 127.0.0.1 port {served.port}" in done.stderr


def test_organizations_and_passwords_from_the_command_line(tmp_path: Path) -> None:
    folder = str(tmp_path)
    assert run("user", "create", "ada", "--email", "a@b.c", "--password-stdin", "--data-dir", folder).returncode == 0
    done = run("org", "create", "lab", "--email", "l@b.c", "--owner", "ada", "--data-dir", folder)
    assert "created the organization lab, owned by ada" in done.stdout
    assert run("user", "passwd", "ada", "--password-stdin", "--data-dir", folder).returncode == 0
    assert "the database is at" in run("db", "upgrade", "--data-dir", folder).stdout
