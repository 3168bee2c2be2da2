"""`/<channel>/<name>/settings/…` by plain forms; what is not allowed is not offered."""

from __future__ import annotations

import re

import pytest

from jupyter_repo.http.pages import paging
from jupyter_repo.service import groups
from tests.worlds import PRIVATE

from .browsing import Browsing
from .browsing import ada as ada
from .conftest import Answering


def test_general(repo: Answering, ada: Browsing) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.wheel("kit"))
    ada.open("/ada/kit/settings")
    ada.submit("/ada/kit/settings", do="describe", summary="Tides", home="javascript:alert(1)", dev_url="", doc_url="")
    assert ada.status == 400
    assert "begins with https://" in ada.text
    assert ">Tides</textarea>" in ada.page, "what was typed stays"
    ada.submit(
        "/ada/kit/settings", do="describe", summary="Tides", home="https://tides.example", dev_url="", doc_url=""
    )
    assert "Saved." in ada.text
    ada.submit("/ada/kit/settings", do="mark", status="deprecated", status_reason="Use other-kit.")
    page = ada.open("/ada/kit")
    assert 'href="https://tides.example"' in page
    assert "This package is deprecated. Use other-kit." in ada.text
    assert "Tides" in ada.text
    ada.open("/ada/kit/settings")
    file = re.search(r'name="file" value="(\d+)"', ada.page)
    assert file is not None
    ada.submit("/ada/kit/settings", do="yank", file=file[1], reason="Broken")
    assert (
        repo.get("/pypi/ada/simple/kit/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}).json()["files"][0][
            "yanked"
        ]
        == "Broken"
    )
    ada.submit("/ada/kit/settings", do="unyank", file=file[1])
    assert "offered again" in ada.text
    ada.submit("/ada/kit/settings", do="nonsense")
    assert ada.status == 400


def test_labels(repo: Answering, ada: Browsing) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.conda())
    world.publish(world.ada, "ada", world.conda("other"))
    where = "/ada/hello/settings/labels"
    ada.open(where)
    ada.submit(where, do="add", label="no good!", version="")
    assert ada.status == 400
    assert "can't be a label" in ada.text.lower() or "can’t be a label" in ada.text.lower()
    ada.submit(where, do="add", label="dev", version="1.0")
    assert repo.get("/api/channels/ada/dev").json()["files"][0]["basename"] == "noarch/hello-1.0-0.conda"
    ada.submit(where, do="move", source="dev", target="test")
    assert set(repo.get("/api/channels/ada").json()) == {"main", "test"}
    ada.submit(where, do="copy", source="main", target="stable")
    assert len(repo.get("/api/channels/ada/stable").json()["files"]) == 1, "of this package only"
    ada.submit(where, do="remove", label="test", version="1.0")
    assert set(repo.get("/api/channels/ada").json()) == {"main", "stable"}
    ada.submit(where, do="lock", label="main")
    ada.submit(where, do="remove", label="main", version="1.0")
    assert ada.status == 403
    assert "locked" in ada.text
    ada.submit(where, do="unlock", label="main")
    assert "can be changed again" in ada.text


def test_versions_to_label_and_files_to_yank_come_in_parts(
    repo: Answering, ada: Browsing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "SHOWN", 2)
    for number in range(5):
        repo.world.publish(repo.world.ada, "ada", repo.world.wheel("kit", version=f"{number}.0"))
    for where, shown in (
        ("/ada/kit/settings/labels", r'name="version" value="(\d\.0)"'),
        ("/ada/kit/settings", r"kit-(\d\.0)-py3-none-any\.whl"),
    ):
        seen, address = [], where
        for _ in range(3):
            ada.open(address)
            seen.append(list(dict.fromkeys(re.findall(shown, ada.page))))
            more = re.search(r'href="(\?after=\d+)" rel="next"', ada.page)
            address = f"{where}{more[1]}" if more else ""
        assert (seen, address) == ([["4.0", "3.0"], ["2.0", "1.0"], ["0.0"]], ""), where
        assert "First page" in ada.text


def test_collaborators(repo: Answering, ada: Browsing) -> None:
    world = repo.world
    world.publish(world.ada, "acme", world.conda(), visibility=PRIVATE)
    with world.repository.write() as work:
        groups.create(work, world.ada, "acme", "crew", level="read")
    bob = Browsing(repo).sign_in("bob")
    bob.open("/acme/hello")
    assert bob.status == 404
    where = "/acme/hello/settings/collaborators"
    ada.open(where)
    ada.submit(where, do="add", user="nobody-there", level="read")
    assert ada.status == 404
    assert "does not exist" in ada.text
    ada.submit(where, do="add", user="bob", level="read-write")
    assert "bob has Read-Write now" in ada.text
    ada.submit(where, do="add-group", group="crew", level="admin")
    assert "The group crew has Admin now" in ada.text
    bob.open("/acme/hello")
    assert bob.status == 200
    bob.open("/acme/hello/settings")
    assert bob.path == "/acme/hello/settings/labels", "what a Read-Write may change"
    assert ">Admin</a>" not in bob.page
    bob.open("/acme/hello/settings/admin")
    assert bob.status == 403
    bob.open("/acme/hello")
    bob.submit("/acme/hello/settings/admin", do="delete", typed="acme/hello")
    assert bob.status == 403
    ada.submit(where, do="remove", who="bob")
    ada.submit(where, do="remove", who="crew", is_group="1")
    assert "Nobody beside the owners" in ada.text
    bob.open("/acme/hello")
    assert bob.status == 404


def test_make_private_and_public_again(repo: Answering, ada: Browsing) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.conda())
    ada.open("/ada/hello/settings/admin")
    ada.submit("/ada/hello/settings/admin", do="access", visibility="private")
    assert "The access is private now" in ada.text
    assert repo.get("/ada/hello").status_code == 404
    assert repo.get("/conda/ada/noarch/hello-1.0-0.conda").status_code in (401, 404)
    ada.submit("/ada/hello/settings/admin", do="access", visibility="public")
    assert repo.get("/ada/hello").status_code == 200


def test_transfer_asks_twice(repo: Answering, ada: Browsing) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.conda())
    where = "/ada/hello/settings/admin"
    ada.open(where)
    assert re.findall(r'<option value="(\w+)"', ada.page) == ["acme"]
    ada.submit(where, do="transfer", to="acme", confirm="hello")
    assert ada.status == 400
    assert "type the full name, ada/hello" in ada.text.lower()
    ada.submit(where, do="transfer", to="bob", confirm="ada/hello")
    assert ada.status == 403
    ada.submit(where, do="transfer", to="acme", confirm="ada/hello")
    assert ada.path == "/acme/hello"
    assert "hello belongs to acme now." in ada.text
    assert repo.get("/ada/hello").status_code == 404


def test_delete_wants_the_typed_name(repo: Answering, ada: Browsing) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.conda())
    where = "/ada/hello/settings/admin"
    ada.open(where)
    ada.submit(where, do="delete", typed="hello")
    assert ada.status == 400
    assert repo.get("/ada/hello").status_code == 200
    ada.submit(where, do="delete", typed="ada/hello")
    assert ada.path == "/ada"
    assert "ada/hello is deleted" in ada.text
    assert repo.get("/ada/hello").status_code == 404


def test_nobody_else_finds_settings(repo: Answering) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.conda())
    world.publish(world.ada, "ada", world.conda("veiled"), visibility=PRIVATE)
    bob = Browsing(repo).sign_in("bob")
    for section in ("", "/labels", "/collaborators", "/admin"):
        bob.open(f"/ada/hello/settings{section}")
        assert bob.status == 403
        bob.open(f"/ada/veiled/settings{section}")
        assert bob.status == 404
        visitor = Browsing(repo)
        visitor.open(f"/ada/veiled/settings{section}")
        assert visitor.path.startswith("/login?next=")
