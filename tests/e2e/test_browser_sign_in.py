"""The unmodified anaconda-client signs in by a real browser, through a proxy that speaks TLS."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.engines import free_port
from tests.tls import Proxy, tls_proxy
from tests.ui.conftest import ARGUMENTS, PATIENCE, chromium

from .conftest import PASSWORDS, Server, succeed
from .test_anaconda import Client

pytestmark = pytest.mark.timeout(300)

# what `webbrowser` starts: it writes down which page it was asked to open
BROWSER = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.argv[2])"

DEVICE = """
import sys
from anaconda_auth.actions import _do_device_flow
from anaconda_auth.client import BaseClient
from anaconda_auth.config import AnacondaAuthSite
site = AnacondaAuthSite(domain=sys.argv[1])
token = _do_device_flow(site)
print("whoami", BaseClient(site=site, api_key=token).get(f"https://{sys.argv[1]}/oauth/userinfo").json())
"""


@pytest.fixture(autouse=True)
def jp_asyncio_loop() -> None:
    """No event loop of pytest-jupyter here: playwright keeps one of its own."""


@pytest.fixture(autouse=True)
def jp_server_cleanup() -> None:
    """Nothing of pytest-jupyter to clean up here."""


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[Server, Proxy]]:
    port = free_port()
    server = Server(tmp_path / "data", options=("--public-url", f"https://127.0.0.1:{port}"))
    server.create_user("ada")
    server.start()
    with tls_proxy(tmp_path, server.port, port) as proxy:
        yield server, proxy
    assert server.stop() == 0, server.log.read_text()
    log = server.log.read_text()
    assert "Traceback" not in log
    assert "jr-" not in log


@pytest.fixture
def context() -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        fresh = found.new_context(ignore_https_errors=True)
        fresh.set_default_timeout(PATIENCE)
        yield fresh
        found.close()


def opened(file: Path, process: subprocess.Popen[str]) -> str:
    """The page that the client asked for."""
    until = time.monotonic() + 120
    while not file.exists() or not file.read_text():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until, "the client opened no browser"
        time.sleep(0.05)
    return file.read_text()


def sign_in(page: Page) -> None:
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password", exact=True).fill(PASSWORDS["ada"])
    page.locator("main").get_by_role("button", name="Sign in").click()


def test_by_code_and_by_device(
    secure: tuple[Server, Proxy], anaconda_venv: Path, context: BrowserContext, tmp_path: Path
) -> None:
    server, proxy = secure
    client = Client(anaconda_venv, tmp_path / "home", server)
    client.home.mkdir()
    succeed(client.run("config", "--set", "url", f"{proxy.url}/api"))
    asked = tmp_path / "asked"
    script = tmp_path / "browser.py"
    script.write_text(BROWSER)
    env = {
        **client.env,
        "REQUESTS_CA_BUNDLE": str(proxy.authority),
        "BROWSER": f"{sys.executable} {script} {asked} %s",
    }

    def start(*command: str | Path) -> subprocess.Popen[str]:
        asked.unlink(missing_ok=True)
        pipe = subprocess.PIPE
        return subprocess.Popen(
            list(map(str, command)), env=env, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True
        )

    # the authorization code: the client listens on a port of loopback and waits for the browser
    login = start(anaconda_venv / "bin/anaconda", "login", "--at", "anaconda.org")
    page = context.new_page()
    page.goto(opened(asked, login))
    sign_in(page)
    page.get_by_role("heading", name="Let anaconda-client in?").wait_for()
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url(f"{proxy.url}/app/local-login-success")
    out, err = login.communicate(timeout=120)
    assert login.returncode == 0, out + err
    assert "login successful" in out + err
    who = client("org", "whoami", REQUESTS_CA_BUNDLE=str(proxy.authority))
    assert "Username: ada" in who
    assert "logout successful" in client("org", "logout", REQUESTS_CA_BUNDLE=str(proxy.authority))

    # the device: nothing listens, the person types a code
    device = start(anaconda_venv / "bin/python", "-c", DEVICE, proxy.url.removeprefix("https://"))
    page.goto(opened(asked, device))
    page.get_by_role("button", name="Allow").click()
    page.get_by_text("anaconda-client is signed in; go on there.").wait_for()
    out, err = device.communicate(timeout=120)
    assert device.returncode == 0, out + err
    assert "'preferred_username': 'ada'" in out
