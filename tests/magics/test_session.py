"""A notebook of a real Jupyter server: its kernel knows its name, also after it was renamed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client import BlockingKernelClient

from ..builders import make_notebook
from ..engines import free_port
from .conftest import run

ROOT = Path(__file__).parents[2]


class Server:
    """A `jupyter server` process with our extension, and its REST API."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.root = home / "notebooks"
        self.root.mkdir()
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        folders = {name: str(home / name.lower()) for name in ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")}
        folders |= {name: str(home / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "IPYTHONDIR", "HOME")}
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("JPY_", "JUPYTER_"))}
        quiet = {"PYTHONPATH": str(ROOT), "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
        self.log = (home / "log").open("w")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
                *(f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={self.root}"),
                *("--IdentityProvider.token=secret", "--ServerApp.jpserver_extensions=jupyter_repo=True"),
                *("--JupyterRepo.port=0", f"--JupyterRepo.data_dir={home / 'repository'}"),
            ],
            env=clean | folders | quiet,
            stdout=self.log,
            stderr=self.log,
        )

    def api(self, method: str, path: str, body: object = None) -> Any:
        request = urllib.request.Request(
            f"{self.url}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": "token secret", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def wait(self) -> None:
        """Until the repository is ready."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                if self.api("GET", "jupyter-repo/status")["state"] == "ready":
                    return
            except (OSError, urllib.error.URLError):
                pass
            time.sleep(0.1)
        raise AssertionError((self.home / "log").read_text())

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)
        self.log.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    started = Server(tmp_path)
    try:
        started.wait()
        yield started
    finally:
        started.stop()


def test_the_kernel_knows_its_notebook_and_its_repository(server: Server) -> None:
    make_notebook(server.root, "before.ipynb")
    model = {"path": "before.ipynb", "name": "before.ipynb", "type": "notebook", "kernel": {"name": "python3"}}
    session = server.api("POST", "api/sessions", model)
    connection = server.home / "jupyter_runtime_dir" / f"kernel-{session['kernel']['id']}.json"
    client = BlockingKernelClient(connection_file=str(connection))
    client.load_connection_file()
    # a kernel that starts on a busy machine is not dead because a beat takes longer than a second
    client.hb_channel.time_to_dead = 60
    client.start_channels()
    try:
        client.wait_for_ready(120)
        status = server.api("GET", "jupyter-repo/status")
        who = run(client, "%load_ext jupyter_repo\n%repo whoami")
        assert f"Account: {status['account']}" in who.text
        assert f"Repository: {status['url']} (of this Jupyter server)" in who.text
        assert "/before, version 1" in run(client, "%repo publish --no-env").text
        server.api("PATCH", "api/contents/before.ipynb", {"path": "after.ipynb"})
        server.api("PATCH", f"api/sessions/{session['id']}", {"path": "after.ipynb", "name": "after.ipynb"})
        assert "/after, version 1" in run(client, "%repo publish --no-env").text
        things = server.api("GET", "jupyter-repo/things")["things"]
        assert {thing["name"] for thing in things} == {"before", "after"}
    finally:
        client.stop_channels()
    assert list((server.home / "jupyter_runtime_dir").glob("jupyter_repo-*.json"))
    server.process.terminate()
    server.process.wait(60)
    assert not list((server.home / "jupyter_runtime_dir").glob("jupyter_repo-*.json"))
