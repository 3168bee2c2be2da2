"""Mirrors with real upstreams on loopback: what falls through, what never does, and what an upstream can't do."""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
import zstandard

from jupyter_repo.errors import Forbidden, InvalidRequest, TooLarge, Unavailable
from jupyter_repo.service import collector
from jupyter_repo.service.upstreams import THREADS
from jupyter_repo.service.work import Settings
from jupyter_repo.upstream import fetching
from jupyter_repo.upstream.fetching import Fetcher, Upstream
from tests.builders import make_conda, make_wheel
from tests.running import Running, running_repository

from .conftest import Answering, serve
from .reading import shards
from .test_shards import SOLVE, run_rattler

JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}
INDEX = "noarch/repodata.json"


class Files(http.server.SimpleHTTPRequestHandler):
    """A plain static file server that remembers what it was asked, and may redirect or break."""

    log: list[tuple[str, dict[str, str]]]
    redirects: dict[str, str]
    gate: threading.Event

    def do_GET(self) -> None:
        self.log.append((self.path, dict(self.headers)))
        self.gate.wait(10)
        if self.path in self.redirects:
            self.send_response(302)
            self.send_header("Location", self.redirects[self.path])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        etag = Static.etag_of(Path(self.translate_path(self.path)))
        if etag and self.headers.get("If-None-Match") == etag:
            self.send_response(304)
            self.end_headers()
            return
        super().do_GET()

    def end_headers(self) -> None:
        if etag := Static.etag_of(Path(self.translate_path(self.path))):
            self.send_header("ETag", etag)
        super().end_headers()

    def log_message(self, *args: object) -> None:
        pass


@dataclass
class Static:
    """A folder, served."""

    folder: Path
    port: int = 0
    log: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    redirects: dict[str, str] = field(default_factory=dict)
    gate: threading.Event = field(default_factory=threading.Event)
    server: http.server.ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @staticmethod
    def etag_of(path: Path) -> str:
        return f'"{hashlib.sha256(path.read_bytes()).hexdigest()}"' if path.is_file() else ""

    def etag(self, path: str) -> str:
        return self.etag_of(self.folder / path)

    def start(self) -> Static:
        self.gate.set()
        handler = type("Handler", (Files,), {"log": self.log, "redirects": self.redirects, "gate": self.gate})
        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", self.port), functools.partial(handler, directory=str(self.folder))
        )
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def stop(self) -> None:
        assert self.server is not None
        self.server.shutdown()
        self.server.server_close()

    def asked(self, word: str) -> int:
        return sum(word in path for path, _ in self.log)

    def channel(self, *paths: Path, base_url: str = "") -> None:
        """Write `noarch/` as conda-index would: these packages, and repodata of them."""
        (self.folder / "noarch").mkdir(exist_ok=True)
        records = {}
        for path in paths:
            content = path.read_bytes()
            (self.folder / "noarch" / path.name).write_bytes(content)
            name, version, _ = path.name.rsplit("-", 2)
            digest = hashlib.sha256(content).hexdigest()
            record = {"name": name, "version": version, "build": "0", "build_number": 0, "depends": []}
            records[path.name] = {**record, "subdir": "noarch", "size": len(content), "sha256": digest}
        info = {"subdir": "noarch", **({"base_url": base_url} if base_url else {})}
        document = json.dumps({"info": info, "packages": {}, "packages.conda": records}).encode()
        (self.folder / "noarch/repodata.json").write_bytes(document)
        (self.folder / "noarch/repodata.json.zst").write_bytes(zstandard.ZstdCompressor().compress(document))


@pytest.fixture
def upstream(tmp_path: Path) -> Iterator[Static]:
    folder = tmp_path / "upstream"
    folder.mkdir()
    found = Static(folder).start()
    yield found
    if found.server is not None:
        found.stop()


@pytest.fixture
def near(tmp_path: Path) -> Iterator[Answering]:
    """A repository that may ask loopback, and asks again at once."""
    folder = tmp_path / "near"
    folder.mkdir()
    yield from serve(folder, Settings(mirror_hosts=("127.0.0.1",), mirror_private=True, mirror_seconds=0))


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
        timeout=30,
    )
    assert answer.status_code == 201, answer.text


def mirror(near: Answering, url: str, kind: str = "conda", **options: object) -> dict[str, object]:
    answer = near.put(f"/api/mirrors/ada/{kind}", by="ada", json={"url": url, **options})
    assert answer.status_code == 200, answer.text
    document: dict[str, object] = answer.json()
    return document


def listed(near: Answering, **options: object) -> set[str]:
    answer = near.get(f"/conda/ada/{INDEX}", **options)
    assert answer.status_code == 200, answer.text
    return set(answer.json()["packages.conda"])


def settled(near: Answering) -> None:
    """What is asked in the background has ended: all its threads are free to meet."""
    meeting = threading.Barrier(THREADS)
    pool = near.service.site.mirrors.pool
    for future in [pool.submit(meeting.wait, 30) for _ in range(THREADS)]:
        future.result(30)


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


def test_what_is_kept_is_served_while_the_upstream_is_asked_and_when_it_is_down(
    near: Answering, upstream: Static
) -> None:
    world = near.world
    upstream.channel(world.conda("alpha"))
    mirror(near, upstream.url)
    assert listed(near) == {"alpha-1.0-0.conda"}
    near.get("/conda/ada/noarch/alpha-1.0-0.conda")
    settled(near)
    # asked again, and not modified: nothing is made anew
    etag = near.get(f"/conda/ada/{INDEX}").headers["ETag"]
    settled(near)
    assert upstream.log[-1][1]["If-None-Match"] == upstream.etag("noarch/repodata.json.zst")
    assert near.get(f"/conda/ada/{INDEX}").headers["ETag"] == etag
    settled(near)
    upstream.channel(world.conda("alpha"), world.conda("beta"))
    upstream.gate.clear()  # the upstream hangs: nobody waits for it
    before = near.get(f"/conda/ada/{INDEX}")
    assert (before.headers["ETag"], before.status_code) == (etag, 200)
    upstream.gate.set()
    settled(near)
    assert listed(near) == {"alpha-1.0-0.conda", "beta-1.0-0.conda"}
    settled(near)
    upstream.stop()
    for _ in range(2):
        assert listed(near) == {"alpha-1.0-0.conda", "beta-1.0-0.conda"}
        settled(near)
    assert near.get("/conda/ada/noarch/alpha-1.0-0.conda").status_code == 200
    down = near.get("/conda/ada/noarch/beta-1.0-0.conda")
    assert (down.status_code, "does not answer" in down.json()["detail"]) == (503, True)
    upstream.server = None


def test_nothing_kept_and_nobody_there(near: Answering) -> None:
    mirror(near, "http://127.0.0.1:9/channel")
    near.world.publish(near.world.ada, "ada", near.world.conda("mine"))
    for _ in range(2):
        answer = near.get(f"/conda/ada/{INDEX}")
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert "127.0.0.1" in answer.json()["detail"]
    assert near.get("/conda/ada/noarch/mine-1.0-0.conda").status_code == 200


def test_many_at_once_ask_the_upstream_once(near: Answering, upstream: Static) -> None:
    upstream.channel(near.world.conda("alpha"))
    mirror(near, upstream.url)
    path = "/conda/ada/noarch/alpha-1.0-0.conda"
    with ThreadPoolExecutor(8) as pool:
        assert {answer.status_code for answer in pool.map(near.get, [path] * 8)} == {200}
    assert upstream.asked("alpha-1.0-0.conda") == 1


def test_bytes_that_are_not_the_announced_ones_are_neither_served_nor_kept(near: Answering, upstream: Static) -> None:
    world = near.world
    upstream.channel(world.conda("alpha"))
    (upstream.folder / "noarch/alpha-1.0-0.conda").write_bytes(b"something else")
    mirror(near, upstream.url)
    answer = near.get("/conda/ada/noarch/alpha-1.0-0.conda")
    assert (answer.status_code, answer.json()["code"]) == (503, "upstream_mismatch")
    settled(near)
    assert world.leftovers() == []
    assert near.get("/conda/ada/noarch/alpha-1.0-0.conda").status_code == 503


def test_the_collector_spares_what_a_mirror_keeps_and_takes_it_afterwards(near: Answering, upstream: Static) -> None:
    upstream.channel(near.world.conda("alpha"))
    mirror(near, upstream.url)
    assert near.get("/conda/ada/noarch/alpha-1.0-0.conda").status_code == 200
    settled(near)
    assert collector.sweep(near.world.repository, grace=-1).blobs == 0
    near.delete("/api/mirrors/ada/conda", by="ada")
    assert collector.sweep(near.world.repository, grace=-1).blobs == 2


def test_a_credential_goes_to_its_upstream_only_and_is_never_shown(
    near: Answering, upstream: Static, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = Static(tmp_path / "upstream").start()
    try:
        upstream.channel(near.world.conda("alpha"), near.world.conda("beta"))
        upstream.redirects["/noarch/alpha-1.0-0.conda"] = f"{elsewhere.url}/noarch/alpha-1.0-0.conda"
        made = mirror(near, upstream.url, credential="very-secret")
        assert (made["has_credential"], made["visibility"]) == (True, "private")
        assert near.get(f"/conda/ada/{INDEX}").status_code == 401  # the channel shows strangers nothing
        assert near.get("/conda/ada/noarch/alpha-1.0-0.conda", by="bob").status_code == 404
        assert near.get("/conda/ada/noarch/alpha-1.0-0.conda", by="ada").status_code == 200
        assert near.get("/conda/ada/noarch/beta-1.0-0.conda", by="ada").headers["Cache-Control"].startswith("private")
        assert {sent.get("Authorization") for _, sent in upstream.log} == {"Bearer very-secret"}
        assert {sent.get("Authorization") for _, sent in elsewhere.log} == {None}
        texts = [
            near.get(path, by="ada").text
            for path in ("/api/mirrors/ada", "/ada/settings/mirrors", "/api/audit/ada", "/ada/settings/mirrors?name=x")
        ]
        assert not [text for text in texts if "very-secret" in text]
        assert "very-secret" not in caplog.text
        # changed patterns keep it; another address does not
        assert mirror(near, upstream.url, include=["a*"])["has_credential"] is True
        assert mirror(near, elsewhere.url)["has_credential"] is False
    finally:
        elsewhere.stop()


@pytest.mark.parametrize(
    ("url", "status", "says"),
    [
        ("https://internal.example.org/channel", 403, "not among the hosts"),
        ("http://169.254.169.254/latest", 403, "not among the hosts"),
        ("ftp://127.0.0.1/x", 400, "https://"),
        ("http://user:pass@127.0.0.1/x", 400, "as the credential"),
        ("http://127.0.0.1/t/tok/x", 400, "as the credential"),
        ("nonsense", 400, "https://"),
    ],
)
def test_what_may_not_be_an_upstream(near: Answering, url: str, status: int, says: str) -> None:
    answer = near.put("/api/mirrors/ada/conda", by="ada", json={"url": url})
    assert (answer.status_code, says in answer.json()["error"]) == (status, True), answer.text


def test_who_may_set_a_mirror(near: Answering) -> None:
    body = {"url": "http://127.0.0.1:9/x"}
    near.world.publish(near.world.ada, "ada", near.world.conda("open"))
    assert near.put("/api/mirrors/ada/conda", json=body).status_code == 401
    assert near.put("/api/mirrors/ada/conda", by="bob", json=body).status_code == 403
    assert near.get("/api/mirrors/ada", by="bob").status_code == 403
    narrow = near.world.token(near.world.ada, "ada", "conda")[1]
    assert near.put("/api/mirrors/ada/conda", by=narrow, json=body).status_code == 403
    assert near.put("/api/mirrors/ada/ipynb", by="ada", json=body).status_code == 400


def test_where_a_name_comes_from_as_far_as_the_viewer_may_know(near: Answering, upstream: Static) -> None:
    world = near.world
    upstream.channel(world.conda("free"))
    world.publish(world.ada, "ada", world.conda("open"))
    world.publish(world.ada, "ada", world.conda("secret-tool"), visibility="private")
    world.publish(world.ada, "ada", world.conda("gone"))
    near.delete("/api/package/ada/gone", by="ada")
    mirror(near, upstream.url, exclude=["left-out"])

    def said(name: str, by: str | None = None) -> tuple[str, str]:
        answer = near.get(f"/api/resolve/ada/conda/{name}", by=by).json()
        return answer["where"], answer["why"]

    assert said("Open")[0] == said("open", "ada")[0] == "here"
    assert said("free")[0] == "upstream"
    assert upstream.url not in said("free")[1]
    assert upstream.url in said("free", "ada")[1]
    # private, gone, left out: one answer for who may know none of it
    assert said("secret-tool") == said("gone") == said("left-out") == said("secret-tool", "bob")
    assert said("secret-tool", "ada")[0] == "here"
    assert "release the name" in said("gone", "ada")[1]
    assert "patterns" in said("left-out", "ada")[1]
    page = near.get("/ada/settings/mirrors?name=secret-tool").text
    assert "does not take this name" in page
    assert "<h2>Mirrors</h2>" not in page
    own = near.get("/ada/settings/mirrors?name=gone", by="ada").text
    assert upstream.url in own
    assert near.get("/carol/settings/mirrors").status_code == near.get("/bob/settings/mirrors").status_code == 404


PUBLIC = Fetcher(("*",), private=False)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fc00::1", "0.0.0.0"]
)
def test_an_address_that_is_not_public_is_not_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever name leads there, and also when only one of its addresses does."""
    found = [(0, 0, 0, "", ("93.184.216.34", 443)), (0, 0, 0, "", (address, 443))]
    monkeypatch.setattr(fetching.socket, "getaddrinfo", lambda *args, **named: found)
    with (
        pytest.raises(Forbidden, match="not on the public network"),
        PUBLIC.open("https://innocent.example/", Upstream("")),
    ):
        pass


def test_a_name_is_resolved_once_and_the_checked_address_is_asked(
    upstream: Static, monkeypatch: pytest.MonkeyPatch
) -> None:
    (upstream.folder / "x").write_bytes(b"fine")
    answers = iter([[(0, 0, 0, "", ("127.0.0.1", upstream.port))]])  # asked a second time, the test fails
    real = fetching.socket.getaddrinfo

    def resolve(host: str, *args: object, **named: object) -> object:
        return next(answers) if host == "rebinding.example" else real(host, *args, **named)

    monkeypatch.setattr(fetching.socket, "getaddrinfo", resolve)
    fetcher = Fetcher(("rebinding.example",), private=True)
    with fetcher.open(f"http://rebinding.example:{upstream.port}/x", Upstream("")) as answer:
        assert answer.body(100) == b"fine"
    assert upstream.log[0][1]["Host"] == f"rebinding.example:{upstream.port}"


def test_redirects_are_checked_and_end(upstream: Static) -> None:
    fetcher = Fetcher((f"127.0.0.1:{upstream.port}",), private=True)
    upstream.redirects |= {"/out": "http://127.0.0.1:9/x", "/file": "file:///etc/passwd", "/loop": "/loop"}
    for path, error in (("/out", Forbidden), ("/file", InvalidRequest), ("/loop", Unavailable)):
        with pytest.raises(error), fetcher.open(upstream.url + path, Upstream("")):
            pass
    (upstream.folder / "large").write_bytes(bytes(1 << 20))
    with pytest.raises(TooLarge), fetcher.open(f"{upstream.url}/large", Upstream("")) as answer:
        answer.body(1000)
    with (
        pytest.raises(Unavailable, match="too slow"),
        fetcher.open(f"{upstream.url}/large", Upstream(""), seconds=-1) as answer,
    ):
        answer.body(1 << 21)
    with pytest.raises(InvalidRequest, match="https"):
        Fetcher(("*",)).check("http://pypi.org/simple")
