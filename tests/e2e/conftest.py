"""Real clients against `python -m jupyter_repo serve` in a process of its own.

`site` is a running repository with two users, made on the command line; `clean_env` is an environment in which a client
finds no settings of the person who runs the tests; `rattler` installs conda packages; `anaconda` is a venv of the
unmodified anaconda-client.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from jupyter_repo.models import Actor
from jupyter_repo.running import open_repository
from jupyter_repo.service import accounts, tokens
from tests.engines import free_port

PASSWORDS = {"ada": "secret-of-ada", "bob": "secret-of-bob"}
ANACONDA_CLIENT = "anaconda-client==1.16.0"


def run(
    command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, stdin: str = "", timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run a client to its end, without a terminal."""
    return subprocess.run(
        [str(word) for word in command],
        env=dict(env) if env is not None else None,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=timeout,
        start_new_session=True,
    )


def succeed(done: subprocess.CompletedProcess[str]) -> str:
    """What the client printed; it must have succeeded."""
    text = f"{done.stdout}\n{done.stderr}"
    assert done.returncode == 0, f"{done.args} ended with {done.returncode}:\n{text}"
    return text


@dataclass
class Server:
    """One repository on disk, served or not."""

    data_dir: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    options: tuple[str, ...] = ()
    """more words for `serve`"""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data_dir.with_suffix(".log")

    def admin(self, *words: str, stdin: str = "") -> str:
        """`jupyter repo …` on this repository."""
        return succeed(
            run([sys.executable, "-m", "jupyter_repo", *words, "--data-dir", self.data_dir], stdin=stdin + "\n")
        )

    def create_user(self, name: str) -> None:
        """By the rules that `jupyter repo user create` calls, without a process for it."""
        repository = open_repository(self.data_dir)
        with repository.write() as work:
            accounts.create_user(work, name, email=f"{name}@example.org", password=PASSWORDS[name])
        repository.close()

    def start(self) -> None:
        command = [sys.executable, "-m", "jupyter_repo", "serve", "--ip", "127.0.0.1", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--data-dir", str(self.data_dir), *self.options], stdout=log, stderr=log
            )
        until = time.monotonic() + 120
        while time.monotonic() < until:
            assert self.process.poll() is None, f"the server ended:\n{self.log.read_text()}"
            try:
                if requests.get(f"{self.url}/api", timeout=5).ok:
                    return
            except requests.RequestException:
                time.sleep(0.05)  # it listens before it answers
        raise AssertionError(f"the server does not answer:\n{self.log.read_text()}")

    def kill(self) -> None:
        """kill -9: nothing is tidied up."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(30)

    def stop(self) -> int:
        """SIGTERM, as a service manager does; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def token(self, user: str, *scopes: str) -> str:
        """A new token of the user for the user's channel."""
        answer = requests.post(
            f"{self.url}/api/authentications",
            auth=(user, PASSWORDS[user]),
            json={"scopes": list(scopes) or ["all"], "note": f"tests {time.monotonic_ns()}", "hostname": "tests"},
            timeout=60,
        )
        assert answer.status_code == 200, answer.text
        return str(answer.json()["token"])

    def upload(self, token: str, channel: str, path: Path, **query: str) -> requests.Response:
        """Our own way in: one PUT with the bytes."""
        with path.open("rb") as file:
            return requests.put(
                f"{self.url}/api/upload/{channel}/{path.name}",
                params=query,
                data=file,
                headers={"Authorization": f"token {token}"},
                timeout=60,
            )

    def delete(self, token: str, path: str) -> requests.Response:
        """DELETE an address of the API."""
        return requests.delete(self.url + path, headers={"Authorization": f"token {token}"}, timeout=60)

    def publish(self, token: str, channel: str, path: Path, **query: str) -> dict[str, object]:
        """Upload what must be accepted."""
        answer = self.upload(token, channel, path, **query)
        assert answer.status_code == 201, answer.text
        document: dict[str, object] = answer.json()
        return document


def expired(site: Server, scope: str) -> str:
    """A token of Ada's that is over by now."""
    repository = open_repository(site.data_dir)
    with repository.write() as work:
        ada = accounts.get(work, "ada")
        name = f"short {time.monotonic_ns()}"
        soon = timedelta(milliseconds=1)
        _, secret = tokens.create(work, Actor(ada), ada, name, scopes=[scope], lifetime=soon)
    repository.close()
    return secret


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running repository with the users ada and bob."""
    server = Server(tmp_path_factory.mktemp("site") / "data")
    for name in PASSWORDS:
        server.create_user(name)
    server.start()
    yield server
    assert server.stop() == 0, server.log.read_text()
    assert "Traceback" not in server.log.read_text()


@pytest.fixture(scope="session")
def ada(site: Server) -> str:
    """Ada's token for everything."""
    return site.token("ada")


@pytest.fixture
def clean_env(tmp_path: Path) -> dict[str, str]:
    """An environment with a fresh home and nothing else."""
    home = tmp_path / "home"
    home.mkdir()
    folders = {
        f"XDG_{word}_HOME": str(home / f".{word.lower()}") for word in ("CONFIG", "DATA", "CACHE", "STATE", "RUNTIME")
    }
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "/usr/bin:/bin")]),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "COLUMNS": "250",
        "NO_PROXY": "127.0.0.1",
        "PIP_NO_INPUT": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "OTEL_SDK_DISABLED": "true",
        **folders,
    }


INSTALL = """
import asyncio, json, os, sys
from pathlib import Path
import rattler
from rattler import Client

async def main(channel, prefix, *specs):
    gateway = rattler.Gateway(cache_dir=prefix + "-cache/repodata")
    records = await rattler.solve([channel], list(specs), platforms=["noarch", "linux-64"], gateway=gateway)
    await rattler.install(records, prefix, cache_dir=prefix + "-cache/pkgs", show_progress=False)
    return [record.file_name for record in records]

try:
    print(json.dumps(asyncio.run(main(*sys.argv[1:]))))
    code = 0
except Exception as error:
    print(f"{type(error).__name__}: {error}", file=sys.stderr)
    code = 1
sys.stdout.flush(); sys.stderr.flush()
os._exit(code)  # py-rattler crashes now and then at the interpreter's own exit, after the work is done
"""

Rattler = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def rattler(clean_env: dict[str, str], tmp_path: Path) -> Rattler:
    """`rattler(channel URL, prefix, *specs)` solves and installs in a process of its own."""

    def install(channel: str, prefix: Path, *specs: str) -> subprocess.CompletedProcess[str]:
        return run([sys.executable, "-c", INSTALL, channel, prefix, *specs], env=clean_env)

    return install


def installed(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The file names that py-rattler installed."""
    succeed(done)
    names: list[str] = json.loads(done.stdout)
    return names


@pytest.fixture(scope="session")
def uv() -> Path:
    """The program uv."""
    found = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if found is None:
        pytest.fail("uv is not on this machine: pip install uv")
    return Path(found)


@pytest.fixture(scope="session")
def anaconda_venv(uv: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A venv of its own for anaconda-client: its dependencies are not ours."""
    venv = tmp_path_factory.mktemp("anaconda") / "venv"
    succeed(run([uv, "venv", "--quiet", "--python", sys.executable, venv]))
    succeed(run([uv, "pip", "install", "--quiet", "--python", venv / "bin/python", ANACONDA_CLIENT], timeout=280))
    return venv


Anaconda = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def anaconda(anaconda_venv: Path, clean_env: dict[str, str]) -> Anaconda:
    """`anaconda(*words)` runs the unmodified command in a home of this test."""
    env = {**clean_env, "PATH": f"{anaconda_venv}/bin:/usr/bin:/bin"}

    def command(*words: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return run([anaconda_venv / "bin/anaconda", *words], env=env, stdin=stdin)

    return command
