"""Locks of strangers: what is refused, and what a sound one says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jupyter_repo.client import lockfile
from jupyter_repo.client.lockfile import LockRefused

from ..locks import conda, document


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
