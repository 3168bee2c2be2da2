"""Plans over HTTP: refused before the bytes come, and the administrator's addresses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_repo.service import accounts, plan_catalogue
from jupyter_repo.service.work import Settings

from .conftest import Answering, serve

ROOT = ("root-of-all", "secret-root")


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Answering]:
    for repo in serve(tmp_path, Settings(plans=plan_catalogue.from_config(plan_catalogue.DEFAULT))):
        with repo.world.repository.write() as work:
            accounts.create_user(work, ROOT[0], password=ROOT[1], admin=True)
        yield repo


def test_from_a_refused_upload_to_a_plan_that_takes_it(limited: Answering) -> None:
    repo = limited
    assert [one["plan"] for one in repo.get("/api/plans").json()] == ["personal", "free", "organization", "academic"]
    path = repo.world.conda()
    refused = repo.upload(path, channel="acme", by="acme", visibility="private")
    assert (refused.status_code, refused.json()["code"]) == (403, "quota_exceeded")
    assert (refused.json()["limit"], refused.json()["used"]) == (0, 0)
    early = repo.upload(path, channel="acme", by="acme", visibility="private", package="hello")
    assert early.json()["error"] == refused.json()["error"]
    made = {"public": False, "publish": False, "public_attrs": {"summary": "s"}}
    assert repo.post("/api/package/acme/hello", by="acme", json=made).status_code == 403, "anaconda-client's first call"
    asked = repo.post("/api/plans/acme", json={"plan": "organization", "note": "please"}, auth=("ada", "secret-ada"))
    assert asked.status_code == 201, asked.text
    assert repo.post("/api/plans/acme", json={"plan": "organization"}, by="acme").status_code == 403, "no token"
    assert repo.get("/api/plans/acme", by="acme").json()["requested"] == "organization"
    [waiting] = repo.get("/api/admin/plan-requests", auth=ROOT).json()
    assert (waiting["channel"], waiting["note"], waiting["requested_by"]) == ("acme", "please", "ada")
    answer = f"/api/admin/plan-requests/{waiting['id']}"
    assert repo.post(answer, json={"approve": True}, auth=("ada", "secret-ada")).status_code == 403
    assert repo.post(answer, json={"approve": "yes"}, auth=ROOT).status_code == 400
    assert repo.post(answer, json={"approve": True}, auth=ROOT).status_code == 204
    assert repo.upload(path, channel="acme", by="acme", visibility="private").status_code == 201
    use = repo.get("/api/plans/acme", by="acme").json()
    assert (use["used"], use["limits"]["private_packages"]) == (
        {"private_packages": 1, "storage": path.stat().st_size},
        100,
    )
    assert repo.get("/api/plans/acme", by="bob").status_code == 403


def test_what_does_not_fit_is_refused_before_it_is_sent(limited: Answering) -> None:
    repo = limited
    changed = repo.put("/api/admin/plans/acme", json={"limits": {"storage": 200_000}}, auth=ROOT)
    assert changed.json()["limits"] == {"private_packages": 0, "storage": 200_000}
    for path in ("/api/upload/acme/big.bin", "/api/upload/acme"):
        # nothing of the body is a package: only its announced size is looked at
        answer = repo.ask("POST" if path.endswith("acme") else "PUT", path, by="acme", data=b"x" * 400_000)
        assert (answer.status_code, answer.json()["code"]) == (403, "quota_exceeded"), path
    created = repo.post("/api/package/acme/big", by="acme", json={"public": True, "public_attrs": {}})
    assert created.status_code == 200, created.text
    repo.post("/api/release/acme/big/1", by="acme", json={})
    stage = {"distribution_type": "file", "channels": [], "sha256": None}
    staged = repo.post("/api/stage/acme/big/1/big.bin", by="acme", json=stage).json()
    sent = repo.post(
        "/api/stage-form", data=staged["form_data"], files={"file": ("big.bin", b"x" * 400_000)}
    )  # without a token, as anaconda-client
    assert (sent.status_code, sent.json()["code"]) == (403, "quota_exceeded")
    assert list((repo.world.folder / "store" / "tmp").iterdir()) == []
    assert repo.put("/api/admin/plans/acme", json={}, auth=ROOT).status_code == 400
    back = repo.put("/api/admin/plans/acme", json={"limits": None, "plan": "organization"}, auth=ROOT)
    assert back.json()["limits"]["storage"] == 100 * 10**9
