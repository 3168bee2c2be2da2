"""What real clients do with what was published: py-rattler, pip, uv, twine and anaconda-client."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import requests

from tests import builders

from .conftest import PASSWORDS, Anaconda, Rattler, Server, expired, installed, run, succeed

pytestmark = pytest.mark.timeout(300)


def with_token(site: Server, token: str, path: str) -> str:
    return f"{site.url}/t/{token}{path}"


# --- conda ----------------------------------------------------------------------------------------------------------


def test_rattler_installs_both_formats(site: Server, ada: str, rattler: Rattler, tmp_path: Path) -> None:
    site.publish(ada, "ada", builders.make_conda(tmp_path, name="r-old", ext=".tar.bz2"))
    site.publish(ada, "ada", builders.make_conda(tmp_path, name="r-new", depends=["r-old >=1"], summary="Words"))
    site.publish(ada, "ada", builders.make_conda(tmp_path, name="r-new", version="0.9"))
    prefix = tmp_path / "prefix"
    done = rattler(f"{site.url}/conda/ada", prefix, "r-new")
    assert sorted(installed(done)) == ["r-new-1.0-0.conda", "r-old-1.0-0.tar.bz2"]
    assert (prefix / "share/r-new/hello.txt").read_text() == "r-new 1.0 Words\n"
    assert (prefix / "share/r-old/hello.txt").is_file()
    assert (prefix / "conda-meta/r-new-1.0-0.json").is_file()


def test_rattler_sees_an_upload_at_once(site: Server, ada: str, rattler: Rattler, tmp_path: Path) -> None:
    """The second solve goes through the same cache: an index kept too long would hide version 2."""
    channel, prefix = f"{site.url}/conda/ada", tmp_path / "prefix"
    for version in ("1.0", "2.0"):
        site.publish(ada, "ada", builders.make_conda(tmp_path, name="r-fresh", version=version))
        assert installed(rattler(channel, prefix, f"r-fresh =={version}")) == [f"r-fresh-{version}-0.conda"]


def test_rattler_and_a_private_package(site: Server, ada: str, rattler: Rattler, tmp_path: Path) -> None:
    site.publish(ada, "ada", builders.make_conda(tmp_path, name="r-secret"), visibility="private")
    reader = site.token("ada", "conda:download")
    prefix = tmp_path / "prefix"
    assert installed(rattler(with_token(site, reader, "/conda/ada"), prefix, "r-secret")) == ["r-secret-1.0-0.conda"]
    assert (prefix / "share/r-secret/hello.txt").is_file()
    # no token, somebody else's, without the scope, of the channel bob, over by now, one that does not exist
    others = [site.token("bob"), site.token("ada", "pypi:download"), expired(site, "conda"), "jr-doesnotexist"]
    for channel in (f"{site.url}/conda/ada", *(with_token(site, other, "/conda/ada") for other in others)):
        done = rattler(channel, tmp_path / "refused", "r-secret")
        assert done.returncode == 1, done.stdout
        assert not any(other in done.stdout + done.stderr for other in others)
        assert not (tmp_path / "refused/share").exists()


# --- PyPI -----------------------------------------------------------------------------------------------------------

Install = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(params=["pip", "uv"])
def install(request: pytest.FixtureRequest, clean_env: Mapping[str, str]) -> Install:
    """`install(index, target, *requirements)` with pip, and with uv."""

    def with_pip(index: str, target: Path, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pip", "install", "--no-cache-dir", "--index-url", index, "--target", target]
        return run([*command, *words], env=clean_env)

    def with_uv(index: str, target: Path, *words: str) -> subprocess.CompletedProcess[str]:
        uv = request.getfixturevalue("uv")
        command = [uv, "--no-config", "pip", "install", "--default-index", index, "--target", target]
        return run([*command, "--python", sys.executable, *words], env=clean_env)

    return with_pip if request.param == "pip" else with_uv


def test_a_wheel_and_what_it_requires(site: Server, ada: str, install: Install, tmp_path: Path) -> None:
    index = f"{site.url}/pypi/ada/simple/"
    site.upload(ada, "ada", builders.make_wheel(tmp_path, name="Py.Base", module_source="WORD = 'base'\n"))
    site.upload(ada, "ada", builders.make_wheel(tmp_path, name="py-top", requires=["py-base>=1"]))
    site.upload(ada, "ada", builders.make_wheel(tmp_path, name="py-top", version="2.0", requires_python=">=4"))
    target = tmp_path / "target"
    succeed(install(index, target, "py-top"))
    assert (target / "Py_Base.py").read_text() == "WORD = 'base'\n"
    assert (target / "py_top-1.0.dist-info").is_dir()


def test_an_sdist(site: Server, ada: str, install: Install, tmp_path: Path) -> None:
    site.upload(ada, "ada", builders.make_sdist(tmp_path, name="py-source", module_source="WORD = 'built'\n"))
    target = tmp_path / "target"
    succeed(install(f"{site.url}/pypi/ada/simple/", target, "py-source", "--no-build-isolation"))
    assert (target / "py_source.py").read_text() == "WORD = 'built'\n"


def test_a_private_wheel(site: Server, ada: str, install: Install, tmp_path: Path) -> None:
    site.upload(ada, "ada", builders.make_wheel(tmp_path, name="py-secret"), visibility="private")
    reader = site.token("ada", "pypi:download")
    basic = site.url.replace("://", f"://__token__:{reader}@")
    for number, index in enumerate((with_token(site, reader, "/pypi/ada/simple/"), f"{basic}/pypi/ada/simple/")):
        succeed(install(index, tmp_path / f"target{number}", "py-secret"))
        assert (tmp_path / f"target{number}/py_secret.py").is_file()
    others = [site.token("bob"), site.token("ada", "conda:download"), expired(site, "pypi"), "jr-doesnotexist"]
    for root in (site.url, *(with_token(site, other, "") for other in others)):
        done = install(f"{root}/pypi/ada/simple/", tmp_path / "refused", "py-secret")
        assert done.returncode != 0
        assert not (tmp_path / "refused/py_secret.py").exists()


def publish_with_twine(
    site: Server, token: str, env: Mapping[str, str], *paths: Path
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar"]
    login = ["--repository-url", f"{site.url}/pypi/ada/legacy/", "--username", "__token__", "--password", token]
    return run([*command, *login, *paths], env=env)


def publish_with_uv(site: Server, token: str, env: Mapping[str, str], *paths: Path) -> subprocess.CompletedProcess[str]:
    command = ["uv", "--no-config", "publish", "--trusted-publishing", "never"]
    login = ["--publish-url", f"{site.url}/pypi/ada/legacy/", "--username", "__token__", "--password", token]
    return run([*command, *login, *paths], env=env)


@pytest.mark.parametrize("publish", [publish_with_twine, publish_with_uv])
def test_publishing_python_packages(
    site: Server,
    uv: Path,
    clean_env: dict[str, str],
    tmp_path: Path,
    publish: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    env = {**clean_env, "PATH": f"{uv.parent}{os.pathsep}{clean_env['PATH']}"}
    name = publish.__name__.replace("_", "-")
    wheel, sdist = builders.make_wheel(tmp_path, name=name), builders.make_sdist(tmp_path, name=name)
    writer = site.token("ada", "pypi:upload")
    succeed(publish(site, writer, env, wheel, sdist))
    # once more is no error; other bytes under the same name are
    succeed(publish(site, writer, env, wheel))
    other = builders.make_wheel(tmp_path, name=name, summary="changed")
    refused = publish(site, writer, env, other)
    assert refused.returncode != 0
    assert any(word in refused.stdout + refused.stderr for word in ("409", "400", "already")), refused.stderr
    others = [site.token("bob"), site.token("ada", "pypi:download"), site.token("ada", "conda"), expired(site, "pypi")]
    for token in (*others, "jr-doesnotexist"):
        refused = publish(site, token, env, other)
        assert refused.returncode != 0
        assert any(word in refused.stdout + refused.stderr for word in ("401", "403")), refused.stderr
    listing = ["pip", "download", "--no-deps", "--no-cache-dir", "--index-url", f"{site.url}/pypi/ada/simple/"]
    succeed(run([sys.executable, "-m", *listing, "--dest", tmp_path / "got", name], env=clean_env))
    assert (tmp_path / "got" / wheel.name).stat().st_size < other.stat().st_size


def test_publishing_with_the_token_in_the_address_alone(
    site: Server, ada: str, uv: Path, clean_env: dict[str, str], tmp_path: Path
) -> None:
    """twine with empty user and password sends no credential; `uv publish` looks at the index before it sends."""
    wheel = builders.make_wheel(tmp_path, name="in-the-path")
    twine = [sys.executable, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar"]
    address = with_token(site, ada, "/pypi/ada/legacy/")
    succeed(run([*twine, "--repository-url", address, "--username", "", "--password", "", wheel], env=clean_env))
    command = [uv, "--no-config", "publish", "--trusted-publishing", "never", "--publish-url", address]
    check = ["--check-url", with_token(site, ada, "/pypi/ada/simple/")]
    assert "already exists, skipping" in succeed(run([*command, *check, wheel], env=clean_env))


# --- anaconda-client ------------------------------------------------------------------------------------------------


def test_anaconda_client(site: Server, anaconda: Anaconda, rattler: Rattler, install: Install, tmp_path: Path) -> None:
    """`anaconda config`, `login`, `whoami`, `upload` and `download`, unmodified; then what it uploaded installs."""
    name = f"an-{install.__name__.replace('_', '-')}"
    conda = builders.make_conda(tmp_path, name=name, summary="From the terminal")
    old = builders.make_conda(tmp_path, name=name, version="0.9", ext=".tar.bz2")
    wheel = builders.make_wheel(tmp_path, name=f"{name}-wheel", summary="A wheel")
    succeed(anaconda("config", "--set", "url", f"{site.url}/api"))
    refused = anaconda("login", "--username", "ada", "--password", "wrong")
    assert refused.returncode != 0
    # a name of its own for each run: logging in again from one host asks whether to replace the token
    succeed(anaconda("login", "--username", "ada", "--password", PASSWORDS["ada"], "--hostname", name))
    assert "ada" in succeed(anaconda("org", "whoami"))
    succeed(anaconda("upload", "--no-progress", conda, old, wheel))
    again = anaconda("upload", "--no-progress", "--fail", builders.make_conda(tmp_path, name=name, summary="Changed"))
    assert again.returncode != 0
    assert "From the terminal" in succeed(anaconda("show", f"ada/{name}"))

    prefix, target, got = tmp_path / "prefix", tmp_path / "target", tmp_path / "got"
    assert installed(rattler(f"{site.url}/conda/ada", prefix, name)) == [f"{name}-1.0-0.conda"]
    assert (prefix / f"share/{name}/hello.txt").read_text() == f"{name} 1.0 From the terminal\n"
    succeed(install(f"{site.url}/pypi/ada/simple/", target, f"{name}-wheel"))
    assert (target / f"{name.replace('-', '_')}_wheel.py").is_file()
    (got / "noarch").mkdir(parents=True)
    succeed(anaconda("download", "-o", got, f"ada/{name}"))
    assert (got / "noarch" / old.name).read_bytes() == old.read_bytes()


def test_anaconda_client_and_a_private_package(
    site: Server, ada: str, anaconda: Anaconda, rattler: Rattler, tmp_path: Path
) -> None:
    succeed(anaconda("config", "--set", "url", f"{site.url}/api"))
    succeed(anaconda("--token", ada, "upload", "--private", builders.make_conda(tmp_path, name="an-secret")))
    assert rattler(f"{site.url}/conda/ada", tmp_path / "refused", "an-secret").returncode == 1
    installed(rattler(with_token(site, ada, "/conda/ada"), tmp_path / "prefix", "an-secret"))
    # somebody who is not told apart from a stranger
    succeed(anaconda("login", "--username", "bob", "--password", PASSWORDS["bob"]))
    shown = anaconda("show", "ada/an-secret")
    assert "an-secret-1.0-0.conda" not in shown.stdout + shown.stderr


def test_bad_files_are_refused_by_name(site: Server, ada: str, tmp_path: Path) -> None:
    """Each of the hostile files leaves nothing behind, and its answer names the file and the way out."""
    bad = [
        builders.truncated(builders.make_conda(tmp_path, name="bad-cut")),
        builders.truncated(builders.make_wheel(tmp_path, name="bad-cut")),
        builders.climbing_conda(tmp_path),
        builders.climbing_wheel(tmp_path),
        builders.conda_bomb(tmp_path, size=80 << 20),
        builders.zip_bomb(tmp_path, size=80 << 20),
    ]
    (tmp_path / "bad.ipynb").write_text("not JSON")
    for path in [*bad, tmp_path / "bad.ipynb"]:
        answer = site.upload(ada, "ada", path)
        assert answer.status_code == 400, answer.text
        assert answer.json()["code"] == "invalid_package"
        assert answer.json()["error"].startswith(f"{path.name}: ")
    until = time.monotonic() + 60
    while (left := [one.name for one in (site.data_dir / "store/tmp").iterdir()]) and time.monotonic() < until:
        time.sleep(0.05)  # the last answer may be here before its connection has tidied up
    assert left == []
    records = requests.get(f"{site.url}/conda/ada/noarch/repodata.json", timeout=60).json()["packages.conda"].values()
    assert not {record["name"] for record in records} & {"bad-cut", "climber", "bomb"}
