"""conda's and pip's addresses: documents, files, tokens in every place, wrong tokens, private as absent."""

from __future__ import annotations

import base64
import hashlib
import io

import pytest
import zstandard

from jupyter_repo.service import accounts, tokens

from .conftest import Answering

JSON = {"Accept": "application/vnd.pypi.simple.v1+json, text/html; q=0.01"}


@pytest.fixture
def stocked(repo: Answering) -> Answering:
    """Public and private packages of both kinds in `ada`; `bob` shows nothing."""
    for name, visibility in (("open", "public"), ("veiled", "private")):
        assert repo.upload(repo.world.conda(f"c-{name}"), visibility=visibility).status_code == 201
        assert repo.upload(repo.world.conda(f"c-{name}", ext=".tar.bz2", version="0.9")).status_code == 201
        assert repo.upload(repo.world.wheel(f"w_{name}"), visibility=visibility).status_code == 201
    assert repo.upload(repo.world.conda("bobs"), "bob", "bob", visibility="private").status_code == 201
    return repo


def test_repodata_plain_and_compressed(stocked: Answering) -> None:
    plain = stocked.get("/conda/ada/noarch/repodata.json")
    assert plain.headers["Content-Type"] == "application/json"
    body = plain.json()
    assert set(body["packages.conda"]) == {"c-open-1.0-0.conda"}
    assert set(body["packages"]) == {"c-open-0.9-0.tar.bz2"}
    record = body["packages.conda"]["c-open-1.0-0.conda"]
    assert {"name", "version", "build", "build_number", "depends", "subdir", "md5", "sha256", "size"} <= set(record)
    packed = stocked.get("/conda/ada/noarch/repodata.json.zst")
    assert zstandard.ZstdDecompressor().stream_reader(io.BytesIO(packed.content)).read() == plain.content
    assert plain.headers["ETag"] != packed.headers["ETag"]


@pytest.mark.parametrize(
    "path", ["/conda/ada/noarch/repodata.json", "/conda/ada/noarch/repodata.json.zst", "/pypi/ada/simple/"]
)
def test_an_index_is_asked_for_again_cheaply_and_changes_with_the_channel(stocked: Answering, path: str) -> None:
    etag = stocked.get(path).headers["ETag"]
    assert stocked.get(path, headers={"If-None-Match": etag}).status_code == 304
    head = stocked.ask("HEAD", path)
    assert (head.status_code, head.headers["ETag"], head.content) == (200, etag, b"")
    stocked.upload(stocked.world.conda("new"))
    stocked.upload(stocked.world.wheel("new"))
    assert stocked.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_noarch_always_exists_and_other_platforms_only_with_packages(stocked: Answering) -> None:
    assert stocked.get("/conda/acme/noarch/repodata.json", by="acme").json()["packages"] == {}
    assert stocked.get("/conda/ada/linux-64/repodata.json").status_code == 404
    stocked.upload(stocked.world.conda("native", subdir="linux-64", noarch=None))
    assert set(stocked.get("/conda/ada/linux-64/repodata.json").json()["packages.conda"]) == {"native-1.0-0.conda"}
    assert stocked.get("/conda/ada/channeldata.json").json()["subdirs"] == ["linux-64", "noarch"]


@pytest.mark.parametrize(
    "address",
    [
        "/t/{token}/conda/ada/noarch/repodata.json",
        "/conda/t/{token}/ada/noarch/repodata.json",
        "/conda/ada/t/{token}/noarch/repodata.json",
        "/t/{token}/conda/ada/label/main/noarch/repodata.json",
    ],
)
def test_a_token_in_the_path_opens_what_is_private(stocked: Answering, address: str) -> None:
    answer = stocked.get(address.format(token=stocked.tokens["ada"]))
    assert set(answer.json()["packages.conda"]) == {"c-open-1.0-0.conda", "c-veiled-1.0-0.conda"}
    assert answer.headers["Cache-Control"].startswith("private")


@pytest.mark.parametrize("form", ["token {}", "Bearer {}", "Basic"])
def test_a_token_in_the_header_opens_what_is_private(stocked: Answering, form: str) -> None:
    token = stocked.tokens["ada"]
    header = form.format(token)
    if form == "Basic":
        header = "Basic " + base64.b64encode(f"anyone:{token}".encode()).decode()
    answer = stocked.get("/pypi/ada/simple/w-veiled/", headers={"Authorization": header, **JSON})
    assert answer.json()["files"][0]["filename"] == "w_veiled-1.0-py3-none-any.whl"


def test_private_is_absent_from_every_index(stocked: Answering) -> None:
    for path in (
        "/conda/ada/noarch/repodata.json", "/conda/ada/channeldata.json", "/pypi/ada/simple/", "/api/packages/ada",
        "/api/search?name=veiled", "/api/search?q=veiled", "/ada", "/", "/?q=veiled", "/api/search",
        "/api/search?q=veiled&channel=ada&kind=conda", "/ada?q=veiled", "/?q=veiled&channel=ada&label=main",
        "/view-all", "/packages", "/notebooks", "/environments", "/feeds/ada/atom.xml", "/labels/ada",
    ):  # fmt: skip
        for by in (None, "bob"):
            answer = stocked.get(path, by=by)
            assert answer.status_code == 200
            # a page says the words that were searched for; a name begins with c- or w_
            assert "c-veiled" not in answer.text, path
            assert "w_veiled" not in answer.text, path
    for by, number in ((None, 2), ("bob", 2), ("ada", 4)):
        counts = stocked.get("/api/search/kinds?channel=ada", by=by).json()
        assert counts["all"] == len(stocked.get("/api/packages/ada", by=by).json()) == number
    assert stocked.get("/api/search/kinds?mine=true", by="ada").json()["all"] == 4
    assert stocked.get("/api/search/kinds?mine=true").status_code == 401
    assert stocked.get("/api/search/kinds").status_code == 400


@pytest.mark.parametrize(
    ("private", "absent"),
    [
        ("/conda/ada/noarch/c-veiled-1.0-0.conda", "/conda/ada/noarch/c-absent-1.0-0.conda"),
        ("/pypi/ada/simple/w-veiled/", "/pypi/ada/simple/w-absent/"),
        ("/pypi/ada/files/w_veiled-1.0-py3-none-any.whl", "/pypi/ada/files/w_absent-1.0-py3-none-any.whl"),
        ("/pypi/ada/files/w_veiled-1.0-py3-none-any.whl.metadata", "/pypi/ada/files/w_absent-1.0-py3-none-any.whl.metadata"),  # noqa: E501
        ("/api/package/ada/c-veiled", "/api/package/ada/c-absent"),
        ("/api/release/ada/c-veiled/1.0", "/api/release/ada/c-absent/1.0"),
        ("/api/dist/ada/c-veiled/1.0/noarch/c-veiled-1.0-0.conda", "/api/dist/ada/c-absent/1.0/noarch/c-absent-1.0-0.conda"),  # noqa: E501
        ("/api/download/ada/c-veiled/1.0/noarch/x", "/api/download/ada/c-absent/1.0/noarch/x"),
        ("/ada/c-veiled", "/ada/c-absent"),
        ("/ada/c-veiled/1.0", "/ada/c-absent/1.0"),
        ("/ada/c-veiled/1.0/files/noarch/c-veiled-1.0-0.conda", "/ada/c-absent/1.0/files/noarch/c-absent-1.0-0.conda"),
        ("/ada/c-veiled/1.0/diff", "/ada/c-absent/1.0/diff"),
        ("/feeds/bob/atom.xml", "/feeds/carol/atom.xml"),
        ("/labels/bob", "/labels/carol"),
        ("/conda/bob/noarch/repodata.json", "/conda/carol/noarch/repodata.json"),
        ("/pypi/bob/simple/", "/pypi/carol/simple/"),
        ("/conda/bob/noarch/bobs-1.0-0.conda", "/conda/carol/noarch/bobs-1.0-0.conda"),
        ("/api/package/bob/bobs", "/api/package/carol/bobs"),
        ("/api/user/bob", "/api/user/carol"),
        ("/api/search/kinds?channel=bob", "/api/search/kinds?channel=carol"),
        ("/api/packages/bob", "/api/packages/carol"),
        ("/bob", "/carol"),
    ],
)  # fmt: skip
def test_private_and_absent_give_the_same_answer(stocked: Answering, private: str, absent: str) -> None:
    one, other = stocked.get(private), stocked.get(absent)
    assert one.status_code == other.status_code
    assert one.status_code in (401, 404)

    def same(text: str) -> str:
        for word in ("c-absent", "w_absent", "w-absent", "carol", "c-veiled", "w_veiled", "w-veiled", "bob"):
            text = text.replace(word, "X")
        return text.replace("Xs", "X")

    assert same(one.text) == same(other.text)
    varying = ("Date", "Content-Length", "Set-Cookie")
    assert {k: v for k, v in one.headers.items() if k not in varying} == {
        k: v for k, v in other.headers.items() if k not in varying
    }


def test_an_unknown_token_is_refused_on_every_channel_alike(stocked: Answering) -> None:
    for address in (
        "/t/nonsense/conda/ada/noarch/repodata.json",
        "/t/jr-wrong/pypi/nobody/simple/",
        "/conda/t/x/ada/noarch/repodata.json",
    ):
        answer = stocked.get(address)
        assert (answer.status_code, answer.json()["code"]) == (403, "token_unknown")
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_dead_token_is_explained_where_it_mattered_and_breaks_nothing_elsewhere(stocked: Answering) -> None:
    token = stocked.tokens["bob"]
    with stocked.world.repository.write() as work:
        tokens.revoke(work, stocked.world.bob, accounts.get(work, "bob"), "token 1 all")
    refused = stocked.get(f"/t/{token}/conda/bob/noarch/repodata.json")
    assert (refused.status_code, refused.json()["code"]) == (403, "token_expired")
    assert "was revoked on" in refused.json()["detail"]
    assert refused.json()["renew_url"].endswith("/bob/settings/access")
    public = stocked.get(f"/t/{token}/conda/ada/noarch/repodata.json")
    assert public.status_code == 200
    assert "was revoked on" in public.headers["Conda-Token-Warning"]
    assert stocked.get("/api/user", by="bob").status_code == 401
    assert stocked.ask("HEAD", "/api", by="bob").status_code == 200


@pytest.mark.parametrize(
    ("scope", "conda", "pypi"),
    [("all", 1, 1), ("repos", 1, 1), ("conda", 1, 0), ("conda:download", 1, 0), ("pypi:download", 0, 1), ("pypi:upload", 0, 0), ("api:read", 1, 1)],  # noqa: E501
)  # fmt: skip
def test_what_a_token_may_download(stocked: Answering, scope: str, conda: int, pypi: int) -> None:
    _, secret = stocked.world.token(stocked.world.ada, "ada", scope)
    names = stocked.get(f"/t/{secret}/conda/ada/noarch/repodata.json").json()["packages.conda"]
    assert ("c-veiled-1.0-0.conda" in names) == bool(conda)
    file = stocked.get(f"/t/{secret}/conda/ada/noarch/c-veiled-1.0-0.conda")
    assert file.status_code == (200 if conda else 404)
    page = stocked.get(f"/t/{secret}/pypi/ada/simple/w-veiled/", headers=JSON)
    assert page.status_code == (200 if pypi else 404)


def test_the_simple_api(stocked: Answering) -> None:
    root = stocked.get("/pypi/ada/simple/", headers=JSON)
    assert root.headers["Content-Type"] == "application/vnd.pypi.simple.v1+json"
    assert root.json()["projects"] == [{"name": "w_open"}]
    page = stocked.get("/pypi/ada/simple/w-open/", headers=JSON).json()
    file = page["files"][0]
    assert (page["name"], page["versions"], file["url"]) == ("w-open", ["1.0"], f"../../files/{file['filename']}")
    assert {"sha256"} == set(file["hashes"])
    metadata = stocked.get(f"/pypi/ada/files/{file['filename']}.metadata")
    assert b"Name: w_open" in metadata.content
    assert hashlib.sha256(metadata.content).hexdigest() == file["core-metadata"]["sha256"]
    known = {"If-None-Match": metadata.headers["ETag"]}
    assert stocked.get(f"/pypi/ada/files/{file['filename']}.metadata", headers=known).status_code == 304
    html = stocked.get("/pypi/ada/simple/w-open/", headers={"Accept": "text/html"})
    assert html.headers["Content-Type"] == "text/html"
    assert f"#sha256={file['hashes']['sha256']}" in html.text
    assert stocked.get("/pypi/ada/simple/", headers={"Accept": "image/png"}).status_code == 406
    assert stocked.get("/pypi/ada/simple/W_Open/").headers["Location"] == "../w-open/"
    assert stocked.get("/pypi/ada/simple").headers["Location"] == "simple/"


def test_files_with_ranges_and_conditions(stocked: Answering) -> None:
    path = "/pypi/ada/files/w_open-1.0-py3-none-any.whl"
    whole = stocked.get(path)
    part = stocked.get(path, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole.content)}"
    assert stocked.get(path, headers={"Range": "bytes=-5"}).content == whole.content[-5:]
    assert stocked.get(path, headers={"Range": f"bytes={len(whole.content)}-"}).status_code == 416
    assert stocked.get(path, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    assert stocked.get(path, headers={"If-Modified-Since": whole.headers["Last-Modified"]}).status_code == 304
    assert "immutable" in whole.headers["Cache-Control"]
    head = stocked.ask("HEAD", path)
    assert (head.headers["Content-Length"], head.content) == (str(len(whole.content)), b"")


def test_labels_are_channels_of_their_own(stocked: Answering) -> None:
    stocked.upload(stocked.world.conda("next"), label="dev/next")
    assert "next-1.0-0.conda" not in stocked.get("/conda/ada/noarch/repodata.json").text
    shown = stocked.get("/conda/ada/label/dev/next/noarch/repodata.json").json()
    assert set(shown["packages.conda"]) == {"next-1.0-0.conda"}
    assert stocked.get("/conda/ada/label/dev/next/noarch/next-1.0-0.conda").status_code == 200
    assert stocked.get("/conda/ada/label/none-such/noarch/repodata.json").status_code == 404


def test_unlisted_is_reachable_and_in_no_list(stocked: Answering) -> None:
    stocked.upload(stocked.world.wheel("quiet"), visibility="unlisted")
    assert "quiet" not in stocked.get("/pypi/ada/simple/").text
    assert stocked.get("/pypi/ada/files/quiet-1.0-py3-none-any.whl").status_code == 200
    assert stocked.get("/ada/quiet").status_code == 200
    assert "quiet" not in stocked.get("/api/search").text
    assert "quiet" in stocked.get("/pypi/ada/simple/", by="ada").text


def test_what_clients_ask_that_is_not_there(stocked: Answering) -> None:
    """Forms that are not made; a platform without packages; an address that conda puts together wrongly."""
    token = stocked.tokens["ada"]
    for path in (
        "/conda/ada/noarch/repodata.json.bz2",
        "/conda/ada/noarch/repodata.jlap",
        "/conda/ada/linux-64/repodata_shards.msgpack.zst",
        f"/t/{token}/conda/ada/repodata_shards.msgpack.zst/noarch",
    ):
        assert [stocked.ask(method, path).status_code for method in ("GET", "HEAD")] == [404, 404], path


def test_the_forms_of_an_index_have_etags_of_their_own(stocked: Answering) -> None:
    """conda sends the ETag of the plain document when it asks for the packed one: a 304 then would be a lie."""
    names = ("repodata_shards.msgpack.zst", "repodata.json.zst", "repodata.json", "run_exports.json.zst")
    etags = {name: stocked.get(f"/conda/ada/noarch/{name}").headers["ETag"] for name in names}
    assert len(set(etags.values())) == len(names)
    asked = {"If-None-Match": etags["repodata.json"]}
    assert stocked.get("/conda/ada/noarch/repodata.json.zst", headers=asked).status_code == 200
    html, document = ({"Accept": f"application/vnd.pypi.simple.v1+{form}"} for form in ("html", "json"))
    address = "/pypi/ada/simple/"
    page, listing = (stocked.get(address, headers=accept).headers for accept in (html, document))
    assert (page["Vary"] == listing["Vary"], "Accept" in page["Vary"]) == (True, True)
    assert page["ETag"] != listing["ETag"]
    assert stocked.get(address, headers={**html, "If-None-Match": listing["ETag"]}).status_code == 200


def test_a_browser_is_led_to_the_channels_page_and_programs_get_what_they_always_got(stocked: Answering) -> None:
    """None of the programs asks for XHTML, and every browser does."""
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"}
    token = stocked.tokens["ada"]
    for owner in ("ada", "bob", "nobody"):
        for path in (
            f"/conda/{owner}",
            f"/conda/{owner}/",
            f"/pypi/{owner}",
            f"/pypi/{owner}/",
            f"/conda/{owner}/label/x",
        ):
            for address in (path, f"/t/{token}{path}"):
                led = stocked.get(address, headers=browser)
                assert (led.status_code, led.headers["Location"], led.headers["Vary"]) == (302, f"/{owner}", "Accept")
    assert stocked.get("/conda/%2F%2Fevil.example", headers=browser).headers["Location"] == "/%2F%2Fevil.example"
    assert stocked.get("/conda/ada", headers=browser, allow_redirects=True).status_code == 200
    assert stocked.get("/conda/bob", headers=browser, allow_redirects=True).status_code == 404
    pip = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"
    for accept in (pip, "text/html", "*/*", "application/json", ""):
        program = {"Accept": accept}
        assert stocked.get("/conda/ada", headers=program).status_code == 404
        assert stocked.get("/pypi/ada", headers=program).headers["Location"] == "ada/"
        index = stocked.get("/pypi/ada/", headers=program)
        expected = 406 if accept == "application/json" else 200
        assert index.status_code == expected
        assert expected == 406 or "open" in index.text
    # the index itself is for people too, where they ask for it
    for path in ("/pypi/ada/simple/", "/pypi/ada/w-open/", "/pypi/ada/?format=application/vnd.pypi.simple.v1%2Bhtml"):
        assert "open" in stocked.get(path, headers=browser).text


def test_another_method_learns_which_ones_there_are(stocked: Answering) -> None:
    refused = stocked.ask("PATCH", "/conda/ada/noarch/repodata.json")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")
    assert "it answers GET, HEAD" in refused.json()["detail"]
    assert stocked.ask("GET", "/pypi/ada/legacy/", by="ada").headers["Allow"] == "POST"
