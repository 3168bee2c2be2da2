"""Real clients at the sub-domains of a repository that an administrator gave a name, and below a path."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import builders

from .conftest import INSTALL, PASSWORDS, Server, installed, run, succeed
from .proxy import leading_to

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module", params=["http://repo.test", "http://repo.test/team"], ids=["root", "prefix"])
def named(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A repository with a public address, a private package of each kind in it."""
    server = Server(tmp_path_factory.mktemp("named") / "data", options=(f"--public-url={request.param}",))
    for name in PASSWORDS:
        server.create_user(name)
    server.start()
    folder = tmp_path_factory.mktemp("packages")
    token = server.token("ada")
    server.publish(token, "ada", builders.make_conda(folder, name="sub-conda"), visibility="private")
    server.publish(token, "ada", builders.make_wheel(folder, name="sub-wheel"), visibility="private")
    yield server
    assert server.stop() == 0
    log = server.log.read_text()
    assert "Traceback" not in log
    assert "jr-" not in log, "a token is in the log"


@pytest.fixture
def proxied(named: Server, clean_env: dict[str, str]) -> Iterator[dict[str, str]]:
    """An environment whose clients reach repo.test and what is below it."""
    with leading_to(named.port) as proxy:
        env = {name: value for name, value in clean_env.items() if name != "NO_PROXY"}
        yield {**env, "http_proxy": proxy, "HTTP_PROXY": proxy}


def path_of(server: Server) -> str:
    return server.options[0].removeprefix("--public-url=http://repo.test")


def test_rattler(named: Server, proxied: dict[str, str], tmp_path: Path) -> None:
    token, path = named.token("ada"), path_of(named)
    for number, channel in enumerate(
        (
            f"http://conda.repo.test/t/{token}/ada",
            f"http://conda.repo.test/t/{token}/ada/label/main",
            f"http://repo.test{path}/conda/t/{token}/ada",
            f"http://repo.test{path}/t/{token}/conda/ada",
        )
    ):
        done = run([sys.executable, "-c", INSTALL, channel, tmp_path / f"prefix{number}", "sub-conda"], env=proxied)
        assert installed(done) == ["sub-conda-1.0-0.conda"]
    bare = run([sys.executable, "-c", INSTALL, "http://conda.repo.test/ada", tmp_path / "no", "sub-conda"], env=proxied)
    assert bare.returncode == 1


def test_pip_and_uv(named: Server, proxied: dict[str, str], uv: Path, tmp_path: Path) -> None:
    token, path = named.token("ada"), path_of(named)
    indexes = (
        f"http://pypi.repo.test/t/{token}/ada/simple/",
        f"http://pypi.repo.test/t/{token}/ada/",
        f"http://repo.test{path}/t/{token}/pypi/ada/simple/",
    )
    for number, index in enumerate(indexes):
        pip = [sys.executable, "-m", "pip", "install", "--no-cache-dir", "--trusted-host", index.split("/")[2]]
        command = [*pip, "--index-url", index, "--target", tmp_path / f"pip{number}", "sub-wheel"]
        succeed(run(command, env=proxied))
        assert (tmp_path / f"pip{number}/sub_wheel.py").is_file()
        command = [uv, "--no-config", "pip", "install", "--default-index", index, "--target", tmp_path / f"uv{number}"]
        succeed(run([*command, "--python", sys.executable, "sub-wheel"], env=proxied))
        assert (tmp_path / f"uv{number}/sub_wheel.py").is_file()


def test_publishers(named: Server, proxied: dict[str, str], uv: Path, tmp_path: Path) -> None:
    wheel, token = builders.make_wheel(tmp_path, name="sub-publish"), named.token("ada", "pypi:upload")
    twine = [sys.executable, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar"]
    for url in ("http://pypi.repo.test/ada/legacy/", f"http://repo.test{path_of(named)}/pypi/ada/legacy/"):
        login = ["--username", "__token__", "--password", token, wheel]
        succeed(run([*twine, "--repository-url", url, *login], env=proxied))
        command = [uv, "--no-config", "publish", "--trusted-publishing", "never", "--publish-url", url]
        succeed(run([*command, *login], env=proxied))


def test_hatch(named: Server, clean_env: dict[str, str], tmp_path: Path) -> None:
    # hatch asks no proxy: the name leads to the repository itself
    (tmp_path / "sitecustomize.py").write_text(
        "import socket\nfind = socket.getaddrinfo\n"
        "socket.getaddrinfo = lambda host, *rest, **more: find('127.0.0.1', *rest, **more)\n"
    )
    env = {**clean_env, "PYTHONPATH": str(tmp_path)}
    hatch = [
        sys.executable,
        "-m",
        "hatch",
        "publish",
        "--no-prompt",
        "--user",
        "__token__",
        "--auth",
        named.token("ada"),
    ]
    address = f"http://pypi.repo.test:{named.port}/ada"
    for made in (builders.make_wheel(tmp_path, name="by-hatch"), builders.make_sdist(tmp_path, name="by-hatch")):
        succeed(run([*hatch, "--repo", f"{address}/legacy/", made], env=env))
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-cache-dir", "--trusted-host", "pypi.repo.test"]
    got = ["--index-url", f"{address}/simple/", "--dest", tmp_path / "got", "by-hatch"]
    succeed(run([*pip, *got], env=env))
    assert list((tmp_path / "got").iterdir()) != []


def test_anaconda_client(named: Server, proxied: dict[str, str], anaconda_venv: Path, tmp_path: Path) -> None:
    env = {**proxied, "PATH": f"{anaconda_venv}/bin:/usr/bin:/bin"}
    for url in ("http://api.repo.test", f"http://repo.test{path_of(named)}/api"):
        name = f"sub-{'api' if 'api.' in url else 'path'}"
        package = builders.make_conda(tmp_path, name=name)

        def anaconda(*words: str | Path) -> str:
            return succeed(run([anaconda_venv / "bin/anaconda", *words], env=env))

        anaconda("config", "--set", "url", url)
        anaconda("login", "--username", "ada", "--password", PASSWORDS["ada"], "--hostname", name)
        assert "ada" in anaconda("org", "whoami")
        anaconda("upload", "--no-progress", package)
        got = tmp_path / name
        (got / "noarch").mkdir(parents=True)
        anaconda("download", "-o", got, f"ada/{name}")
        assert (got / "noarch" / package.name).read_bytes() == package.read_bytes()
