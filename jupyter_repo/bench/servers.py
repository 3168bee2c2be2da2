"""The servers under test, each a process of its own on loopback, with folders of their own that go with them."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
import sqlalchemy as sa

from ..errors import Unavailable
from ..models import Account, Actor
from ..running import open_repository
from ..service import accounts, tokens
from ..service.work import Repository

CHANNEL = "bench"


@dataclass
class Server:
    """A server that answers: `token` opens everything; `upload` takes the legacy API of PyPI."""

    name: str
    url: str
    process: subprocess.Popen[bytes]
    upload: str = ""
    simple: str = ""
    auth: tuple[str, str] | None = None
    token: str = ""
    files: str = ""

    def memory(self) -> float:
        """MiB that it holds now (resident)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def processor_time(self) -> float:
        """Seconds that its processes have computed so far, nginx's workers included."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):  # a process has ended meanwhile
                fields = stat.read_text().rpartition(")")[2].split()
                if self.process.pid in (int(stat.parent.name), int(fields[1])):
                    ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 300) -> None:
    """Return when it answers. Raises Unavailable."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            requests.get(url, timeout=5)
        except requests.RequestException:
            time.sleep(0.05)
        else:
            return
    raise Unavailable(f"{process.args!r} did not begin to answer at {url}")


@contextmanager
def started(command: list[str], cwd: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A program, its output in a file of `cwd`; stopped at the end."""
    with open(cwd / "output.log", "wb") as log:
        process = subprocess.Popen(command, cwd=cwd, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that goes at the end."""
    path = Path(tempfile.mkdtemp(prefix="jupyter-repo-bench-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def database(server: str) -> Iterator[str]:
    """The address of a new database at a PostgreSQL server (the address of one there already); empty for SQLite."""
    if not server:
        yield ""
        return
    address, name = sa.make_url(server), f"jupyter_repo_bench_{secrets.token_hex(6)}"
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    engine = sa.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
        try:
            yield address.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def prepare(where: Path, database: str = "") -> tuple[Repository, Account, str]:
    """A new repository with one channel, and a token of it; in its folder, or in an empty PostgreSQL database."""
    repository = open_repository(where, db_url=database)
    with repository.write() as work:
        account = accounts.create_user(work, CHANNEL, email="bench@example.org", password="not a secret")  # noqa: S106
        _, secret = tokens.create(work, Actor(account), account, "bench", scopes=["all"])
    return repository, account, secret


@contextmanager
def ours(where: Path, token: str, *options: str) -> Iterator[Server]:
    """This repository over a prepared folder; `options` of `jupyter repo serve` besides."""
    port = free_port()
    command = [sys.executable, "-m", "jupyter_repo", "serve", f"--port={port}", f"--data-dir={where}", *options]
    url = f"http://127.0.0.1:{port}"
    with started(command, where) as process:
        wait_for(f"{url}/api", process)
        yield Server(
            "jupyter repo",
            url,
            process,
            upload=f"{url}/pypi/{CHANNEL}/legacy/",
            simple=f"{url}/pypi/{CHANNEL}/simple/",
            auth=("__token__", token),
            token=token,
        )


@contextmanager
def empty(where: Path) -> Iterator[Server]:
    """The yardstick; it sends the files of the folder `where` too."""
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyter_repo.bench.empty", str(where)], stdout=subprocess.PIPE, cwd=where
    )
    try:
        assert process.stdout is not None
        url = f"http://127.0.0.1:{int(process.stdout.readline())}"
        yield Server("empty tornado handler", url, process)
    finally:
        process.kill()
        process.communicate()
