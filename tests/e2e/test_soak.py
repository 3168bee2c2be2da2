"""Writers and readers at once, over several processes and both databases: no index is ever torn, or stale.

Writers upload, label and delete packages of names never used before and note when each answer came. Readers ask any
process for an index and check, against what was noted before they asked, that nothing answered is missing or still
there, and that what an index names is there to be fetched.

`SOAK_SECONDS` in the environment says how long (8 by default, for each database).
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from jupyter_repo.bench import making
from jupyter_repo.db.engine import open_engine
from jupyter_repo.service.work import Repository
from jupyter_repo.storage import open_store
from tests.engines import free_port
from tests.http.reading import unpacked
from tests.worlds import World

SECONDS = float(os.environ.get("SOAK_SECONDS", "8"))
AT_MOST = 120
"""seconds longer, where less than enough has happened"""
PROCESSES, WRITERS, READERS = 2, 4, 4

pytestmark = pytest.mark.timeout(SECONDS + AT_MOST + 240)


@dataclass
class Known:
    """What is certain of one index, or is not just now: names by what was answered."""

    there: set[str] = field(default_factory=set)
    leaving: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)


@dataclass
class Soak:
    """Several processes over one repository, what was answered, and what went wrong."""

    urls: list[str]
    token: str
    known: dict[str, Known] = field(default_factory=lambda: {name: Known() for name in ("main", "dev", "pypi")})
    lock: threading.Lock = field(default_factory=threading.Lock)
    wrong: list[str] = field(default_factory=list)
    until: float = 0.0
    counts: dict[str, int] = field(default_factory=lambda: {"writes": 0, "reads": 0})
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def going_on(self) -> bool:
        """Until the time is over; on a slow machine until enough has happened, too."""
        if self.wrong:
            return False
        over = time.monotonic() - self.until
        return over < 0 or (over < AT_MOST and not self.enough())

    def enough(self) -> bool:
        """Did all of it happen that the test is about?"""
        gone = all(known.gone for name, known in self.known.items() if name != "dev")
        return gone and min(self.counts.values()) > 20

    def note(self, index: str, name: str, state: str) -> None:
        with self.lock:
            known = self.known[index]
            if state == "there":
                known.there.add(name)
            elif state == "leaving":
                known.there.discard(name)
                known.leaving.add(name)
            else:
                known.leaving.discard(name)
                known.gone.add(name)

    def snapshot(self, index: str) -> tuple[set[str], set[str]]:
        with self.lock:
            return set(self.known[index].there), set(self.known[index].gone)

    def check(self, index: str, before: tuple[set[str], set[str]], names: set[str], where: str) -> None:
        there, gone = before
        with self.lock:
            still = self.known[index].there
            missing = {name for name in there - names if name in still}
            self.wrong += [f"{where} lacks {name}, whose upload was answered before" for name in sorted(missing)]
            self.wrong += [f"{where} names {name}, whose removal was answered before" for name in sorted(names & gone)]
            self.counts["reads"] += 1

    def left(self, index: str, name: str) -> bool:
        """May it be gone by now?"""
        with self.lock:
            return name not in self.known[index].there and name in self.known[index].leaving | self.known[index].gone


def session(soak: Soak) -> requests.Session:
    one = requests.Session()
    one.headers["Authorization"] = f"token {soak.token}"
    return one


def write(soak: Soak, seed: int) -> None:
    dice = random.Random(seed)
    mine: list[str] = []
    wheels: list[str] = []
    with session(soak) as http:

        def send(method: str, path: str, **options: object) -> None:
            answer = http.request(method, dice.choice(soak.urls) + path, timeout=60, **options)  # type: ignore[arg-type]
            assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
            with soak.lock:
                soak.counts["writes"] += 1

        while soak.going_on():
            number = next(soak.numbers)
            what = dice.random()
            if what < 0.4 or len(mine) < 2:
                name = f"soak{number}"
                send("PUT", f"/api/upload/ada/{name}-1.0-0.conda", data=making.conda(name, "1.0")[1])
                soak.note("main", name, "there")
                mine.append(name)
            elif what < 0.5:
                name = dice.choice([*mine, "stays"])  # all writers change this one
                version = f"{number}.0"
                send("PUT", f"/api/upload/ada/{name}-{version}-0.conda", data=making.conda(name, version)[1])
                send("PATCH", f"/api/package/ada/{name}", json={"summary": f"changed by {seed}"})
            elif what < 0.6:
                name = f"soakwheel{number}"
                send("PUT", f"/api/upload/ada/{name}-1.0-py3-none-any.whl", data=making.wheel(name, "1.0")[1])
                soak.note("pypi", name, "there")
                wheels.append(name)
            elif what < 0.75:
                name = mine.pop(0)  # from main to dev
                send("POST", "/api/channels/ada/dev", json={"package": name})
                soak.note("dev", name, "there")
                soak.note("main", name, "leaving")
                send("DELETE", "/api/channels/ada/main", json={"package": name})
                soak.note("main", name, "gone")
            elif what < 0.9 or not wheels:
                name = mine.pop(0)
                soak.note("main", name, "leaving")
                send("DELETE", f"/api/package/ada/{name}")
                soak.note("main", name, "gone")
            else:
                name = wheels.pop(0)
                soak.note("pypi", name, "leaving")
                send("DELETE", f"/api/package/ada/{name}")
                soak.note("pypi", name, "gone")


def read(soak: Soak, seed: int) -> None:
    dice = random.Random(seed)
    kept: dict[str, requests.Response] = {}
    with session(soak) as http:

        def get(address: str, **headers: str) -> requests.Response:
            """As a client with a cache does: asks whether its copy is still right."""
            if address in kept:
                headers["If-None-Match"] = kept[address].headers["ETag"]
            answer = http.get(address, headers=headers, timeout=60)
            if answer.status_code == 304:
                return kept[address]
            assert answer.status_code == 200, f"{address}: {answer.status_code} {answer.text}"
            kept[address] = answer
            return answer

        while soak.going_on():
            root = dice.choice(soak.urls)
            label = dice.choice(["main", "dev"])
            folder = f"{root}/conda/ada/noarch/" if label == "main" else f"{root}/conda/ada/label/dev/noarch/"
            if label == "dev" and not soak.snapshot("dev")[0]:
                continue
            kind = dice.randrange(3)
            if kind == 0:
                before = soak.snapshot(label)
                shards = unpacked(get(folder + "repodata_shards.msgpack.zst").content)["shards"]
                soak.check(label, before, set(shards), f"{folder} (shards)")
                for name in dice.sample(sorted(shards), min(2, len(shards))):
                    fetch_shard(soak, http, folder, label, name, shards[name])
            elif kind == 1:
                before = soak.snapshot(label)
                packages = get(folder + "repodata.json").json()["packages.conda"]
                soak.check(label, before, {one["name"] for one in packages.values()}, f"{folder} (repodata.json)")
            else:
                before = soak.snapshot("pypi")
                address = f"{root}/pypi/ada/simple/"
                listed = get(address, Accept="application/vnd.pypi.simple.v1+json").json()["projects"]
                names = {one["name"] for one in listed}
                soak.check("pypi", before, names, address)
                for name in dice.sample(sorted(names), min(1, len(names))):
                    fetch_wheel(soak, http, root, name)


def fetch_shard(soak: Soak, http: requests.Session, folder: str, label: str, name: str, digest: bytes) -> None:
    answer = http.get(f"{folder}shards/{digest.hex()}.msgpack.zst", timeout=60)
    # replaced shards stay at hand for a while, but another process may never have made this one
    if answer.status_code == 200:
        assert hashlib.sha256(answer.content).digest() == digest
        for filename, record in unpacked(answer.content)["packages.conda"].items():
            package = http.get(folder + filename, timeout=60)
            if package.status_code == 200:
                assert hashlib.sha256(package.content).digest() == record["sha256"]
            elif not soak.left(label, name):
                soak.wrong.append(f"{folder} names {filename}: {package.status_code}")
    elif not soak.left(label, name):
        soak.wrong.append(f"{folder} names a shard of {name} that is not there: {answer.status_code}")


def fetch_wheel(soak: Soak, http: requests.Session, root: str, name: str) -> None:
    page = http.get(
        f"{root}/pypi/ada/simple/{name}/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}, timeout=60
    )
    if page.status_code == 200:
        for one in page.json()["files"]:
            for suffix in ("", ".metadata"):
                file = http.get(f"{root}/pypi/ada/files/{one['filename']}{suffix}", timeout=60)
                if file.status_code != 200 and not soak.left("pypi", name):
                    soak.wrong.append(f"{root} names {one['filename']}{suffix}: {file.status_code}")
    elif not soak.left("pypi", name):
        soak.wrong.append(f"{root} lists {name} and has no page of it: {page.status_code}")


@contextlib.contextmanager
def serving(folder: Path, db_url: str) -> Iterator[list[str]]:
    """Several processes over one database and one store."""
    running, urls = [], []
    for number in range(PROCESSES):
        port = free_port()
        command = [sys.executable, "-m", "jupyter_repo", "serve", f"--port={port}", f"--data-dir={folder}"]
        with (folder / f"server{number}.log").open("wb") as log:
            place = [f"--db-url={db_url}", f"--store-url={folder / 'store'}"]
            running.append(subprocess.Popen([*command, *place], stdout=log, stderr=log))
        urls.append(f"http://127.0.0.1:{port}")
    try:
        for url in urls:
            until = time.monotonic() + 120
            while time.monotonic() < until:
                with contextlib.suppress(requests.RequestException):
                    if requests.get(f"{url}/api", timeout=5).ok:
                        break
                time.sleep(0.1)
        yield urls
    finally:
        for one in running:
            one.send_signal(signal.SIGTERM)
        for one in running:
            one.wait(60)
    for number in range(PROCESSES):
        assert "Traceback" not in (folder / f"server{number}.log").read_text()


def test_no_reader_sees_a_torn_or_a_stale_index(tmp_path: Path, db_url: str) -> None:
    repository = Repository(open_engine(db_url), open_store(tmp_path / "store"))
    world = World.new(repository, tmp_path)
    _, token = world.token(world.ada, "ada", "all")
    repository.close()
    with serving(tmp_path, db_url) as urls:
        soak = Soak(urls, token)
        # an index that shows nothing is none: one package that stays
        first = requests.put(
            f"{urls[0]}/api/upload/ada/stays-1.0-0.conda",
            data=making.conda("stays", "1.0")[1],
            headers={"Authorization": f"token {token}"},
            timeout=60,
        )
        assert first.status_code == 201
        soak.note("main", "stays", "there")
        soak.until = time.monotonic() + SECONDS
        with ThreadPoolExecutor(WRITERS + READERS) as pool:
            tasks = [pool.submit(write, soak, seed) for seed in range(WRITERS)]
            tasks += [pool.submit(read, soak, 100 + seed) for seed in range(READERS)]
            for task in tasks:
                task.result(SECONDS + AT_MOST + 120)
    assert not soak.wrong, "\n".join(soak.wrong[:20])
    assert soak.enough(), soak.counts
