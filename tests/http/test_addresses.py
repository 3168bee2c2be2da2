"""Every address that a repository answers at: paths, sub-domains, prefixes, tokens in front and further in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import requests

from jupyter_repo.http.routes import ROUTES
from jupyter_repo.models import Visibility
from jupyter_repo.service import accounts, tokens

from .conftest import Answering, serve
from .reading import unpacked

HOST = "repo.test"
PLAIN, PREFIXED = f"http://{HOST}", f"http://{HOST}/team/repo"

# host, path; {t} is the token's segment pair or nothing, {p} the prefix where the proxy leaves it on
CONDA = (
    (HOST, "{p}/conda{t}/ada/noarch/"),
    (HOST, "{p}/conda/ada{t}/noarch/"),
    (HOST, "{p}{t}/conda/ada/noarch/"),
    (HOST, "{t}{p}/conda/ada/noarch/"),
    (HOST, "{p}{t}/conda/ada/label/main/noarch/"),
    (HOST, "{p}/conda{t}/ada/label/main/noarch/"),
    (f"conda.{HOST}", "{t}/ada/noarch/"),
    (f"conda.{HOST}:443", "{t}/ada/label/main/noarch/"),
    (f"CONDA.{HOST}", "{p}/ada{t}/noarch/"),
)
PYPI = (
    (HOST, "{p}/pypi{t}/ada/simple/mywheel/"),
    (HOST, "{p}{t}/pypi/ada/simple/mywheel/"),
    (HOST, "{t}{p}/pypi/ada/mywheel/"),
    (HOST, "{p}{t}/pypi/ada/mywheel/"),
    (f"pypi.{HOST}", "{t}/ada/simple/mywheel/"),
    (f"pypi.{HOST}", "{t}/ada/mywheel/"),
)


@pytest.fixture(scope="module", params=[PLAIN, PREFIXED], ids=["root", "prefix"])
def placed(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Answering]:
    """A repository whose administrator named its public address; a private package of each kind is in it."""
    for repo in serve(tmp_path_factory.mktemp("placed"), public_url=request.param):
        world = repo.world
        for path in (world.conda("hello"), world.wheel("mywheel")):
            world.publish(world.ada, "ada", path, visibility=Visibility.PRIVATE)
        yield repo


def ask(repo: Answering, host: str, path: str, method: str = "GET", **options: object) -> requests.Response:
    headers = {"Host": host, **(options.pop("headers", None) or {})}  # type: ignore[dict-item]
    return repo.ask(method, path, headers=headers, **options)


def forms(repo: Answering, pattern: str, token: str) -> set[str]:
    prefix = repo.service.site.prefix
    return {pattern.format(p=p, t=f"/t/{token}") for p in ("", prefix)}


@pytest.mark.parametrize(("host", "pattern"), CONDA)
def test_conda_answers_at_every_address_and_its_links_stay_there(placed: Answering, host: str, pattern: str) -> None:
    for folder in forms(placed, pattern, placed.tokens["ada"]):
        index = ask(placed, host, folder + "repodata_shards.msgpack.zst")
        assert index.status_code == 200, folder
        found = unpacked(index.content)
        shards = urljoin(folder, found["info"]["shards_base_url"])
        shard = ask(placed, host, f"{shards}{found['shards']['hello'].hex()}.msgpack.zst")
        assert "hello-1.0-0.conda" in unpacked(shard.content)["packages.conda"]
        assert ask(placed, host, urljoin(folder, found["info"]["base_url"]) + "hello-1.0-0.conda").status_code == 200
        assert "hello-1.0-0.conda" in ask(placed, host, folder + "repodata.json").json()["packages.conda"]
    for folder in forms(placed, pattern, placed.tokens["ada"][:-6] + "abcdef"):
        assert ask(placed, host, folder + "repodata.json").status_code == 403, "a wrong token is no anonymous visitor"
    for folder in forms(placed, pattern, placed.tokens["acme"]):
        assert ask(placed, host, folder + "hello-1.0-0.conda").status_code == 404
    bare = pattern.format(p=placed.service.site.prefix, t="")
    assert ask(placed, host, bare + "hello-1.0-0.conda").status_code in (401, 404)


@pytest.mark.parametrize(("host", "pattern"), PYPI)
def test_pypi_answers_at_every_address_and_its_links_stay_there(placed: Answering, host: str, pattern: str) -> None:
    for page in forms(placed, pattern, placed.tokens["ada"]):
        found = ask(placed, host, page, headers={"Accept": "application/vnd.pypi.simple.v1+json"}).json()
        link = urljoin(page, found["files"][0]["url"])
        assert ask(placed, host, link).status_code == 200, link
        assert ask(placed, host, link + ".metadata").status_code == 200
        without_slash = ask(placed, host, page.rstrip("/"))
        assert without_slash.status_code == 301
        assert urljoin(page.rstrip("/"), without_slash.headers["Location"]) == page
    for page in forms(placed, pattern, placed.tokens["acme"]):
        assert ask(placed, host, page).status_code == 404


@pytest.mark.parametrize(
    ("host", "path"), [(HOST, "{p}/api/user"), (HOST, "/t/{t}{p}/api/user"), (f"api.{HOST}", "/user")]
)
def test_the_api_answers_at_every_address(placed: Answering, host: str, path: str) -> None:
    where = path.format(p=placed.service.site.prefix, t=placed.tokens["ada"])
    assert ask(placed, host, where, by="ada").json()["login"] == "ada"


@pytest.mark.parametrize(
    ("host", "path"),
    [
        (HOST, "{p}/api/upload/ada/{f}"),
        (HOST, "{p}/t/{t}/api/upload/ada/{f}"),
        (HOST, "/t/{t}{p}/api/upload/ada/{f}"),
        (f"api.{HOST}", "/t/{t}/upload/ada/{f}"),
    ],
)
def test_uploads_arrive_at_every_address(placed: Answering, host: str, path: str) -> None:
    package = placed.world.conda("other", version=f"2.{len(path)}")
    where = path.format(p=placed.service.site.prefix, t=placed.tokens["ada"], f=package.name)
    by = None if "/t/" in where else "ada"
    made = ask(placed, host, where, "PUT", by=by, data=package.read_bytes())
    assert made.status_code == 201
    public = placed.service.site.public_url
    assert public is not None
    assert made.json()["url"].startswith(public + "/ada/other"), "documents name the public address"


@pytest.mark.parametrize("path", ["/ada/legacy/", "/t/{t}/ada/legacy/"])
def test_twine_s_form_arrives_at_the_sub_domain(placed: Answering, path: str) -> None:
    wheel = placed.world.wheel("another")
    form = {":action": "file_upload", "name": "another", "version": "1.0"}
    where = path.format(t=placed.tokens["ada"])
    by = None if "/t/" in where else "ada"
    with wheel.open("rb") as file:
        sent = ask(placed, f"pypi.{HOST}", where, "POST", by=by, data=form, files={"content": (wheel.name, file)})
    assert sent.status_code == 200
    assert ask(placed, HOST, "/pypi/ada/simple/another/", by="ada").status_code == 200


def test_only_these_names_are_ours(placed: Answering) -> None:
    for host in (f"www.{HOST}", "conda.other.test", f"conda.{HOST}.evil.test", f"evil.conda.{HOST}", "other.test"):
        assert ask(placed, host, "/api").json()["code"] == "foreign_host"
    assert ask(placed, f"conda.{HOST}", "/api").status_code == 404, "a sub-domain has its own surface only"


LINK = re.compile(r"""(?:href|src|action|formaction)=["']([^"']*)["']""")


def test_pages_behind_a_prefix_never_lead_out_of_it(placed: Answering) -> None:
    prefix = placed.service.site.prefix
    world = placed.world
    world.publish(world.ada, "ada", world.notebook("analysis"))
    browser = requests.Session()
    browser.headers["Host"] = HOST

    def open_page(path: str, method: str = "GET", **options: object) -> requests.Response:
        return browser.request(method, placed.url + path, allow_redirects=False, timeout=60, **options)  # type: ignore[arg-type]

    form = open_page(f"{prefix}/login")
    forgery = browser.cookies["_xsrf"]
    sent = {"name": "ada", "password": "secret-ada", "next": "/ada", "_xsrf": forgery}
    signed_in = open_page(f"{prefix}/login", "POST", data=sent)
    assert signed_in.headers["Location"] == f"{prefix}/ada"
    assert {cookie.path for cookie in browser.cookies} == {prefix or "/"}, "cookies stay below the prefix"
    assert f'action="{prefix}/login"' in form.text
    todo, seen = [f"{prefix}/", f"{prefix}/ada", f"{prefix}/login", f"{prefix}/nowhere"], set()
    while todo:
        where = todo.pop(0)  # near pages first: all kinds of them are near
        if where in seen or len(seen) > 80:
            continue
        seen.add(where)
        answer = open_page(where)
        if "/static/" in where:
            assert answer.status_code == 200, where
        if not answer.headers["Content-Type"].startswith("text/html"):
            continue
        for link in LINK.findall(answer.text):
            address = link.replace("&amp;", "&")
            if address.startswith("/") and not address.startswith("//"):
                assert address == prefix or address.startswith(f"{prefix}/"), f"{where} leads out: {address}"
                assert not prefix or not address.startswith(prefix * 2), f"{where} has the prefix twice: {address}"
                todo.append(address)
    assert any(urlsplit(path).path == f"{prefix}/ada/analysis" for path in seen)
    assert any("/static/" in path for path in seen)
    out = open_page(f"{prefix}/logout", "POST", data={"_xsrf": forgery})
    assert out.headers["Location"] == f"{prefix}/"
    assert [cookie.name for cookie in browser.cookies] == ["_xsrf"]


@pytest.mark.parametrize("trusted", [True, False])
def test_what_a_proxy_says_counts_where_it_is_trusted(tmp_path: Path, trusted: bool) -> None:
    said = {"X-Forwarded-Host": "team.test", "X-Forwarded-Prefix": "/hub/repo", "X-Forwarded-Proto": "https"}
    for repo in serve(tmp_path, trust_proxy=trusted, loopback=False):
        world = repo.world
        world.publish(world.ada, "ada", world.conda("hello"))
        told = repo.get("/api/package/ada/hello", headers=said).json()["html_url"]
        page = repo.get("/", headers=said).text
        if trusted:
            assert told == "https://team.test/hub/repo/ada/hello"
            assert 'href="/hub/repo/login' in page
        else:
            assert told == f"{repo.url}/ada/hello"
            assert 'href="/login' in page
        hostile = repo.get("/", headers={**said, "X-Forwarded-Prefix": "//evil.test"}).text
        assert "evil.test" not in hostile


@pytest.mark.parametrize("trusted", [True, False])
def test_nobody_chooses_the_address_they_come_from(tmp_path: Path, trusted: bool) -> None:
    """A token that is bound to an address, the audit log and the count of failed sign-ins rely on it."""
    for repo in serve(tmp_path, trust_proxy=trusted, loopback=False):
        with repo.world.repository.write() as work:
            owner = accounts.get(work, "ada")
            _, bound = tokens.create(work, repo.world.ada, owner, "bound", scopes=["all"], addresses=["203.0.113.7"])
        seen = {"X-Forwarded-For": "198.51.100.1"}
        for claimed in (
            {"X-Real-Ip": "203.0.113.7"},
            {"X-Forwarded-For": "203.0.113.7, 198.51.100.1"},
            {"Forwarded": "for=203.0.113.7", "X-Client-Ip": "203.0.113.7"},
        ):
            answer = repo.get("/api/user", by=bound, headers={**seen, **claimed})
            assert answer.status_code in (401, 403), claimed
        came = repo.get("/api/user", by=bound, headers={"X-Forwarded-For": "203.0.113.7"})
        assert (came.status_code == 200) is trusted
        repo.post(
            "/api/authentications",
            json={"note": "x", "fail-if-exists": False},
            auth=("ada", "secret-ada"),
            headers={**seen, "X-Real-Ip": "203.0.113.9", "X-Scheme": "https"},
        )
        first = repo.get("/api/audit/ada", by="ada").json()[0]
        assert first["action"] == "sign-in"
        assert first["address"] == ("198.51.100.1" if trusted else "127.0.0.1")
        assert repo.get("/api/openapi.json", headers={"X-Scheme": "https"}).json()["servers"] == [{"url": repo.url}]


def test_no_address_holds_a_control_character(repo: Answering) -> None:
    """Nothing is called so; PostgreSQL could not even be asked, and a redirect not be written."""
    for route in ROUTES:
        names = re.findall(r"{(\w+)(?::label|:rest)?}", route.path)
        for name in names:
            for hostile in ("a%00", "a%0d%0aSet-Cookie:x=1", "%7f"):
                path = re.sub(rf"{{{name}(:\w+)?}}", hostile, route.path)
                answer = repo.get(re.sub(r"{digest:sha256}", "a" * 64, re.sub(r"{(\w+)(:rest|:label)?}", "x", path)))
                assert answer.status_code in (301, 302, 401, 404, 405), path
                assert "x=1" not in answer.headers.get("Set-Cookie", "")
                if answer.status_code in (301, 302):
                    assert "\r" not in answer.headers["Location"]


@pytest.mark.parametrize("host", ["[::1", "[zz]", "a]b", "", "evil.test", "[::1]:x"])
def test_a_host_that_is_none_is_foreign(repo: Answering, host: str) -> None:
    repo.world.publish(repo.world.ada, "ada", repo.world.conda("hello"))
    for path in ("/", "/api/user", "/conda/ada/noarch/repodata.json", "/conda/ada/noarch/repodata.json"):
        connection = HTTPConnection(repo.url.removeprefix("http://"), timeout=60)
        connection.request("GET", path, headers={"Host": host})
        status = connection.getresponse().status
        connection.close()
        assert status in ((403,) if host != "[::1]:x" else (200, 401)), path
