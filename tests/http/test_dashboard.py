"""The dashboard: what the active account made, access in bulk, adding files, notifications; without JavaScript."""

from __future__ import annotations

import re

import nbformat
import requests

from jupyter_repo.service import groups

from .browsing import Browsing
from .conftest import Answering


def names(page: str) -> list[str]:
    return re.findall(r'type="checkbox" name="name" value="([^"]+)"', page)


def test_it_lists_what_the_active_account_made_by_kind_and_words(repo: Answering) -> None:
    repo.upload(repo.world.conda("hello"))
    repo.upload(repo.world.notebook(cells=[("markdown", "# Waves")]), visibility="private")
    repo.upload(repo.world.conda("tool"), channel="acme", by="acme")
    ada = Browsing(repo).sign_in("ada")
    assert sorted(names(ada.open("/dashboard"))) == ["analysis", "hello"]
    assert names(ada.open("/dashboard?kind=ipynb")) == ["analysis"]
    assert names(ada.open("/dashboard?q=waves")) == ["analysis"]
    assert "Nothing found" in ada.open("/dashboard?q=nothing-like-it")
    ada.submit("/account/switch", to="acme")
    assert names(ada.page) == ["tool"]
    bob = Browsing(repo).sign_in("bob")
    assert "Nothing is published here yet" in bob.open("/dashboard")


def test_things_are_made_private_and_public_again_by_checkboxes(repo: Answering) -> None:
    for name in ("hello", "other", "third"):
        repo.upload(repo.world.conda(name))
    ada = Browsing(repo).sign_in("ada")
    ada.open("/dashboard")
    assert "Set access" in ada.page
    ada.submit("/dashboard/access", channel="ada", name=["hello", "other"], visibility="private", kind="")
    assert "2 things are private now." in ada.text
    seen = {name: repo.get(f"/api/package/ada/{name}").status_code for name in ("hello", "other", "third")}
    assert seen == {"hello": 404, "other": 404, "third": 200}
    ada.submit("/dashboard/access", channel="ada", name="hello", visibility="public", kind="")
    assert "hello is public now." in ada.text
    assert repo.get("/api/package/ada/hello").status_code == 200
    ada.submit("/dashboard/access", channel="ada", visibility="public")
    assert "Choose at least one thing" in ada.text
    ada.submit("/dashboard/access", channel="ada", name="hello")
    assert "Choose who may see" in ada.text


def test_all_or_none_where_one_may_not_be_changed(repo: Answering) -> None:
    world = repo.world
    repo.upload(world.conda("mine"), channel="acme", by="acme")
    repo.upload(world.conda("theirs"), channel="acme", by="acme")
    with world.repository.write() as work:
        groups.create(work, world.ada, "acme", "Admins", "admin")
        groups.add_member(work, world.ada, "acme", "Admins", "bob")
        groups.add_package(work, world.ada, "acme", "Admins", "mine")
    bob = Browsing(repo).sign_in("bob")
    bob.open("/dashboard")
    bob.submit("/dashboard/access", channel="acme", name=["mine", "theirs"], visibility="private")
    assert "this needs Admin on acme/theirs" in bob.text
    assert repo.get("/api/package/acme/mine").json()["visibility"] == "public"
    bob.submit("/dashboard/access", channel="acme", name="mine", visibility="private")
    assert "mine is private now." in bob.text


def test_lists_go_on_by_key(repo: Answering, monkeypatch: object) -> None:
    from jupyter_repo.http.pages import dashboard

    monkeypatch.setattr(dashboard, "SHOWN", 2)  # type: ignore[attr-defined]
    for number in range(5):
        repo.upload(repo.world.conda(f"thing-{number}"))
    ada = Browsing(repo).sign_in("ada")
    seen, path = [], "/dashboard"
    while path:
        seen += names(ada.open(path))
        more = re.search(r'href="([^"]+)" rel="next"', ada.page)
        path = more[1].replace("&amp;", "&") if more else ""
    assert seen == [f"thing-{number}" for number in (4, 3, 2, 1, 0)]


def test_files_are_added_by_a_plain_form(repo: Answering) -> None:
    ada = Browsing(repo).sign_in("ada")
    ada.open("/dashboard/add")
    assert re.findall(r'<option value="(\w+)"', ada.page) == ["ada", "acme"]
    wheel, package = repo.world.wheel(), repo.world.conda()
    files = [("file", (one.name, one.read_bytes())) for one in (wheel, package)]
    ada.submit("/dashboard/add", files=files, channel="acme", visibility="private")
    assert "Uploaded: acme/mywheel 1.0, acme/hello 1.0." in ada.text
    assert ada.path == "/dashboard"
    assert repo.get("/api/package/acme/mywheel", by="acme").json()["visibility"] == "private"


def test_files_of_one_release_are_published_as_one(repo: Answering) -> None:
    ada = Browsing(repo).sign_in("ada")
    ada.open("/dashboard/add")
    parts = [repo.world.conda("parts", build=build) for build in ("0", "1")]
    books = [repo.world.notebook(name) for name in ("one", "two")]
    files = [("file", (one.name, one.read_bytes())) for one in (parts[0], books[0], parts[1], books[1])]
    ada.submit("/dashboard/add", files=files, channel="ada", visibility="public")
    assert "Uploaded: ada/parts 1.0, ada/one 1, ada/two 1." in ada.text
    log = [line for line in repo.get("/api/audit/ada", by="ada").json() if line["action"] == "file.upload"]
    assert sorted(len(line["details"]["files"]) for line in log) == [1, 1, 2], "one transaction, one line a release"


def test_a_refused_file_is_named_and_the_others_are_not_uploaded_either(repo: Answering) -> None:
    ada = Browsing(repo).sign_in("ada")
    ada.open("/dashboard/add")
    good = repo.world.conda()
    files = [("file", (good.name, good.read_bytes())), ("file", ("bad-1.0-0.conda", b"no package"))]
    ada.submit("/dashboard/add", files=files, channel="ada", visibility="private")
    assert ada.status == 400
    assert "bad-1.0-0.conda" in ada.text
    assert ". None of the 2 files was uploaded; send them again without that one." in ada.text
    assert repo.get("/api/package/ada/hello", by="ada").status_code == 404
    assert 'value="private" checked' in ada.page, "what was chosen stays"
    ada.submit("/dashboard/add", files=files[:1], channel="ada")
    other = repo.world.conda(files={"share/other.txt": b"other bytes"})
    files = [("file", (one.name, one.read_bytes())) for one in (repo.world.wheel(), other)]
    ada.submit("/dashboard/add", files=files, channel="ada")
    assert ada.status == 409
    assert other.name in ada.text
    assert repo.get("/api/package/ada/mywheel", by="ada").status_code == 404, "all or none here, too"
    ada.submit("/dashboard/add", files=[("nothing", (None, ""))], channel="ada")
    assert "Choose at least one file" in ada.text
    assert repo.world.leftovers() == []


def test_what_the_guard_finds_is_shown_and_may_be_meant(repo: Answering) -> None:
    key = "AKIA" + "Q7WERTYUIOPASDFG"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(f'key = "{key}"')])
    file = ("file", ("leaky.ipynb", nbformat.writes(notebook).encode()))
    ada = Browsing(repo).sign_in("ada")
    ada.open("/dashboard/add")
    ada.submit("/dashboard/add", files=[file], channel="ada", visibility="public")
    assert "Cell 1, source: a key of a cloud service" in ada.text
    assert key not in ada.page
    ada.submit("/dashboard/add", files=[file], channel="ada", visibility="public", allow_findings="on")
    assert "Uploaded: ada/leaky 1." in ada.text


def test_nobody_adds_where_they_may_not_nor_without_the_forms_token(repo: Answering) -> None:
    bob = Browsing(repo).sign_in("bob")
    bob.open("/dashboard/add")
    file = ("file", (repo.world.conda().name, repo.world.conda().read_bytes()))
    bob.submit("/dashboard/add", files=[file], channel="acme", visibility="public")
    assert "needs Owner on acme" in bob.text or "needs Read-Write on acme" in bob.text
    for name in ("nowhere-at-all", ""):
        bob.submit("/dashboard/add", files=[file], channel=name, visibility="public")
        assert bob.status == 404
    cookies = bob.cookies
    forged = requests.post(
        f"{repo.url}/dashboard/add", files=[file], data={"channel": "bob"}, cookies=cookies, timeout=60
    )
    assert forged.status_code == 403
    with_script = requests.post(
        f"{repo.url}/dashboard/add",
        files=[file],
        data={"channel": "bob"},
        cookies=cookies,
        timeout=60,
        headers={"X-Progress": "1"},
    )
    assert with_script.status_code == 403
    assert repo.get("/api/package/bob/hello", by="bob").status_code == 404
    assert repo.world.blobs() == set()


def test_notifications_are_read_one_by_one_or_all(repo: Answering) -> None:
    world = repo.world
    with world.repository.write() as work:
        for name in ("Writers", "Readers", "Others"):
            groups.create(work, world.ada, "acme", name, "read")
            groups.add_member(work, world.ada, "acme", name, "bob")
    bob = Browsing(repo).sign_in("bob")
    assert "ada added you to the group Others of acme" in bob.open("/dashboard")
    bob.open("/notifications")
    ids = re.findall(r'name="id" value="(\d+)"', bob.page)
    assert len(ids) == 3
    bob.submit("/notifications", id=ids[0])
    assert len(re.findall(r'name="id" value="(\d+)"', bob.page)) == 2
    for wrong in ("9" * 30, "9" * 5000, "x", "-1"):
        bob.open("/notifications")
        bob.submit("/notifications", id=wrong)
        assert bob.status == 400
        for path in (f"/notifications?before={wrong}", f"/api/search?limit={wrong}", f"/api/audit/bob?before={wrong}"):
            bob.open(path)
            assert bob.status == 400, path
    bob.open("/notifications")
    bob.submit("/notifications")
    assert 'name="id"' not in bob.page
    assert "Mark all" not in bob.page
    assert bob.page.count("ada added you to the group") == 3
