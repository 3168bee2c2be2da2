"""The history of a notebook: who made each version, and what it changed."""

from __future__ import annotations

from .conftest import Answering


def test_each_version_says_who_made_it_and_what_it_changed(repo: Answering) -> None:
    sources = [["a", "b"], ["a", "b", "c"], ["A", "c"], ["A", "c"]]
    for cells in sources:
        path = repo.world.notebook("rain.ipynb", cells=[("code", text) for text in cells])
        answer = repo.upload(path, visibility="private")
    files = [("file", (name, path.read_bytes())) for name, path in
             (("rain.ipynb", path), ("environment.yml", repo.world.environment()))]  # fmt: skip
    answer = repo.post("/api/upload/ada", by="ada", data={"kind": "ipynb", "package": "rain"}, files=files)
    assert answer.status_code == 201, answer.text
    document = repo.get("/api/history/ada/rain", by="ada", params={"changes": "1"}).json()
    assert (document["full_name"], document["kind"]) == ("ada/rain", "ipynb")
    assert "upload" in document["can"]
    versions = document["versions"]
    assert [one["version"] for one in versions] == ["5", "4", "3", "2", "1"]
    assert {one["uploaded_by"] for one in versions} == {"ada"}
    assert [one["environment"] for one in versions] == [True, False, False, False, False]
    numbers = [one["changes"] and {key: n for key, n in one["changes"].items() if n} for one in versions]
    assert numbers[1] == {"same": 2}
    assert numbers[3] == {"added": 1, "same": 2}
    assert numbers[4] is None
    plain = repo.get("/api/history/ada/rain", by="ada").json()["versions"]
    assert {one["changes"] for one in plain} == {None}
    # looking is no download
    assert repo.get("/api/package/ada/rain", by="ada").json()["downloads"] == 0
    for by in (None, "bob"):
        there, never = (repo.get(f"/api/history/ada/{name}", by=by) for name in ("rain", "never"))
        assert there.status_code == never.status_code
        assert there.text == never.text.replace("never", "rain")
