"""Other people's servers, from virtual environments made beforehand, and what of them lies on this machine."""

from __future__ import annotations

import base64
import shutil
import sqlite3
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import requests

from . import making
from .servers import CHANNEL, Server, free_port, started, wait_for


@contextmanager
def devpi(venv: Path, where: Path) -> Iterator[Server]:
    """devpi-server from a virtual environment, with one index that takes uploads."""
    data, port = where / "devpi", free_port()
    subprocess.run(
        [str(venv / "bin/devpi-init"), "--serverdir", str(data), "--no-root-pypi", "--root-passwd=not a secret"],
        check=True,
        capture_output=True,
    )
    url = f"http://127.0.0.1:{port}"
    with started([str(venv / "bin/devpi-server"), "--serverdir", str(data), f"--port={port}"], where) as process:
        wait_for(f"{url}/+api", process)
        login = requests.post(f"{url}/+login", json={"user": "root", "password": "not a secret"}, timeout=30).json()
        secret = login["result"]["password"]
        made = requests.put(f"{url}/root/bench", json={"type": "stage"}, headers=_devpi(secret), timeout=30)
        made.raise_for_status()
        index = f"{url}/root/bench/"
        yield Server("devpi", url, process, upload=index, simple=f"{index}+simple/", auth=("root", secret))


def _devpi(secret: str) -> dict[str, str]:
    return {"X-Devpi-Auth": base64.b64encode(f"root:{secret}".encode()).decode()}


@contextmanager
def pypiserver(venv: Path, where: Path, projects: int = 0) -> Iterator[Server]:
    """Pypiserver from a virtual environment, open to everybody; so many projects lie in its folder beforehand."""
    packages, port = where / f"pypiserver{projects}", free_port()
    packages.mkdir()
    _, content = making.wheel("template", "1.0")
    for number in range(projects):
        (packages / f"synthetic_{number:06}-1.0-py3-none-any.whl").write_bytes(content)
    url = f"http://127.0.0.1:{port}"
    program = str(venv / "bin/pypi-server")
    command = [program, "run", "-p", str(port), "-i", "127.0.0.1", "-a", ".", "-P", ".", str(packages)]
    with started(command, where) as process:
        wait_for(url, process)
        yield Server("pypiserver", url, process, upload=f"{url}/", simple=f"{url}/simple/", auth=("x", "x"))


@contextmanager
def quetz(venv: Path, where: Path, packages: int = 0) -> Iterator[Server]:
    """Quetz from a virtual environment, with one channel; `packages` rows are put into its database beforehand."""
    program, data, port = str(venv / "bin/quetz"), where / f"quetz{packages}", free_port()
    subprocess.run([program, "create", str(data), "--create-conf", "--dev"], check=True, capture_output=True)
    with closing(sqlite3.connect(data / "quetz.sqlite")) as db:
        db.execute("update users set role = 'owner'")
        key = str(db.execute("select key from api_keys").fetchone()[0])
        db.commit()
    url = f"http://127.0.0.1:{port}"
    command = [program, "start", str(data), f"--port={port}", "--log-level=warning"]
    with started(command, where) as process:
        wait_for(f"{url}/api/channels", process)
        server = Server("quetz", url, process, upload=f"{url}/api/channels/{CHANNEL}/upload/", token=key)
        channel = {"name": CHANNEL, "private": False}
        requests.post(f"{url}/api/channels", json=channel, headers={"X-API-Key": key}, timeout=60).raise_for_status()
        if packages:
            filename, content = making.conda("template", "1.0")
            send_to_quetz(server, filename, content)
            with closing(sqlite3.connect(data / "quetz.sqlite", timeout=60)) as db:
                _copy(db, "packages", "template", packages)
                _copy(db, "package_versions", "template", packages)
                db.commit()
        yield server


def send_to_quetz(server: Server, filename: str, content: bytes) -> None:
    """Upload one conda package as rattler-build does."""
    answer = requests.post(
        f"{server.upload}{filename}",
        params={"sha256": making.sha256(content), "force": "false"},
        data=content,
        headers={"X-API-Key": server.token},
        timeout=600,
    )
    answer.raise_for_status()


def _copy(db: sqlite3.Connection, table: str, name: str, times: int) -> None:
    """Copy the one row of that name, each time under another."""
    found = db.execute(f"select * from {table} where {'name' if table == 'packages' else 'package_name'} = ?", (name,))  # noqa: S608
    columns, row = [one[0] for one in found.description], found.fetchone()
    marks = ", ".join("?" * len(columns))
    copies = (
        [_renamed(column, value, name, f"synthetic-{number:06}") for column, value in zip(columns, row, strict=True)]
        for number in range(times)
    )
    db.executemany(f"insert into {table} ({', '.join(columns)}) values ({marks})", copies)  # noqa: S608


def _renamed(column: str, value: Any, old: str, new: str) -> Any:
    if column == "id":
        return uuid.uuid4().bytes
    return value.replace(old, new) if isinstance(value, str) else value


NGINX = """
pid {where}/nginx.pid;
error_log {where}/nginx.error;
worker_processes 1;
events {{ worker_connections 256; }}
http {{
    access_log off;
    sendfile on;
    keepalive_requests 100000;
    client_body_temp_path {where}/body;
    proxy_temp_path {where}/proxy;
    fastcgi_temp_path {where}/fastcgi;
    uwsgi_temp_path {where}/uwsgi;
    scgi_temp_path {where}/scgi;
    upstream repository {{ server {upstream}; keepalive 64; }}
    server {{
        listen 127.0.0.1:{port};
        location /plain/ {{ alias {folder}/; }}
        location /blobs/ {{ internal; alias {blobs}/; }}
        location / {{
            proxy_pass http://repository;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
        }}
    }}
}}
"""


@contextmanager
def nginx(ours: Server, where: Path, folder: Path, blobs: Path) -> Iterator[Server | None]:
    """The web server nginx before `ours`: it sends `blobs` itself, `folder` below `/plain/`. None: it is not here."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if program is None:
        yield None
        return
    port = free_port()
    upstream = ours.url.removeprefix("http://")
    text = NGINX.format(where=where, upstream=upstream, port=port, folder=folder, blobs=blobs)
    (where / "nginx.conf").write_text("user root;\n" * (where.owner() == "root") + text)
    command = [program, "-c", str(where / "nginx.conf"), "-e", str(where / "nginx.error"), "-g", "daemon off;"]
    with started(command, where) as process:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/plain/", process)
        yield Server("nginx", url, process)
