"""Organizations, groups, collaborators, labels, favourites, messages, settings: what the panel's other half asks."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from jupyter_repo.client.client import RepoClient
from jupyter_repo.errors import NotFound
from jupyter_repo.lab.handlers.account import picture

from ..builders import make_conda, make_notebook
from ..http.conftest import serve
from ..running import running_repository
from .conftest import Lab
from .test_things import upload


async def other(lab: Lab, name: str) -> RepoClient:
    """A second account of the embedded repository, made on its machine."""
    repository = lab.app.connection._life._repository  # type: ignore[union-attr]
    assert repository is not None
    password = f"secret-{name}"
    await asyncio.to_thread(_create, repository, name, password)
    client = RepoClient(lab.app.connection.url)
    token = await asyncio.to_thread(client.authenticate, name, password, note="tests", hostname="pc")
    return RepoClient(client.url, token)


def _create(repository: object, name: str, password: str) -> None:
    from jupyter_repo.service import accounts

    with repository._repository.write() as work:  # type: ignore[attr-defined]
        accounts.create_user(work, name, email=f"{name}@example.org", password=password)


async def test_organizations_groups_and_their_members(lab: Lab) -> None:
    me = await lab.owner()
    await other(lab, "bob")
    body = {"name": "lab-1", "email": "lab@example.org"}
    assert (await lab.send("POST", "organizations", body=body))["login"] == "lab-1"
    found = await lab.get("organizations")
    assert found["organizations"] == [{"login": "lab-1", "name": "lab-1", "owner": True}]
    assert [group["name"] for group in found["groups"]] == ["Owners"]
    changed = await lab.send("PATCH", "organizations", "lab-1", body={"display_name": "The Lab"})
    assert changed["name"] == "The Lab"
    made = await lab.send("POST", "groups", "lab-1", body={"name": "testers", "level": "read"})
    assert [group["name"] for group in made["groups"]] == ["Owners", "testers"]
    group = await lab.send("PUT", "groups", "lab-1", "testers", "members", "bob")
    assert [one["login"] for one in group["members"]] == ["bob"]
    assert (await lab.send("PATCH", "groups", "lab-1", "testers", body={"level": "admin"}))["level"] == "admin"
    file = make_conda(lab.root, name="tool", version="1.0")
    await lab.done(await lab.send("POST", "upload", body={"path": file.name, "channel": "lab-1"}))
    group = await lab.send("PUT", "groups", "lab-1", "testers", "packages", "tool")
    assert [one["full_name"] for one in group["packages"]] == ["lab-1/tool"]
    assert (await lab.send("DELETE", "groups", "lab-1", "testers", "packages", "tool"))["packages"] == []
    assert (await lab.send("DELETE", "groups", "lab-1", "testers", "members", "bob"))["members"] == []
    await lab.send("DELETE", "groups", "lab-1", "testers")
    assert len((await lab.get("groups", "lab-1"))["groups"]) == 1
    status, error = await lab.refused("DELETE", "groups", "lab-1", "Owners", "members", me)
    assert (status, "last owner" in error["message"]) == (409, True) or status == 400
    assert (await lab.refused("DELETE", "organizations", "lab-1", "members", "nobody-here"))[0] == 404


async def test_the_active_account_is_kept_and_must_be_mine(lab: Lab) -> None:
    me = await lab.owner()
    assert (await lab.get("status"))["active"] == me
    await lab.send("POST", "organizations", body={"name": "lab-1", "email": "lab@example.org"})
    assert (await lab.send("PUT", "account", "active", body={"channel": "lab-1"}))["active"] == "lab-1"
    assert (await lab.get("status"))["active"] == "lab-1"
    assert (await lab.refused("PUT", "account", "active", body={"channel": "else"}))[0] == 403


async def test_collaborators_labels_stars_and_messages(lab: Lab, jp_root_dir: Path) -> None:
    me = await upload(lab, make_conda(jp_root_dir, name="tool", version="1.0"))
    bob = await other(lab, "bob")
    thing = ("things", me, "tool")
    added = await lab.send("PUT", *thing, "collaborators", "bob", body={"level": "read-write"})
    assert added["collaborators"] == [{"login": "bob", "level": "read-write", "type": "user"}]
    assert (await lab.refused("PUT", *thing, "collaborators", "bob", body={"level": "king"}))[0] == 400
    [message] = await asyncio.to_thread(bob.notifications)
    assert "collaborator" in message["text"]
    assert (await lab.send("DELETE", *thing, "collaborators", "bob"))["collaborators"] == []
    labelled = await lab.send("POST", *thing, "labels", body={"label": "dev", "version": "1.0"})
    assert labelled["files"][0]["labels"] == ["dev", "main"]
    labels = (await lab.get(*thing, "labels"))["labels"]
    assert [(one["name"], one["locked"], len(one["files"])) for one in labels] == [
        ("dev", False, 1),
        ("main", False, 1),
    ]
    assert (await lab.send("DELETE", *thing, "labels", label="dev"))["files"][0]["labels"] == ["main"]
    assert (await lab.refused("DELETE", *thing, "labels"))[0] == 400
    assert (await lab.get(*thing))["starred"] is False
    await lab.send("PUT", "stars", me, "tool")
    assert (await lab.get(*thing))["starred"] is True
    assert [one["full_name"] for one in (await lab.get("stars"))["things"]] == [f"{me}/tool"]
    await lab.send("DELETE", "stars", me, "tool")
    assert (await lab.get("stars"))["things"] == []
    assert (await lab.get("notifications"))["unread"] == (await lab.get("status"))["unread"]
    assert "read" in await lab.send("POST", "notifications")
    assert (await lab.get("status"))["unread"] == 0
    assert (await lab.get("can", action="upload", target=f"{me}/tool"))["allowed"] is True


async def test_everything_is_searched_in_pages_and_counted_by_kind(lab: Lab, jp_root_dir: Path) -> None:
    files = [make_conda(jp_root_dir, name=f"tool-{n}", version="1.0") for n in range(3)]
    me = await upload(lab, *files, make_notebook(jp_root_dir, "note.ipynb"))
    await lab.send("POST", "organizations", body={"name": "lab-1"})
    body = {"path": files[0].name, "channel": "lab-1"}
    await lab.done(await lab.send("POST", "upload", body=body))

    async def all_pages(*where: str, **params: str) -> list[str]:
        seen, after = [], ""
        while True:
            page = await lab.get(*where, **params, limit="2", after=after)
            seen += [one["full_name"] for one in page["things"]]
            if page["next"] is None:
                return seen
            after = page["next"]

    tools = ["lab-1/tool-0", *(f"{me}/tool-{n}" for n in (0, 1, 2))]
    mine = await lab.get("things", limit="2")
    assert mine["counts"] == {"all": 5, "conda": 4, "ipynb": 1}
    assert (await lab.get("things", channel=me))["counts"] == {"all": 4, "conda": 3, "ipynb": 1}
    assert (await lab.get("things", after=mine["next"]))["counts"] is None
    assert await all_pages("things") == ["lab-1/tool-0", f"{me}/note", *(f"{me}/tool-{n}" for n in (2, 1, 0))]
    for where, narrowed in (("things", {"q": "tool"}), ("things", {"kind": "conda"}), ("search", {"q": "tool"})):
        assert sorted(await all_pages(where, **narrowed)) == sorted(tools)
    assert [one["kind"] for one in (await lab.get("search", kind="ipynb", channel=me))["things"]] == ["ipynb"]
    assert (await lab.refused("GET", "search", limit="0"))[0] == 400
    assert (await lab.refused("GET", "things", after="nonsense"))[0] == 400


async def test_several_things_at_once_and_one_that_fails(lab: Lab, jp_root_dir: Path) -> None:
    me = await upload(lab, *(make_conda(jp_root_dir, name=f"tool-{n}", version="1.0") for n in range(2)))
    names = [f"{me}/tool-0", f"{me}/nothing", f"{me}/tool-1"]
    done = await lab.send("POST", "bulk", "access", body={"names": names, "visibility": "private"})
    assert done["done"] == [f"{me}/tool-0", f"{me}/tool-1"]
    assert [(one["full_name"], one["code"]) for one in done["failed"]] == [(f"{me}/nothing", "not_found")]
    assert {one["visibility"] for one in (await lab.get("things"))["things"]} == {"private"}
    done = await lab.send("POST", "bulk", "delete", body={"names": names})
    assert (len(done["done"]), len(done["failed"])) == (2, 1)
    for body in ({}, {"names": []}, {"names": ["x"]}, {"names": [1]}, {"names": names}):
        assert (await lab.refused("POST", "bulk", "access", body=body))[0] == 400


async def test_a_token_gets_a_new_secret(lab: Lab) -> None:
    me = await lab.owner()
    made = await lab.send("POST", "tokens", body={"channel": me, "name": "ci", "scopes": ["repos"]})
    again = await lab.send("POST", "tokens", me, "ci", "rotate")
    assert again["token"] != made["token"]
    assert again["scopes"] == ["repos"]
    assert (await lab.refused("POST", "tokens", me, "none", "rotate"))[0] == 404


async def test_settings_hold_at_once_and_are_kept(lab: Lab) -> None:
    before = await lab.get("settings")
    assert (before["url"], before["url_fixed"], before["guard"]["off"]) == ("", False, [])
    assert {rule["kind"] for rule in before["rules"] if rule["fixed"]} == {"own-token"}
    (lab.root / "home.ipynb").write_text(
        '{"cells": [{"cell_type": "code", "id": "a", "metadata": {}, "source": "open(\'/home/ada/x\')",'
        ' "outputs": [], "execution_count": null}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    )
    assert len((await lab.preview(path="home.ipynb"))["findings"]) == 1
    changes = {"guard": {"off": ["home-path"], "max_output_mib": 1}, "default_visibility": "private"}
    after = await lab.send("PUT", "settings", body=changes)
    assert after["guard"] == {"off": ["home-path"], "max_output_mib": 1}
    preview = await lab.preview(path="home.ipynb")
    assert (preview["findings"], preview["visibility"]) == ([], "private")
    body = {"path": "home.ipynb", "channel": await lab.owner(), "name": "home", "environment": False}
    assert (await lab.done(await lab.send("POST", "publish", body=body)))["version"] == "1"
    for bad in (
        {},
        {"guard": {"off": ["own-token"]}},
        {"guard": {"off": ["nothing"]}},
        {"guard": {"max_output_mib": 0}},
        {"default_visibility": "everybody"},
        {"url": "ftp://x"},
        {"url": 1},
    ):
        assert (await lab.refused("PUT", "settings", body=bad))[0] == 400, bad
    assert (await lab.get("settings"))["default_visibility"] == "private"


async def test_another_repository_is_used_at_once_and_back(lab: Lab, tmp_path: Path) -> None:
    with running_repository(tmp_path / "team") as team:
        await lab.send("PUT", "settings", body={"url": team.url + "/"})
        status = await lab.get("status")
        assert (status["url"], status["embedded"], status["state"]) == (team.url, False, "signed-out")
        assert (await lab.refused("GET", "things"))[1]["code"] == "unauthenticated"
    assert (await lab.get("status"))["state"] == "unreachable"
    await lab.send("PUT", "settings", body={"url": ""})
    status = await lab.get("status")
    assert (status["embedded"], status["state"]) == (True, "ready")


async def test_a_picture_comes_with_headers_that_make_it_harmless(lab: Lab) -> None:
    answer = await lab.fetch("jupyter-repo", "avatar", await lab.owner())
    assert answer.headers["Content-Type"].startswith("image/")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    with pytest.raises(NotFound):
        await asyncio.to_thread(picture, lab.client(), "/")  # a page is no picture


async def test_an_account_is_made_and_signed_in_where_that_is_open(lab: Lab, tmp_path: Path) -> None:
    served = serve(tmp_path)
    team = next(served)
    try:
        await lab.send("PUT", "settings", body={"url": team.url})
        assert (await lab.get("status"))["sign_up"] == "open"
        body = {"name": "carol", "email": "carol@example.org", "password": "secret-carol"}
        assert (await lab.refused("POST", "sign-up", body=body))[0] == 400, "the terms were not accepted"
        status = await lab.send("POST", "sign-up", body=body | {"accept_terms": True})
        assert (status["account"], status["state"], status["active"]) == ("carol", "ready", "carol")
    finally:
        await asyncio.to_thread(next, served, None)
    assert (await lab.get("status"))["state"] == "unreachable"


@pytest.mark.parametrize("repo_config", [{"url": "http://127.0.0.1:9", "port": 0}])
async def test_a_configured_address_is_not_changed_by_settings(lab: Lab) -> None:
    assert (await lab.get("settings"))["url_fixed"] is True
    status, error = await lab.refused("PUT", "settings", body={"url": "http://127.0.0.1:8"})
    assert (status, error["code"]) == (409, "fixed")
