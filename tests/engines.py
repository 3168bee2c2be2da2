"""What tests need from the machine: a throw-away PostgreSQL, and a word where something is missing."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest


def missing(what: str, how: str) -> NoReturn:
    """A tool that a test needs is not here: in CI that is a failure; elsewhere skip, and say the way."""
    message = f"{what} is not on this machine: {how}"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def find_postgres() -> Path | None:
    """The folder of initdb and pg_ctl: `PGBIN`, Debian's, or the one on PATH."""
    if os.environ.get("PGBIN"):
        return Path(os.environ["PGBIN"])
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if debian:
        return debian[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def free_port() -> int:
    """A port for a server that is started next.

    Nobody listens on it, no other test of this process was given it, and the system takes it for no connection: between
    the look here and the start of the server, which may be seconds, it stays free.
    """
    while True:
        port = secrets.choice(PORTS)
        if port not in _given:
            with socket.socket() as one, contextlib.suppress(OSError):
                one.bind(("127.0.0.1", port))
                _given.add(port)
                return port


def _quiet_ports() -> range:
    """The ports right below those that the system takes for connections."""
    told = Path("/proc/sys/net/ipv4/ip_local_port_range")
    first = int(told.read_text().split()[0]) if told.is_file() else 32768
    return range(first - 12_000, first) if first > 22_000 else range(20_000, 32_000)


PORTS = _quiet_ports()
_given: set[int] = set()


class Postgres:
    """One server; `stop` removes all of it."""

    def __init__(self, binaries: Path) -> None:
        self._bin, self._port = binaries, free_port()
        # short: the path of the socket in it may have 107 bytes
        self._dir = Path(tempfile.mkdtemp(prefix="pg-"))
        self._as: dict[str, object] = {}
        if os.geteuid() == 0:  # initdb refuses root
            user = pwd.getpwnam("postgres" if _has_user("postgres") else "nobody")
            self._as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(self._dir, user.pw_uid, user.pw_gid)

    def start(self) -> Postgres:
        data = str(self._dir / "d")
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = (
            f"-c listen_addresses=127.0.0.1 -p {self._port} -k {self._dir} -F -c synchronous_commit=off "
            "-c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB"
        )
        self._run("pg_ctl", "-D", data, "-w", "-t", "60", "-l", str(self._dir / "log"), "-o", options, "start")
        return self

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/{database}"

    def stop(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "-D", str(self._dir / "d"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._dir, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._bin / program), *arguments],
            check=True,
            cwd=self._dir,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(self._dir)},
            **self._as,  # type: ignore[arg-type]
        )


def _has_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
