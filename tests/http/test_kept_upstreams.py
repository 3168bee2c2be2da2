"""What mirrors keep: asked again when it is old, served while the upstream hangs or is away, never other bytes."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor

from jupyter_repo.service import collector
from tests.upstreams import Static
from tests.upstreams import upstream as upstream

from .conftest import Answering
from .mirroring import INDEX, listed, mirror, settled
from .mirroring import near as near


def test_what_is_kept_is_served_while_the_upstream_is_asked_and_when_it_is_down(
    near: Answering, upstream: Static
) -> None:
    world = near.world
    upstream.channel(world.conda("alpha"))
    mirror(near, upstream.url)
    assert listed(near) == {"alpha-1.0-0.conda"}
    near.get("/conda/ada/noarch/alpha-1.0-0.conda")
    settled(near)
    # asked again, and not modified: nothing is made anew
    etag = near.get(f"/conda/ada/{INDEX}").headers["ETag"]
    settled(near)
    assert upstream.log[-1][1]["If-None-Match"] == upstream.etag("noarch/repodata.json.zst")
    assert near.get(f"/conda/ada/{INDEX}").headers["ETag"] == etag
    settled(near)
    upstream.channel(world.conda("alpha"), world.conda("beta"))
    upstream.gate.clear()  # the upstream hangs: nobody waits for it
    before = near.get(f"/conda/ada/{INDEX}")
    assert (before.headers["ETag"], before.status_code) == (etag, 200)
    upstream.gate.set()
    settled(near)
    assert listed(near) == {"alpha-1.0-0.conda", "beta-1.0-0.conda"}
    settled(near)
    upstream.stop()
    for _ in range(2):
        assert listed(near) == {"alpha-1.0-0.conda", "beta-1.0-0.conda"}
        settled(near)
    assert near.get("/conda/ada/noarch/alpha-1.0-0.conda").status_code == 200
    down = near.get("/conda/ada/noarch/beta-1.0-0.conda")
    assert (down.status_code, "does not answer" in down.json()["detail"]) == (503, True)
    upstream.server = None


def test_nothing_kept_and_nobody_there(near: Answering) -> None:
    mirror(near, "http://127.0.0.1:9/channel")
    near.world.publish(near.world.ada, "ada", near.world.conda("mine"))
    for _ in range(2):
        answer = near.get(f"/conda/ada/{INDEX}")
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert "127.0.0.1" in answer.json()["detail"]
    assert near.get("/conda/ada/noarch/mine-1.0-0.conda").status_code == 200


def test_the_page_of_where_names_come_from_tells_owners_what_the_upstream_said(
    near: Answering, upstream: Static
) -> None:
    def said(name: str, kind: str = "pypi", by: str | None = "ada") -> str:
        return str(near.get(f"/api/resolve/ada/{kind}/{name}", by=by).json()["why"])

    wheel = near.world.wheel("mywheel")
    (upstream.folder / "mywheel").mkdir()
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (upstream.folder / "mywheel/index.html").write_text(f'<a href="{wheel.name}#sha256={digest}">x</a>')
    upstream.channel(near.world.conda("alpha"))
    for kind in ("pypi", "conda"):
        mirror(near, upstream.url, kind)
        assert "Nobody has asked for it yet." in said("mywheel", kind)
    near.world.publish(near.world.ada, "ada", near.world.conda("mine"))
    assert near.get("/pypi/ada/simple/mywheel/").status_code == 200
    assert near.get("/pypi/ada/simple/nowhere/").status_code == 404
    assert listed(near) == {"alpha-1.0-0.conda", "mine-1.0-0.conda"}
    assert "The upstream has it, as it said at 20" in said("mywheel")
    assert "The upstream does not have it" in said("nowhere")
    assert "The upstream's index is of 20" in said("alpha", "conda")
    settled(near)
    upstream.stop()
    upstream.server = None
    assert near.get("/pypi/ada/simple/mywheel/").status_code == 200
    assert near.get("/pypi/ada/simple/elsewhere/").status_code == 503
    settled(near)
    assert "could not be reached" in said("mywheel")
    assert "what was kept before is given on" in said("mywheel")
    assert "nothing of it is kept" in said("elsewhere")
    assert "could not be reached" in near.get("/ada/settings/mirrors?name=mywheel", by="ada").text
    # whoever reads the channel learns where a name is looked for, and nothing of the upstream
    assert said("mywheel", by=None) == "ada has no package of this name; it is looked for upstream."


def test_many_at_once_ask_the_upstream_once(near: Answering, upstream: Static) -> None:
    upstream.channel(near.world.conda("alpha"))
    mirror(near, upstream.url)
    path = "/conda/ada/noarch/alpha-1.0-0.conda"
    with ThreadPoolExecutor(8) as pool:
        assert {answer.status_code for answer in pool.map(near.get, [path] * 8)} == {200}
    assert upstream.asked("alpha-1.0-0.conda") == 1


def test_bytes_that_are_not_the_announced_ones_are_neither_served_nor_kept(near: Answering, upstream: Static) -> None:
    world = near.world
    upstream.channel(world.conda("alpha"))
    (upstream.folder / "noarch/alpha-1.0-0.conda").write_bytes(b"something else")
    mirror(near, upstream.url)
    answer = near.get("/conda/ada/noarch/alpha-1.0-0.conda")
    assert (answer.status_code, answer.json()["code"]) == (503, "upstream_mismatch")
    settled(near)
    assert world.leftovers() == []
    assert near.get("/conda/ada/noarch/alpha-1.0-0.conda").status_code == 503


def test_the_collector_spares_what_a_mirror_keeps_and_takes_it_afterwards(near: Answering, upstream: Static) -> None:
    upstream.channel(near.world.conda("alpha"))
    mirror(near, upstream.url)
    assert near.get("/conda/ada/noarch/alpha-1.0-0.conda").status_code == 200
    settled(near)
    assert collector.sweep(near.world.repository, grace=-1).blobs == 0
    near.delete("/api/mirrors/ada/conda", by="ada")
    assert collector.sweep(near.world.repository, grace=-1).blobs == 2
