"""Uploads as rattler-build speaks them (`upload quetz`, `upload prefix`); and the notices that conda asks for."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Answering

SOURCE = """
import os, sys, rattler_build
kind, path, url, channel, key = sys.argv[1:]
try:
    getattr(rattler_build, f"upload_package_to_{kind}")([path], url, channel, api_key=key)
except Exception as error:
    print(error, file=sys.stderr)
    os._exit(1)
os._exit(0)
"""


def rattler_build(kind: str, path: Path, repo: Answering, key: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SOURCE, kind, str(path), repo.url, "ada", key],
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("kind", ["quetz", "prefix"])
def test_rattler_build_publishes(repo: Answering, kind: str) -> None:
    path = repo.world.conda("built")
    refused = rattler_build(kind, path, repo, repo.tokens["bob"])
    assert refused.returncode == 1
    done = rattler_build(kind, path, repo, repo.tokens["ada"])
    assert done.returncode == 0, done.stderr
    assert "built-1.0-0.conda" in repo.get("/conda/ada/noarch/repodata.json").json()["packages.conda"]


def test_the_shape_of_quetz(repo: Answering) -> None:
    path = repo.world.conda("built")
    content, key = path.read_bytes(), {"X-API-Key": repo.tokens["ada"]}
    address = f"/api/channels/ada/upload/{path.name}?force=false&sha256="
    damaged = repo.post(address + "0" * 64, data=content, headers=key)
    assert damaged.json()["code"] == "digest_mismatch"
    assert repo.post(address + hashlib.sha256(content).hexdigest(), data=content, headers=key).status_code == 201
    assert repo.post(address.split("?")[0], data=content).status_code == 401
    wheel = repo.world.wheel("notconda")
    wrong = repo.post(f"/api/channels/ada/upload/{wheel.name}", data=wheel.read_bytes(), headers=key)
    assert wrong.status_code == 400


def test_notices_tell_no_channels_apart(repo: Answering) -> None:
    repo.upload(repo.world.conda("hidden"), visibility="private")
    said = {"notices": [{"message": "moving soon", "level": "warning", "expires_at": "2999-01-01T00:00:00Z"}]}
    assert repo.put("/api/notices/ada", by="bob", json=said).status_code == 403
    kept = repo.put("/api/notices/ada", by="ada", json=said)
    assert kept.status_code == 200
    assert repo.get("/conda/ada/notices.json", by="ada").json() == kept.json()
    private, absent = repo.get("/conda/ada/notices.json"), repo.get("/conda/nobody/notices.json")
    assert private.json() == absent.json() == {"notices": []}
    assert private.status_code == absent.status_code == 200
    repo.upload(repo.world.conda("open"))
    [notice] = repo.get("/conda/ada/notices.json").json()["notices"]
    assert set(notice) == {"id", "message", "level", "created_at", "expires_at"}
    for wrong in ({"message": "x"}, {"message": "x", "level": "loud", "expires_at": "2999-01-01T00:00:00Z"}):
        assert repo.put("/api/notices/ada", by="ada", json={"notices": [wrong]}).status_code == 400
