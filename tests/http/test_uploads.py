"""The ways in over HTTP: what is taken, what is refused, and that a refusal leaves nothing behind."""

from __future__ import annotations

import hashlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_repo.service.work import Settings
from tests import builders

from .conftest import Answering, serve


def test_put_makes_a_package_installable_at_once(repo: Answering) -> None:
    path = repo.world.conda()
    answer = repo.upload(path)
    assert answer.status_code == 201
    body = answer.json()
    assert (body["created"], body["version"], body["url"]) == (True, "1.0", f"{repo.url}/ada/hello")
    assert body["files"][0]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert "hello-1.0-0.conda" in repo.get("/conda/ada/noarch/repodata.json").json()["packages.conda"]
    assert repo.get("/conda/ada/noarch/hello-1.0-0.conda").content == path.read_bytes()


def test_a_form_makes_one_release_of_several_files(repo: Answering) -> None:
    notebook, environment = repo.world.notebook(), repo.world.environment()
    answer = repo.post(
        "/api/upload/ada",
        by="ada",
        data={"package": "study", "summary": "A study", "visibility": "private", "label": ["main", "dev"]},
        files=[("file", (one.name, one.read_bytes())) for one in (notebook, environment)],
    )
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert [one["basename"] for one in body["files"]] == ["analysis.ipynb", "environment.yml"]
    assert (body["package"]["name"], body["package"]["summary"], body["package"]["visibility"]) == (
        "study", "A study", "private",
    )  # fmt: skip
    assert body["files"][0]["labels"] == ["dev", "main"]
    assert repo.get("/api/package/ada/study").status_code == 401, "a channel that shows nothing"


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda f: builders.truncated(builders.make_conda(f)), "hello-1.0-0.conda"),
        (lambda f: builders.truncated(builders.make_conda(f, ext=".tar.bz2")), "hello-1.0-0.tar.bz2"),
        (lambda f: builders.truncated(builders.make_wheel(f, name="w", version="1")), "w-1-py3-none-any.whl"),
        (lambda f: builders.climbing_conda(f), None),
        (lambda f: builders.climbing_wheel(f), None),
        (lambda f: builders.zip_bomb(f), None),
        (lambda f: builders.conda_bomb(f), None),
        (lambda f: _written(f, "notes.ipynb", b"this is no JSON"), "notes.ipynb"),
        (lambda f: _written(f, "x-1.0-0.conda", b"PK no"), "x-1.0-0.conda"),
        (lambda f: _written(f, "environment.yml", b"- just\n- a list\n"), "environment.yml"),
    ],
)
def test_hostile_and_broken_files_are_refused_by_name_and_leave_nothing(
    repo: Answering, tmp_path: Path, make: object, name: str | None
) -> None:
    folder = tmp_path / "hostile"
    folder.mkdir()
    path: Path = make(folder)  # type: ignore[operator]
    answer = repo.put(f"/api/upload/ada/{name or path.name}", by="ada", data=path.read_bytes())
    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] == "invalid_package"
    assert (name or path.name) in answer.json()["error"]
    assert repo.get("/api/packages/ada", by="ada").json() == []
    assert repo.world.blobs() == set()
    assert _settled(repo.world.leftovers) == []


def _written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def _settled(look: object) -> object:
    # what a refused upload left is removed right after the answer, in a thread
    until = time.monotonic() + 60
    while (found := look()) and time.monotonic() < until:  # type: ignore[operator]
        time.sleep(0.02)
    return found


@pytest.mark.parametrize("name", ["..%2Fevil.conda", "%2e%2e", "a%5Cb.whl", "a%00b.whl", "x" * 300 + ".whl"])
def test_a_name_that_climbs_out_is_refused(repo: Answering, name: str) -> None:
    answer = repo.put(f"/api/upload/ada/{name}", by="ada", data=b"x")
    assert answer.status_code in (400, 404)
    assert "error" in answer.json()
    assert _settled(repo.world.leftovers) == []


def test_a_damaged_transfer_is_noticed(repo: Answering) -> None:
    answer = repo.upload(repo.world.conda(), sha256="0" * 64)
    assert (answer.status_code, answer.json()["code"]) == (400, "digest_mismatch")


def test_nobody_uploads_without_the_right_and_is_told_before_the_bytes(repo: Answering) -> None:
    repo.upload(repo.world.wheel())
    body = repo.world.conda().read_bytes()
    assert repo.put("/api/upload/ada/hello-1.0-0.conda", data=body).status_code == 401
    assert repo.put("/api/upload/ada/hello-1.0-0.conda", by="bob", data=body).status_code == 403
    assert repo.put("/api/upload/nobody/hello-1.0-0.conda", by="ada", data=body).status_code == 404
    _, narrow = repo.world.token(repo.world.ada, "ada", "repos")
    refused = repo.put("/api/upload/ada/hello-1.0-0.conda", by=narrow, data=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert "has the scopes repos" in refused.json()["error"]
    assert _settled(repo.world.leftovers) == []


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Answering]:
    """A repository that takes files of at most 100,000 bytes."""
    yield from serve(tmp_path, Settings(max_file=100_000))


def test_a_refusal_reaches_who_is_sending_still_and_a_kept_connection_goes_on(repo: Answering) -> None:
    """The bytes of a small body come to their end first; after a refusal of a large one the connection is closed.

    Who keeps connections has to be told: a proxy that sent its next request over a dead one would answer 502 to it.
    """
    host, port = repo.url.removeprefix("http://").split(":")
    head = f"PUT /api/upload/ada/x.whl HTTP/1.1\r\nHost: {host}\r\nContent-Length: {{}}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        answers = connection.makefile("rb")
        for _ in range(2):
            connection.sendall(head.format(9).encode() + b"some")
            connection.sendall(b"bytes")
            status, *headers = list(iter(answers.readline, b"\r\n"))
            assert status.split()[1] == b"401"
            assert b"Connection: close\r\n" not in headers
            (length,) = (int(one.split()[1]) for one in headers if one.startswith(b"Content-Length"))
            assert b"error" in answers.read(length)
        connection.sendall(head.format(9_000_000).encode() + b"some")
        status, *headers = list(iter(answers.readline, b"\r\n"))
        assert status.split()[1] == b"401"
        assert b"Connection: close\r\n" in headers


def test_a_file_over_the_limit_is_refused_while_it_comes(small: Answering) -> None:
    answer = small.put("/api/upload/ada/big.bin", by="ada", data=b"x" * 3_000_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert small.upload(small.world.conda()).status_code == 201, "the connection and the limit survive"
    assert _settled(small.world.leftovers) == []


def test_a_client_that_goes_away_leaves_nothing(repo: Answering) -> None:
    host, port = repo.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        head = f"PUT /api/upload/ada/hello-1.0-0.conda HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5000000\r\n"
        connection.sendall(f"{head}Authorization: token {repo.tokens['ada']}\r\n\r\n".encode() + b"x" * 2_000_000)
        until = time.monotonic() + 60
        while not repo.world.leftovers() and time.monotonic() < until:
            time.sleep(0.01)
        assert repo.world.leftovers()
    assert _settled(repo.world.leftovers) == []
    assert repo.get("/api/packages/ada", by="ada").json() == []


def test_a_form_that_is_cut_off_is_refused(repo: Answering) -> None:
    body = b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\nsome bytes'
    answer = repo.post(
        "/api/upload/ada", by="ada", data=body, headers={"Content-Type": "multipart/form-data; boundary=B"}
    )
    assert answer.status_code == 400
    assert "cut off" in answer.json()["error"]
    assert _settled(repo.world.leftovers) == []


def test_a_bad_file_among_good_ones_leaves_nothing_of_them(repo: Answering) -> None:
    wheel = repo.world.wheel()
    answer = repo.post(
        "/api/upload/ada",
        by="ada",
        files=[("file", (wheel.name, wheel.read_bytes())), ("file", ("x-1-0.conda", b"nonsense"))],
    )
    assert answer.status_code == 400
    assert "x-1-0.conda" in answer.json()["error"]
    assert repo.world.blobs() == set()
    assert _settled(repo.world.leftovers) == []


def test_plain_files_get_whole_numbers(repo: Answering, tmp_path: Path) -> None:
    path = _written(tmp_path, "data.csv", b"a,b\n1,2\n")
    assert repo.upload(path, package="numbers").json()["version"] == "1"
    assert repo.upload(path, package="numbers").json()["version"] == "2"
    assert repo.get("/api/download/ada/numbers/1/data.csv").content == b"a,b\n1,2\n"


def stage(repo: Answering, path: Path, **body: object) -> dict[str, str]:
    repo.post("/api/package/ada/hello", by="ada", json={"public": True, "public_attrs": {"package_types": ["conda"]}})
    repo.post("/api/release/ada/hello/1.0", by="ada", json={"requirements": []})
    answer = repo.post(
        f"/api/stage/ada/hello/1.0/noarch/{path.name}",
        by="ada",
        json={"distribution_type": "conda", "channels": [], "attrs": {}, **body},
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, str] = answer.json()
    return found


def test_the_three_calls_of_anaconda_client(repo: Answering) -> None:
    path = repo.world.conda()
    staged = stage(repo, path, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    commit = f"/api/commit/ada/hello/1.0/noarch/{path.name}"
    early = repo.post(commit, by="ada", json={"dist_id": staged["dist_id"]})
    assert early.status_code == 409
    form = {**staged["form_data"], "Content-Length": "1"}  # type: ignore[dict-item]
    sent = repo.post("/api/stage-form", data=form, files={"file": (f"noarch/{path.name}", path.read_bytes())})
    assert sent.status_code == 201, sent.text
    assert repo.get("/conda/ada/noarch/repodata.json").json()["packages.conda"] == {}
    assert repo.post(commit, by="acme", json={"dist_id": staged["dist_id"]}).status_code in (403, 404)
    assert repo.post(commit, by="ada", json={"dist_id": staged["dist_id"]}).status_code == 200
    assert "hello-1.0-0.conda" in repo.get("/conda/ada/noarch/repodata.json").json()["packages.conda"]
    assert repo.post(commit, by="ada", json={"dist_id": staged["dist_id"]}).status_code == 404


def test_the_form_takes_no_byte_without_its_secret(repo: Answering) -> None:
    path = repo.world.conda()
    stage(repo, path)
    answer = repo.post("/api/stage-form", data={"key": "guess"}, files={"file": (path.name, path.read_bytes())})
    assert answer.status_code == 404
    assert _settled(repo.world.leftovers) == []


def test_staged_bytes_must_be_the_announced_ones(repo: Answering) -> None:
    path = repo.world.conda()
    staged = stage(repo, path, sha256="0" * 64)
    answer = repo.post("/api/stage-form", data=staged["form_data"], files={"file": (path.name, path.read_bytes())})
    assert answer.status_code == 400
    assert repo.world.blobs() == set()


def legacy(repo: Answering, path: Path, **fields: str) -> object:
    data = {":action": "file_upload", "protocol_version": "1", "name": "mywheel", "version": "1.0", **fields}
    return repo.post(
        "/pypi/ada/legacy/",
        data=data,
        files={"content": (path.name, path.read_bytes())},
        auth=("__token__", repo.tokens["ada"]),
    )


def test_the_legacy_api_of_pypi(repo: Answering) -> None:
    path = repo.world.wheel()
    assert legacy(repo, path).status_code == 200  # type: ignore[attr-defined]
    assert legacy(repo, path).status_code == 200, "the identical file again"  # type: ignore[attr-defined]
    other = legacy(repo, repo.world.wheel(summary="other"))
    assert other.status_code == 409  # type: ignore[attr-defined]
    assert "already in ada/mywheel" in other.reason  # type: ignore[attr-defined]
    wrong = legacy(repo, repo.world.wheel(version="2.0"), sha256_digest="0" * 64)
    assert wrong.status_code == 400  # type: ignore[attr-defined]
    assert repo.post("/pypi/ada/legacy/", data={":action": "file_upload"}).status_code == 401
