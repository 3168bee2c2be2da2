"""Uploads as rattler-build speaks them (`upload quetz`, `upload prefix`); and the notices that conda asks for."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from jupyter_repo.service import accounts, tokens

from .conftest import Answering

SOURCE = """
import json, os, sys, rattler_build
path, url, channel, *attempts = sys.argv[1:]
for attempt in attempts:
    kind, _, key = attempt.partition(" ")
    try:
        getattr(rattler_build, f"upload_package_to_{kind}")([path], url, channel, api_key=key)
        print(json.dumps(""))
    except Exception as error:
        print(json.dumps(str(error) or type(error).__name__))
sys.stdout.flush()
os._exit(0)
"""


def rattler_build(path: Path, repo: Answering, *attempts: str) -> list[str]:
    """Why each attempt (`kind token`) failed; empty where it did not."""
    command = [sys.executable, "-c", SOURCE, str(path), repo.url, "ada", *attempts]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return [str(json.loads(line)) for line in done.stdout.splitlines() if line.startswith('"')]


@pytest.mark.parametrize("kind", ["quetz", "prefix"])
def test_rattler_build_publishes(repo: Answering, kind: str) -> None:
    world, path = repo.world, repo.world.conda("built")
    with world.repository.write() as work:
        soon, ada = timedelta(milliseconds=1), accounts.get(work, "ada")
        _, expired = tokens.create(work, world.ada, ada, "short", scopes=["all"], lifetime=soon)
    reading = world.token(world.ada, "ada", "conda:download")[1]
    others = (repo.tokens["bob"], repo.tokens["acme"], reading, expired, "jr-doesnotexist", "")
    refused = rattler_build(path, repo, *(f"{kind} {token}" for token in others))
    assert len(refused) == len(others)
    assert all(refused), refused
    assert not [token for token in others if token and any(token in says for says in refused)]
    assert repo.get("/api/package/ada/built", by="ada").status_code == 404
    assert rattler_build(path, repo, *[f"{kind} {repo.tokens['ada']}"] * 2) == ["", ""], "the same bytes again"
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
