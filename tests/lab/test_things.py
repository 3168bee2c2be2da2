"""My things: listed, searched, changed and deleted; and what may not be."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..builders import make_conda, make_environment, make_notebook, make_wheel
from .conftest import Lab


@pytest.fixture
def files(jp_root_dir: Path) -> list[Path]:
    return [
        make_conda(jp_root_dir, name="conda-thing", version="1.0"),
        make_wheel(jp_root_dir, name="wheel_thing", version="1.0", summary="spins round"),
        make_environment(jp_root_dir, name="env-thing"),
        make_notebook(jp_root_dir, "note.ipynb"),
    ]


async def upload(lab: Lab, *files: Path) -> str:
    owner = await lab.owner()
    for file in files:
        await lab.done(await lab.send("POST", "upload", body={"path": file.name, "channel": owner}))
    return owner


async def test_things_are_listed_by_kind_and_found_by_words(lab: Lab, files: list[Path]) -> None:
    owner = await upload(lab, *files)
    things = (await lab.get("things"))["things"]
    assert {thing["kind"] for thing in things} == {"conda", "pypi", "env", "ipynb"}
    assert [thing["updated_at"] for thing in things] == sorted((thing["updated_at"] for thing in things), reverse=True)
    assert [thing["name"] for thing in (await lab.get("things", kind="conda"))["things"]] == ["conda-thing"]
    assert [thing["kind"] for thing in (await lab.get("things", q="wheel"))["things"]] == ["pypi"]
    assert len((await lab.get("things", channel=owner))["things"]) == 4
    assert (await lab.refused("GET", "things", channel="nobody-here"))[0] == 404


async def test_one_thing_has_versions_files_and_install_commands(lab: Lab, files: list[Path]) -> None:
    owner = await upload(lab, files[0])
    thing = await lab.get("things", owner, "conda-thing")
    assert [release["version"] for release in thing["releases"]] == ["1.0"]
    assert thing["files"][0]["basename"] == f"noarch/{files[0].name}"
    assert f"/conda/{owner}" in thing["install"][0]["command"]
    assert "edit-settings" in thing["can"]
    assert (await lab.refused("GET", "things", owner, "nothing"))[0] == 404


async def test_a_thing_is_made_private_and_described(lab: Lab, files: list[Path]) -> None:
    owner = await upload(lab, files[0])
    thing = await lab.send("PATCH", "things", owner, "conda-thing", body={"visibility": "private", "summary": "mine"})
    assert (thing["visibility"], thing["public"], thing["summary"]) == ("private", False, "mine")


@pytest.mark.parametrize("body", [{}, {"visibility": "everybody"}, {"visibility": 1}, {"other": "x"}, [1]])
async def test_changes_that_mean_nothing_are_refused(lab: Lab, files: list[Path], body: object) -> None:
    owner = await upload(lab, files[0])
    assert (await lab.refused("PATCH", "things", owner, "conda-thing", body=body))[0] == 400


async def test_a_file_a_version_and_a_package_are_deleted(lab: Lab, files: list[Path]) -> None:
    second = make_conda(lab.root, name="conda-thing", version="2.0")
    third = make_conda(lab.root, name="conda-thing", version="2.0", ext=".tar.bz2")
    owner = await upload(lab, files[0], second, third)
    place = ("things", owner, "conda-thing")
    await lab.send("DELETE", *place, "versions", "2.0", "files", "noarch", second.name)
    names = {file["filename"] for file in (await lab.get(*place))["files"]}
    assert names == {files[0].name, third.name}
    await lab.send("DELETE", *place, "versions", "2.0")
    assert [release["version"] for release in (await lab.get(*place))["releases"]] == ["1.0"]
    await lab.send("DELETE", *place)
    assert (await lab.refused("GET", *place))[0] == 404
    for gone in (place, (*place, "versions", "1.0"), (*place, "versions", "1.0", "files", "x")):
        assert (await lab.refused("DELETE", *gone))[0] == 404


async def test_a_download_lands_among_the_files_under_a_free_name(lab: Lab, files: list[Path]) -> None:
    owner = await upload(lab, *files)
    (lab.root / "sub").mkdir()
    body = {"full_name": f"{owner}/note", "directory": "sub"}
    first = (await lab.send("POST", "download", body=body))["path"]
    second = (await lab.send("POST", "download", body=body | {"version": "1"}))["path"]
    assert first != second
    assert (lab.root / first).read_bytes() == (lab.root / second).read_bytes() == files[3].read_bytes()
    wheel = await lab.send("POST", "download", body={"full_name": f"{owner}/wheel-thing", "directory": "sub"})
    assert wheel == {"path": f"sub/{files[1].name}"}
    assert (lab.root / wheel["path"]).read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"full_name": "alone"}, 400),
        ({"full_name": "a/b", "directory": 5}, 404),
        ({"full_name": "nobody/x"}, 404),
        ({"full_name": "../x"}, 400),
    ],
)
async def test_downloads_that_are_refused(lab: Lab, body: dict[str, object], status: int) -> None:
    assert (await lab.refused("POST", "download", body=body))[0] == status


async def test_a_download_needs_a_folder_that_is_there(lab: Lab, files: list[Path]) -> None:
    owner = await upload(lab, files[3])
    code, body = await lab.refused("POST", "download", body={"full_name": f"{owner}/note", "directory": "nowhere"})
    assert (code, body["message"]) == (404, "There is no folder nowhere here")
