"""The picture of a version: who may give it, who may see it, and how it is sent."""

from __future__ import annotations

from ..builders import make_png
from .conftest import Answering


def url_of(repo: Answering, name: str, by: str) -> str | None:
    url: str | None = repo.get(f"/api/package/ada/{name}", by=by).json()["thumbnail_url"]
    return url and url.removeprefix(repo.url)


def test_a_picture_is_kept_with_its_version_and_shown_of_the_latest(repo: Answering) -> None:
    for text in ("1", "2"):
        repo.upload(repo.world.notebook("rain.ipynb", cells=[("code", text)]))
    assert url_of(repo, "rain", "ada") is None
    first, second = make_png(16, 9), make_png(9, 16)
    assert repo.put("/api/thumbnail/ada/rain/1", by="ada", data=first).status_code == 204
    assert url_of(repo, "rain", "ada") is None  # the latest has none
    assert repo.put("/api/thumbnail/ada/rain/2", by="ada", data=first).status_code == 204
    assert repo.put("/api/thumbnail/ada/rain/2", by="ada", data=second).status_code == 204
    shown = url_of(repo, "rain", "ada")
    assert shown == "/api/thumbnail/ada/rain/2"
    answer = repo.get(shown)
    assert (answer.content, answer.headers["Content-Type"]) == (second, "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    again = repo.get(shown, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    listed = {thing["name"]: thing["thumbnail_url"] for thing in repo.get("/api/packages/ada").json()}
    assert listed == {"rain": repo.url + shown}
    assert repo.delete("/api/release/ada/rain/2", by="ada").status_code == 201
    assert repo.get(shown).status_code == 404


def test_only_small_whole_pictures_of_those_who_may_upload(repo: Answering) -> None:
    repo.upload(repo.world.notebook("rain.ipynb"))
    refusals = {"none": (None, 401), "other": ("bob", 403), "svg": ("ada", 400), "wide": ("ada", 400)}
    bodies = {"svg": b"<svg onload='alert(1)'/>", "wide": make_png(641, 9)}
    for case, (by, status) in refusals.items():
        answer = repo.put("/api/thumbnail/ada/rain/1", by=by, data=bodies.get(case, make_png()))
        assert answer.status_code == status, case
    assert repo.put("/api/thumbnail/ada/rain/1", by="ada", data=b"\0" * (100 << 10)).status_code == 413
    assert repo.put("/api/thumbnail/ada/rain/9", by="ada", data=make_png()).status_code == 404
    assert repo.get("/api/thumbnail/ada/rain/1", by="ada").status_code == 404


def test_the_picture_of_a_private_notebook_is_absent(repo: Answering) -> None:
    repo.upload(repo.world.notebook("rain.ipynb"), visibility="private")
    assert repo.put("/api/thumbnail/ada/rain/1", by="ada", data=make_png()).status_code == 204
    assert repo.get("/api/thumbnail/ada/rain/1", by="ada").status_code == 200
    for by in (None, "bob"):
        there, never = (repo.get(f"/api/thumbnail/ada/{name}/1", by=by) for name in ("rain", "never"))
        assert there.status_code == never.status_code == (401 if by is None else 404)
        assert there.text == never.text.replace("never", "rain")
