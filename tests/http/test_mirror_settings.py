"""Who sets a mirror, of what, with which secret; and where a name comes from, as far as the viewer may know."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_repo.models import Kind
from jupyter_repo.service import mirrors
from jupyter_repo.service.work import Settings
from tests.upstreams import Static
from tests.upstreams import upstream as upstream

from .conftest import Answering
from .mirroring import INDEX, mirror
from .mirroring import near as near


def test_a_credential_goes_to_its_upstream_only_and_is_never_shown(
    near: Answering, upstream: Static, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = Static(tmp_path / "upstream").start()
    try:
        upstream.channel(near.world.conda("alpha"), near.world.conda("beta"))
        upstream.redirects["/noarch/alpha-1.0-0.conda"] = f"{elsewhere.url}/noarch/alpha-1.0-0.conda"
        made = mirror(near, upstream.url, credential="very-secret")
        assert (made["has_credential"], made["visibility"]) == (True, "private")
        assert near.get(f"/conda/ada/{INDEX}").status_code == 401  # the channel shows strangers nothing
        assert near.get("/conda/ada/noarch/alpha-1.0-0.conda", by="bob").status_code == 404
        assert near.get("/conda/ada/noarch/alpha-1.0-0.conda", by="ada").status_code == 200
        assert near.get("/conda/ada/noarch/beta-1.0-0.conda", by="ada").headers["Cache-Control"].startswith("private")
        assert {sent.get("Authorization") for _, sent in upstream.log} == {"Bearer very-secret"}
        assert {sent.get("Authorization") for _, sent in elsewhere.log} == {None}
        texts = [
            near.get(path, by="ada").text
            for path in ("/api/mirrors/ada", "/ada/settings/mirrors", "/api/audit/ada", "/ada/settings/mirrors?name=x")
        ]
        assert not [text for text in texts if "very-secret" in text]
        assert "very-secret" not in caplog.text
        # changed patterns keep it; another address does not
        assert mirror(near, upstream.url, include=["a*"])["has_credential"] is True
        assert mirror(near, elsewhere.url)["has_credential"] is False
    finally:
        elsewhere.stop()


@pytest.mark.parametrize(
    ("url", "status", "says"),
    [
        ("https://internal.example.org/channel", 403, "not among the hosts"),
        ("http://169.254.169.254/latest", 403, "not among the hosts"),
        ("ftp://127.0.0.1/x", 400, "https://"),
        ("http://user:pass@127.0.0.1/x", 400, "as the credential"),
        ("http://127.0.0.1/t/tok/x", 400, "as the credential"),
        ("nonsense", 400, "https://"),
    ],
)
def test_what_may_not_be_an_upstream(near: Answering, url: str, status: int, says: str) -> None:
    answer = near.put("/api/mirrors/ada/conda", by="ada", json={"url": url})
    assert (answer.status_code, says in answer.json()["error"]) == (status, True), answer.text


def test_who_may_set_a_mirror(near: Answering) -> None:
    body = {"url": "http://127.0.0.1:9/x"}
    near.world.publish(near.world.ada, "ada", near.world.conda("open"))
    assert near.put("/api/mirrors/ada/conda", json=body).status_code == 401
    assert near.put("/api/mirrors/ada/conda", by="bob", json=body).status_code == 403
    assert near.get("/api/mirrors/ada", by="bob").status_code == 403
    narrow = near.world.token(near.world.ada, "ada", "conda")[1]
    assert near.put("/api/mirrors/ada/conda", by=narrow, json=body).status_code == 403
    assert near.put("/api/mirrors/ada/ipynb", by="ada", json=body).status_code == 400


def test_where_a_name_comes_from_as_far_as_the_viewer_may_know(near: Answering, upstream: Static) -> None:
    world = near.world
    upstream.channel(world.conda("free"))
    world.publish(world.ada, "ada", world.conda("open"))
    world.publish(world.ada, "ada", world.conda("secret-tool"), visibility="private")
    world.publish(world.ada, "ada", world.conda("gone"))
    near.delete("/api/package/ada/gone", by="ada")
    mirror(near, upstream.url, exclude=["left-out"])

    def said(name: str, by: str | None = None) -> tuple[str, str]:
        answer = near.get(f"/api/resolve/ada/conda/{name}", by=by).json()
        return answer["where"], answer["why"]

    assert said("Open")[0] == said("open", "ada")[0] == "here"
    assert said("free")[0] == "upstream"
    assert upstream.url not in said("free")[1]
    assert upstream.url in said("free", "ada")[1]
    # private, gone, left out: one answer for who may know none of it
    assert said("secret-tool") == said("gone") == said("left-out") == said("secret-tool", "bob")
    assert said("secret-tool", "ada")[0] == "here"
    assert "release the name" in said("gone", "ada")[1]
    assert "patterns" in said("left-out", "ada")[1]
    page = near.get("/ada/settings/mirrors?name=secret-tool").text
    assert "does not take this name" in page
    assert "<h2>Mirrors</h2>" not in page
    own = near.get("/ada/settings/mirrors?name=gone", by="ada").text
    assert upstream.url in own
    assert near.get("/carol/settings/mirrors").status_code == near.get("/bob/settings/mirrors").status_code == 404


def test_a_mirror_whose_host_is_no_longer_allowed_says_which_trait_to_set(repo: Answering) -> None:
    world = repo.world
    before = replace(world.repository, settings=Settings(mirror_hosts=("127.0.0.1",), mirror_private=True))
    with before.write() as work:
        mirrors.put(work, world.ada, "ada", Kind.CONDA, "https://127.0.0.1:9/channel")
    refused = repo.put("/api/mirrors/ada/conda", by="ada", json={"url": "https://conda.example/forge"})
    assert refused.status_code == 403
    assert "--ServeApp.mirror_hosts=conda.example" in refused.json()["error"]
    for _ in range(2):
        answer = repo.get(f"/conda/ada/{INDEX}")
        assert answer.status_code == 503
        assert "--ServeApp.mirror_hosts=127.0.0.1" in answer.json()["detail"]
