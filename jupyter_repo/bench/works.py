"""What is measured: each function does one work some times and returns seconds, the way a client would spend them."""

from __future__ import annotations

import json
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import msgspec
import requests
import zstandard

from . import making
from .peers import send_to_quetz
from .servers import CHANNEL, Server

_numbers = count(1)


def fresh(prefix: str) -> str:
    """A name never used before."""
    return f"{prefix}{next(_numbers)}"


def times(rounds: int, work: Callable[[], float]) -> list[float]:
    """The seconds of each round, after one that does not count."""
    work()
    return [work() for _ in range(rounds)]


class ShardIndex(msgspec.Struct):
    """What a client reads of `repodata_shards.msgpack.zst`."""

    shards: dict[str, bytes]


_SHARDS = msgspec.msgpack.Decoder(ShardIndex)
"""a decoder in C, as clients have one: a slower one would be measured more than the server"""


def conda_publish(server: Server) -> float:
    """One small package, from the start of its upload until a sharded client holds its record."""
    name = fresh("benchpkg")
    filename, content = making.conda(name, "1.0")
    folder = f"{server.url}/conda/{CHANNEL}/noarch"
    with requests.Session() as session:
        session.headers["Authorization"] = f"token {server.token}"
        session.get(f"{server.url}/api", timeout=60)
        begin = time.perf_counter()
        session.put(f"{server.url}/api/upload/{CHANNEL}/{filename}", data=content, timeout=600).raise_for_status()
        index = shard_index(_body(session, f"{folder}/repodata_shards.msgpack.zst"))
        digest = index.shards[name].hex()
        shard = msgspec.msgpack.decode(unpacked(_body(session, f"{folder}/shards/{digest}.msgpack.zst")))
        assert filename in shard["packages.conda"]
        return time.perf_counter() - begin


def _body(session: requests.Session, url: str) -> bytes:
    """The whole answer at once: `content` joins it from hundreds of pieces."""
    with session.get(url, stream=True, timeout=600) as answer:
        answer.raise_for_status()
        body: bytes = answer.raw.read()
        return body


def shard_index(content: bytes) -> ShardIndex:
    """The digests of all shards, as a client gets at them."""
    return _SHARDS.decode(unpacked(content))


def unpacked(content: bytes) -> bytes:
    """A compressed document; a frame made in one go says its size, so it is unpacked in one go."""
    plain: bytes = zstandard.ZstdDecompressor().decompress(content)
    return plain


RATTLER = """
import asyncio, sys, tempfile
from rattler import Channel, Gateway

async def held(channel, name):
    with tempfile.TemporaryDirectory() as cache:
        answer = await Gateway(cache_dir=cache).query([Channel(channel)], ["noarch"], [name], recursive=False)
        return sum(len(records) for records in answer)

for line in sys.stdin:
    print(asyncio.run(held(*line.split())), flush=True)
"""


@contextmanager
def rattler() -> Iterator[Callable[[Server], float]]:
    """A work: one small package, from the start of its upload until py-rattler, its cache empty, holds its record."""
    command = [sys.executable, "-c", RATTLER]
    # a process of its own: it crashes now and then when the interpreter ends
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        said, asked = process.stdout, process.stdin

        def publish(server: Server) -> float:
            name = fresh("benchpkg")
            filename, content = making.conda(name, "1.0")
            begin = time.perf_counter()
            url = f"{server.url}/api/upload/{CHANNEL}/{filename}"
            header = {"Authorization": f"token {server.token}"}
            requests.put(url, data=content, headers=header, timeout=600).raise_for_status()
            asked.write(f"{server.url}/conda/{CHANNEL} {name}\n")
            asked.flush()
            if said.readline().strip() != "1":
                raise RuntimeError(f"py-rattler does not find {filename}")
            return time.perf_counter() - begin

        yield publish
        process.kill()


def quetz_publish(server: Server) -> float:
    """The same for quetz: until its `repodata.json` lists the package."""
    filename, content = making.conda(fresh("benchpkg"), "1.0")
    begin = time.perf_counter()
    send_to_quetz(server, filename, content)
    header = {"X-API-Key": server.token}
    while True:
        page = requests.get(f"{server.url}/get/{CHANNEL}/noarch/repodata.json", headers=header, timeout=600)
        if page.ok and filename in page.text:
            return time.perf_counter() - begin
        time.sleep(0.01)


def classic(server: Server) -> float:
    """The first `repodata.json.zst` after an upload."""
    filename, content = making.conda(fresh("benchpkg"), "1.0")
    header = {"Authorization": f"token {server.token}"}
    put = requests.put(f"{server.url}/api/upload/{CHANNEL}/{filename}", data=content, headers=header, timeout=600)
    put.raise_for_status()
    begin = time.perf_counter()
    answer = requests.get(f"{server.url}/conda/{CHANNEL}/noarch/repodata.json.zst", headers=header, timeout=600)
    answer.raise_for_status()
    return time.perf_counter() - begin


def send_wheel(server: Server, session: requests.Session, filename: str, content: bytes) -> None:
    """Upload a wheel by the legacy API."""
    name, version = filename.split("-")[:2]
    fields = {":action": "file_upload", "protocol_version": "1", "metadata_version": "2.1", "name": name}
    fields |= {"version": version, "filetype": "bdist_wheel", "pyversion": "py3"}
    files = {"content": (filename, content)}
    session.post(server.upload, data=fields, files=files, auth=server.auth, timeout=600).raise_for_status()


def wheel_publish(server: Server) -> float:
    """One small wheel, from the start of its upload until its project's page lists it."""
    filename, content = making.wheel(fresh("benchwheel"), "1.0")
    project = filename.split("-")[0]
    with requests.Session() as session:
        session.get(f"{server.url}/favicon.ico", auth=server.auth, timeout=600)  # a connection, as a client has it
        begin = time.perf_counter()
        send_wheel(server, session, filename, content)
        page = session.get(f"{server.simple}{project}/", auth=server.auth, timeout=600)
        assert filename in page.text, page.text[:500]
        return time.perf_counter() - begin


def many_wheels(server: Server, uploads: int, parallel: int) -> float:
    """That many small uploads, so many at a time."""
    wheels = iter([making.wheel(fresh("manywheel"), "1.0") for _ in range(uploads)])
    lock, failures = threading.Lock(), []

    def work() -> None:
        with requests.Session() as session:
            while True:
                with lock:
                    one = next(wheels, None)
                if one is None:
                    return
                try:
                    send_wheel(server, session, *one)
                except requests.RequestException as error:
                    failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(parallel)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return time.perf_counter() - begin


def flushes(server: Server, uploads: int, parallel: int) -> float | None:
    """How often the server asks the system to flush a file to the disk, for each upload; None without strace."""
    if shutil.which("strace") is None:
        return None
    many_wheels(server, parallel, parallel)
    command = ["strace", "-f", "-e", "trace=fsync,fdatasync,sync_file_range,msync", "-p", str(server.process.pid)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as tracing:
        time.sleep(1)
        many_wheels(server, uploads, parallel)
        tracing.send_signal(signal.SIGINT)
        _, said = tracing.communicate(timeout=60)
    calls = [line for line in said.splitlines() if "sync" in line and "(" in line and "resumed" not in line]
    return len(calls) / uploads


INDEX = """
import asyncio, os, sys, time
from rattler.index import index_fs
begin = time.perf_counter()
asyncio.run(index_fs(sys.argv[1], write_zst=True, write_shards=sys.argv[2] == "shards"))
print(time.perf_counter() - begin, flush=True)
os._exit(0)
"""


def index_fs_can_shard(names: int) -> bool:
    """`index_fs` opens the files of all shards at once, and fails where the system allows fewer."""
    return names < resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 1000


def rattler_index(repodata: bytes, where: Path, rounds: int, *, shards: bool) -> Iterator[float]:
    """Runs of py-rattler's `index_fs` over a folder as large as the channel, each after one more package."""
    folder = where / "noarch"
    folder.mkdir(parents=True)
    (folder / "repodata.json").write_bytes(repodata)
    whole = json.loads(repodata)
    for filename in (*whole["packages"], *whole["packages.conda"]):
        (folder / filename).touch()  # known to the index, and so never opened
    for _ in range(rounds):
        filename, content = making.conda(fresh("benchpkg"), "1.0")
        (folder / filename).write_bytes(content)
        done = subprocess.run(
            [sys.executable, "-c", INDEX, str(where), "shards" * shards], capture_output=True, text=True, timeout=900
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-500:])
        yield float(done.stdout)
