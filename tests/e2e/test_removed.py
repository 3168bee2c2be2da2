"""Rights that are taken away in one process are gone in the other, with the next request."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from jupyter_repo.db.engine import open_engine
from jupyter_repo.service import collaborators, groups
from jupyter_repo.service.work import Repository
from jupyter_repo.storage import open_store
from tests.worlds import PRIVATE, World

from .test_soak import serving

KEPT_READY = (
    "/conda/acme/noarch/repodata.json",
    "/conda/acme/noarch/repodata_shards.msgpack.zst",
    "/conda/acme/noarch/secret-1.0-0.conda",
    "/pypi/acme/simple/secret-wheel/",
    "/pypi/acme/files/secret_wheel-1.0-py3-none-any.whl",
    "/api/package/acme/secret",
    "/acme/secret",
)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("db_url", ["postgresql"], indirect=True)
def test_a_right_is_gone_in_all_processes_at_once(tmp_path: Path, db_url: str) -> None:
    repository = Repository(open_engine(db_url), open_store(tmp_path / "store"))
    world = World.new(repository, tmp_path)
    world.publish(world.ada, "acme", world.conda("secret"), visibility=PRIVATE)
    world.publish(world.ada, "acme", world.wheel("secret-wheel"), visibility=PRIVATE)
    with repository.write() as work:
        groups.create(work, world.ada, "acme", "devs", "read-write")
    _, ada = world.token(world.ada, "acme", "all")
    _, bob = world.token(world.bob, "bob", "all", login=True)

    def ask(url: str, path: str, by: str = bob) -> int:
        return requests.get(url + path, headers={"Authorization": f"token {by}"}, timeout=60).status_code

    with serving(tmp_path, db_url) as (one, other):
        for turn in range(3):
            with repository.write() as work:
                if turn == 0:
                    collaborators.add(work, world.ada, "acme", "secret", "bob", "read")
                    collaborators.add(work, world.ada, "acme", "secret-wheel", "bob", "read")
                elif turn == 1:
                    for name in ("secret", "secret-wheel"):
                        groups.add_package(work, world.ada, "acme", "devs", name)
                    groups.add_member(work, world.ada, "acme", "devs", "bob")
                else:
                    groups.add_member(work, world.ada, "acme", "Owners", "bob")
            for url in (one, other):
                for path in KEPT_READY:
                    assert [ask(url, path) for _ in range(2)] == [200, 200], (turn, path)
            # taken away in one process …
            gone = requests.delete(
                f"{one}/api/organizations/acme/members/bob", headers={"Authorization": f"token {ada}"}, timeout=60
            )
            assert gone.status_code == 204, gone.text
            # … and never opened by the other again
            for path in KEPT_READY:
                assert [ask(url, path) for url in (other, one)] == [404, 404], (turn, path)
        assert [ask(other, path, ada) for path in KEPT_READY[:6]] == [200] * 6
    repository.close()
