"""What a channel gives on of its upstream: what falls through, and what never does."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from pypi_simple import PyPISimple

from tests.builders import make_conda, make_wheel
from tests.running import Running, running_repository
from tests.upstreams import Static
from tests.upstreams import upstream as upstream

from .conftest import Answering
from .mirroring import INDEX, JSON, listed, mirror
from .mirroring import near as near
from .reading import shards
from .test_shards import SOLVE, run_rattler


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Another repository: its owner's `hello` (conda) and `mywheel` are public, `veiled` and `veiled-wheel` private."""
    folder = tmp_path_factory.mktemp("far")
    with running_repository(folder / "data") as running:
        running.set_owner(name="faraway")
        for name, access in (("hello", "public"), ("veiled", "private")):
            _send(running, make_conda(folder, name=name, version="9.0"), access)
        for name, access in (("mywheel", "public"), ("veiled_wheel", "private")):
            _send(running, make_wheel(folder, name=name, version="9.0"), access)
        yield running


def _send(running: Running, path: Path, access: str) -> None:
    answer = requests.put(
        f"{running.url}/api/upload/faraway/{path.name}",
        data=path.read_bytes(),
        params={"visibility": access},
        headers={"Authorization": f"token {running.token}"},
        timeout=60,
    )
    assert answer.status_code == 201, answer.text


def test_every_form_of_the_index_and_the_files(near: Answering, upstream: Static) -> None:
    world = near.world
    upstream.channel(world.conda("alpha"), world.conda("beta"), world.conda("mine"))
    world.publish(world.ada, "ada", world.conda("mine", version="5.0"))
    mirror(near, upstream.url)
    everything = {"alpha-1.0-0.conda", "beta-1.0-0.conda", "mine-5.0-0.conda"}
    assert listed(near) == set(shards(near, "/conda/ada/noarch")) == everything
    for name in ("current_repodata.json", "run_exports.json"):
        assert set(near.get(f"/conda/ada/noarch/{name}").json()["packages.conda"]) == everything
    for _ in range(2):
        got = near.get("/conda/ada/noarch/alpha-1.0-0.conda")
        assert got.content == (upstream.folder / "noarch/alpha-1.0-0.conda").read_bytes()
    assert upstream.asked("alpha-1.0-0.conda") == 1
    part = near.get("/conda/ada/noarch/alpha-1.0-0.conda", headers={"Range": "bytes=0-4"})
    assert (part.status_code, len(part.content)) == (206, 5)
    assert near.get("/conda/ada/linux-64/repodata.json").status_code == 404
    solved = run_rattler(SOLVE, f"{near.url}/conda/ada", "alpha", "mine").strip()
    assert solved == "['alpha 1.0', 'mine 5.0']"


def test_a_name_owned_here_never_falls_through(near: Answering, upstream: Static) -> None:
    """Private, of another kind, spelled in another way, deleted, transferred: the upstream's newer one stays out."""
    world = near.world
    names = ("secret-tool", "my_pkg", "notes", "gone", "moved")
    upstream.channel(*(world.conda(name, version="99.0") for name in (*names, "free")))
    world.publish(world.ada, "ada", world.conda("secret-tool"), visibility="private")
    world.publish(world.ada, "ada", world.wheel("My.Pkg"))
    world.publish(world.ada, "ada", world.notebook("notes"), package="notes")
    for name in ("gone", "moved"):
        world.publish(world.ada, "ada", world.conda(name))
    assert near.delete("/api/package/ada/gone", by="ada").ok
    confirm = {"to": "acme", "confirm": "ada/moved"}
    assert near.post("/api/transfer/ada/moved", by=near.sign_in("ada"), json=confirm).ok
    mirror(near, upstream.url)
    assert listed(near) == {"free-99.0-0.conda"}
    assert listed(near, by="ada") == {"free-99.0-0.conda", "secret-tool-1.0-0.conda"}
    for name in names:
        assert near.get(f"/conda/ada/noarch/{name}-99.0-0.conda", by="ada").status_code == 404
    assert upstream.asked("99.0") == 0
    # a name that was free and is taken now: out at once, also the file that was kept
    assert near.get("/conda/ada/noarch/free-99.0-0.conda").status_code == 200
    world.publish(world.ada, "ada", world.conda("free"), visibility="private")
    assert listed(near) == set()
    assert near.get("/conda/ada/noarch/free-99.0-0.conda").status_code == 404
    # what is gone may be given free, by an owner
    assert near.delete("/api/retired-names/ada/gone", by="bob").status_code in (403, 404)
    assert near.delete("/api/retired-names/ada/gone", by="ada").status_code == 204
    assert listed(near) == {"gone-99.0-0.conda"}


def test_pip_gets_what_is_here_and_never_the_stranger_s(near: Answering, far: Running, tmp_path: Path) -> None:
    world = near.world
    world.publish(world.ada, "ada", world.wheel("veiled_wheel"), visibility="private")
    mirror(near, f"{far.url}/pypi/faraway/simple/", "pypi", credential=far.token, visibility="public")
    page = near.get("/pypi/ada/simple/mywheel/", headers=JSON).json()
    assert page["versions"] == ["9.0"]
    assert page["files"][0]["url"] == "../../files/mywheel-9.0-py3-none-any.whl"
    for name in ("mywheel-9.0-py3-none-any.whl", "mywheel-9.0-py3-none-any.whl.metadata"):
        assert near.get(f"/pypi/ada/files/{name}").status_code == 200
    # there is a 9.0 upstream, and the credential would open it: the name is owned here
    for spelling in ("veiled-wheel", "Veiled_Wheel", "veiled.wheel"):
        address = f"/pypi/ada/simple/{spelling}/"
        assert near.get(address, headers=JSON, allow_redirects=True).status_code == 404
        versions = near.get(address, headers=JSON, by="ada", allow_redirects=True).json()["versions"]
        assert versions == ["1.0"]
    assert near.get("/pypi/ada/files/veiled_wheel-9.0-py3-none-any.whl", by="ada").status_code == 404
    assert near.get("/pypi/ada/simple/nothing-like-it/", headers=JSON).status_code == 404
    names = [one["name"] for one in near.get("/pypi/ada/simple/", headers=JSON).json()["projects"]]
    assert names == ["mywheel"]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--no-input", "--no-cache-dir", "--target", str(tmp_path / "t")),
            *("--index-url", f"{near.url}/t/{near.tokens['ada']}/pypi/ada/simple/", "mywheel", "veiled-wheel"),
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found = {path.name for path in (tmp_path / "t").glob("*.dist-info")}
    assert found == {"mywheel-9.0.dist-info", "veiled_wheel-1.0.dist-info"}


def test_a_plain_html_index(near: Answering, upstream: Static) -> None:
    wheel = near.world.wheel("mywheel", version="3.0")
    folder = upstream.folder / "mywheel"
    folder.mkdir()
    (folder / wheel.name).write_bytes(wheel.read_bytes())
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (folder / "index.html").write_text(
        f'<a href="{wheel.name}#sha256={digest}" data-requires-python="&gt;=3.8" data-yanked="old">x</a>'
        '<a href="mywheel-4.0-py3-none-any.whl">without a digest</a>'
        f'<a href="other-1.0-py3-none-any.whl#sha256={digest}">of another name</a>'
    )
    mirror(near, upstream.url, "pypi")
    [file] = near.get("/pypi/ada/mywheel/", headers=JSON).json()["files"]
    assert (file["filename"], file["yanked"], file["requires-python"]) == (wheel.name, "old", ">=3.8")
    assert near.get(f"/pypi/ada/files/{wheel.name}").content == wheel.read_bytes()
    assert near.get("/pypi/ada/files/mywheel-4.0-py3-none-any.whl").status_code == 404


def test_what_an_upstream_does_not_say_is_not_said_here(near: Answering, upstream: Static, tmp_path: Path) -> None:
    """An index of plain files names no size and no time, or none that anybody can read; uv refused the whole page."""
    wheel, mute, odd = (near.world.wheel("mywheel", version=version) for version in ("1.0", "2.0", "3.0"))
    folder = upstream.folder / "mywheel"
    folder.mkdir()
    said = {wheel: ("2026-11-20T09:30:00+01:00", wheel.stat().st_size), mute: (None, None), odd: ("yesterday", "big")}
    files = []
    for path, (uploaded, size) in said.items():
        (folder / path.name).write_bytes(path.read_bytes())
        hashes = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        files.append({"filename": path.name, "url": path.name, "hashes": hashes, "size": size, "upload-time": uploaded})
    for version, scheme in (("4.0", "file:///etc/passwd"), ("5.0", "javascript:alert(1)")):
        name = f"mywheel-{version}-py3-none-any.whl"
        files.append({"filename": name, "url": scheme, "hashes": {"sha256": "0" * 64}})
    # packed as a store of plain files may have it, whatever it was asked for
    content = gzip.compress(json.dumps({"meta": {"api-version": "1.0"}, "name": "mywheel", "files": files}).encode())
    (folder / "index.html").write_bytes(content)
    upstream.headers_of["/mywheel/"] = {"Content-Encoding": "gzip"}
    upstream.types[".html"] = "application/vnd.pypi.simple.v1+json"
    mirror(near, upstream.url, "pypi")
    entries = near.get("/pypi/ada/simple/mywheel/", headers=JSON).json()["files"]
    assert [(one.get("upload-time"), one.get("size")) for one in entries] == [
        ("2026-11-20T08:30:00Z", wheel.stat().st_size),
        (None, None),
        (None, None),
    ]
    with PyPISimple(f"{near.url}/pypi/ada/simple/") as reader:
        assert len(reader.get_project_page("mywheel").packages) == 3
    uv = Path(sys.executable).parent / "uv"
    words = [uv, "pip", "install", "--no-config", "--no-cache", "--python", sys.executable, "--target", tmp_path / "t"]
    command = [*words, "--default-index", f"{near.url}/pypi/ada/simple/", "mywheel==2.0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "t/mywheel-2.0.dist-info").is_dir()


def test_patterns(near: Answering, upstream: Static) -> None:
    world = near.world
    upstream.channel(*(world.conda(name) for name in ("py-one", "py-two", "other")))
    mirror(near, upstream.url, include=["Py_*"], exclude=["py.two"])
    assert listed(near) == {"py-one-1.0-0.conda"}
    assert near.get("/conda/ada/noarch/other-1.0-0.conda").status_code == 404
    mirror(near, upstream.url, exclude=["py-*"])
    assert listed(near) == {"other-1.0-0.conda"}
    assert near.delete("/api/mirrors/ada/conda", by="ada").status_code == 204
    assert near.get(f"/conda/ada/{INDEX}", by="ada").json()["packages.conda"] == {}
