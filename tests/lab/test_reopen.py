"""A notebook opened with its environment: made from the lock, cached, listed, removed."""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import jupyter_core.paths
import pytest

from jupyter_repo.client import kernelspecs, lockfile, rebuilding

from ..builders import make_conda, make_wheel
from ..locks import document
from .conftest import Lab
from .reopening import fake_ipykernel, publish
from .test_things import upload
from .test_versions import write


async def test_a_notebook_opens_in_its_environment_made_of_conda_and_python_packages(lab: Lab, tmp_path: Path) -> None:
    folder = tmp_path / "made"
    folder.mkdir()
    conda = make_conda(folder, name="tiny", version="1.0", files={"share/tiny/words.txt": b"from conda\n"})
    wheels = [make_wheel(folder, name="mywheel", version="1.0"), fake_ipykernel(folder)]
    for path in (conda, *wheels):
        path.rename(lab.root / path.name)
    owner = await upload(lab, *(lab.root / path.name for path in (conda, *wheels)))
    client = lab.client()
    [file] = (await lab.get("things", owner, "tiny"))["files"]
    url = f"{client.url}/conda/{owner}/{file['basename']}"
    exact = {"name": "tiny", "version": "1.0", "build": "0", "channel": owner, "url": url, "sha256": file["sha256"]}
    lock = document(conda=[exact], pip=["mywheel==1.0", "ipykernel==6.99"])
    await asyncio.to_thread(publish, client, tmp_path, lock, channel=owner)

    shown = await lab.get("reopen", full_name=f"{owner}/nb")
    environment = shown["environment"]
    assert (environment["conda"], environment["pip"], environment["cached"]) == (1, 2, False)
    assert environment["channels"] == [f"{client.url}/conda/{owner}"]
    assert environment["hosts"] == [client.url.partition("//")[2]]
    assert environment["indexes"][0] == f"{client.url}/pypi/{owner}/simple/"
    assert environment["refused"] is None
    body = {"full_name": f"{owner}/nb", "id": environment["id"]}
    changed = await lab.finished(await lab.send("POST", "reopen", body=body | {"id": "another"}))
    assert changed["error"]["code"] == "changed"
    result = await lab.done(await lab.send("POST", "reopen", body=body))
    saved = json.loads((lab.root / result["path"]).read_text())
    assert saved["metadata"]["kernelspec"]["name"] == result["kernel"] == f"repo-{environment['id']}"

    [made] = (await lab.get("environments"))["environments"]
    assert (made["kernel"], made["full_name"], made["packages"], made["running"]) == (
        result["kernel"],
        f"{owner}/nb",
        3,
        0,
    )
    assert made["size"] > 1000
    prefix = kernelspecs.folder() / made["id"]
    assert (prefix / "share" / "tiny" / "words.txt").read_text() == "from conda\n"
    [meta] = (json.loads(path.read_text()) for path in (prefix / "conda-meta").glob("*.json"))
    assert meta["url"] == url, "the next lock names the channel, not a temporary file"
    spec = json.loads(
        (Path(jupyter_core.paths.jupyter_data_dir()) / "kernels" / made["kernel"] / "kernel.json").read_text()
    )
    says = [spec["argv"][0], "-I", "-c", "import mywheel, ipykernel; print(ipykernel.MADE)"]
    said = subprocess.run(says, capture_output=True, text=True, check=False)
    assert (said.stdout, said.stderr) == ("here\n", "")

    again = await lab.done(await lab.send("POST", "environments", body={"full_name": f"{owner}/nb"}))
    assert again["kernel"] == result["kernel"], "the same lock is the same environment"
    assert (await lab.get("reopen", full_name=f"{owner}/nb"))["environment"]["cached"] is True
    without = await lab.done(await lab.send("POST", "reopen", body={"full_name": f"{owner}/nb", "environment": False}))
    assert (without["kernel"], without["path"]) == (None, "nb-1.ipynb")
    await lab.send("DELETE", "environments", made["id"])
    assert (await lab.get("environments"))["environments"] == []
    assert not prefix.exists()
    assert (await lab.refused("DELETE", "environments", made["id"]))[0] == 404


async def test_what_fails_leaves_no_kernel_and_no_folder(lab: Lab, tmp_path: Path) -> None:
    owner = await lab.owner()
    url = f"{lab.client().url}/conda/{owner}/noarch/tiny-1.0-0.conda"
    exact = {"name": "tiny", "version": "1.0", "build": "0", "channel": "", "url": url, "sha256": "0" * 64}
    for lock in (document(conda=[exact]), document(pip=["there-is-no-such-thing-here==9.9"])):
        await asyncio.to_thread(publish, lab.client(), tmp_path, lock, channel=owner)
        job = await lab.finished(await lab.send("POST", "reopen", body={"full_name": f"{owner}/nb"}))
        assert job["state"] == "failed", job
        assert job["error"]["code"] in ("build_failed", "unavailable")
        assert [path for path in kernelspecs.folder().iterdir() if path.is_dir()] == []
        assert not (lab.root / "nb-1.ipynb").exists()
    assert (await lab.get("environments"))["environments"] == []


async def test_a_package_that_is_not_what_the_lock_means_is_not_installed(lab: Lab, tmp_path: Path) -> None:
    path = make_conda(lab.root, name="tiny", version="1.0")
    owner = await upload(lab, path)
    digest = hashlib.sha256(b"something else").hexdigest()
    url = f"{lab.client().url}/conda/{owner}/noarch/{path.name}"
    exact = {"name": "tiny", "version": "1.0", "build": "0", "channel": "", "url": url, "sha256": digest}
    await asyncio.to_thread(publish, lab.client(), tmp_path, document(conda=[exact]), channel=owner)
    job = await lab.finished(await lab.send("POST", "reopen", body={"full_name": f"{owner}/nb"}))
    assert (job["error"]["code"], "sha256 differs" in job["error"]["message"]) == ("lock_refused", True)


async def test_a_person_stops_it_and_nothing_stays(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = await lab.owner()
    sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]
    real = rebuilding._run
    monkeypatch.setattr(rebuilding, "_run", lambda _, *rest: real(sleeper, *rest))
    await asyncio.to_thread(publish, lab.client(), tmp_path, document(), channel=owner)
    job = await lab.send("POST", "environments", body={"full_name": f"{owner}/nb"})
    while (await lab.get("jobs", job["job"]))["stage"] != "Making a Python":
        await asyncio.sleep(0.02)
    document_ = await lab.get("jobs", job["job"])
    assert (document_["kind"], document_["steps"]) == ("environment", 7)
    await lab.send("DELETE", "jobs", job["job"])
    assert (await lab.finished(job))["state"] == "cancelled"
    assert (await lab.get("environments"))["environments"] == []


async def test_what_was_published_without_a_lock_or_elsewhere_says_so(lab: Lab, tmp_path: Path) -> None:
    owner = await lab.owner()
    other = "osx-arm64" if lockfile.here() != "osx-arm64" else "linux-64"
    exact = {"name": "tiny", "version": "1", "build": "0", "channel": "", "sha256": "0" * 64}
    exact["url"] = "https://conda.example/conda-forge/osx-arm64/tiny-1-0.conda"
    elsewhere = document(platform=other, conda=[exact])
    await asyncio.to_thread(publish, lab.client(), tmp_path, elsewhere, channel=owner, yml="")
    found = (await lab.get("reopen", full_name=f"{owner}/nb"))["environment"]
    assert (other in found["refused"], found["solve"]) == (True, False)
    assert "without its environment" in found["refused"]
    await asyncio.to_thread(publish, lab.client(), tmp_path, document(platform=other, pip=["x==1"]), channel=owner)
    found = (await lab.get("reopen", full_name=f"{owner}/nb"))["environment"]
    assert (found["refused"], other in found["notice"]) == (None, True)
    write(lab.root / "plain.ipynb", "1")
    body = {"path": "plain.ipynb", "channel": owner, "name": "plain", "environment": False}
    await lab.done(await lab.send("POST", "publish", body=body))
    assert (await lab.get("reopen", full_name=f"{owner}/plain"))["environment"] is None
    assert (await lab.refused("GET", "reopen", full_name=f"{owner}/nothing"))[0] == 404
