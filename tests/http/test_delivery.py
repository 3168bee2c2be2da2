"""Files as they go out: by sendfile, by chunks where that can't be, by nginx if told to; clients that leave."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.http import delivery

from .conftest import Answering, serve

SIZE = 20 << 20


def counted(repo: Answering, number: int) -> int:
    """How many downloads are gathered; a file is counted when all of it was sent, and its reader may be quicker."""
    tally, until = repo.service.site.tally, time.monotonic() + 60
    while True:
        taken = tally.take()
        tally.put_back(taken)
        found = sum(taken.downloads.values())
        if found >= number or time.monotonic() > until:
            return found
        time.sleep(0.01)


@pytest.fixture
def content(repo: Answering) -> bytes:
    data = os.urandom(SIZE)
    assert repo.put("/api/upload/ada/big.bin?kind=file", by="ada", data=data).status_code == 201
    return data


PATH = "/api/download/ada/big.bin/1/big.bin"


@pytest.mark.parametrize("sendfile", [True, False])
def test_large_files_arrive_whole_and_in_parts(
    repo: Answering, content: bytes, sendfile: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not sendfile:
        monkeypatch.setattr(delivery, "can_send", lambda connection: False)
    assert repo.get(PATH).content == content
    assert repo.get(PATH, headers={"Range": f"bytes={SIZE - 7}-"}).content == content[-7:]
    assert repo.get(PATH, headers={"Range": "bytes=1048575-5000000"}).content == content[1048575:5000001]
    for ignored in ({"Range": "bytes=9-3"}, {"Range": "bytes=0-1,5-6"}, {"Range": "items=0-9"}):
        assert repo.get(PATH, headers=ignored).status_code == 200
    for headers in ({}, {"Range": "bytes=0-9"}):
        head = repo.ask("HEAD", PATH, headers=headers)
        assert (head.status_code, head.headers["Content-Length"]) == (200, str(SIZE))


def test_a_connection_is_good_for_the_next_request(repo: Answering, content: bytes) -> None:
    import requests

    with requests.Session() as session:
        for _ in range(3):
            assert len(session.get(repo.url + PATH).content) == SIZE
            assert session.get(repo.url + "/api").json()["api"] == 1


def test_a_slow_reader_holds_nobody_up_and_one_that_leaves_is_forgotten(repo: Answering, content: bytes) -> None:
    host, port = repo.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as slow:
        slow.sendall(f"GET {PATH} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert slow.recv(1000).startswith(b"HTTP/1.1 200")
        assert repo.get(PATH).content == content
    until = time.monotonic() + 60
    while repo.service.site.running and time.monotonic() < until:
        time.sleep(0.05)
    assert repo.service.site.running == set()


def test_a_channels_file_is_sent_again_without_a_handler(repo: Answering) -> None:
    path = repo.world.wheel("mywheel", files={"mywheel.bin": os.urandom(3 << 20)})
    repo.upload(path, visibility="private")
    address, content = f"/pypi/ada/files/{path.name}", path.read_bytes()
    first, *others = [repo.get(address, by="ada") for _ in range(4)]
    for again in others:
        assert again.content == first.content == content
        assert {**again.headers, "Date": ""} == {**first.headers, "Date": ""}
    assert repo.get(address, by="ada", headers={"Range": "bytes=5-9"}).content == content[5:10]
    assert repo.get(address, by="ada", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert repo.ask("HEAD", address, by="ada").headers["Content-Length"] == str(len(content))
    assert repo.get(address).status_code in (401, 404)
    assert repo.get(address, by="bob").status_code == 404
    assert counted(repo, 4) == 4
    repo.delete(f"/api/dist/ada/mywheel/1.0/{path.name}", by="ada")
    assert repo.get(address, by="ada").status_code == 404


def test_one_that_leaves_in_the_middle_of_a_kept_file(repo: Answering) -> None:
    path = repo.world.wheel("large", files={"large.bin": os.urandom(SIZE)})
    repo.upload(path)
    address = f"/pypi/ada/files/{path.name}"
    assert len(repo.get(address).content) > SIZE
    host, port = repo.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as leaving:
        leaving.sendall(f"GET {address} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert leaving.recv(1000).startswith(b"HTTP/1.1 200")
    until = time.monotonic() + 60
    while repo.service.site.running and time.monotonic() < until:
        time.sleep(0.05)
    assert repo.service.site.running == set()
    assert len(repo.get(address).content) > SIZE


def test_a_cold_file_is_read_off_the_loop(repo: Answering, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyter_repo.http import sending

    monkeypatch.setattr(sending, "_in_memory", lambda file, start, end: False)
    assert repo.get(PATH).content == content


@pytest.fixture
def behind_nginx(tmp_path: Path) -> Iterator[Answering]:
    yield from serve(tmp_path, accel="/blobs/")


def test_nginx_is_told_where_the_file_lies(behind_nginx: Answering) -> None:
    behind_nginx.upload(behind_nginx.world.wheel("mywheel"), visibility="private")
    path = "/pypi/ada/files/mywheel-1.0-py3-none-any.whl"
    answer = behind_nginx.get(path, by="ada")
    where = answer.headers["X-Accel-Redirect"]
    assert (answer.status_code, answer.content) == (200, b"")
    assert (behind_nginx.world.folder / "store" / where.lstrip("/")).stat().st_size > 0
    assert answer.headers["Cache-Control"].startswith("private")
    again = behind_nginx.get(path, by="ada")
    assert {**again.headers, "Date": ""} == {**answer.headers, "Date": ""}
    assert again.content == b""
    assert counted(behind_nginx, 2) == 2
    assert "X-Accel-Redirect" not in behind_nginx.get(path).headers
    assert behind_nginx.get(path).status_code in (401, 404)


def test_counts_survive_that_they_could_not_be_written_down(repo: Answering) -> None:
    world, engine = repo.world, repo.world.repository.engine
    file = world.publish(world.ada, "ada", world.conda()).files[0]
    for _ in range(3):
        assert repo.get("/conda/ada/noarch/hello-1.0-0.conda", by="ada").status_code == 200
    assert counted(repo, 3) == 3
    with engine.execution_options(write=True).begin() as connection:
        connection.execute(sa.text("ALTER TABLE daily_downloads RENAME TO elsewhere"))
    with pytest.raises(sa.exc.OperationalError):
        repo.service.flush()
    with engine.execution_options(write=True).begin() as connection:
        connection.execute(sa.text("ALTER TABLE elsewhere RENAME TO daily_downloads"))
    assert repo.get("/conda/ada/noarch/hello-1.0-0.conda").status_code == 200
    assert counted(repo, 4) == 4
    repo.service.flush()
    repo.service.flush()
    with engine.connect() as connection:
        f, k = t.files, t.tokens
        assert connection.scalar(sa.select(f.c.downloads).where(f.c.id == file.id)) == 4
        assert connection.scalar(sa.select(sa.func.count()).where(k.c.last_used_at.is_not(None))) == 1
