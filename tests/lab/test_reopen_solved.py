"""A notebook whose environment is of another platform, or without a lock: solved anew for this machine."""

from __future__ import annotations

import asyncio
import json
import subprocess
from pathlib import Path

import pytest

from jupyter_repo.client import kernelspecs, lockfile, rebuilding

from ..builders import make_conda, make_wheel
from ..locks import OTHER, document
from .conftest import Lab
from .reopening import fake_ipykernel, publish
from .test_things import upload


async def foreign(lab: Lab, tmp_path: Path) -> str:
    """A notebook with the lock of another platform; its channel has what it needs for this one, for its owner alone."""
    owner, folder = await lab.owner(), tmp_path / "made"
    folder.mkdir()
    words = {"share/tiny/words.txt": b"from here\n"}
    conda = [
        make_conda(folder, name="tiny", version="2.0", depends=["deep"], files=words),
        make_conda(folder, name="deep", version="1.0"),
    ]
    for path in (*conda, make_wheel(folder, name="mywheel", version="1.0"), fake_ipykernel(folder)):
        path.rename(lab.root / path.name)
        body = {"path": path.name, "channel": owner, "visibility": "private"}
        await lab.done(await lab.send("POST", "upload", body=body))
    exact = {"name": "tiny", "version": "1.0", "build": "0", "channel": "", "sha256": "0" * 64}
    exact["url"] = f"https://conda.example/conda-forge/{OTHER}/tiny-1.0-0.conda"
    own = f"{lab.client().url}/conda/{owner}"
    yml = (
        f"name: nb\nchannels: [{own}]\ndependencies:\n  - tiny=1.0\n  - only-over-there=3.1\n"
        "  - pip:\n    - mywheel==1.0\n    - ipykernel\n"
    )
    lock = document(platform=OTHER, conda=[exact], pip=["mywheel==1.0"])
    await asyncio.to_thread(publish, lab.client(), tmp_path, lock, channel=owner, yml=yml)
    return f"{owner}/nb"


async def test_an_environment_of_another_platform_is_solved_anew(lab: Lab, tmp_path: Path) -> None:
    name, client = await foreign(lab, tmp_path), lab.client()
    found = (await lab.get("reopen", full_name=name))["environment"]
    assert (found["solve"], found["lock"], found["refused"], found["cached"]) == (True, False, None, False)
    assert found["notice"] == (
        f"The environment was made for {OTHER}. Here ({lockfile.here()}) it is solved anew: versions may differ."
    )
    own = f"{client.url}/conda/{name.partition('/')[0]}"
    assert (found["channels"], found["conda"], found["pip"]) == ([own], 2, 2)
    result = await lab.done(await lab.send("POST", "reopen", body={"full_name": name, "id": found["id"]}))
    assert "solved anew" in result["notice"]
    [made] = (await lab.get("environments"))["environments"]
    assert (made["id"], made["platform"]) == (found["id"], lockfile.here())
    prefix = kernelspecs.folder() / made["id"]
    assert (prefix / "share" / "tiny" / "words.txt").read_text() == "from here\n", "2.0: here there is no 1.0"
    records = [json.loads(path.read_text()) for path in (prefix / "conda-meta").glob("*.json")]
    assert {record["name"] for record in records} == {"tiny", "deep"}
    assert client.token
    kept = [path for path in kernelspecs.folder().rglob("*") if path.is_file() and path.suffix in (".json", ".cfg", "")]
    assert not [path for path in kept if client.token.encode() in path.read_bytes()]
    says = [str(rebuilding.python_of(prefix)), "-I", "-c", "import mywheel, ipykernel; print(ipykernel.MADE)"]
    said = await asyncio.to_thread(subprocess.run, says, capture_output=True, text=True, check=False)
    assert (said.stdout, said.stderr) == ("here\n", "")
    assert (await lab.get("reopen", full_name=name))["environment"]["cached"] is True


async def test_what_fits_nowhere_says_what_and_leaves_nothing(lab: Lab, tmp_path: Path) -> None:
    owner = await upload(lab, make_conda(lab.root, name="tiny", version="2.0", depends=["not-there"]))
    yml = f"channels: [{lab.client().url}/conda/{owner}]\ndependencies: [tiny]\n"
    await asyncio.to_thread(publish, lab.client(), tmp_path, None, channel=owner, yml=yml)
    found = (await lab.get("reopen", full_name=f"{owner}/nb"))["environment"]
    assert "published without an exact lock" in found["notice"]
    job = await lab.finished(await lab.send("POST", "reopen", body={"full_name": f"{owner}/nb"}))
    assert (job["state"], job["error"]["code"]) == ("failed", "lock_refused")
    assert "not-there" in job["error"]["message"]
    assert str(lab.client().token) not in json.dumps(job)
    assert [path for path in kernelspecs.folder().iterdir() if path.is_dir()] == []


async def test_a_person_stops_the_solving(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def endless(*_: object, **__: object) -> None:
        await asyncio.sleep(600)

    name = await foreign(lab, tmp_path)
    monkeypatch.setattr("rattler.solve", endless)
    job = await lab.send("POST", "environments", body={"full_name": name})
    while (await lab.get("jobs", job["job"]))["stage"] != f"Solving for {lockfile.here()}":
        await asyncio.sleep(0.02)
    await lab.send("DELETE", "jobs", job["job"])
    assert (await lab.finished(job))["state"] == "cancelled"
    assert [path for path in kernelspecs.folder().iterdir() if path.is_dir()] == []
