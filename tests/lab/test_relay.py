"""What the panel asks of the repository as it stands: only what is listed, and as the person signed in."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

from ..builders import make_wheel
from .conftest import Lab


async def upload(lab: Lab, tmp_path: Path, name: str, channel: str = "") -> str:
    """A wheel of that name; its full name."""
    owner = channel or await lab.owner()
    wheel = make_wheel(tmp_path, name=name)
    await asyncio.to_thread(lab.client().upload, owner, wheel.name, io.BytesIO(wheel.read_bytes()))
    return f"{owner}/{name}"


async def test_stars_come_and_go(lab: Lab, tmp_path: Path) -> None:
    owner, name = (await upload(lab, tmp_path, "shiny")).split("/")
    assert await lab.send("PUT", "api", "stars", owner, name) == {}
    assert [one["name"] for one in await lab.get("api", "stars")] == ["shiny"]
    await lab.send("DELETE", "api", "stars", owner, name)
    assert await lab.get("api", "stars") == []


async def test_search_reaches_every_channel(lab: Lab, tmp_path: Path) -> None:
    await lab.send("POST", "api", "organizations", body={"name": "acme"})
    await upload(lab, tmp_path, "needle", "acme")
    assert [one["full_name"] for one in await lab.get("api", "search", q="needle")] == ["acme/needle"]


async def test_an_organization_with_its_groups_members_and_packages(lab: Lab, tmp_path: Path) -> None:
    me = await lab.owner()
    await lab.send("POST", "api", "organizations", body={"name": "acme"})
    assert [one["login"] for one in await lab.get("api", "user", "orgs")] == ["acme"]
    await upload(lab, tmp_path, "tool", "acme")
    group = ("api", "group", "acme", "writers")
    await lab.send("POST", *group, body={"level": "read"})
    await lab.send("PATCH", *group, body={"level": "admin"})
    await lab.send("PUT", *group, "members", me)
    await lab.send("PUT", *group, "packages", "tool")
    assert [one["login"] for one in await lab.get(*group, "members")] == [me]
    assert [one["name"] for one in await lab.get(*group, "packages")] == ["tool"]
    groups = (await lab.get("api", "groups", "acme"))["groups"]
    assert [(one["name"], one["level"]) for one in groups] == [("Owners", "owner"), ("writers", "admin")]
    assert "writers" in [one["name"] for one in await lab.get("api", "user", "groups")]
    await lab.send("DELETE", *group)
    assert len((await lab.get("api", "groups", "acme"))["groups"]) == 1


async def test_a_group_works_on_a_package(lab: Lab, tmp_path: Path) -> None:
    await lab.send("POST", "api", "organizations", body={"name": "acme"})
    await upload(lab, tmp_path, "tool", "acme")
    await lab.send("POST", "api", "group", "acme", "writers", body={"level": "read"})
    where = ("api", "packages", "acme", "tool")
    await lab.send("PUT", *where, "collaborating-groups", "writers", body={"level": "read-write"})
    [one] = await lab.get(*where, "collaborators")
    assert (one["login"], one["type"], one["level"]) == ("writers", "group", "read-write")
    await lab.send("DELETE", *where, "collaborating-groups", "writers")
    assert await lab.get(*where, "collaborators") == []


async def test_labels_are_put_on_a_file_and_taken_off(lab: Lab, tmp_path: Path) -> None:
    owner, name = (await upload(lab, tmp_path, "tool")).split("/")
    [file] = (await lab.get("things", owner, name))["files"]
    where = {"package": name, "version": file["version"], "basename": file["basename"]}
    await lab.send("POST", "api", "channels", owner, "dev", "nightly", body=where)
    [file] = (await lab.get("things", owner, name))["files"]
    assert sorted(file["labels"]) == ["dev/nightly", "main"]


async def test_a_token_is_rotated(lab: Lab) -> None:
    owner = await lab.owner()
    made = await lab.send("POST", "tokens", body={"channel": owner, "name": "ci", "scopes": ["repos"]})
    rotated = await lab.send("POST", "api", "rotate", owner, "ci", body={})
    assert rotated["name"] == "ci"
    assert rotated["token"] not in (made["token"], None)


async def test_notifications_are_read(lab: Lab) -> None:
    assert await lab.get("api", "notifications") == []
    assert await lab.send("POST", "api", "notifications", body={}) == {"read": 0}


async def test_what_is_not_listed_is_not_passed_on(lab: Lab) -> None:
    for method, parts, code in (
        ("GET", ("api", "user"), 404),
        ("DELETE", ("api", "accounts", "x"), 404),
        ("DELETE", ("api", "search"), 405),
        ("PUT", ("api", "stars", "a%2Fb", "c"), 404),
        ("GET", ("api", "groups", "..%2Fuser"), 404),
        ("GET", ("api", "groups", ".."), 400),
    ):
        answer = await lab.fetch(
            "jupyter-repo", *parts, method=method, allow_nonstandard_methods=True, raise_error=False
        )
        assert answer.code == code, parts


async def test_the_repositorys_refusal_comes_through(lab: Lab) -> None:
    code, said = await lab.refused("PUT", "api", "stars", "nobody", "nothing")
    assert (code, said["code"]) == (404, "not_found")


async def test_a_body_must_be_an_object(lab: Lab) -> None:
    code, _ = await lab.refused("POST", "api", "organizations", body=["x"])
    assert code == 400
