"""The workflows against a real repository: publish, upload, download, and what may go wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_repo.client import actions
from jupyter_repo.client.actions import UploadOptions, Wanted
from jupyter_repo.client.client import RepoClient
from jupyter_repo.client.documents import FileDocument
from jupyter_repo.client.environment import Environment
from jupyter_repo.client.progress import Cancelled, Progress
from jupyter_repo.errors import AlreadyExists, InvalidName, InvalidRequest, NotFound, RepoError, StorageFull
from jupyter_repo.names import package_key

from ..builders import make_conda, make_environment, make_notebook, make_sdist, make_wheel, truncated
from ..running import Running


def test_publishing_again_makes_the_next_version_and_keeps_the_first(repository: Running, tmp_path: Path) -> None:
    client, owner = repository.client(), repository.owner
    first = make_notebook(tmp_path, "a.ipynb", cells=[("markdown", "# One"), ("code", "1")]).read_bytes()
    second = make_notebook(tmp_path, "b.ipynb", cells=[("markdown", "# Two"), ("code", "2")]).read_bytes()
    options = {"channel": owner, "name": "analysis"}
    one = actions.publish_notebook(
        client, first, summary="mine", environment=Environment("x", "name: x\ndependencies: []\n", "{}\n"), **options
    )
    assert client.package(owner, "analysis")["summary"] == "mine"
    two = actions.publish_notebook(client, second, **options)
    assert (one.package, one.version, one.created, one.visibility) == (f"{owner}/analysis", "1", True, "public")
    assert (two.version, two.created) == ("2", False)
    assert one.url.startswith(repository.url)
    document = client.package(owner, "analysis")
    assert [release["version"] for release in document["releases"]] == ["2", "1"]
    assert actions.next_version(document) == "3"
    saved = actions.download(client, Wanted(owner, "analysis", "1"), tmp_path / "out")
    assert sorted(path.name for path in saved) == ["analysis.ipynb", "environment.lock.json", "environment.yml"]
    assert (tmp_path / "out" / "analysis.ipynb").read_bytes() == first


def test_a_private_notebook_is_private_from_its_first_moment(repository: Running, tmp_path: Path) -> None:
    content = make_notebook(tmp_path, "a.ipynb").read_bytes()
    done = actions.publish_notebook(
        repository.client(), content, channel=repository.owner, name="hidden", visibility="private"
    )
    assert done.visibility == "private"
    assert "hidden" not in {package["name"] for package in RepoClient(repository.url).search("hidden")}


@pytest.mark.parametrize("shown", ["secret = '{}'", "{}", "two lines\n{}\n", "https://host/t/{}/conda/ada"])
def test_a_notebook_that_shows_a_token_is_not_published(repository: Running, tmp_path: Path, shown: str) -> None:
    path = make_notebook(tmp_path, "a.ipynb", cells=[("code", shown.format(repository.token))])
    content = json.dumps(json.loads(path.read_bytes())).encode()
    with pytest.raises(InvalidRequest, match=r"leaky.ipynb shows an access token: clear that output") as refused:
        actions.publish_notebook(repository.client(), content, channel=repository.owner, name="leaky")
    assert repository.token not in str(refused.value)
    with pytest.raises(NotFound):
        repository.client().package(repository.owner, "leaky")


def test_what_only_looks_like_a_token_is_published(repository: Running, tmp_path: Path) -> None:
    longer = f"{repository.token}AndMore"  # as urlsafe base64 of a picture may hold
    content = make_notebook(tmp_path, "a.ipynb", cells=[("code", f"x = '{longer}'; y = 'a{repository.token}'")])
    done = actions.publish_notebook(
        repository.client(), content.read_bytes(), channel=repository.owner, name="picture", visibility="private"
    )
    assert done.version == "1"


def test_package_files_say_themselves_what_they_are(repository: Running, tmp_path: Path) -> None:
    paths = [
        make_conda(tmp_path, name="c-one", version="1.0", ext=".conda"),
        make_conda(tmp_path, name="c-one", version="1.1", ext=".tar.bz2"),
        make_wheel(tmp_path, name="w_one", version="2.0"),
        make_sdist(tmp_path, name="s_one", version="3.0"),
        make_environment(tmp_path, name="e-one"),
    ]
    outcomes = actions.upload_files(repository.client(), paths, channel=repository.owner)
    assert [outcome.error for outcome in outcomes] == [""] * 5
    made = [
        (outcome.published.package.split("/")[1], outcome.published.version)
        for outcome in outcomes
        if outcome.published
    ]
    assert [(package_key(name), version) for name, version in made] == [
        ("c-one", "1.0"),
        ("c-one", "1.1"),
        ("w-one", "2.0"),
        ("s-one", "3.0"),
        ("e-one", "1"),
    ]


def test_one_bad_file_does_not_keep_the_others_back(repository: Running, tmp_path: Path) -> None:
    good = make_wheel(tmp_path, name="good", version="1")
    bad = truncated(make_wheel(tmp_path, name="bad", version="1"))
    liar = tmp_path / "liar-1-py3-none-any.whl"
    liar.write_text("not a zip")
    gone = tmp_path / "gone.whl"
    outcomes = actions.upload_files(repository.client(), [bad, liar, gone, good], channel=repository.owner)
    assert [outcome.published is not None for outcome in outcomes] == [False, False, False, True]
    for outcome in outcomes[:3]:
        assert outcome.path.name in outcome.error
    mine = {package["name"] for package in repository.client().packages(repository.owner)}
    assert "good" in mine
    assert not mine & {"bad", "liar"}


def test_the_same_file_again_is_refused_unless_forced(repository: Running, tmp_path: Path) -> None:
    client, owner = repository.client(), repository.owner
    path = make_wheel(tmp_path, name="again", version="1", summary="first")
    actions.upload_files(client, [path], channel=owner)
    other = make_wheel(tmp_path, name="again", version="1", summary="second")
    refused = actions.upload_files(client, [other], channel=owner)[0]
    assert refused.published is None
    assert "again-1-py3-none-any.whl" in refused.error
    forced = actions.upload_files(client, [other], channel=owner, options=UploadOptions(force=True))[0]
    assert forced.error == ""
    assert actions.download(client, Wanted(owner, "again"), tmp_path / "out")[0].read_bytes() == other.read_bytes()


def test_patterns_name_each_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.whl", "b.whl", "odd[1].whl"):
        (tmp_path / name).touch()
    (tmp_path / "link.whl").symlink_to("a.whl")
    assert [path.name for path in actions.expand(["*.whl", "a.whl", str(tmp_path / "b.whl"), "./a.whl"])] == [
        "a.whl",
        "b.whl",
        "odd[1].whl",
    ]
    assert [path.name for path in actions.expand(["odd[1].whl"])] == ["odd[1].whl"]


@pytest.mark.parametrize(("pattern", "message"), [("*.conda", "is not there"), ("sub", "is a folder")])
def test_a_pattern_that_names_nothing_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.whl").touch()
    with pytest.raises(InvalidRequest, match=message):
        actions.expand(["a.whl", pattern])


def test_a_download_never_overwrites_unless_forced(repository: Running, tmp_path: Path) -> None:
    client, owner = repository.client(), repository.owner
    path = make_conda(tmp_path, name="down", version="1")
    actions.upload_files(client, [path], channel=owner)
    out = tmp_path / "out"
    out.mkdir()
    (out / path.name).write_text("mine")
    with pytest.raises(AlreadyExists, match="use --force"):
        actions.download(client, Wanted(owner, "down"), out)
    assert (out / path.name).read_text() == "mine"
    actions.download(client, Wanted.parse(f"{owner}/down/1/noarch/{path.name}"), out, force=True)
    assert (out / path.name).read_bytes() == path.read_bytes()
    assert [entry.name for entry in out.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("what", "message"), [("down2/9", "its versions: 1"), ("down2/1/other.whl", "its files: down2-1"), ("none", "none")]
)
def test_what_is_not_there_is_said_with_what_is(repository: Running, tmp_path: Path, what: str, message: str) -> None:
    actions.upload_files(
        repository.client(),
        [make_wheel(tmp_path, name="down2", version="1")],
        channel=repository.owner,
        options=UploadOptions(force=True),
    )
    with pytest.raises(NotFound, match=message):
        actions.download(repository.client(), Wanted.parse(f"{repository.owner}/{what}"), tmp_path)


@pytest.mark.parametrize("text", ["", "alone", "/", "a//b", "a/"])
def test_a_download_names_owner_and_package(text: str) -> None:
    with pytest.raises(InvalidRequest, match="names no package"):
        Wanted.parse(text)


def _document(repository: Running, tmp_path: Path) -> FileDocument:
    path = make_wheel(tmp_path, name="doc", version="1")
    options = UploadOptions(force=True)
    actions.upload_files(repository.client(), [path], channel=repository.owner, options=options)
    return repository.client().package(repository.owner, "doc")["files"][0]


@pytest.mark.parametrize("name", ["..", "a/..", "C:evil.txt", "-rf", "a\\b", "new\nline", ""])
def test_file_names_that_climb_are_refused(repository: Running, tmp_path: Path, name: str) -> None:
    file = _document(repository, tmp_path)
    file["basename"] = name
    with pytest.raises((InvalidName, InvalidRequest)):
        actions._target(tmp_path, file)


def test_damaged_bytes_get_no_name(repository: Running, tmp_path: Path) -> None:
    file, out = _document(repository, tmp_path), tmp_path / "out"
    out.mkdir()
    file["sha256"] = "0" * 64
    with pytest.raises(RepoError, match="came damaged"):
        actions._save(repository.client(), file, out / "x", force=False, progress=Progress())
    assert list(out.iterdir()) == []


class _Stop(Progress):
    def advance(self, done: int, total: int | None) -> None:
        raise Cancelled


def test_a_cancelled_download_leaves_nothing(repository: Running, tmp_path: Path) -> None:
    _document(repository, tmp_path)
    with pytest.raises(Cancelled):
        actions.download(repository.client(), Wanted(repository.owner, "doc"), tmp_path / "out", progress=_Stop())
    assert list((tmp_path / "out").iterdir()) == []


def test_a_cancelled_upload_leaves_nothing(repository: Running, tmp_path: Path) -> None:
    path = make_wheel(tmp_path, name="cancelled", version="1")
    with pytest.raises(Cancelled):
        actions.upload_files(repository.client(), [path], channel=repository.owner, progress=_Stop())
    assert "cancelled" not in {package["name"] for package in repository.client().packages(repository.owner)}


def test_a_folder_that_can_not_be_written_is_named(repository: Running, tmp_path: Path) -> None:
    _document(repository, tmp_path)
    (tmp_path / "out").write_text("a file, no folder")
    with pytest.raises(StorageFull, match="deep can't be written"):
        actions.download(repository.client(), Wanted(repository.owner, "doc"), tmp_path / "out" / "deep")
