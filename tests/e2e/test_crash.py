"""kill -9 at many moments of uploads: the repository starts again, serves what it served, shows nothing half done."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from jupyter_repo.running import open_repository
from jupyter_repo.service import collector
from tests import builders

from .conftest import Server

pytestmark = pytest.mark.timeout(300)

MOMENTS = (0.0, 0.005, 0.02, 0.05, 0.1, 0.25, None)
"""seconds between the last byte of six uploads and the kill; None: when the first of them was answered"""


@dataclass
class Sent:
    """An upload under way: all but its last byte is with the server."""

    path: Path
    body: bytes
    connection: http.client.HTTPConnection
    status: int | None = None

    @classmethod
    def begin(cls, server: Server, token: str, path: Path, *, hold: int = 1) -> Sent:
        """Send all but the last `hold` bytes."""
        body = path.read_bytes()
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.putrequest("PUT", f"/api/upload/ada/{path.name}")
        connection.putheader("Authorization", f"token {token}")
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        connection.send(body[:-hold])
        return cls(path, body, connection)

    def finish(self) -> None:
        """Send the last byte and wait for the answer, which may never come."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            self.connection.send(self.body[-1:])
            self.status = self.connection.getresponse().status
        self.connection.close()


def served(server: Server, token: str) -> dict[str, str]:
    """Every file that any list names, by file name, with the sha256 of the bytes that really come."""
    headers = {"Authorization": f"token {token}"}
    found: dict[str, str] = {}
    for package in requests.get(f"{server.url}/api/packages/ada", headers=headers, timeout=60).json():
        document = requests.get(f"{server.url}/api/package/{package['full_name']}", headers=headers, timeout=60).json()
        assert document["files"], f"{package['full_name']} is listed without a file"
        for file in document["files"]:
            address = f"{server.url}/api/download/{file['full_name']}"
            answer = requests.get(address, headers=headers, timeout=60)
            assert answer.status_code == 200, f"{address}: {answer.text}"
            found[file["filename"]] = hashlib.sha256(answer.content).hexdigest()
            assert found[file["filename"]] == file["sha256"]
            assert len(answer.content) == file["size"]
    repodata = requests.get(f"{server.url}/conda/ada/noarch/repodata.json", timeout=60).json()
    conda = {name: record["sha256"] for name, record in {**repodata["packages"], **repodata["packages.conda"]}.items()}
    assert conda == {name: sha256 for name, sha256 in found.items() if name.endswith((".conda", ".tar.bz2"))}
    simple = requests.get(
        f"{server.url}/pypi/ada/simple/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}, timeout=60
    ).json()
    assert len(simple["projects"]) == sum(name.endswith(".whl") for name in found)
    return found


def uploads_of(folder: Path, moment: int) -> list[Path]:
    """Six files of one round, of three kinds; large enough to be written in several pieces."""
    folder.mkdir()
    filler = {"share/filler.bin": hashlib.shake_128(str(moment).encode()).digest(300_000)}
    return [
        builders.make_conda(folder, name=f"crash-{moment}", files=filler),
        builders.make_conda(folder, name=f"crash-old-{moment}", files=filler, ext=".tar.bz2"),
        builders.make_wheel(folder, name=f"crash-{moment}-wheel", files=filler),
        builders.make_wheel(folder, name=f"crash-{moment}-more", files=filler),
        builders.make_notebook(folder, f"crash-{moment}-notebook"),
        builders.make_conda(folder, name=f"crash-last-{moment}", files=filler),
    ]


def test_killed_at_many_moments(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    server.create_user("ada")
    server.start()
    token = server.token("ada")
    first = [builders.make_conda(tmp_path, name="kept"), builders.make_wheel(tmp_path, name="kept-wheel")]
    for path in first:
        server.publish(token, "ada", path)
    expected = served(server, token)
    assert set(expected) == {path.name for path in first}
    outcomes = set()

    for number, moment in enumerate(MOMENTS):
        paths = uploads_of(tmp_path / f"round-{number}", number)
        half = builders.make_conda(tmp_path, name=f"half-{number}", files={"share/x": bytes(range(256)) * 2000})
        waiting = Sent.begin(server, token, half, hold=half.stat().st_size // 2)
        sent = [Sent.begin(server, token, path) for path in paths]
        with ThreadPoolExecutor(len(sent)) as pool:
            ends = [pool.submit(one.finish) for one in sent]
            if moment is None:
                wait(ends, timeout=60, return_when=FIRST_COMPLETED)
            else:
                time.sleep(moment)
            server.kill()
            for end in ends:
                end.result(60)
        waiting.connection.close()
        server.start()

        now = served(server, token)
        assert expected.items() <= now.items(), "something that was served before is gone"
        assert half.name not in now
        for one in sent:
            # what was answered is there; what is there is whole, whether or not the answer arrived
            assert one.status in (None, 201)
            assert one.status is None or one.path.name in now
            if one.path.name in now:
                assert now[one.path.name] == hashlib.sha256(one.body).hexdigest()
            else:
                server.publish(token, "ada", one.path)
            outcomes.add((one.status is not None, one.path.name in now))
        server.publish(token, "ada", half)
        expected = served(server, token)
        assert len(expected) == len(first) + (len(paths) + 1) * (number + 1)

    assert (False, False) in outcomes, "no upload was ever cut off"
    assert (True, True) in outcomes, "no upload ever ended"

    assert server.stop() == 0
    check_sweep(server, expected)
    server.start()
    assert served(server, token) == expected
    server.stop()


def check_sweep(server: Server, expected: dict[str, str]) -> None:
    """Once everything is old enough, the sweep leaves no unfinished upload and no blob that no row names."""
    unfinished = server.data_dir / "store/tmp"
    assert list(unfinished.iterdir()), "the killed uploads left nothing to sweep: the test does not test"
    repository = open_repository(server.data_dir)
    try:
        repository.store.sweep(older_than=0)
        collector.sweep(repository, grace=0)
        assert list(unfinished.iterdir()) == []
        kept = set(repository.store.digests())
    finally:
        repository.close()
    assert set(expected.values()) <= kept
    wheels = sum(name.endswith(".whl") for name in expected)
    assert len(kept) <= len(set(expected.values())) + wheels, "blobs without a name are left (beside wheels' metadata)"
