"""Versions of a notebook: history, differences, one shown, one back; pasted links."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .conftest import Lab


def write(path: Path, *sources: str) -> bytes:
    cells = [
        {
            "cell_type": "code",
            "id": f"c{n}",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for n, source in enumerate(sources)
    ]
    content = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    path.write_text(content)
    return content.encode()


async def two_versions(lab: Lab) -> str:
    """`nb` in two versions: x = 1, then x = 2 with one more cell."""
    name = await lab.owner()
    for sources in (["x = 1"], ["x = 2", "print(x)"]):
        write(lab.root / "nb.ipynb", *sources)
        body = {"path": "nb.ipynb", "channel": name, "name": "nb", "environment": False}
        await lab.done(await lab.send("POST", "publish", body=body))
    return name


async def test_a_history_says_who_when_and_what_changed(lab: Lab) -> None:
    owner = await two_versions(lab)
    plain = await lab.get("things", owner, "nb", "history")
    assert [(one["version"], one["changes"]) for one in plain["versions"]] == [("2", None), ("1", None)]
    found = await lab.get("things", owner, "nb", "history", changes="1")
    newest = found["versions"][0]
    assert newest["changes"] == {"added": 1, "removed": 0, "changed": 1, "moved": 0, "same": 0, "outputs": 0}
    assert (newest["uploaded_by"], newest["files"], newest["lock"]) == (owner, ["nb.ipynb"], False)
    assert "upload" in found["can"]
    assert (await lab.refused("GET", "things", owner, "nothing", "history"))[0] == 404


async def test_any_two_are_compared(lab: Lab) -> None:
    owner = await two_versions(lab)
    one = {"full_name": f"{owner}/nb", "version": "1"}
    two = {"full_name": f"{owner}/nb"}
    found = await lab.send("POST", "diff", body={"base": one, "head": two})
    assert found["base"]["title"] == f"{owner}/nb 1"
    assert found["head"]["title"] == f"{owner}/nb 2"
    assert found["diff"]["summary"]["changed"] == 1
    write(lab.root / "nb.ipynb", "x = 3")
    local = await lab.send("POST", "diff", body={"base": two, "head": {"path": "nb.ipynb"}})
    assert local["diff"]["summary"] == {"added": 0, "removed": 1, "changed": 1, "moved": 0, "same": 0, "outputs": 0}
    model = json.loads((lab.root / "nb.ipynb").read_text())
    unsaved = await lab.send("POST", "diff", body={"base": {"path": "nb.ipynb"}, "head": {"content": model}})
    assert unsaved["diff"]["identical"]
    for bad in ({}, {"version": "1"}, {"full_name": "nb"}, {"full_name": f"{owner}/nb", "version": "9"}, []):
        assert (await lab.refused("POST", "diff", body={"base": bad, "head": two}))[0] in (400, 404)
    assert (await lab.refused("POST", "diff", body={"base": {"content": 1}, "head": two}))[0] == 400


async def test_a_version_is_shown(lab: Lab) -> None:
    owner = await two_versions(lab)
    found = await lab.get("things", owner, "nb", "versions", "1", "notebook")
    assert (found["filename"], "".join(found["content"]["cells"][0]["source"])) == ("nb.ipynb", "x = 1")
    assert (await lab.refused("GET", "things", owner, "nb", "versions", "7", "notebook"))[0] == 404


async def test_a_version_comes_back_and_never_over_another_file(lab: Lab) -> None:
    owner = await two_versions(lab)
    body: dict[str, Any] = {"full_name": f"{owner}/nb", "version": "1"}
    assert (await lab.send("POST", "restore", body=body))["path"] == "nb-v1.ipynb"
    assert (await lab.send("POST", "restore", body=body))["path"] == "nb-v1-1.ipynb"
    assert json.loads((lab.root / "nb-v1.ipynb").read_text())["cells"][0]["source"] == ["x = 1"]
    mine = write(lab.root / "nb.ipynb", "mine")
    status, error = await lab.refused("POST", "restore", body=body | {"path": "nb.ipynb"})
    assert (status, error["code"]) == (409, "already_exists")
    assert (lab.root / "nb.ipynb").read_bytes() == mine
    assert (await lab.send("POST", "restore", body=body | {"path": "nb.ipynb", "replace": True})) == {
        "path": "nb.ipynb"
    }
    assert json.loads((lab.root / "nb.ipynb").read_text())["cells"][0]["source"] == ["x = 1"]
    [kept] = (lab.root / ".ipynb_checkpoints").iterdir()
    assert kept.read_bytes() == mine, "what was replaced is a checkpoint"
    assert (await lab.refused("POST", "restore", body=body | {"directory": "nowhere"}))[0] == 404


async def test_pasted_links_lead_to_the_thing_or_say_why_not(lab: Lab) -> None:
    owner = await two_versions(lab)
    url = lab.app.connection.url
    for text, version in (
        (f"{url}/{owner}/nb", None),
        (f"{url}/{owner}/nb/1?x=1#y", "1"),
        (f" /{owner}/nb/2 ", "2"),
        (f"{owner}/nb", None),
        (f"{owner}/nb==1", "1"),
    ):
        found = await lab.get("resolve", text=text)
        assert (found["full_name"], found["version"], found["kind"]) == (f"{owner}/nb", version, "ipynb"), text
    status, error = await lab.refused("GET", "resolve", text="https://elsewhere.example/ada/nb")
    assert (status, error["code"], error["repository"]) == (400, "other_repository", "https://elsewhere.example")
    for text in ("", "nb", f"{url}/", "a/b/c/d", "/../x", f"{owner}/nb/1==2"):
        assert (await lab.refused("GET", "resolve", text=text))[0] in (400, 404), text
    assert (await lab.refused("GET", "resolve", text=f"{owner}/nb==9"))[0] == 404


async def test_nothing_of_a_strangers_notebook_is_trusted(lab: Lab) -> None:
    owner = await lab.owner()
    content = json.loads(write(lab.root / "nb.ipynb", "x = 1"))
    content["cells"][0]["metadata"]["trusted"] = True
    (lab.root / "nb.ipynb").write_text(json.dumps(content))
    body = {"path": "nb.ipynb", "channel": owner, "name": "nb", "environment": False}
    await lab.done(await lab.send("POST", "publish", body=body))
    shown = await lab.get("things", owner, "nb", "versions", "1", "notebook")
    assert "trusted" not in shown["content"]["cells"][0]["metadata"]
    wish = {"full_name": f"{owner}/nb", "version": "1", "path": "nb.ipynb", "replace": True}
    await lab.send("POST", "restore", body=wish)
    assert "trusted" not in json.loads((lab.root / "nb.ipynb").read_text())["cells"][0]["metadata"]
    compared = {"base": {"full_name": f"{owner}/nb"}, "head": {"content": content, "title": "mine"}}
    assert (await lab.send("POST", "diff", body=compared))["diff"]["identical"]
