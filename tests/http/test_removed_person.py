"""Somebody who is removed: whatever they held, had begun or was kept for them opens nothing private any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from tests.builders import make_png

from .browsing import Browsing
from .conftest import Answering, serve

SEEN_BY = (
    "/api/package/acme/secret", "/api/packages/acme", "/api/packages", "/api/search?name=secret",
    "/api/search/kinds", "/api/stars", "/api/suggestions", "/api/suggestions?box=out", "/api/history/acme/secret-nb",
    "/api/thumbnail/acme/secret-nb/1", "/api/forks/acme/secret-nb", "/api/release/acme/secret/1.0",
    "/api/download/acme/secret/1.0/noarch/secret-1.0-0.conda", "/api/channels/acme", "/api/audit/acme",
    "/api/groups/acme", "/api/tokens/acme", "/api/deleted/acme", "/api/mirrors/acme", "/api/notices/acme",
    "/api/packages/acme/secret/collaborators", "/api/resolve/acme/conda/secret", "/api/users/ada/orgs",
    "/api/can?action=download&target=acme/secret",
    "/conda/acme/noarch/repodata.json", "/conda/acme/noarch/current_repodata.json", "/conda/acme/channeldata.json",
    "/conda/acme/noarch/repodata_shards.msgpack.zst", "/conda/acme/noarch/secret-1.0-0.conda",
    "/pypi/acme/simple/", "/pypi/acme/simple/secret-wheel/", "/pypi/acme/files/secret_wheel-1.0-py3-none-any.whl",
    "/pypi/acme/files/secret_wheel-1.0-py3-none-any.whl.metadata", "/feeds/acme/atom.xml",
    "/acme", "/acme/secret", "/acme/secret/1.0", "/acme/secret-nb", "/acme/secret/settings", "/labels/acme",
    "/favorites", "/dashboard", "/packages", "/notebooks", "/?q=secret", "/acme/settings/security", "/acme/groups/",
)  # fmt: skip
"""what showed the private things of acme to somebody with a part in it"""


@pytest.fixture
def site(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Answering]:
    for repo in serve(tmp_path, accel=getattr(request, "param", None)):
        for path in (
            repo.world.conda("secret"),
            repo.world.wheel("secret-wheel"),
            repo.world.notebook("secret-nb.ipynb"),
        ):
            assert repo.upload(path, channel="acme", by="acme", visibility="private").status_code == 201
        assert repo.put("/api/thumbnail/acme/secret-nb/1", by="acme", data=make_png()).status_code == 204
        repo.upload(repo.world.conda("open"), channel="acme", by="acme")
        yield repo


def as_owner(repo: Answering, ada: str) -> Callable[[], int]:
    assert repo.put("/api/group/acme/Owners/members/bob", by=ada).status_code == 204
    return lambda: repo.delete("/api/group/acme/Owners/members/bob", by=ada).status_code


def as_member(repo: Answering, ada: str) -> Callable[[], int]:
    repo.post("/api/group/acme/devs", by=ada, json={"perms": "admin"})
    for name in ("secret", "secret-wheel", "secret-nb"):
        assert repo.put(f"/api/group/acme/devs/packages/{name}", by=ada).status_code == 204
    assert repo.put("/api/group/acme/devs/members/bob", by=ada).status_code == 204
    return lambda: repo.delete("/api/group/acme/devs/members/bob", by=ada).status_code


def as_collaborator(repo: Answering, ada: str) -> Callable[[], int]:
    for name in ("secret", "secret-wheel", "secret-nb"):
        path = f"/api/packages/acme/{name}/collaborators/bob"
        assert repo.put(path, by=ada, json={"permissions": "admin"}).status_code in (200, 201, 204)
    return lambda: repo.delete("/api/organizations/acme/members/bob", by=ada).status_code


def as_member_of_a_group_that_goes(repo: Answering, ada: str) -> Callable[[], int]:
    as_member(repo, ada)
    return lambda: repo.delete("/api/group/acme/devs", by=ada).status_code


@pytest.mark.parametrize(
    ("site", "part"),
    [
        (None, as_owner),
        (None, as_member),
        ("/blobs/", as_collaborator),  # where nginx sends the files
        (None, as_member_of_a_group_that_goes),
    ],
    indirect=["site"],
)
def test_nothing_that_was_held_or_kept_opens_any_more(
    site: Answering, part: Callable[[Answering, str], Callable[[], int]]
) -> None:
    ada = site.sign_in("ada")
    remove = part(site, ada)
    person = site.sign_in("bob")
    made = [
        site.post("/api/tokens/acme", by=person, json={"name": scope, "scopes": [scope]}).json()["token"]
        for scope in ("all", "repos")
    ]
    rotated = site.post("/api/rotate/acme/repos", by=person).json()["token"]
    browser = Browsing(site).sign_in("bob")
    if part is as_owner:
        browser.submit("/account/switch", name="acme")
    link = site.post("/api/session-link", by=person, json={"next": "/acme/secret"}).json()["url"]
    assert site.put("/api/stars/acme/secret", by=person).status_code == 204
    better = site.world.notebook("better.ipynb", cells=[("code", "2")]).read_bytes()
    suggested = site.put(
        "/api/suggest/acme/secret-nb/secret-nb.ipynb", by=person, data=better, params={"message": "Better so"}
    )
    assert suggested.status_code == 201, suggested.text
    newer = site.world.conda("secret", "2.0")
    assert site.post("/api/release/acme/secret/2.0", by=person, json={"requirements": []}).status_code == 200
    body = {"distribution_type": "conda", "channels": [], "attrs": {}}
    staged = site.post(f"/api/stage/acme/secret/2.0/noarch/{newer.name}", by=person, json=body).json()
    credentials = [person, *made, rotated]
    tags = {}
    for path in SEEN_BY:  # also twice, so that what is kept ready is kept
        seen = [site.get(path, by=person) for _ in range(2)]
        tags[path] = seen[-1].headers.get("ETag", "")
    known = [path for path in SEEN_BY if "secret" in site.get(path, by=person).text + browser.open(path)]
    assert len(known) > 20, "there was much to be seen"

    assert remove() == 204

    for secret in credentials:
        for path in SEEN_BY:
            for headers in ({}, {"If-None-Match": tags[path]})[: 1 + bool(tags[path])]:
                answer = site.get(path, by=secret, headers=headers)
                never = site.get(path.replace("secret", "never"), by=secret, headers=headers)
                assert answer.status_code == never.status_code, (path, secret)
                assert answer.text.replace("secret", "never") == never.text or is_page(answer), (path, answer.text)
                assert "secret" in path or "secret" not in answer.text, (path, secret)
                assert "X-Accel-Redirect" not in answer.headers, (path, secret)
    for path in SEEN_BY:
        shown, status = browser.open(path), browser.status
        assert "secret" in path or "secret" not in shown, path
        browser.open(path.replace("secret", "never"))
        assert browser.status == status, path
    linked = Browsing(site)
    linked.open(link.removeprefix(site.url))
    assert linked.status == 404, "the link signs in whom it signed in, and shows what they may see now"
    form = site.post("/api/stage-form", data=staged["form_data"], files={"file": (newer.name, newer.read_bytes())})
    assert form.status_code in (200, 201, 204, 403, 404)
    commit = f"/api/commit/acme/secret/2.0/noarch/{newer.name}"
    for secret in credentials:
        refused = site.post(commit, by=secret, json={"dist_id": staged["dist_id"]})
        assert refused.status_code in (401, 403, 404), refused.text
        assert site.upload(newer, channel="acme", by=secret).status_code in (401, 403, 404)
    [waiting] = site.get("/api/suggestions", by=ada).json()
    heard = site.get("/api/notifications", by=person).json()
    decided = site.post(f"/api/suggestions/{waiting['id']}", by=ada, json={"action": "decline", "word": "Not now"})
    assert decided.status_code == 200, decided.text
    assert site.get("/api/notifications", by=person).json() == heard, "nothing new of what is private"
    assert [one["version"] for one in site.get("/api/package/acme/secret", by=ada).json()["files"]] == ["1.0"]


def is_page(answer: requests.Response) -> bool:
    """Forms of pages hold a token of their own each time."""
    return answer.headers.get("Content-Type", "").startswith("text/html")
