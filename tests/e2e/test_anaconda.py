"""The unmodified anaconda-client 1.16.0 over every command of its that speaks to a repository.

One home, logged in as Ada, who owns the organization acme; Bob is somebody else. Tests use packages of their own.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests import builders
from tests.engines import free_port

from .conftest import PASSWORDS, Server, run, succeed

pytestmark = pytest.mark.timeout(300)


@dataclass
class Client:
    """The command `anaconda` in a home of its own."""

    venv: Path
    home: Path
    server: Server

    @property
    def env(self) -> dict[str, str]:
        folders = {f"XDG_{word}_HOME": str(self.home / word.lower()) for word in ("CONFIG", "DATA", "CACHE", "STATE")}
        return {
            "PATH": f"{self.venv}/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            "TERM": "dumb",
            "COLUMNS": "250",
            "NO_PROXY": "127.0.0.1",
            "OTEL_SDK_DISABLED": "true",
            **folders,
        }

    def run(self, *words: str | Path, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        return run([self.venv / "bin/anaconda", *words], env={**self.env, **env}, stdin=stdin)

    def __call__(self, *words: str | Path, stdin: str = "", **env: str) -> str:
        text = succeed(self.run(*words, stdin=stdin, **env))
        assert "Traceback" not in text, text
        return text

    def refused(self, *words: str | Path, **env: str) -> str:
        done = self.run(*words, **env)
        assert done.returncode != 0, done.stdout + done.stderr
        return " ".join((done.stdout + done.stderr).split())

    def login(self, user: str) -> None:
        self("config", "--set", "url", f"{self.server.url}/api") if not (self.home / ".continuum").exists() else None
        self("login", "--username", user, "--password", PASSWORDS[user])

    def library(self, code: str) -> str:
        """Code that finds the logged-in client as `api`."""
        start = "from binstar_client.utils import get_server_api; api = get_server_api()\n"
        return succeed(run([self.venv / "bin/python", "-c", start + code], env=self.env))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("anaconda-site") / "data", free_port())
    for name in PASSWORDS:
        server.create_user(name)
    server.admin("org", "create", "acme", "--email", "acme@example.org", "--owner", "ada")
    server.start()
    yield server
    assert server.stop() == 0, server.log.read_text()
    log = server.log.read_text()
    assert "Traceback" not in log
    assert "jr-" not in log
    assert all(password not in log for password in PASSWORDS.values())


@pytest.fixture(scope="module")
def anaconda(anaconda_venv: Path, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Client:
    home = tmp_path_factory.mktemp("home")
    client = Client(anaconda_venv, home, server)
    # the first call for a new home prints a harmless FileNotFoundError with its trace
    succeed(client.run("config", "--set", "url", f"{server.url}/api"))
    client.login("ada")
    return client


def labelled(client: Client, label: str, owner: str = "ada") -> str:
    return client("label", "-o", owner, "--show", label)


def test_who_am_i(anaconda: Client) -> None:
    text = anaconda("org", "whoami")
    assert "Username: ada" in text
    assert "User" in text
    assert f"{anaconda.server.url}/api" in anaconda("config", "--show")


def test_signing_in_again_out_and_in(anaconda_venv: Path, server: Server, tmp_path: Path) -> None:
    client = Client(anaconda_venv, tmp_path, server)
    succeed(client.run("config", "--set", "url", f"{server.url}/api"))
    assert "Anonymous User" in client("org", "whoami")
    wrong = client.refused("login", "--username", "bob", "--password", "not-his-password")
    assert "Invalid" in wrong
    client.login("bob")
    assert "Username: bob" in client("org", "whoami")
    client("login", "--username", "bob", "--password", PASSWORDS["bob"], stdin="y\n")
    assert "Username: bob" in client("org", "whoami")
    assert "logout successful" in client("org", "logout")
    assert "Anonymous User" in client("org", "whoami")


def test_tokens(anaconda: Client) -> None:
    legacy = {"ANACONDA_CLIENT_LEGACY_INTERACTIVE_LOGIN": "1"}
    password = PASSWORDS["ada"] + "\n"
    create = ("org", "auth", "--create", "--name")
    made = anaconda.run(*create, "reader", "--scopes", "repos conda:download", stdin=password, **legacy)
    token = made.stdout.split()[-1]
    assert made.returncode == 0, made.stderr
    assert token.startswith("jr-")
    again = anaconda.run(*create, "reader", "--scopes", "repos", stdin=password, **legacy)
    assert again.returncode != 0
    unknown = anaconda.run(*create, "worker", "--scopes", "api:build-worker", stdin=password, **legacy)
    assert unknown.returncode != 0
    assert "known scopes" in unknown.stdout + unknown.stderr
    org = anaconda.run(*create, "ci", "--scopes", "api", "--org", "acme", "--max-age", "3600", stdin=password, **legacy)
    assert org.returncode == 0, org.stderr
    listed = anaconda("org", "auth", "--list")
    assert "reader" in listed
    assert token not in listed
    assert "conda:download" in anaconda("org", "auth", "--list-scopes")
    assert "reader" in anaconda("-t", token, "org", "auth", "--info")
    anaconda("org", "auth", "--remove", "reader")
    anaconda("org", "auth", "--remove", "ci", "-o", "acme")
    assert "401" in anaconda.refused("-t", token, "org", "auth", "--info")
    anaconda.refused("org", "auth", "--remove", "reader")


def test_uploads_of_every_kind_and_what_is_shown(anaconda: Client, tmp_path: Path) -> None:
    conda = builders.make_conda(tmp_path, name="up-conda", ext=".tar.bz2")
    wheel = builders.make_wheel(tmp_path, summary="A wheel", name="up_wheel")
    anaconda("upload", "--no-progress", conda)
    anaconda("upload", "--no-progress", "-l", "dev", "-l", "main", wheel)
    note = tmp_path / "notes.txt"
    note.write_text("words")
    anaconda("upload", "--no-progress", "-t", "file", "-p", "up-file", "-v", "1", "-s", "S", "--private", note)
    assert "already exists" in anaconda.refused("upload", "--no-progress", wheel).lower()
    assert "Skipping" in anaconda("upload", "--no-progress", "--skip-existing", wheel)
    anaconda("upload", "--no-progress", "--force", wheel)
    # with -m the release's metadata is sent again, beside a file that is new
    anaconda("upload", "--no-progress", "-m", builders.make_conda(tmp_path, name="up-conda"))
    shown = anaconda("show", "ada")
    assert "up-conda" in shown
    assert "up-file" in shown
    assert "1.0" in anaconda("show", "ada/up-conda")
    assert "up-conda-1.0-0.tar.bz2" in anaconda("show", "ada/up-conda/1.0")
    anaconda("show", "ada/up-conda/1.0/noarch/up-conda-1.0-0.tar.bz2")
    assert "up_wheel" in anaconda("show", "ada/up_wheel") or "up-wheel" in anaconda("show", "ada/up_wheel")
    assert "up-file" in anaconda("show", "ada/up-file")
    assert "ada/up-conda" in anaconda("search", "up-con", "-t", "conda")
    assert "up-file" not in anaconda.run("-t", anaconda.server.token("bob"), "search", "up-file").stderr
    assert "acme" in anaconda("show", "ada")


def test_downloads(anaconda: Client, tmp_path: Path) -> None:
    wheel = builders.make_wheel(tmp_path, summary="A wheel", name="down_wheel")
    anaconda("upload", "--no-progress", wheel)
    out = tmp_path / "out"
    out.mkdir()
    anaconda("download", "-o", out, "ada/down_wheel")
    assert (out / wheel.name).read_bytes() == wheel.read_bytes()


def test_uploads_to_an_organization(anaconda: Client, tmp_path: Path) -> None:
    wheel = builders.make_wheel(tmp_path, summary="A wheel", name="org_wheel")
    anaconda("upload", "--no-progress", "-u", "acme", wheel)
    assert "org" in anaconda("show", "acme/org_wheel")
    anaconda(
        "upload",
        "--no-progress",
        "-c",
        "acme",
        builders.make_wheel(tmp_path, summary="A wheel", name="org_wheel", version="2.0"),
    )
    assert "2.0" in anaconda("show", "acme/org_wheel")
    bob = anaconda.server.token("bob")
    refusal = anaconda.refused(
        "-t",
        bob,
        "upload",
        "--no-progress",
        "-u",
        "acme",
        builders.make_wheel(tmp_path, summary="A wheel", name="intruder"),
    )
    assert "belongs to another channel" in refusal or "needs Owner on acme" in refusal


def test_a_forced_upload_that_fails_loses_nothing(anaconda: Client, tmp_path: Path) -> None:
    """The client deletes first. Then the upload fails: what was there can be put back, byte for byte."""
    wheel = builders.make_wheel(tmp_path, summary="A wheel", name="forced")
    anaconda("upload", "--no-progress", wheel)
    good = wheel.read_bytes()
    wheel.write_bytes(good[: len(good) // 2] + b"x" * (len(good) - len(good) // 2))
    anaconda.library(
        "import os\n"
        f"api.remove_dist('ada', 'forced', '1.0', basename={wheel.name!r})\n"
        "try:\n"
        f"    api.upload('ada', 'forced', '1.0', {wheel.name!r}, open({str(wheel)!r}, 'rb'), 'pypi')\n"
        "except Exception as error:\n"
        "    print(error)\n"
        "else:\n"
        "    raise SystemExit('the damaged file was taken')\n"
    )
    server = anaconda.server
    headers = {"Authorization": f"token {server.token('ada')}"}
    listed = requests.get(f"{server.url}/api/deleted/ada", headers=headers, timeout=60).json()
    assert wheel.name in [one["basename"] for one in listed]
    answer = requests.post(f"{server.url}/api/restore/ada/forced/1.0/{wheel.name}", headers=headers, timeout=60)
    assert answer.status_code == 201, answer.text
    bytes_now = requests.get(f"{server.url}/api/download/ada/forced/1.0/{wheel.name}", timeout=60).content
    assert bytes_now == good


def test_notebooks_and_environments_by_the_library(anaconda: Client, tmp_path: Path) -> None:
    """The command no longer uploads them, the library still does; the command shows and downloads them."""
    notebook = builders.make_notebook(tmp_path, "lib-notebook")
    environment = builders.make_environment(tmp_path, "lib-env")
    for name, path, kind in (("lib-notebook", notebook, "ipynb"), ("lib-env", environment, "env")):
        anaconda.library(
            f"attrs = {{'summary': 'S', 'package_types': [{kind!r}], 'license': {{'name': None}}}}\n"
            f"api.add_package('ada', {name!r}, summary='S', public=True, attrs=attrs)\n"
            f"api.add_release('ada', {name!r}, '2026.11.21.0700', [], None, {{'description': ''}})\n"
            f"api.upload('ada', {name!r}, '2026.11.21.0700', {path.name!r}, open({str(path)!r}, 'rb'), {kind!r},\n"
            "           channels=['main'])\n"
        )
        anaconda("show", f"ada/{name}")
    out = tmp_path / "out"
    out.mkdir()
    anaconda("download", "-t", "ipynb", "-o", out, "ada/lib-notebook")
    assert json.loads((out / notebook.name).read_text()) == json.loads(notebook.read_text())


def test_labels_move_copy_lock_and_remove(anaconda: Client, tmp_path: Path) -> None:
    wheel = builders.make_wheel(tmp_path, summary="A wheel", name="lab_wheel")
    anaconda("upload", "--no-progress", "-l", "release/one", wheel)
    assert "release/one" in anaconda("label", "--list")
    assert wheel.name in labelled(anaconda, "release/one")
    anaconda("move", "ada/lab_wheel/1.0", "--from-label", "release/one", "--to-label", "two")
    assert wheel.name in labelled(anaconda, "two")
    anaconda("label", "--copy", "two", "deep/er/three")
    assert wheel.name in labelled(anaconda, "deep/er/three")
    anaconda("label", "--lock", "deep/er/three")
    assert "locked" in anaconda("label", "--list").lower()
    refusal = anaconda.refused("label", "--remove", "deep/er/three")
    assert "is locked" in refusal
    assert "an owner of ada can unlock it" in refusal
    refusal = anaconda.refused("upload", "--no-progress", "--force", wheel)
    assert "is locked" in refusal
    anaconda("label", "--unlock", "deep/er/three")
    anaconda("label", "--remove", "deep/er/three")
    assert "deep/er/three" not in anaconda("label", "--list")
    anaconda("move", "ada/lab_wheel", "--from-label", "two", "--to-label", "main")
    assert wheel.name in labelled(anaconda, "main")


def test_copies(anaconda: Client, tmp_path: Path) -> None:
    wheel = builders.make_wheel(tmp_path, summary="A wheel", name="cop_wheel")
    anaconda("upload", "--no-progress", wheel)
    copy = ("copy", "ada/cop_wheel/1.0")
    assert wheel.name in anaconda(*copy, "--to-owner", "acme", "--to-label", "release/x")
    assert wheel.name in labelled(anaconda, "release/x", "acme")
    assert "conflict" in anaconda.refused(*copy, "--to-owner", "acme", "--to-label", "release/x").lower()
    anaconda(*copy, "--to-owner", "acme", "--replace")
    assert wheel.name not in anaconda(*copy, "--to-owner", "acme", "--update")
    anaconda("copy", f"ada/cop_wheel/1.0/{wheel.name}", "--to-label", "own")
    assert wheel.name in labelled(anaconda, "own")


def test_packages_and_collaborators(anaconda: Client, tmp_path: Path) -> None:
    anaconda(
        "package", "ada/reg", "--create", "--summary", "S", "--license", "MIT", "--license-url", "http://l", "--private"
    )
    server = anaconda.server
    bob = server.token("bob")
    as_bob = {"headers": {"Authorization": f"token {bob}"}, "timeout": 30}
    assert requests.get(f"{server.url}/api/package/ada/reg", **as_bob).status_code == 404  # type: ignore[arg-type]
    anaconda("package", "ada/reg", "--add-collaborator", "bob")
    assert "bob" in anaconda("package", "ada/reg", "--list-collaborators")
    signed_in = requests.post(
        f"{server.url}/api/authentications", auth=("bob", PASSWORDS["bob"]), timeout=60,
        json={"scopes": None, "note": "here", "hostname": "x", "fail-if-exists": False},
    ).json()["token"]  # fmt: skip
    as_bob = {"headers": {"Authorization": f"token {signed_in}"}, "timeout": 30}
    assert requests.get(f"{server.url}/api/package/ada/reg", **as_bob).status_code == 200  # type: ignore[arg-type]
    wheel = builders.make_wheel(tmp_path, summary="A wheel", name="reg")
    anaconda("-t", signed_in, "upload", "--no-progress", "-u", "ada", wheel)
    anaconda.library("api.package_remove_collaborator('ada', 'reg', 'bob')")
    assert requests.get(f"{server.url}/api/package/ada/reg", **as_bob).status_code == 404  # type: ignore[arg-type]


def test_groups(anaconda: Client, tmp_path: Path) -> None:
    anaconda("upload", "--no-progress", "-u", "acme", builders.make_wheel(tmp_path, summary="A wheel", name="grouped"))
    groups = ("org", "groups")
    anaconda(*groups, "add", "acme/testers", "--perms", "write")
    assert "testers" in anaconda(*groups, "show", "acme")
    assert "write" in anaconda(*groups, "show", "acme/testers")
    anaconda(*groups, "add_member", "acme/testers/bob")
    assert "bob" in anaconda(*groups, "members", "acme/testers")
    assert "True" in anaconda.library("print(api.is_group_member('acme', 'testers', 'bob'))")
    assert "False" in anaconda.library("print(api.is_group_member('acme', 'testers', 'ada'))")
    anaconda(*groups, "add_package", "acme/testers/grouped")
    assert "grouped" in anaconda(*groups, "packages", "acme/testers")
    anaconda(*groups, "remove_package", "acme/testers/grouped")
    anaconda(*groups, "remove_member", "acme/testers/bob")
    assert "bob" not in anaconda(*groups, "members", "acme/testers")
    anaconda(*groups, "add_member", "acme/Owners/bob")
    anaconda(*groups, "remove_member", "acme/Owners/bob")
    assert "last owner" in anaconda.refused(*groups, "remove_member", "acme/Owners/ada")


def test_updates_and_removals(anaconda: Client, tmp_path: Path) -> None:
    conda = builders.make_conda(tmp_path, name="upd-conda", ext=".tar.bz2")
    anaconda("upload", "--no-progress", conda)
    meta = tmp_path / "meta.json"
    meta.write_text(json.dumps({"summary": "Newer words", "license": "MIT"}))
    anaconda("update", "ada/upd-conda", meta)
    assert "Newer words" in anaconda("show", "ada/upd-conda")
    meta.write_text(json.dumps({"description": "Told at length"}))
    anaconda("update", "--release", "ada/upd-conda/1.0", meta)
    anaconda("update", "ada/upd-conda", conda)
    anaconda("remove", "-f", "ada/upd-conda/1.0/noarch/upd-conda-1.0-0.tar.bz2")
    anaconda("remove", "-f", "ada/upd-conda/1.0")
    anaconda("remove", "-f", "ada/upd-conda")
    assert "could not be found" in anaconda.refused("show", "ada/upd-conda")


def test_a_reading_token_writes_nothing(anaconda: Client, tmp_path: Path) -> None:
    wheel = builders.make_wheel(tmp_path, summary="A wheel", name="ro_wheel")
    anaconda("upload", "--no-progress", wheel)
    reader = anaconda.server.token("ada", "api:read")
    assert "Username: ada" in anaconda("-t", reader, "org", "whoami")
    refusal = anaconda.refused("-t", reader, "upload", "--no-progress", "--force", wheel)
    assert "this needs one of" in refusal
    assert wheel.name in anaconda("show", "ada/ro_wheel/1.0")
    writer = anaconda.server.token("ada", "api:read", "api:write")
    anaconda("-t", writer, "upload", "--no-progress", "--force", wheel)
