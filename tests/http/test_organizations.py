"""Organizations as plain forms: creating, groups with level, members and packages, co-owners, people."""

from __future__ import annotations

import re

import pytest

from jupyter_repo.service import groups

from .browsing import Browsing
from .conftest import Answering

GROUPS = "/acme/groups/"
COLUMNS = ("Organization", "Group", "Role")


@pytest.fixture
def ada(repo: Answering) -> Browsing:
    return Browsing(repo).sign_in("ada")


def test_it_is_created_and_acted_for(repo: Answering, ada: Browsing) -> None:
    assert re.findall(r'href="(/organizations/new)">Create</a></div>', ada.open("/organizations"))
    ada.open("/organizations/new")
    for name, says in (("a b", "letters, digits"), ("conda", "reserved word"), ("BOB", "is taken"), ("x", "2 to 39")):
        ada.submit("/organizations/new", name=name, email="lab@example.org")
        assert re.search(rf'id="name-error">[^<]*{says}', ada.page), name
    ada.submit("/organizations/new", name="lab-1", email="nonsense")
    assert re.search(r'id="email-error">', ada.page)
    assert 'value="lab-1"' in ada.page
    ada.submit("/organizations/new", name="lab-1", email="")
    assert re.search(r'id="email-error">', ada.page)
    ada.submit("/organizations/new", name="lab-1", email="lab@example.org")
    assert ada.path == "/lab-1/groups/"
    assert 'who-name">lab-1<' in ada.page
    assert "acme" in ada.open("/organizations")
    assert "lab-1" in ada.text
    log = repo.get("/api/audit/lab-1", by=repo.sign_in("ada")).json()
    assert [one["action"] for one in log] == ["organization.create"]


def test_a_group_gives_its_level_to_its_members_on_its_packages(repo: Answering, ada: Browsing) -> None:
    repo.upload(repo.world.conda("tool"), channel="acme", by="acme", visibility="private")
    ada.open(GROUPS)
    ada.submit(GROUPS, do="create", name="owners", level="read")
    assert re.search(r'id="name-error">acme has a group', ada.page)
    ada.submit(GROUPS, do="create", name="Core team", level="read")
    path = "/acme/groups/Core%20team/"
    assert (ada.path, ada.status) == (path, 200)
    ada.submit(path, do="add-member", user="nobody-here")
    assert re.search(r'id="user-error">User &#34;nobody-here&#34; does not exist', ada.page)
    ada.submit(path, do="add-member", user="bob")
    ada.submit(path, do="add-package", package="nothing")
    assert re.search(r'id="package-error">[^<]*could not be found', ada.page)
    ada.submit(path, do="add-package", package="tool")
    assert "The group has tool now." in ada.text
    bob = repo.sign_in("bob")
    assert repo.get("/api/package/acme/tool", by=bob).status_code == 200
    assert repo.upload(repo.world.conda("tool", "2.0"), channel="acme", by=bob).status_code == 403
    ada.submit(path, do="level", level="read-write")
    assert "Core team has Read-Write on its packages now." in ada.text
    assert repo.upload(repo.world.conda("tool", "2.0"), channel="acme", by=bob).status_code == 201
    ada.submit(path, do="remove-package", listed_package="tool")
    assert repo.get("/api/package/acme/tool", by=bob).status_code == 404
    ada.submit(path, do="remove-member", member="bob")
    assert "Nobody yet." in ada.text
    ada.submit(path, do="delete")
    assert (ada.path, "The group Core team is deleted." in ada.text) == (GROUPS, True)


def test_owners_is_built_in_and_never_empty(repo: Answering, ada: Browsing) -> None:
    path = "/acme/groups/Owners/"
    ada.open(path)
    assert "Delete group" not in ada.text
    assert "Permission" not in ada.text
    ada.submit(path, do="remove-member", member="ada")
    assert "ada is the last owner of acme; make somebody else an owner first" in ada.text
    ada.open(GROUPS)
    ada.submit(GROUPS, do="expel", user="ada")
    assert "ada is the last owner of acme" in ada.text
    ada.open(path)
    ada.submit(path, do="add-member", user="bob")
    bob = Browsing(repo).sign_in("bob")
    assert re.findall(r'name="to" value="(\w+)"', bob.page) == ["acme"]
    assert "ada made you an owner of acme" in bob.open("/notifications")
    ada.open(path)
    ada.submit(path, do="remove-member", member="ada")
    assert ada.status == 403, "no owner any more"
    bob.open(GROUPS)
    assert bob.status == 200


def test_whoever_is_removed_has_no_part_left(repo: Answering, ada: Browsing) -> None:
    repo.upload(repo.world.conda("tool"), channel="acme", by="acme", visibility="private")
    with repo.world.repository.write() as work:
        for name in ("One", "Two"):
            groups.create(work, repo.world.ada, "acme", name, "read")
            groups.add_member(work, repo.world.ada, "acme", name, "bob")
            groups.add_package(work, repo.world.ada, "acme", name, "tool")
    ada.open(GROUPS)
    people = re.findall(r"<b>(\w+)</b></a><p class=\"meta\">([^<]+)", ada.page[ada.page.index("<h2>People") :])
    assert people == [("ada", "Owners"), ("bob", "One, Two")]
    ada.submit(GROUPS, do="expel", user="bob")
    assert "bob has no part in acme any more." in ada.text
    for path, do, field in ((GROUPS, "expel", "user"), (f"{GROUPS}One/", "remove-member", "member")):
        ada.open(path)
        for name in ("bob", "nobody-here", "\x00", "x" * 5000):
            ada.submit(path, **{"do": do, field: name})
            assert 400 <= ada.status < 500, "who is gone already, or never was, is said so"
            assert 'role="alert"' in ada.page
    assert repo.get("/api/package/acme/tool", by=repo.sign_in("bob")).status_code == 404


def test_group_membership_lists_all_with_the_role_and_settings_only_those_administered(
    repo: Answering, ada: Browsing
) -> None:
    with repo.world.repository.write() as work:
        groups.create(work, repo.world.ada, "acme", "Writers", "read-write")
        groups.add_member(work, repo.world.ada, "acme", "Writers", "bob")
    cells = "".join(rf'<td data-label="{title}">(?:<a[^>]*>)?(?:<b>)?([\w-]+)[^\n]*?</td>' for title in COLUMNS)
    rows = re.compile(cells)
    bob = Browsing(repo).sign_in("bob")
    assert rows.findall(bob.open("/groups")) == [("acme", "Writers", "Read-Write")]
    assert "No organizations yet" in bob.open("/organizations")
    assert rows.findall(ada.open("/groups")) == [("acme", "Owners", "Owner")]


def test_long_lists_go_on_by_key(repo: Answering, ada: Browsing, monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyter_repo.http.pages import paging

    monkeypatch.setattr(paging.paged, "__kwdefaults__", {"limit": 2})
    with repo.world.repository.write() as work:
        from jupyter_repo.service import own

        for number in range(4):
            own.create_organization(work, repo.world.ada, f"lab-{number}", email="")
    seen, path = [], "/ada/settings/organizations"
    while path:
        ada.open(path)
        body = ada.page[ada.page.index("settings-body") :]
        seen += re.findall(r'<div class="grow"><a href="/([\w-]+)">', body)
        more = re.search(r'href="([^"]+)" rel="next"', body)
        path = f"/ada/settings/organizations{more[1]}" if more else ""
    assert seen == ["acme", "lab-0", "lab-1", "lab-2", "lab-3"]
