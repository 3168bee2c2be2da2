"""A repository whose channels mirror upstreams on loopback, and what tests of that ask and wait for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_repo.service.upstreams import THREADS
from jupyter_repo.service.work import Settings

from .conftest import Answering, serve

JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}
INDEX = "noarch/repodata.json"


@pytest.fixture
def near(tmp_path: Path) -> Iterator[Answering]:
    """A repository that may ask loopback, and asks again at once."""
    folder = tmp_path / "near"
    folder.mkdir()
    yield from serve(folder, Settings(mirror_hosts=("127.0.0.1",), mirror_private=True, mirror_seconds=0))


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
