"""environment.yml: complete, readable by YAML, and telling nothing that is private."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from jupyter_repo.client import environment
from jupyter_repo.client.environment import clean_channel
from jupyter_repo.errors import InvalidRequest


@pytest.fixture(scope="module")
def conda_like(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real venv made to look like what conda makes: conda-meta records, one of them of a Python package."""
    prefix = tmp_path_factory.mktemp("envs") / "My Env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(prefix)], check=True)
    site = next((prefix / "lib").glob("python*")) / "site-packages"
    for name, version in (("conda_owned", "1.0"), ("from-pip", "2.0"), ("dev_only", "3.0"), ("from_git", "4.0")):
        info = site / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    working_copy = {"url": "file:///home/ada/secret-project", "dir_info": {"editable": True}}
    (site / "dev_only-3.0.dist-info" / "direct_url.json").write_text(json.dumps(working_copy))
    checkout = {
        "url": "https://ada:hunter2@git.example.org/t/tok123/x.git?key=1",
        "vcs_info": {"vcs": "git", "commit_id": "abc123"},
    }
    (site / "from_git-4.0.dist-info" / "direct_url.json").write_text(json.dumps(checkout))
    meta = prefix / "conda-meta"
    meta.mkdir()
    owned = f"lib/{site.parent.name}/site-packages/conda_owned-1.0.dist-info/METADATA"
    records: list[dict[str, object]] = [
        {
            "name": "python",
            "version": "3.11.7",
            "channel": "https://conda.anaconda.org/t/tok123/conda-forge/linux-64",
            "build": "h1_0",
            "sha256": "ab" * 32,
            "url": "https://conda.anaconda.org/t/tok123/conda-forge/linux-64/python-3.11.7-h1_0.conda",
        },
        {"name": "conda-owned", "version": "1.0", "channel": "https://u:hunter2@repo.org/conda/x/", "files": [owned]},
        {"name": "mine", "version": "9", "channel": "file:///home/ada/channel"},
    ]
    for record in records:
        (meta / f"{record['name']}.json").write_text(json.dumps(record))
    (meta / "broken.json").write_text('{"name": "half')
    return prefix


def test_a_conda_environment_as_its_own_python_sees_it(conda_like: Path) -> None:
    described = environment.describe(str(conda_like / "bin" / "python"))
    document = yaml.safe_load(described.text)
    assert document["name"] == described.name == "my-env"
    assert document["channels"] == ["conda-forge", "https://repo.org/conda/x"]
    assert document["dependencies"][:-1] == ["conda-owned=1.0", "python=3.11.7", "pip"]
    pip = document["dependencies"][-1]["pip"]
    assert "from-pip==2.0" in pip
    assert "from_git @ git+https://git.example.org/x.git@abc123" in pip
    assert not any("conda_owned" in spec or "dev_only" in spec for spec in pip)
    assert "# installed from a local folder or file, so left out: dev_only 3.0, mine 9" in described.text
    for secret in ("tok123", "hunter2", "ada", str(conda_like)):
        assert secret not in described.text
        assert secret not in described.lock


def test_the_lock_is_exact_and_the_same_for_the_same_environment(conda_like: Path) -> None:
    python = str(conda_like / "bin" / "python")
    lock = json.loads(environment.describe(python).lock)
    owned, interpreter = lock["conda"]
    assert owned["name"] == "conda-owned"
    assert interpreter == {
        "name": "python",
        "version": "3.11.7",
        "build": "h1_0",
        "channel": "conda-forge",
        "url": "https://conda.anaconda.org/conda-forge/linux-64/python-3.11.7-h1_0.conda",
        "sha256": "ab" * 32,
    }
    assert "from_git @ git+https://git.example.org/x.git@abc123" in lock["pip"]
    assert lock["left_out"] == ["dev_only 3.0", "mine 9"]
    assert environment.describe(python, "other").lock == environment.describe(python).lock


def test_a_venv_is_pinned_by_its_python_and_pip_packages() -> None:
    document = yaml.safe_load(environment.describe_this("chosen").text)
    assert document["name"] == "chosen"
    assert document["channels"] == ["conda-forge"]
    minor = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert document["dependencies"][:2] == [f"python={minor}", "pip"]
    assert any(spec.startswith("requests==") for spec in document["dependencies"][2]["pip"])


def test_this_python_and_the_same_python_asked_from_outside_agree(tmp_path: Path) -> None:
    link = tmp_path / "python3"
    link.symlink_to(sys.executable)  # another path, so that it is asked from outside
    inside = yaml.safe_load(environment.describe_this("x").text)["dependencies"]
    outside = subprocess.run(
        [sys.executable, environment.__file__.replace("environment.py", "environment_probe.py")],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    composed = environment.compose(json.loads(outside), "x").text
    assert yaml.safe_load(composed)["dependencies"] == inside


@pytest.mark.parametrize(
    ("channel", "published"),
    [
        ("conda-forge", "conda-forge"),
        ("https://conda.anaconda.org/conda-forge/noarch", "conda-forge"),
        ("https://conda.anaconda.org/t/abc-1/private/linux-64", "private"),
        ("https://repo.anaconda.com/pkgs/main/linux-64", "defaults"),
        ("https://name:pw@host.org/t/tok/conda/x/label/dev/osx-arm64/", "https://host.org/conda/x/label/dev"),
        ("https://host.org/conda/x/linux-64/a-1-0.conda?token=1", "https://host.org/conda/x"),
        ("file:///home/me/channel", None),
        ("/home/me/channel", None),
        (r"C:\channels\mine", None),
        ("<unknown>", ""),
        ("", ""),
    ],
)
def test_channels_lose_credentials_platform_and_local_paths(channel: str, published: str | None) -> None:
    assert clean_channel(channel) == published


@pytest.mark.parametrize("name", ["no", "1.0", "a: b", "- x", "ä", "null", "*alias", "a #b"])
def test_names_that_yaml_could_misread_stay_texts(name: str) -> None:
    assert yaml.safe_load(environment.describe_this(name).text)["name"] == name


def _script(folder: Path, text: str) -> str:
    path = folder / "python3"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("text", ["exit 3", "echo hello", "echo '{}'", "echo '[1]'"])
def test_what_is_no_python_is_refused_with_the_way_out(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidRequest, match="publish without the environment"):
        environment.describe(_script(tmp_path, text))


def test_a_missing_python_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match=r"nowhere/python can't describe its environment \(No such file"):
        environment.describe(str(tmp_path / "nowhere" / "python"))


def test_a_python_that_hangs_is_given_up(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(InvalidRequest, match="did not describe itself within 1 s"):
        environment.describe(_script(tmp_path, "exec sleep 60"), patience=1)
    assert time.monotonic() - began < 5
