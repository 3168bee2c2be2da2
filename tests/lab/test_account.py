"""Status, sign in and out, the owner's name; the life of the embedded repository."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from pathlib import Path

import jupyter_core.paths
import pytest

from jupyter_repo import __version__
from jupyter_repo.client import profiles
from jupyter_repo.client.client import RepoClient
from jupyter_repo.errors import Unauthenticated
from jupyter_repo.lab.connection import Connection
from jupyter_repo.lab.embedded import EmbeddedLife

from .conftest import Lab


async def test_a_first_start_is_ready_with_nothing_typed(lab: Lab) -> None:
    status = await lab.get("status")
    assert status["state"] == "ready", status
    assert status["embedded"] is True
    assert status["url"].startswith("http://127.0.0.1:")
    assert status["version"] == status["repository_version"] == __version__
    assert status["is_admin"] is True
    assert status["can_rename"] is True
    assert status["channels"] == [{"name": status["account"], "kind": "user"}]


async def test_the_owner_chooses_a_name_and_a_password(lab: Lab) -> None:
    status = await lab.send("PUT", "account", body={"name": "ada", "password": "correct horse"})
    assert (status["account"], status["state"]) == ("ada", "ready")
    assert (await lab.send("POST", "logout"))["state"] == "signed-out"
    status, body = await lab.refused("POST", "login", body={"username": "ada", "password": "wrong"})
    assert (status, body["code"]) == (401, "wrong_password")
    answer = await lab.send("POST", "login", body={"username": "ada", "password": "correct horse"})
    assert (answer["account"], answer["state"]) == ("ada", "ready")


async def test_signing_out_ends_the_token_and_its_copy(lab: Lab) -> None:
    before = lab.client()
    status = await lab.send("POST", "logout")
    assert (status["account"], status["state"]) == (None, "signed-out")
    assert "leave name and password empty" in status["message"]
    with pytest.raises(Unauthenticated):
        await asyncio.to_thread(before.user)
    assert profiles.credentials().get(lab.app.connection._credential) is None
    code, _ = await lab.refused("GET", "things")
    assert code == 401
    assert (await lab.send("POST", "login"))["state"] == "ready"  # the owner again, with nothing typed


async def test_a_password_without_a_name_is_refused(lab: Lab) -> None:
    code, body = await lab.refused("POST", "login", body={"password": "x"})
    assert (code, body["code"]) == (400, "invalid_request")


async def test_a_name_that_is_published_stays(lab: Lab) -> None:
    (lab.root / "x.txt").write_text("1")
    owner = await lab.owner()
    await lab.done(await lab.send("POST", "upload", body={"path": "x.txt", "channel": owner, "package": "x"}))
    assert (await lab.get("status"))["can_rename"] is False
    code, _ = await lab.refused("PUT", "account", body={"name": "other"})
    assert code in (400, 403, 409)
    assert await lab.owner() == owner


@pytest.mark.parametrize("body", [{}, {"name": 5}, {"name": "no spaces please"}, {"password": "short"}, [], "x"])
async def test_bad_account_bodies_are_refused(lab: Lab, body: object) -> None:
    code, _ = await lab.refused("PUT", "account", body=body)
    assert code == 400


async def test_kernels_find_the_repository_and_its_secret_is_kept_for_the_owner_only(lab: Lab) -> None:
    record = profiles.read_record(os.getpid())
    assert record is not None
    assert record.url == lab.client().url
    assert profiles.credentials().get(record.credential) == lab.client().token
    path = profiles.credentials().path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert str(path).startswith(jupyter_core.paths.jupyter_data_dir())
    await lab.app.stop_extension()
    assert profiles.read_record(os.getpid()) is None


async def test_a_stopped_repository_is_unreachable_and_says_so(lab: Lab) -> None:
    await lab.app.connection.stop()
    status = await lab.get("status")
    assert (status["state"], status["account"]) == ("unreachable", None)
    code, body = await lab.refused("GET", "things")
    assert (code, body["code"]) == (503, "unavailable")


async def test_the_token_survives_a_restart_over_the_same_data(lab: Lab) -> None:
    token = lab.client().token
    await lab.app.connection.stop()
    again = Connection("", lab.app.data_folder, 0, lab.app.log)
    await again.start()
    try:
        assert again.client().token == token
        assert (await asyncio.to_thread(again.status))["state"] == "ready"
    finally:
        await again.stop()


async def test_two_servers_over_one_data_folder_share_what_they_hold(lab: Lab) -> None:
    other = EmbeddedLife(lab.app.data_folder, 0, lab.app.log)
    url, token = await other.start()
    try:
        assert url != lab.client().url
        assert token == lab.client().token
        (lab.root / "x.txt").write_text("1")
        owner = await lab.owner()
        await lab.done(await lab.send("POST", "upload", body={"path": "x.txt", "channel": owner, "package": "shared"}))
        found = await asyncio.to_thread(RepoClient(url, token).packages, owner)
        assert [package["name"] for package in found] == ["shared"]
    finally:
        await other.stop()
    assert (await lab.get("status"))["state"] == "ready"


async def test_a_server_that_lost_its_credential_does_not_end_anothers(lab: Lab) -> None:
    profiles.credentials().delete(lab.app.connection._credential)  # as without the desktop's keyring
    other = EmbeddedLife(lab.app.data_folder, 0, lab.app.log)
    _, token = await other.start()
    assert token != lab.client().token
    await other.stop()
    assert (await lab.get("status"))["state"] == "ready"


async def test_a_token_that_a_magic_stored_is_picked_up(lab: Lab) -> None:
    await lab.send("PUT", "account", body={"password": "correct horse"})
    owner = await lab.owner()
    await lab.send("POST", "logout")
    token = await asyncio.to_thread(lab.client().authenticate, owner, "correct horse", note="a magic", hostname="here")
    profiles.credentials().set(lab.app.connection._credential, token)
    assert (await lab.get("status"))["state"] == "ready"


async def test_no_answer_holds_the_credential(lab: Lab) -> None:
    token = lab.client().token
    assert token
    owner = await lab.owner()
    (lab.root / "x.txt").write_text("1")
    job = await lab.send("POST", "upload", body={"path": "x.txt", "channel": owner, "package": "x"})
    await lab.done(job)
    answers = [
        await lab.get("status"),
        await lab.get("things"),
        await lab.get("things", owner, "x"),
        await lab.get("tokens", channel=owner),
        await lab.get("jobs", job["job"]),
        await lab.send("PATCH", "things", owner, "x", body={"summary": "s"}),
        await lab.send("PUT", "account", body={"password": "correct horse"}),
        await lab.send("POST", "login"),
        await lab.send("POST", "login", body={"username": owner, "password": "correct horse"}),
    ]
    made = await lab.send("POST", "tokens", body={"channel": owner, "name": "t", "scopes": ["repos"]})
    text = json.dumps(answers)
    now = lab.client().token
    for secret in (token, now, made["token"], "correct horse"):
        assert secret
        assert secret not in text
    await lab.send("POST", "logout")


class TestATeamsRepository:
    @pytest.fixture
    def repo_config(self, tmp_path: Path) -> dict[str, object]:
        return {"url": "http://127.0.0.1:9", "data_dir": str(tmp_path / "nothing")}

    async def test_it_is_named_and_nothing_is_started(self, lab: Lab, tmp_path: Path) -> None:
        status = await lab.get("status")
        assert (status["url"], status["embedded"], status["state"]) == ("http://127.0.0.1:9", False, "unreachable")
        assert "http://127.0.0.1:9 can't be reached" in status["message"]
        assert not (tmp_path / "nothing").exists()

    async def test_name_and_password_are_not_ours_to_change(self, lab: Lab) -> None:
        code, body = await lab.refused("PUT", "account", body={"name": "ada"})
        assert (code, body["code"]) == (409, "conflict")


class TestASettingThatIsNoAddress:
    @pytest.fixture
    def repo_config(self, tmp_path: Path) -> dict[str, object]:
        return {"url": "repo.example.org", "data_dir": str(tmp_path)}

    async def test_the_panel_hears_of_it(self, lab: Lab) -> None:
        status = await lab.get("status")
        assert status["state"] == "unreachable"
        assert "'repo.example.org' is not a repository's address" in status["message"]


class TestAFolderThatCanNotBeUsed:
    @pytest.fixture
    def repo_config(self, tmp_path: Path) -> dict[str, object]:
        (tmp_path / "file").write_text("")
        return {"data_dir": str(tmp_path / "file" / "repository"), "port": 0}

    async def test_jupyter_starts_and_the_panel_hears_of_it(self, lab: Lab) -> None:
        status = await lab.get("status")
        assert status["state"] == "unreachable"
        assert "could not be started" in status["message"]
