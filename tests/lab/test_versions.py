"""Versions of a notebook: history, one to be read, two compared, one brought back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ..builders import make_conda, make_notebook
from .conftest import Lab
from .test_publish import publish


async def two_versions(lab: Lab) -> str:
    """`a` in two versions; the second has another first cell and one cell more."""
    make_notebook(lab.root, "a.ipynb", cells=[("code", "x = 1"), ("code", "y = 2")])
    assert (await publish(lab, "a.ipynb", "a"))["state"] == "done"
    make_notebook(lab.root, "a.ipynb", cells=[("code", "x = 10"), ("code", "y = 2"), ("markdown", "done")])
    assert (await publish(lab, "a.ipynb", "a"))["state"] == "done"
    return f"{await lab.owner()}/a"


def sources(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(path.read_text())["cells"]]


async def test_the_history_names_versions_people_and_changes(lab: Lab) -> None:
    owner = (await two_versions(lab)).split("/")[0]
    found = await lab.get("things", owner, "a", "history", changes="1")
    second, first = found["versions"]
    assert (second["version"], second["uploaded_by"], first["changes"]) == ("2", owner, None)
    assert (second["changes"]["changed"], second["changes"]["added"]) == (1, 1)


async def test_two_versions_and_a_file_are_compared_without_what_the_panel_remembers(lab: Lab) -> None:
    full_name = await two_versions(lab)
    versions = [{"full_name": full_name, "version": version} for version in "12"]
    found = await lab.send("POST", "diff", body={"base": versions[0], "head": versions[1]})
    assert (found["base"]["title"], found["head"]["title"]) == (f"{full_name} 1", f"{full_name} 2")
    assert [cell["change"] for cell in found["diff"]["cells"]] == ["changed", "same", "added"]
    make_notebook(
        lab.root,
        "a.ipynb",
        cells=[("code", "x = 10"), ("code", "y = 2"), ("markdown", "done")],
        metadata={"jupyter_repo": {"name": "a"}},
    )
    found = await lab.send("POST", "diff", body={"base": {"full_name": full_name}, "head": {"path": "a.ipynb"}})
    assert found["diff"]["identical"] is True
    mine = json.loads((lab.root / "a.ipynb").read_text())
    mine["cells"][0]["metadata"]["trusted"] = True  # as the browser's model marks a cell that ran
    found = await lab.send("POST", "diff", body={"base": versions[1], "head": {"content": mine, "title": "a"}})
    assert found["diff"]["identical"] is True
    unsaved = {"content": {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, "title": "on the screen"}
    found = await lab.send("POST", "diff", body={"base": versions[1], "head": unsaved})
    assert (found["head"]["title"], found["diff"]["summary"]["removed"]) == ("on the screen", 3)


@pytest.mark.parametrize(
    ("side", "status"),
    [({}, 400), (None, 400), ({"content": {}}, 400), ({"path": "no.ipynb"}, 404), ({"full_name": "no/no"}, 404)],
)
async def test_what_can_t_be_compared_is_refused(lab: Lab, side: Any, status: int) -> None:
    empty: dict[str, object] = {"content": {"cells": [], "metadata": {}}}
    assert (await lab.refused("POST", "diff", body={"base": empty, "head": side}))[0] == status


async def test_a_version_to_be_read_claims_no_trust(lab: Lab) -> None:
    path = make_notebook(lab.root, "a.ipynb", cells=[("code", "1")])
    document = json.loads(path.read_text())
    document["cells"][0]["metadata"]["trusted"] = True
    path.write_text(json.dumps(document))
    assert (await publish(lab, "a.ipynb", "a"))["state"] == "done"
    found = await lab.get("things", await lab.owner(), "a", "versions", "1", "notebook")
    assert (found["version"], found["filename"]) == ("1", "a.ipynb")
    assert found["content"]["cells"][0]["metadata"] == {}
    assert (await lab.refused("GET", "things", await lab.owner(), "a", "versions", "9", "notebook"))[0] == 404


async def test_a_version_comes_back_as_a_new_file_or_in_place_with_a_checkpoint(lab: Lab) -> None:
    full_name = await two_versions(lab)
    body: dict[str, object] = {"full_name": full_name, "version": "1"}
    made = await lab.send("POST", "restore", body={**body, "directory": ""})
    assert made["path"] == "a-1.ipynb"
    assert sources(lab.root / made["path"]) == ["x = 1", "y = 2"]
    assert sources(lab.root / "a.ipynb")[0] == "x = 10"
    assert (await lab.refused("POST", "restore", body={**body, "path": "a.ipynb"}))[1]["code"] == "already_exists"
    assert (await lab.refused("POST", "restore", body={**body, "replace": True}))[0] == 400
    assert (await lab.refused("POST", "restore", body={**body, "path": "no.ipynb", "replace": True}))[0] == 404
    assert (await lab.send("POST", "restore", body={**body, "path": "a.ipynb", "replace": True})) == {"path": "a.ipynb"}
    assert sources(lab.root / "a.ipynb") == ["x = 1", "y = 2"]
    assert sources(lab.root / ".ipynb_checkpoints" / "a-checkpoint.ipynb")[0] == "x = 10"


async def test_what_holds_no_notebook_has_none_to_be_read(lab: Lab) -> None:
    file, owner = make_conda(lab.root, name="lib"), await lab.owner()
    await lab.done(await lab.send("POST", "upload", body={"path": file.name, "channel": owner}))
    status, answer = await lab.refused("GET", "things", owner, "lib", "versions", "1.0", "notebook")
    assert (status, "holds no notebook" in answer["message"]) == (400, True)
