"""A notebook opened with its environment: made from the lock, cached, listed, removed; and locks that are refused."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jupyter_core.paths
import pytest

from jupyter_repo.client import kernelspecs, lockfile, rebuilding, solving
from jupyter_repo.client.client import RepoClient
from jupyter_repo.client.lockfile import LockRefused

from ..builders import make_conda, make_wheel
from .conftest import Lab
from .test_things import upload
from .test_versions import write

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}.{sys.version_info[2]}"


def document(**changes: object) -> dict[str, Any]:
    return {
        "format": lockfile.FORMAT,
        "version": 1,
        "python": PYTHON,
        "platform": lockfile.here(),
        "conda": [],
        "pip": [],
        "left_out": [],
    } | changes


YML = "name: nb\ndependencies:\n  - python\n"


def publish(client: RepoClient, folder: Path, lock: dict[str, Any] | None, *, channel: str, yml: str = YML) -> None:
    """A notebook with that lock beside it."""
    write(folder / "nb.ipynb", "import sys")
    (folder / "environment.yml").write_text(yml)
    (folder / lockfile.FILENAME).write_text(json.dumps(lock))
    names = [name for name in ("nb.ipynb", "environment.yml" if yml else "", lockfile.FILENAME if lock else "") if name]
    files = [(name, (folder / name).open("rb")) for name in names]
    try:
        client.upload_release(channel, files, options={"kind": "ipynb", "package": "nb", "visibility": "private"})
    finally:
        for _, file in files:
            file.close()


def fake_ipykernel(folder: Path) -> Path:
    """A wheel of that name: what a kernel needs is there or not, and the index is not asked for the real one."""
    return make_wheel(folder, name="ipykernel", version="6.99", module_source="MADE = 'here'\n")


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


def test_the_indexes_that_are_asked_are_named_without_their_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    source = rebuilding.Source(RepoClient("http://repo.example", "a-token"), "ada")
    monkeypatch.setattr(rebuilding, "_uv", lambda: "uv")
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    monkeypatch.setenv("UV_INDEX_URL", "https://ada:secret@index.example/simple")
    monkeypatch.setenv("UV_EXTRA_INDEX_URL", "ours=https://more.example/simple")
    assert rebuilding.indexes(source) == [
        "http://repo.example/pypi/ada/simple/",
        "https://more.example/simple",
        "https://index.example/simple",
    ]
    monkeypatch.setattr(rebuilding, "_uv", lambda: None)
    monkeypatch.setenv("PIP_INDEX_URL", "https://pip.example/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    assert "https://pip.example/simple" in rebuilding.indexes(source)
    monkeypatch.setenv("PIP_INDEX_URL", "")
    monkeypatch.setattr(rebuilding, "_pip_says", lambda setting: "")
    assert rebuilding.indexes(source)[1:] == ["the default index of pip"]


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


OTHER = "osx-arm64" if lockfile.here() != "osx-arm64" else "linux-64"


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


LETTERS = "abcdefghijklmnopqrstuvwxyz"
DEEP = "a: &a [x, x]\n" + "".join(
    f"{one}: &{one} [*{before}, *{before}]\n" for before, one in itertools.pairwise(LETTERS)
)
"""lists in lists: written out, they fill the memory"""


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "dependencies: x",
        "dependencies: [x]\n" + "#" * (1 << 20),
        f"{DEEP}dependencies: [*z]",
        f"{DEEP}dependencies: [pip: *z]",
        f"{DEEP}channels: *z\ndependencies: [x]",
        "dependencies: [{pip: [x], npm: [y]}]",
        *(
            f"dependencies: ['{spec}']"
            for spec in ("../x", "/etc/x.conda", "https://h.example/x.conda", "c::x", "x[url=a]", "x=1;y", "-x", "")
        ),
        *(
            f"channels: ['{channel}']\ndependencies: [x]"
            for channel in (
                "/tmp/channel",
                "../channel",
                "file:///tmp/channel",
                "http://127.0.0.1:1/channel",
                "http://169.254.169.254/channel",
                "https://ada:secret@host.example/channel",
            )
        ),
        *(
            f"dependencies: [{{pip: ['{spec}']}}]"
            for spec in ("-r requirements.txt", "--index-url=https://evil.example", "-e .", "x @ file:///etc/passwd")
        ),
    ],
    ids=range(26),
)
def test_a_hostile_environment_yml_is_refused(text: str) -> None:
    with pytest.raises(LockRefused):
        solving.read(text.encode(), "http://127.0.0.1:8890", "ada")


def test_channels_are_asked_in_the_order_of_the_text_and_the_own_one_first() -> None:
    text = (
        "channels: [conda-forge, defaults, nodefaults, https://repo.example/c/]\n"
        "dependencies: [python=3.12.4, numpy >=1.26, 'pandas=2.*', scipy==1.14.0=py312_0]"
    )
    wishes = solving.read(text.encode(), "https://here.example", "ada")
    assert wishes.channels == (
        "https://here.example/conda/ada",
        "conda-forge",
        "main",
        "r",
        "https://repo.example/c",
    )
    assert (wishes.python, len(wishes.conda)) == ("3.12.4", 4)
    assert solving._loosened(wishes.conda) == ["python 3.12.*", "numpy", "pandas", "scipy"]


def conda(**changes: str) -> dict[str, Any]:
    url = "https://conda.example/conda-forge/linux-64/tiny-1.0-0.conda"
    exact = {"name": "tiny", "version": "1.0", "build": "0", "channel": "", "url": url, "sha256": "a" * 64}
    return document(conda=[exact | changes])


def at(url: str) -> dict[str, Any]:
    return conda(url=url)


HOSTILE = [
    b"{",
    b"[]",
    b"{}",
    b"x" * (lockfile.MAX_BYTES + 1),
    b"[" * 100_000,
    document(version=2),
    document(python="; rm -rf"),
    document(platform="../.."),
    document(conda={}),
    document(conda=["x"]),
    document(pip=["x==1"] * (lockfile.MAX_PACKAGES + 1)),
    conda(name="../x"),
    conda(sha256=""),
    conda(sha256="A" * 64),
    at(""),
    at("file:///etc/linux-64/tiny-1.0-0.conda"),
    at("ftp://host.example/c/linux-64/tiny-1.0-0.conda"),
    at("https://ada:secret@host.example/c/linux-64/tiny-1.0-0.conda"),
    at("https://host.example/c/../linux-64/tiny-1.0-0.conda"),
    at("https://host.example/c/linux-64/tiny.exe"),
    at("https://host.example/c/somewhere/tiny-1.0-0.conda"),
    at("http://127.0.0.1:8888/c/linux-64/tiny-1.0-0.conda"),
    at("http://127.1/c/linux-64/tiny-1.0-0.conda"),
    at("http://2130706433/c/linux-64/tiny-1.0-0.conda"),
    at("http://[::1]/c/linux-64/tiny-1.0-0.conda"),
    at("http://169.254.169.254/c/linux-64/tiny-1.0-0.conda"),
    at("http://localhost/c/linux-64/tiny-1.0-0.conda"),
    *(
        document(pip=[spec])
        for spec in (
            "--index-url=https://evil.example",
            "-e .",
            "./local",
            "/etc/passwd",
            "x",
            "x>=1",
            "x==1,==2",
            "x @ file:///etc/passwd",
            "x @ git+ssh://git@host.example/x",
            "x @ http://10.0.0.1/x.whl",
            "x @ https://a:b@host.example/x.whl",
        )
    ),
]


@pytest.mark.parametrize("lock", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_locks_are_refused(lock: Any) -> None:
    content = lock if isinstance(lock, bytes) else json.dumps(lock).encode()
    with pytest.raises(LockRefused):
        lockfile.parse(content, "http://127.0.0.1:8890")


def test_a_sound_lock_names_its_channels_and_hosts() -> None:
    own = "http://127.0.0.1:8890/conda/ada/noarch/own-1-0.tar.bz2"
    text = json.dumps(
        conda() | {"pip": ["numpy==2.1.0", "tool @ git+https://git.example/tool@abc"], "platform": "linux-x86_64"}
    )
    lock = lockfile.parse(text.encode(), "http://127.0.0.1:8890")
    assert lock.platform == "linux-64"
    assert lock.channels == ["https://conda.example/conda-forge"]
    assert lock.hosts == ["conda.example", "git.example"]
    assert lockfile.parse(json.dumps(at(own)).encode(), "http://127.0.0.1:8890").hosts == ["127.0.0.1:8890"]


@pytest.mark.parametrize(
    ("python", "word"),
    [
        ("linux-x86_64", "linux-64"),
        ("linux-aarch64", "linux-aarch64"),
        ("macosx-11.0-arm64", "osx-arm64"),
        ("macosx-10.9-x86_64", "osx-64"),
        ("win-amd64", "win-64"),
        ("linux-64", "linux-64"),
        ("osx-arm64", "osx-arm64"),
    ],
)
def test_platforms_are_said_in_the_words_of_conda(python: str, word: str) -> None:
    assert lockfile.subdir(python) == word
