"""A real Jupyter server in a process of its own, with everything it keeps in one temporary folder."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.engines import free_port

START_TIMEOUT = 120


class Lab:
    """`jupyter lab` or `jupyter notebook` on loopback, with an embedded repository unless `extra` says otherwise.

    `base` is the path that all its addresses begin with.
    """

    def __init__(self, folder: Path, app: str = "lab", extra: tuple[str, ...] = (), base: str = "") -> None:
        self.folder = folder
        self.root = folder / "root"
        self.root.mkdir(parents=True)
        self.token = secrets.token_hex(16)
        self.url = f"http://127.0.0.1:{(port := free_port())}{base}"
        self.log = folder / "lab.log"
        self._no_news()
        expose = "LabApp" if app == "lab" else "JupyterNotebookApp"
        command = [
            *(sys.executable, "-m", "jupyter", app, "--no-browser", "--allow-root"),
            *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
            *(f"--IdentityProvider.token={self.token}", f"--ServerApp.root_dir={self.root}"),
            "--ServerApp.allow_unauthenticated_access=False",
            *("--LabApp.news_url=None", "--LabApp.extension_manager=readonly"),
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            f"--{expose}.expose_app_in_browser=True",
            *("--JupyterRepo.port=0", f"--ServerApp.base_url={base}/"),
            *extra,
        ]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command, env=self._environment(), cwd=self.root, stdout=log, stderr=subprocess.STDOUT
            )

    def wait(self, *, ready: bool = True, state: str = "ready") -> Lab:
        """Wait until it answers, and unless told otherwise until its repository is ready, or in another `state`."""
        self.until(lambda: self.api("/api/status") is not None)
        if ready:
            self.until(lambda: self.api("/jupyter-repo/status")["state"] == state)
        return self

    def api(self, path: str, body: object = None, method: str | None = None) -> Any:
        """Ask a handler of the server, with its token."""
        request = urllib.request.Request(
            self.url + path,
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            text = response.read()
        return json.loads(text) if text else {}

    def finish(self, started: Any) -> None:
        """Wait for the end of a job."""
        while (job := self.api(f"/jupyter-repo/jobs/{started['job']}"))["state"] == "running":
            time.sleep(0.1)
        assert job["state"] == "done", job

    def close(self) -> None:
        """Stop it, and take its end for given only when it has ended."""
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def until(self, holds: Callable[[], object]) -> None:
        """Wait until it holds."""
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            try:
                if holds():
                    return
            except (OSError, ValueError):
                pass  # not listening yet, its extensions are still being loaded, or a file is being written
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"jupyter did not come so far:\n{self.log.read_text()}")
            time.sleep(0.1)

    def _environment(self) -> dict[str, str]:
        env = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER_REPO_", "JPY_"))}
        for name in ("config", "data", "runtime"):
            env[f"JUPYTER_{name.upper()}_DIR"] = str(self.folder / name)
        env["JUPYTERLAB_SETTINGS_DIR"] = str(self.folder / "settings")
        env["JUPYTERLAB_WORKSPACES_DIR"] = str(self.folder / "workspaces")
        env["IPYTHONDIR"] = str(self.folder / "ipython")
        env["HOME"] = str(self.folder)
        return env

    def _no_news(self) -> None:
        """The question about news covers the corner where our toasts are."""
        folder = self.folder / "settings" / "@jupyterlab" / "apputils-extension"
        folder.mkdir(parents=True)
        settings = {"fetchNews": "false", "checkForUpdates": False}
        (folder / "notification.jupyterlab-settings").write_text(json.dumps(settings))
