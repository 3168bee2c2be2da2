"""Time travel as clients ask for it: every document, every address, tokens, caching, and real installs of the past."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zstandard

from jupyter_repo.http.channels.moments import parsed
from jupyter_repo.service import trash

from .conftest import Answering
from .reading import shards
from .test_shards import SOLVE, run_rattler

JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}


def stamp(moment: datetime | None = None) -> str:
    return (moment or datetime.now(UTC)).isoformat().replace("+00:00", "Z")


@pytest.fixture
def travelled(repo: Answering) -> tuple[Answering, str]:
    """Version 1.0 of everything then, and 2.0 since; `gone` was deleted since, `veiled` is private."""
    world = repo.world
    for name, query in (("alpha", {}), ("gone", {}), ("veiled", {"visibility": "private"}), ("beta", {"label": "dev"})):
        assert repo.upload(world.conda(name), **query).status_code == 201
    for name in ("mywheel", "goner"):
        assert repo.upload(world.wheel(name)).status_code == 201
    then = stamp()
    for name in ("gone", "goner"):
        assert repo.delete(f"/api/package/ada/{name}", by="ada").status_code in (200, 201)
    for path in (world.conda("alpha", version="2.0"), world.wheel("mywheel", version="2.0")):
        assert repo.upload(path).status_code == 201
    return repo, then


def test_every_conda_document_is_of_then(travelled: tuple[Answering, str]) -> None:
    repo, then = travelled
    channel = f"/conda/ada/at/{then}"
    files = {"alpha-1.0-0.conda", "gone-1.0-0.conda"}
    plain = repo.get(f"{channel}/noarch/repodata.json")
    assert set(plain.json()["packages.conda"]) == files
    for name in ("current_repodata.json", "run_exports.json"):
        assert set(repo.get(f"{channel}/noarch/{name}").json()["packages.conda"]) == files
    packed = repo.get(f"{channel}/noarch/repodata.json.zst").content
    assert zstandard.ZstdDecompressor().decompress(packed) == plain.content
    assert set(shards(repo, f"{channel}/noarch")) == files
    data = repo.get(f"{channel}/channeldata.json").json()
    assert {name: entry["version"] for name, entry in data["packages"].items()} == {"alpha": "1.0", "gone": "1.0"}
    assert repo.get(f"{channel}/notices.json").json() == {"notices": []}
    for name in files:
        assert repo.get(f"{channel}/noarch/{name}").status_code == 200
    assert repo.get(f"{channel}/noarch/alpha-2.0-0.conda").status_code == 404
    assert repo.get(f"{channel}/linux-64/repodata.json").status_code == 404


def test_a_label_of_then_comes_before_its_channel_of_then(travelled: tuple[Answering, str]) -> None:
    repo, then = travelled
    folder = f"/conda/ada/label/dev/at/{then}/noarch"
    body = repo.get(f"{folder}/repodata.json").json()
    assert set(body["packages.conda"]) == {"beta-1.0-0.conda"}
    assert body["info"]["channel_relations"] == {"overrides": f"../../../../at/{then}"}
    assert set(shards(repo, folder)) == {"beta-1.0-0.conda"}
    assert repo.get(f"/conda/ada/label/absent/at/{then}/noarch/repodata.json").status_code == 404
    assert repo.get(f"/conda/ada/label/dev/at/{then}/channeldata.json").json()["packages"].keys() == {"beta"}


def test_what_is_private_takes_a_token_then_too(travelled: tuple[Answering, str]) -> None:
    repo, then = travelled
    token = repo.tokens["ada"]
    everything = {"alpha-1.0-0.conda", "gone-1.0-0.conda", "veiled-1.0-0.conda"}
    for channel in (f"/t/{token}/conda/ada/at/{then}", f"/conda/t/{token}/ada/at/{then}", f"/conda/ada/at/{then}"):
        answer = repo.get(f"{channel}/noarch/repodata.json", by="ada" if token not in channel else None)
        assert set(answer.json()["packages.conda"]) == everything
        assert answer.headers["Cache-Control"].startswith("private")
    for by in (None, "bob"):
        private = repo.get(f"/conda/ada/at/{then}/noarch/veiled-1.0-0.conda", by=by)
        absent = repo.get(f"/conda/ada/at/{then}/noarch/absent-1.0-0.conda", by=by)
        assert private.status_code == absent.status_code == 404
        assert private.json()["error"].replace("veiled", "absent") == absent.json()["error"]
    assert repo.get(f"/conda/ada/at/{then}/noarch/repodata.json", by="jr-" + "x" * 38).status_code == 403
    assert repo.get(f"/conda/carol/at/{then}/noarch/repodata.json").status_code == 401


def test_the_simple_index_of_then(travelled: tuple[Answering, str]) -> None:
    repo, then = travelled
    for base in (f"/pypi/ada/at/{then}/simple", f"/pypi/ada/at/{then}"):
        names = [one["name"] for one in repo.get(f"{base}/", headers=JSON).json()["projects"]]
        assert names == ["goner", "mywheel"]
        page = repo.get(f"{base}/mywheel/", headers=JSON).json()
        assert page["versions"] == ["1.0"]
        url = repo.get(f"{base}/mywheel/").url.rsplit("/", 1)[0] + "/" + page["files"][0]["url"]
        assert repo.get(url.removeprefix(repo.url)).status_code == 200
        assert repo.get(url.removeprefix(repo.url) + ".metadata").status_code == 200
        assert repo.get(f"{base}/goner/", headers=JSON).status_code == 200
    assert repo.get(f"/pypi/ada/at/{then}/files/mywheel-2.0-py3-none-any.whl").status_code == 404
    assert repo.get(f"/pypi/ada/at/{then}/simple").headers["Location"] == "simple/"


def test_only_what_can_not_change_may_be_kept_for_ever(travelled: tuple[Answering, str]) -> None:
    repo, then = travelled
    index = f"/conda/ada/at/{then}/noarch/repodata.json"
    answer = repo.get(index)
    assert answer.headers["Cache-Control"] == "public, no-cache"  # a package may become private
    assert repo.get(index, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    file = f"/conda/ada/at/{then}/noarch/alpha-1.0-0.conda"
    for _ in range(2):  # looked up, and kept ready
        assert repo.get(file).headers["Cache-Control"] == "public, no-cache"  # a transaction may run from before
    with repo.world.repository.write() as work:
        long_ago = work.now - timedelta(days=2)
        for statement in ("accounts SET created_at", "files SET since", "file_labels SET since"):
            work.db.exec_driver_sql(f"UPDATE {statement} = ?", (long_ago.strftime("%Y-%m-%d %H:%M:%S.%f"),))
    old = f"/conda/ada/at/{stamp(long_ago + timedelta(days=1))}/noarch"
    for _ in range(2):
        assert repo.get(f"{old}/alpha-1.0-0.conda").headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert repo.get(f"{old}/alpha-1.0-0.conda", by="ada").headers["Cache-Control"].startswith("private")
    part = repo.get(f"{old}/alpha-1.0-0.conda", headers={"Range": "bytes=0-9"})
    assert (part.status_code, len(part.content)) == (206, 10)
    assert repo.ask("HEAD", f"{old}/alpha-1.0-0.conda").headers["ETag"] == part.headers["ETag"]


def test_what_becomes_private_leaves_the_past_at_once(travelled: tuple[Answering, str]) -> None:
    repo, then = travelled
    index, page = f"/conda/ada/at/{then}/noarch/repodata.json", f"/pypi/ada/at/{then}/simple/mywheel/"
    for path in (index, page):
        assert repo.get(path, headers=JSON).status_code == 200
    for name in ("alpha", "mywheel"):
        assert repo.patch(f"/api/package/ada/{name}", by="ada", json={"visibility": "private"}).ok
    assert set(repo.get(index).json()["packages.conda"]) == {"gone-1.0-0.conda"}
    assert repo.get(page, headers=JSON).status_code == 404
    assert repo.get(page, headers=JSON, by="ada").status_code == 200


@pytest.mark.parametrize("moment", ["2999-01-01", "4102444800", "9999999999999", "2999-01-01T00:00:00Z"])
def test_the_future_is_refused_in_words(repo: Answering, moment: str) -> None:
    for path in (f"/conda/ada/at/{moment}/noarch/repodata_shards.msgpack.zst", f"/pypi/ada/at/{moment}/simple/"):
        answer = repo.get(path, by="ada")
        assert (answer.status_code, answer.json()["code"]) == (400, "future")
        assert "has not come yet" in answer.json()["detail"]


@pytest.mark.parametrize("moment", ["yesterday", "2026-11-20T10:00:00", "2026-13-01", "1e9", "20261120T10", "9" * 14])
def test_what_is_no_moment_is_refused_in_words(repo: Answering, moment: str) -> None:
    answer = repo.get(f"/conda/ada/at/{moment}/noarch/repodata.json", by="ada")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_moment")
    assert "2026-11-20T09:30:00Z" in answer.json()["detail"]


@pytest.mark.parametrize(
    "text",
    ["2026-11-20T00:00:00Z", "2026-11-20T01:00:00+01:00", "2026-11-20", "1795132800", "1795132800000", "1795132800.0"],
)
def test_one_moment_has_many_spellings(text: str) -> None:
    assert parsed(text) == datetime(2026, 11, 20, tzinfo=UTC)


def test_rattler_installs_what_there_was(travelled: tuple[Answering, str]) -> None:
    repo, then = travelled
    channel = f"{repo.url}/t/{repo.tokens['ada']}/conda/ada"
    specs = ("alpha", "veiled", "gone")
    assert run_rattler(SOLVE, f"{channel}/at/{then}", *specs).strip() == "['alpha 1.0', 'gone 1.0', 'veiled 1.0']"
    assert run_rattler(SOLVE, channel, "alpha").strip() == "['alpha 2.0']"
    assert run_rattler(SOLVE, f"{channel}/label/dev/at/{then}", "beta").strip() == "['beta 1.0']"


@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_pip_and_uv_install_what_there_was(travelled: tuple[Answering, str], tmp_path: Path, installer: str) -> None:
    repo, then = travelled
    target = tmp_path / "target"
    index = f"{repo.url}/t/{repo.tokens['ada']}/pypi/ada/at/{then}/simple/"
    commands = {
        "pip": [sys.executable, "-m", "pip", "install", "--no-input", "--no-cache-dir", "--index-url", index],
        "uv": [
            "uv",
            "pip",
            "install",
            "--no-config",
            "--no-cache",
            "--python",
            sys.executable,
            "--default-index",
            index,
        ],
    }
    done = subprocess.run(
        [*commands[installer], "--target", str(target), "mywheel", "goner"], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert {path.name for path in target.glob("*.dist-info")} == {"mywheel-1.0.dist-info", "goner-1.0.dist-info"}


def test_an_upload_asks_the_database_no_more_than_before(repo: Answering) -> None:
    """Intervals begin in the rows that an upload writes anyway."""
    import sqlalchemy as sa

    world = repo.world
    world.publish(world.ada, "ada", world.conda("alpha"))
    said: list[str] = []
    engine = world.repository.engine
    sa.event.listen(engine, "before_cursor_execute", lambda *words: said.append(words[2]))
    world.publish(world.ada, "ada", world.conda("alpha", version="2.0"))
    writes = [statement.split()[0:3] for statement in said if statement.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert not [words for words in writes if "past_labels" in words or "past_yanks" in words]
    with world.repository.write() as work:
        trash.delete(work, world.ada, "ada", "alpha")
    assert any("past_labels" in statement for statement in said)
