"""What mirrors keep: asked again when it is old, served while the upstream hangs or is away, never other bytes."""

from __future__ import annotations

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
