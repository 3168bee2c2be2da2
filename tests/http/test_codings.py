"""Text goes out packed for who takes it, once made for all; nothing that a cookie opens does."""

from __future__ import annotations

import gzip
import json
import urllib.request
from pathlib import Path

import pytest
import zstandard

from jupyter_repo.http import codings
from jupyter_repo.http.statics import files

from .browsing import Browsing
from .conftest import Answering

UNPACK = {
    "gzip": gzip.decompress,
    "zstd": lambda content: zstandard.ZstdDecompressor().decompressobj().decompress(content),
    "": lambda content: content,
}
PACKAGES = 10
VARY = "Authorization, Cookie, Accept"
INDEXES = (
    "/conda/ada/noarch/repodata.json",
    "/conda/ada/noarch/current_repodata.json",
    "/pypi/ada/simple/hello/",
    "/pypi/ada/simple/hello/?format=application/vnd.pypi.simple.v1%2Bjson",
)


@pytest.fixture
def stocked(repo: Answering) -> Answering:
    for number in range(PACKAGES):
        repo.upload(repo.world.wheel("hello", version=f"1.{number}"))
        repo.upload(repo.world.conda(f"pack-{number}"))
    repo.upload(repo.world.conda("secret"), visibility="private")
    return repo


class Raw:
    """An answer as it came over the wire."""

    def __init__(self, repo: Answering, path: str, coding: str = "", method: str = "GET", **headers: str) -> None:
        sent = {"Accept-Encoding": coding or "identity", **{key.replace("_", "-"): v for key, v in headers.items()}}
        request = urllib.request.Request(repo.url + path, headers=sent, method=method)
        opener = urllib.request.build_opener(_Unchanged)
        with opener.open(request, timeout=60) as answer:
            self.status, self.headers, self.content = answer.status, answer.headers, answer.read()

    @property
    def coding(self) -> str:
        return self.headers.get("Content-Encoding", "")

    @property
    def text(self) -> bytes:
        return UNPACK[self.coding](self.content)


class _Unchanged(urllib.request.HTTPErrorProcessor):
    def http_response(self, request: object, response: object) -> object:  # type: ignore[override]
        return response


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (None, None),
        ("", None),
        ("identity", None),
        ("gzip, deflate", "gzip"),
        ("gzip,deflate", "gzip"),
        ("zstd,gzip,deflate", "zstd"),
        ("gzip, deflate, zstd", "zstd"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("GZip;Q=1.0", "gzip"),
        ("gzip;q=1, zstd;q=0.5", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=0, zstd", "zstd"),
        ("*", "gzip"),
        ("*;q=0", None),
        ("gzip;q=0, *", None),
        ("identity, gzip;q=0.5", None),
        ("br", None),
        ("gzip;q=x, zstd;;", None),
        (",,;q=1,", None),
    ],
)
def test_the_coding_is_what_the_client_likes_best(accepted: str | None, coding: str | None) -> None:
    assert codings.chosen(accepted) == coding


def test_indexes_are_packed_and_every_form_has_its_own_etag(stocked: Answering) -> None:
    for path in INDEXES:
        plain = Raw(stocked, path)
        assert plain.coding == ""
        etags = {plain.headers["ETag"]}
        for coding in ("gzip", "zstd"):
            # the first is made by a handler, the second is kept ready
            for packed in (Raw(stocked, path, coding), Raw(stocked, path, coding)):
                assert (packed.status, packed.coding, packed.text) == (200, coding, plain.content), path
                assert len(packed.content) < len(plain.content) / 2
                assert packed.headers["Content-Length"] == str(len(packed.content))
                assert (
                    packed.headers["Vary"] == plain.headers["Vary"] == "Authorization, Cookie, Accept, Accept-Encoding"
                )
                etags.add(packed.headers["ETag"])
            head = Raw(stocked, path, coding, "HEAD")
            assert (head.content, head.headers["Content-Length"]) == (b"", str(len(packed.content)))
            again = Raw(stocked, path, coding, If_None_Match=packed.headers["ETag"])
            assert (again.status, again.content, again.headers["ETag"]) == (304, b"", packed.headers["ETag"])
            assert "Content-Encoding" not in again.headers
            # another form's tag is another version
            assert Raw(stocked, path, coding, If_None_Match=plain.headers["ETag"]).status == 200
        assert len(etags) == 3, path


def test_a_change_reaches_every_form_at_once(stocked: Answering) -> None:
    path = "/pypi/ada/simple/hello/"
    before = {coding: Raw(stocked, path, coding) for coding in ("", "gzip", "zstd")}
    stocked.upload(stocked.world.wheel("hello", version="9.0"))
    for coding, old in before.items():
        now = Raw(stocked, path, coding, If_None_Match=old.headers["ETag"])
        assert (now.status, b"hello-9.0" in now.text) == (200, True)


def test_a_token_gets_its_own_view_packed(stocked: Answering) -> None:
    path = "/conda/ada/noarch/repodata.json"
    token = {"Authorization": f"token {stocked.tokens['ada']}"}
    for _ in range(2):
        for coding in ("gzip", "zstd"):
            own = Raw(stocked, path, coding, **token)
            assert (own.coding, "secret-1.0-0.conda" in json.loads(own.text)["packages.conda"]) == (coding, True)
            assert own.headers["Cache-Control"].startswith("private")
            assert b"secret" not in Raw(stocked, path, coding).text


def test_what_is_packed_already_and_files_are_left_alone(stocked: Answering) -> None:
    for path in (
        "/conda/ada/noarch/repodata.json.zst",
        "/conda/ada/noarch/repodata_shards.msgpack.zst",
        "/conda/ada/noarch/pack-1-1.0-0.conda",
        "/pypi/ada/files/hello-1.0-py3-none-any.whl",
        "/static/stix-two-math.woff2",
    ):
        packed = Raw(stocked, path, "gzip, zstd")
        assert (packed.status, packed.coding) == (200, "")
        assert packed.content == Raw(stocked, path).content
    part = Raw(stocked, "/pypi/ada/files/hello-1.0-py3-none-any.whl", "gzip, zstd", Range="bytes=0-9")
    assert (part.status, len(part.content), part.coding) == (206, 10, "")


def test_pages_and_the_api_are_packed_unless_a_cookie_opens_them(stocked: Answering) -> None:
    for path in ("/", "/ada", "/ada/hello", "/docs/clients", "/api/packages/ada", "/api/openapi.json"):
        for coding in ("gzip", "zstd"):
            packed = Raw(stocked, path, coding)
            assert (packed.status, packed.coding, "Accept-Encoding" in packed.headers["Vary"]) == (200, coding, True)
            assert len(packed.content) < len(packed.text)
        assert Raw(stocked, path).coding == ""
    token = {"Authorization": f"token {stocked.tokens['ada']}"}
    own = Raw(stocked, "/api/packages/ada", "gzip", **token)
    assert (own.coding, "secret" in [one["name"] for one in json.loads(own.text)]) == ("gzip", True)
    browser = Browsing(stocked).sign_in("ada")
    cookies = {"Cookie": "; ".join(f"{one.name}={one.value}" for one in browser.cookies)}
    for path in ("/dashboard", "/ada", "/api/packages/ada", *INDEXES):
        opened = Raw(stocked, path, "gzip, zstd", **cookies)
        assert (opened.status, opened.coding) == (200, "")


def test_styles_and_scripts_are_packed_and_nothing_else_is_opened(repo: Answering) -> None:
    assert len(files()) > 8
    for path, file in files().items():
        plain, packed = Raw(repo, f"/static/{path}?v=1"), Raw(repo, f"/static/{path}", "gzip")
        assert plain.content == packed.text == file.read_bytes()
        large = len(plain.content) >= codings.WORTH and file.suffix != ".woff2"
        assert (packed.coding, packed.headers.get("Vary")) == (("gzip", "Accept-Encoding") if large else ("", None))
        assert packed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        again = Raw(repo, f"/static/{path}", "gzip", If_None_Match=packed.headers["ETag"])
        assert again.status == 304
    types = {Path(path).suffix: Raw(repo, f"/static/{path}").headers["Content-Type"] for path in files()}
    assert {types[".css"], types[".js"], types[".svg"]} == {"text/css", "text/javascript", "image/svg+xml"}
    for path in ("../base.py", "..%2fbase.py", "/etc/passwd", "css", "css/", "nothing.css", "%2e%2e/base.py"):
        assert Raw(repo, f"/static/{path}").status == 404
