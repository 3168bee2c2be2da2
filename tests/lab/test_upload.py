"""Uploads: of the file browser and of the browser's file picker; bounded, cancelled, and leaving nothing."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_repo.errors import StorageFull, TooLarge
from jupyter_repo.lab.incoming import Incoming

from ..builders import climbing_wheel, make_conda, make_sdist, make_wheel, truncated
from .conftest import Lab


async def put(lab: Lab, path: Path, **params: str) -> Any:
    params.setdefault("channel", await lab.owner())
    answer = await lab.fetch("jupyter-repo", "upload", path.name, method="PUT", body=path.read_bytes(), params=params)
    assert answer.code == 202
    return await lab.finished(json.loads(answer.body))


async def refused_put(lab: Lab, name: str, body: bytes = b"x", **params: str) -> tuple[int, str]:
    with pytest.raises(HTTPClientError) as refusal:
        await lab.fetch("jupyter-repo", "upload", name, method="PUT", body=body, params=params)
    assert refusal.value.response is not None
    return refusal.value.code, json.loads(refusal.value.response.body)["message"]


async def test_packages_from_the_file_picker(lab: Lab, tmp_path: Path) -> None:
    for path, name, version in (
        (make_conda(tmp_path, name="p", version="1"), "p", "1"),
        (make_conda(tmp_path, name="p", version="2", ext=".tar.bz2"), "p", "2"),
        (make_wheel(tmp_path, name="w", version="1"), "w", "1"),
        (make_sdist(tmp_path, name="s", version="1"), "s", "1"),
    ):
        job = await put(lab, path, visibility="private")
        assert job["state"] == "done", job
        assert job["fraction"] == 1.0
        assert (job["result"]["package"].split("/")[1], job["result"]["version"]) == (name, version)
        assert (await lab.get("things", await lab.owner(), name))["visibility"] == "private"


async def test_a_plain_file_gets_the_name_and_version_it_is_given(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "data ü.csv"
    path.write_text("a,b\n")
    result = (await put(lab, path, package="data", version="7"))["result"]
    assert (result["package"], result["version"]) == (f"{await lab.owner()}/data", "7")


@pytest.mark.parametrize("way", ["PUT", "POST"])
@pytest.mark.parametrize("maker", [climbing_wheel, lambda folder: truncated(make_conda(folder, name="t"))])
async def test_bad_files_fail_with_their_name_and_leave_nothing(lab: Lab, maker: Any, way: str) -> None:
    path = maker(lab.root)
    if way == "PUT":
        job = await put(lab, path)
    else:
        job = await lab.finished(
            await lab.send("POST", "upload", body={"path": path.name, "channel": await lab.owner()})
        )
    assert (job["state"], job["error"]["code"]) == ("failed", "invalid_package")
    assert path.name in job["error"]["message"]
    assert (await lab.get("things"))["things"] == []


async def test_the_usual_access_is_that_of_new_things_only(lab: Lab, tmp_path: Path) -> None:
    owner = await lab.owner()
    await put(lab, make_wheel(tmp_path, name="there", version="1"))
    await lab.send("PUT", "settings", body={"default_visibility": "private"})
    await put(lab, make_wheel(tmp_path, name="there", version="2"))
    await put(lab, make_wheel(tmp_path, name="fresh", version="1"))
    await put(lab, make_wheel(tmp_path, name="said", version="1"), visibility="unlisted")
    for name, access in (("there", "public"), ("fresh", "private"), ("said", "unlisted")):
        assert (await lab.get("things", owner, name))["visibility"] == access


async def test_the_same_file_with_other_bytes_needs_force(lab: Lab, tmp_path: Path) -> None:
    await put(lab, make_wheel(tmp_path, name="w", version="1", summary="one"))
    other = make_wheel(tmp_path, name="w", version="1", summary="two")
    assert (await put(lab, other))["error"]["status"] == 409
    assert (await put(lab, other, force="true"))["state"] == "done"


async def test_nothing_is_left_in_the_folder_of_incoming_files(lab: Lab, tmp_path: Path) -> None:
    before = set(lab.app.data_folder.iterdir())
    await put(lab, make_wheel(tmp_path, name="w", version="1"))
    await put(lab, climbing_wheel(tmp_path))
    assert set(lab.app.data_folder.iterdir()) == before


@pytest.mark.parametrize(
    ("name", "params", "words"),
    [
        ("a\x01b", {"channel": "x"}, "can't be a file name"),
        ("a.whl", {}, "'channel' is missing"),
        ("a.whl", {"channel": "x", "visibility": "all"}, "is no access"),
    ],
)
async def test_what_can_not_work_is_refused_before_the_bytes(
    lab: Lab, name: str, params: dict[str, str], words: str
) -> None:
    code, message = await refused_put(lab, name, **params)
    assert code == 400
    assert words in message


async def test_a_cancelled_upload_leaves_nothing(lab: Lab) -> None:
    (lab.root / "big.bin").write_bytes(os.urandom(64 << 20))
    job = await lab.send("POST", "upload", body={"path": "big.bin", "channel": await lab.owner(), "package": "big"})
    await lab.send("DELETE", "jobs", job["job"])
    document = await lab.finished(job)
    assert document["state"] == "cancelled"
    assert document["result"] is None
    assert (await lab.get("things"))["things"] == []


async def head_only(lab: Lab, *headers: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Send the head of an upload, and no byte of its body."""
    serverapp = lab.app.serverapp
    reader, writer = await asyncio.open_connection("127.0.0.1", serverapp.port)
    address = f"{serverapp.base_url}jupyter-repo/upload/x.bin?channel={await lab.owner()}&package=x"
    lines = [f"PUT {address} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]
    writer.write("\r\n".join(lines).encode())
    await writer.drain()
    return reader, writer


class TestBeforeTheBytes:
    @pytest.fixture(params=[False, True], ids=["gate in front", "gate of our own"])
    def jp_server_config(self, jp_server_config: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
        jp_server_config["ServerApp"]["allow_unauthenticated_access"] = request.param
        return jp_server_config

    @pytest.mark.parametrize(
        ("token", "length", "status"), [("nope", 1000, b"403"), ("right", 1 << 60, b"413"), ("right", 1 << 63, b"4")]
    )
    async def test_the_refusal_does_not_wait_for_them(self, lab: Lab, token: str, length: int, status: bytes) -> None:
        token = lab.app.serverapp.identity_provider.token if token == "right" else token
        reader, writer = await head_only(lab, f"Authorization: token {token}", f"Content-Length: {length}")
        line = await asyncio.wait_for(reader.readline(), 60)
        assert line.startswith(b"HTTP/1.1 " + status)
        writer.close()
        await writer.wait_closed()


def nameless_files(lab: Lab) -> int:
    """How many incoming files this process holds open."""
    found = 0
    for descriptor in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):  # the folder's own descriptor is gone by now
            target = os.readlink(f"/proc/self/fd/{descriptor}")
            found += target.startswith(str(lab.app.data_folder)) and "deleted" in target
    return found


async def test_a_browser_that_goes_away_leaves_nothing(lab: Lab) -> None:
    token = lab.app.serverapp.identity_provider.token
    _, writer = await head_only(lab, f"Authorization: token {token}", "Content-Length: 10000000")
    writer.write(bytes(3_000_000))
    await writer.drain()
    async with asyncio.timeout(60):
        while nameless_files(lab) != 1:
            await asyncio.sleep(0.02)
        writer.transport.abort()
        while nameless_files(lab) != 0:
            await asyncio.sleep(0.02)
    assert (await lab.get("things"))["things"] == []


class TestSmallLimits:
    @pytest.fixture
    def repo_config(self, tmp_path: Path) -> dict[str, object]:
        limits = {"max_upload_mib": 1, "max_contents_mib": 1}
        return {"data_dir": str(tmp_path / "repository"), "port": 0} | limits

    async def test_what_is_too_large_is_refused_with_the_way_out(self, lab: Lab) -> None:
        (lab.root / "big.bin").write_bytes(bytes(2 << 20))
        code, message = await refused_put(lab, "big.bin", bytes(2 << 20), channel="x", package="big")
        assert code == 413
        assert "big.bin is larger than the 1 MiB" in message
        assert "%repo upload" in message
        code, body = await lab.refused("POST", "upload", body={"path": "big.bin", "channel": "x"})
        assert code == 413
        assert "big.bin has 2 MiB" in body["message"]

    async def test_a_body_without_a_length_is_bounded_all_the_same(self, lab: Lab) -> None:
        def body(write: Any) -> Any:
            async def run() -> None:
                for _ in range(40):
                    await write(bytes(1 << 16))

            return run()

        with pytest.raises(HTTPClientError) as refusal:
            await lab.fetch(
                "jupyter-repo", "upload", "big.bin", method="PUT", body_producer=body, params={"channel": "x"}
            )
        assert refusal.value.code == 413

    async def test_a_download_that_is_too_large_is_refused(self, lab: Lab, tmp_path: Path) -> None:
        big = make_wheel(tmp_path, name="big", version="1", module_source="x = '" + os.urandom(2 << 20).hex() + "'\n")
        owner = await lab.owner()
        with big.open("rb") as file:
            await asyncio.to_thread(lab.client().upload, owner, big.name, file)
        code, body = await lab.refused("POST", "download", body={"full_name": f"{owner}/big"})
        assert code == 413
        assert "%repo download" in body["message"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"path": "x.whl"}, 400),
        ({"path": "gone.whl", "channel": "x"}, 404),
        ({"path": "sub", "channel": "x"}, 404),
        ({"path": "../outside.whl", "channel": "x"}, 404),
        ({"path": "w.whl", "channel": "x", "force": "yes"}, 400),
        ({"path": "w.whl", "channel": "x", "package": 5}, 400),
    ],
)
async def test_bad_bodies_are_refused(lab: Lab, body: object, status: int) -> None:
    (lab.root / "sub").mkdir()
    (lab.root / "w.whl").write_text("x")
    (lab.root.parent / "outside.whl").write_text("x")
    assert (await lab.refused("POST", "upload", body=body))[0] == status


async def test_a_channel_that_is_not_mine_is_refused(lab: Lab, tmp_path: Path) -> None:
    job = await put(lab, make_wheel(tmp_path, name="w", version="1"), channel="somebody-else")
    assert job["state"] == "failed"
    assert job["error"]["status"] in (403, 404)


def test_a_full_disk_is_told_when_the_bytes_are_in(tmp_path: Path) -> None:
    """In a process whose files may not grow: the disk is full for it."""
    import subprocess
    import sys

    program = f"""if True:
        import resource, signal
        from pathlib import Path
        from jupyter_repo.errors import StorageFull
        from jupyter_repo.lab.incoming import Incoming
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))
        incoming = Incoming("x.whl", Path({str(tmp_path)!r}), 1 << 30)
        for _ in range(64):
            incoming.write(bytes(1 << 14))
        try:
            incoming.take()
        except StorageFull as error:
            print(error)
    """
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.startswith("There is no room on this machine's disk for x.whl")
    assert list(tmp_path.iterdir()) == []


def test_incoming_files_have_no_name_and_a_bound(tmp_path: Path) -> None:
    incoming = Incoming("x.whl", tmp_path, 10)
    with pytest.raises(TooLarge):
        incoming.expect(11)
    again = Incoming("x.whl", tmp_path, 10)
    again.write(b"12345")
    assert list(tmp_path.iterdir()) == []
    with again.take() as file:
        assert file.read() == b"12345"
    assert StorageFull("x").status == 507
