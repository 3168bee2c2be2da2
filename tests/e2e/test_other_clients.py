"""Clients that come from elsewhere than PyPI, or publish in their own way: js-rattler, hatch; and dead tokens."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests import builders

from .conftest import Rattler, Server, expired, run, succeed

pytestmark = pytest.mark.timeout(300)

JS_RATTLER = "@conda-org/rattler@0.3.5"
SOLVE = """
const { simpleSolve } = require("@conda-org/rattler");
const [channel, ...specs] = process.argv.slice(2);
simpleSolve(specs, [channel], ["noarch", "linux-64"]).then(
  found => console.log(JSON.stringify(found.map(one => one.filename ?? one.fileName ?? one.url))),
  error => { console.error(String(error)); process.exit(1); }
);
"""


@pytest.fixture(scope="session")
def js_rattler(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the npm package."""
    folder = tmp_path_factory.mktemp("js")
    npm = [Path(sys.executable).parent / "npm", "install", "--no-audit", "--no-fund", "--prefix", folder, JS_RATTLER]
    succeed(run(npm, timeout=200))
    (folder / "solve.cjs").write_text(SOLVE)
    return folder


def test_js_rattler(site: Server, ada: str, js_rattler: Path, clean_env: Mapping[str, str], tmp_path: Path) -> None:
    def solve(channel: str, *specs: str) -> subprocess.CompletedProcess[str]:
        node = Path(sys.executable).parent / "node"
        return run([node, js_rattler / "solve.cjs", channel, *specs], env=clean_env)

    site.publish(ada, "ada", builders.make_conda(tmp_path, name="js-base"))
    site.publish(ada, "ada", builders.make_conda(tmp_path, name="js-top", depends=["js-base"]))
    site.publish(ada, "ada", builders.make_conda(tmp_path, name="js-secret"), visibility="private")
    found = json.loads(succeed(solve(f"{site.url}/conda/ada", "js-top")).strip())
    assert sorted(found) == ["js-base-1.0-0.conda", "js-top-1.0-0.conda"]
    reader = site.token("ada", "conda:download")
    assert "js-secret" in succeed(solve(f"{site.url}/t/{reader}/conda/ada", "js-secret"))
    for token in (site.token("bob"), expired(site, "conda:download"), "jr-doesnotexist"):
        assert solve(f"{site.url}/t/{token}/conda/ada", "js-secret").returncode == 1
    assert solve(f"{site.url}/conda/ada", "js-secret").returncode == 1


def test_hatch(site: Server, clean_env: Mapping[str, str], tmp_path: Path) -> None:
    def publish(path: Path, token: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "hatch", "publish", "--no-prompt", "--repo", f"{site.url}/pypi/ada/legacy/"]
        return run([*command, "--user", "__token__", "--auth", token, path], env=clean_env)

    wheel = builders.make_wheel(tmp_path, name="by-hatch")
    for token in ("jr-doesnotexist", site.token("bob"), site.token("ada", "pypi:download"), expired(site, "pypi")):
        refused = publish(wheel, token)
        assert refused.returncode != 0, refused.stdout
    succeed(publish(wheel, site.token("ada", "pypi:upload")))
    succeed(publish(builders.make_sdist(tmp_path, name="by-hatch"), site.token("ada", "pypi:upload")))
    listing = ["pip", "download", "--no-deps", "--no-cache-dir", "--index-url", f"{site.url}/pypi/ada/simple/"]
    succeed(run([sys.executable, "-m", *listing, "--dest", tmp_path / "got", "by-hatch"], env=clean_env))
    assert (tmp_path / "got" / wheel.name).read_bytes() == wheel.read_bytes()


def test_an_expired_token_opens_nothing(site: Server, ada: str, rattler: Rattler, tmp_path: Path) -> None:
    site.publish(ada, "ada", builders.make_conda(tmp_path, name="old-token"), visibility="private")
    dead = expired(site, "conda:download")
    done = rattler(f"{site.url}/t/{dead}/conda/ada", tmp_path / "refused", "old-token")
    assert done.returncode == 1
    assert dead not in done.stdout + done.stderr
    assert not (tmp_path / "refused/share").exists()
