"""The simple API 1.4: what pip, uv and pypi-simple read of yanking, status and provenance, under every address."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pypi_simple import ProjectPage

from .conftest import Answering

JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}
HTML = {"Accept": "application/vnd.pypi.simple.v1+html"}
DIST = "/api/dist/ada/mywheel/{0}/mywheel-{0}-py3-none-any.whl"


@pytest.fixture
def stocked(repo: Answering) -> Answering:
    for version in ("1.0", "2.0"):
        assert repo.upload(repo.world.wheel("mywheel", version=version)).status_code == 201
    return repo


def page(repo: Answering, headers: dict[str, str] = JSON, **options: object) -> ProjectPage:
    answer = repo.get("/pypi/ada/simple/mywheel/", headers=headers, **options)
    assert answer.status_code == 200
    return ProjectPage.from_response(answer, "mywheel")


@pytest.mark.parametrize("headers", [JSON, HTML])
def test_a_conforming_reader_reads_it(stocked: Answering, headers: dict[str, str]) -> None:
    found = page(stocked, headers)
    assert found.repository_version == "1.4"
    assert found.status == "active"
    assert [one.filename for one in found.packages] == [f"mywheel-{v}-py3-none-any.whl" for v in ("1.0", "2.0")]
    for one in found.packages:
        content = stocked.get(one.url.replace(stocked.url, "")).content
        assert one.digests["sha256"] == hashlib.sha256(content).hexdigest()
        assert one.metadata_digests
        assert not one.is_yanked


@pytest.mark.parametrize("headers", [JSON, HTML])
def test_yanked_and_put_back(stocked: Answering, headers: dict[str, str]) -> None:
    address = DIST.format("2.0")
    assert stocked.patch(address, by="ada", json={"yanked": "it eats <files>"}).json()["yanked"] == "it eats <files>"
    first, second = page(stocked, headers).packages
    assert (first.is_yanked, second.is_yanked, second.yanked_reason) == (False, True, "it eats <files>")
    assert stocked.get(second.url.replace(stocked.url, "")).status_code == 200
    assert stocked.patch(address, by="ada", json={"yanked": True}).json()["yanked"] is True
    assert page(stocked, headers).packages[1].is_yanked
    assert stocked.patch(address, by="ada", json={"yanked": False}).json()["yanked"] is False
    assert not page(stocked, headers).packages[1].is_yanked


def test_who_may_not_yank_and_what_can_not_be_yanked(stocked: Answering) -> None:
    assert stocked.patch(DIST.format("1.0"), json={"yanked": True}).status_code == 401
    assert stocked.patch(DIST.format("1.0"), by="bob", json={"yanked": True}).status_code == 403
    assert stocked.patch(DIST.format("1.0"), by="ada", json={}).status_code == 400
    stocked.upload(stocked.world.conda("tool"))
    answer = stocked.patch("/api/dist/ada/tool/1.0/noarch/tool-1.0-0.conda", by="ada", json={"yanked": True})
    assert (answer.status_code, "conda package" in answer.json()["error"]) == (400, True)


def test_pip_passes_a_yanked_version_by(stocked: Answering, tmp_path: Path) -> None:
    stocked.patch(DIST.format("2.0"), by="ada", json={"yanked": "no"})
    for base in ("/pypi/ada/simple/", "/pypi/ada", f"/t/{stocked.tokens['ada']}/pypi/ada/"):
        target = tmp_path / str(len(base))
        done = subprocess.run(
            [
                *("uv", "pip", "install", "--no-config", "--no-cache", "--python", sys.executable),
                *("--target", str(target), "--default-index", stocked.url + base, "mywheel"),
            ],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert (target / "mywheel-1.0.dist-info").is_dir()


@pytest.mark.parametrize("status", ["archived", "quarantined", "deprecated"])
def test_the_status_of_a_project(stocked: Answering, status: str) -> None:
    said = {"status": status, "status_reason": "see elsewhere"}
    assert stocked.patch("/api/package/ada/mywheel", by="bob", json=said).status_code == 403
    assert stocked.patch("/api/package/ada/mywheel", by="ada", json=said).status_code == 200
    for headers in (JSON, HTML):
        found = page(stocked, headers)
        assert (found.status, found.status_reason) == (status, "see elsewhere")
        assert len(found.packages) == (0 if status == "quarantined" else 2)
    file = stocked.get("/pypi/ada/files/mywheel-1.0-py3-none-any.whl")
    assert file.status_code == (404 if status == "quarantined" else 200)
    more = stocked.upload(stocked.world.wheel("mywheel", version="3.0"))
    assert more.status_code == (201 if status == "deprecated" else 409)
    assert stocked.patch("/api/package/ada/mywheel", by="ada", json={"status": "lost"}).status_code == 400
    stocked.patch("/api/package/ada/mywheel", by="ada", json={"status": "active"})
    assert stocked.upload(stocked.world.wheel("mywheel", version="4.0")).status_code == 201


def test_a_quarantined_package_is_in_no_conda_index(stocked: Answering) -> None:
    stocked.upload(stocked.world.conda("tool"))
    stocked.patch("/api/package/ada/tool", by="ada", json={"status": "quarantined"})
    assert stocked.get("/conda/ada/noarch/repodata.json").json()["packages.conda"] == {}
    assert stocked.get("/conda/ada/noarch/tool-1.0-0.conda").status_code == 404


@pytest.mark.parametrize(
    ("address", "to"),
    [("/pypi/ada", "ada/"), ("/pypi/ada/mywheel", "mywheel/"), ("/pypi/ada/simple/mywheel", "mywheel/")],
)
def test_a_missing_slash_is_put_there(stocked: Answering, address: str, to: str) -> None:
    answer = stocked.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (301, to)


def test_the_short_address_is_the_same_index(stocked: Answering) -> None:
    short, long = stocked.get("/pypi/ada/", headers=JSON), stocked.get("/pypi/ada/simple/", headers=JSON)
    assert short.json() == long.json()
    file = stocked.get("/pypi/ada/mywheel/", headers=JSON).json()["files"][0]
    assert file["url"] == "../files/mywheel-1.0-py3-none-any.whl"


def attestation(filename: str, sha256: str) -> dict[str, Any]:
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": filename, "digest": {"sha256": sha256}}],
        "predicateType": "https://publisher.example/attestations/publish/v1",
        "predicate": None,
    }
    packed = base64.b64encode(json.dumps(statement).encode()).decode()
    return {
        "version": 1,
        "verification_material": {"certificate": "MA==", "transparency_entries": [{}]},
        "envelope": {"statement": packed, "signature": "MA=="},
    }


def legacy(repo: Answering, path: Path, **fields: str) -> Any:
    data = {":action": "file_upload", "protocol_version": "1", "name": "signed", "version": "1.0", **fields}
    auth = ("__token__", repo.tokens["ada"])
    return repo.post("/pypi/ada/legacy/", data=data, files={"content": (path.name, path.read_bytes())}, auth=auth)


def test_provenance_is_kept_and_served(repo: Answering) -> None:
    path = repo.world.wheel("signed")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    other = legacy(repo, path, attestations=json.dumps([attestation(path.name, "0" * 64)]))
    assert (other.status_code, other.json()["code"]) == (400, "bad_attestation")
    assert legacy(repo, path, attestations="nonsense").status_code == 400
    sent = [attestation(path.name, sha256)]
    assert legacy(repo, path, attestations=json.dumps(sent)).status_code == 200
    file = repo.get("/pypi/ada/simple/signed/", headers=JSON).json()["files"][0]
    assert file["provenance"] == f"../../files/{path.name}.provenance"
    found = repo.get(f"/pypi/ada/files/{path.name}.provenance")
    assert found.headers["Content-Type"] == "application/vnd.pypi.integrity.v1+json"
    assert found.json()["attestation_bundles"][0]["attestations"] == sent
    assert repo.world.leftovers() == []


def test_without_attestations_there_is_no_provenance(stocked: Answering) -> None:
    file = stocked.get("/pypi/ada/simple/mywheel/", headers=JSON).json()["files"][0]
    assert file["provenance"] is None
    assert stocked.get("/pypi/ada/files/mywheel-1.0-py3-none-any.whl.provenance").status_code == 404


def test_both_digests_are_compared_where_they_are_sent(repo: Answering) -> None:
    path = repo.world.wheel("signed")
    assert legacy(repo, path, md5_digest="0" * 32).json()["code"] == "digest_mismatch"
    digest = hashlib.md5(path.read_bytes()).hexdigest()
    assert legacy(repo, path, md5_digest=digest).status_code == 200
    # hatch looks here first, and takes 404 for an answer
    assert repo.get("/pypi/ada/legacy/%2Bsimple/signed/", by="ada").status_code == 404


def test_a_form_that_speaks_of_another_file_is_refused(repo: Answering) -> None:
    path = repo.world.wheel("signed")
    for fields in ({"version": "9.9"}, {"version": "no version"}, {"filetype": "sdist"}):
        refused = legacy(repo, path, **fields)
        assert (refused.status_code, refused.json()["code"]) == (400, "invalid_package"), fields
        assert path.name in refused.reason
    assert repo.get("/api/package/ada/signed", by="ada").status_code == 404
    assert legacy(repo, path, version="1.0.0", filetype="bdist_wheel").status_code == 200
