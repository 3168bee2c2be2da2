"""Publish: what the dialog is told, and what it makes."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

from jupyter_repo.client import actions
from jupyter_repo.client.actions import Wanted

from ..builders import make_conda, make_notebook, make_png
from .conftest import Lab


async def publish(lab: Lab, path: str, name: str, **more: object) -> Any:
    body = {"path": path, "channel": await lab.owner(), "name": name, "summary": "", "visibility": "public"} | more
    return await lab.finished(await lab.send("POST", "publish", body=body))


async def test_a_new_notebook_is_previewed_with_the_usual_choices(lab: Lab) -> None:
    make_notebook(lab.root, "My Analysis.ipynb", cells=[("markdown", "# On cats\n\ntext"), ("code", "1")])
    owner = await lab.owner()
    assert await lab.preview(path="My Analysis.ipynb") == {
        "path": "My Analysis.ipynb",
        "channel": owner,
        "name": "my-analysis",
        "summary": "On cats",
        "visibility": "public",
        "environment": True,
        "thumbnail": True,
        "exists": False,
        "next_version": "1",
        "kind": None,
        "taken": None,
        "can": True,
        "newer": None,
        "channels": [{"name": owner, "kind": "user"}],
        "findings": [],
    }


async def test_what_the_guard_finds_is_previewed_in_its_cell_and_needs_a_remedy(lab: Lab) -> None:
    path = make_notebook(lab.root, "leak.ipynb", cells=[("markdown", "# A"), ("code", "open('/home/ada/x.csv')")])
    [found] = (await lab.preview(path="leak.ipynb"))["findings"]
    assert (found["kind"], found["cell"], found["place"]) == ("home-path", 2, "source")
    refused = await publish(lab, "leak.ipynb", "leak")
    assert (refused["state"], refused["error"]["code"]) == ("failed", "findings")
    assert (await lab.refused("GET", "things", await lab.owner(), "leak"))[0] == 404
    assert (await publish(lab, "leak.ipynb", "leak", remedy="replace"))["state"] == "done"
    await asyncio.to_thread(actions.download, lab.client(), Wanted(await lab.owner(), "leak"), lab.root / "out")
    published = json.loads((lab.root / "out" / "leak.ipynb").read_text())
    assert "".join(published["cells"][1]["source"]) == "open('~/x.csv')"
    assert "/home/ada" in path.read_text()  # what is mine stays as it is
    assert (await publish(lab, "leak.ipynb", "leak", remedy="allow"))["state"] == "done"
    body = {"path": "leak.ipynb", "channel": "x", "name": "leak", "remedy": "pray"}
    assert (await lab.refused("POST", "publish", body=body))[0] == 400


async def test_publishing_makes_version_one_then_two(lab: Lab) -> None:
    path = make_notebook(lab.root, "a.ipynb")
    first = (await publish(lab, "a.ipynb", "a", summary="first", visibility="private"))["result"]
    owner = await lab.owner()
    assert first == {"package": f"{owner}/a", "version": "1", "url": first["url"], "created": True}
    assert first["url"].startswith(lab.client().url)
    told = await lab.preview(path="a.ipynb")
    chosen = {name: told[name] for name in ("exists", "next_version", "kind", "taken", "can", "visibility", "summary")}
    assert chosen == {
        "exists": True,
        "next_version": "2",
        "kind": "ipynb",
        "taken": None,
        "can": True,
        "visibility": "private",
        "summary": "first",
    }
    make_notebook(lab.root, path.name, cells=[("code", "2")])
    assert (await publish(lab, "a.ipynb", "a", visibility="private"))["result"]["version"] == "2"
    thing = await lab.get("things", owner, "a")
    assert [release["version"] for release in thing["releases"]] == ["2", "1"]
    assert thing["visibility"] == "private"


async def test_choices_remembered_in_the_notebook_come_back(lab: Lab) -> None:
    kept = {"channel": "team", "name": "other", "summary": "s", "visibility": "unlisted", "environment": False}
    make_notebook(lab.root, "a.ipynb", metadata={"jupyter_repo": kept})
    told = await lab.preview(path="a.ipynb")
    assert {name: told[name] for name in kept} == kept
    assert told["can"] is False  # a team one may not write to
    assert (await lab.preview(path="a.ipynb", channel=await lab.owner(), name="mine"))["can"] is True


async def test_a_name_that_another_kind_has_is_said_to_be_taken(lab: Lab) -> None:
    file = make_conda(lab.root, name="busy", version="1")
    make_notebook(lab.root, "busy.ipynb")
    owner = await lab.owner()
    await lab.done(await lab.send("POST", "upload", body={"path": file.name, "channel": owner}))
    told = await lab.preview(path="busy.ipynb")
    assert told["kind"] == "conda"
    assert told["taken"] == f"{owner}/busy is a conda package already; choose another name for the notebook."
    job = await publish(lab, "busy.ipynb", "busy")
    assert job["state"] == "failed"
    assert job["error"]["status"] in (400, 409)


async def test_a_name_that_is_not_legal_is_said_so_while_it_is_typed(lab: Lab) -> None:
    make_notebook(lab.root, "a.ipynb")
    told = await lab.preview(path="a.ipynb", name="no spaces/please")
    assert told["taken"].startswith("'no spaces/please' can't be the name of a package: use letters")
    assert told["exists"] is False


async def test_the_environment_of_the_kernel_is_attached(lab: Lab) -> None:
    make_notebook(lab.root, "a.ipynb")
    result = (await publish(lab, "a.ipynb", "with-env", environment=True))["result"]
    owner, folder = await lab.owner(), lab.root / "out"
    await asyncio.to_thread(actions.download, lab.client(), Wanted(owner, "with-env", result["version"]), folder)
    environment = yaml.safe_load((folder / "environment.yml").read_text())
    assert any(spec.startswith("ipykernel==") for spec in environment["dependencies"][-1]["pip"])
    lock = json.loads((folder / "environment.lock.json").read_text())
    assert (lock["format"], lock["version"]) == ("jupyter-repo-lock", 1)
    assert any(requirement.startswith("ipykernel==") for requirement in lock["pip"])
    assert str(Path.home()) not in json.dumps(lock)
    notebook = nbformat.read(folder / "with-env.ipynb", as_version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
    assert notebook.cells[0].source.startswith("# The analysis")


async def test_a_kernel_that_is_no_python_has_no_environment(lab: Lab, jp_data_dir: Path) -> None:
    spec = jp_data_dir / "kernels" / "shell"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(
        json.dumps({"argv": ["/bin/sh", "{connection_file}"], "display_name": "Shell", "language": "sh"})
    )
    make_notebook(lab.root, "a.ipynb", kernel="shell")
    make_notebook(lab.root, "b.ipynb", kernel="not-here")
    assert (await lab.preview(path="a.ipynb"))["environment"] is False
    assert (await lab.preview(path="b.ipynb"))["environment"] is False
    body = {"path": "a.ipynb", "channel": await lab.owner(), "name": "a", "environment": True}
    code, answer = await lab.refused("POST", "publish", body=body)
    assert code == 400
    assert "The kernel shell is not a Python on this machine" in answer["message"]
    assert (await publish(lab, "a.ipynb", "a"))["state"] == "done"


async def test_the_running_kernel_says_which_python_it_is(lab: Lab) -> None:
    make_notebook(lab.root, "b.ipynb", kernel="not-here")
    answer = await lab.fetch("api", "kernels", method="POST", body=json.dumps({"name": "python3"}))
    kernel = json.loads(answer.body)["id"]
    try:
        assert (await lab.preview(path="b.ipynb", kernel_id=kernel))["environment"] is True
        job = await publish(lab, "b.ipynb", "b", environment=True, kernel_id=kernel)
        assert job["state"] == "done", job
    finally:
        await lab.fetch("api", "kernels", kernel, method="DELETE")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("not json", "a.ipynb"),
        ("[]", "a.ipynb"),
        ('{"nbformat": 4}', "a.ipynb"),
        (None, "There is no notebook a.ipynb"),
    ],
)
async def test_what_is_no_notebook_is_named(lab: Lab, content: str | None, words: str) -> None:
    if content is not None:
        (lab.root / "a.ipynb").write_text(content)
    for where in (("publish", "preview"), ("publish",)):
        code, answer = await lab.refused("POST", *where, body={"path": "a.ipynb", "channel": "x", "name": "a"})
        assert code in (400, 404)
        assert words in answer["message"]


@pytest.mark.parametrize(
    "change",
    [{"path": None}, {"channel": ""}, {"name": 3}, {"visibility": "everybody"}, {"environment": "yes"}, {"path": ""}],
)
async def test_bad_bodies_are_refused_before_anything_is_read(lab: Lab, change: dict[str, object]) -> None:
    make_notebook(lab.root, "a.ipynb")
    body = {"path": "a.ipynb", "channel": "x", "name": "a"} | change
    assert (await lab.refused("POST", "publish", body=body))[0] == 400


@pytest.mark.parametrize("name", ["no spaces", "../up", "-x", "x" * 200])
async def test_illegal_names_fail_with_what_is_legal(lab: Lab, name: str) -> None:
    make_notebook(lab.root, "a.ipynb")
    job = await publish(lab, "a.ipynb", name)
    assert (job["state"], job["error"]["code"]) == ("failed", "invalid_name")
    assert "use letters, digits" in job["error"]["message"]


async def test_a_picture_goes_along_and_is_shown_from_here(lab: Lab) -> None:
    make_notebook(lab.root, "a.ipynb")
    picture, owner = make_png(), await lab.owner()
    made = await publish(lab, "a.ipynb", "a", thumbnail=base64.b64encode(picture).decode())
    assert made["state"] == "done", made
    assert (await lab.get("things", owner, "a"))["thumbnail_url"].endswith(f"/{owner}/a/1")
    answer = await lab.fetch("jupyter-repo", "thumbnails", owner, "a", "1")
    assert (answer.body, answer.headers["Content-Type"]) == (picture, "image/png")
    assert answer.headers["Content-Security-Policy"].endswith("sandbox")
    # one that is refused costs nothing but itself
    made = await publish(lab, "a.ipynb", "a", thumbnail=base64.b64encode(b"no picture").decode())
    assert (made["state"], made["result"]["version"]) == ("done", "2")
    assert (await lab.get("things", owner, "a"))["thumbnail_url"] is None
    assert (await lab.refused("GET", "thumbnails", owner, "a", "2"))[0] == 404
    body = {"path": "a.ipynb", "channel": owner, "name": "a", "thumbnail": "no base64!"}
    assert (await lab.refused("POST", "publish", body=body))[0] == 400
