"""environment.yml of a Python: what `conda env create` (or mamba, pixi, pip) needs to make it again.

The conda packages come from `conda-meta/`, the others from their dist-info. Versions are exact, builds are
left out, since they differ between platforms. Nothing in the text tells where on this machine things lie,
and addresses lose their credentials: the text is made to be published. What was installed from a local
folder or file can't be had elsewhere and is named in a comment only.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, cast
from urllib.parse import urlsplit, urlunsplit

from ..errors import InvalidRequest
from ..names import slug
from . import lockfile

PATIENCE = 30.0
"""Seconds for another interpreter to describe itself; a cold network file system is slow."""


class _CondaPackage(TypedDict):
    name: str
    version: str
    channel: str
    owned: list[str]
    build: str
    url: str
    sha256: str


class _PythonPackage(TypedDict):
    name: str
    version: str
    origin: Mapping[str, object] | None
    """the content of direct_url.json (PEP 610)"""
    folder: str
    in_site: bool


class Probe(TypedDict):
    """The answer of `environment_probe`."""

    python: str
    prefix: str
    platform: str
    conda: list[_CondaPackage]
    pip: list[_PythonPackage]


@dataclass(frozen=True)
class Environment:
    """A described environment: its name, the text of its environment.yml and of its exact lock."""

    name: str
    text: str
    lock: str


def describe_this(name: str | None = None) -> Environment:
    """The environment of the Python that runs this."""
    from .environment_probe import probe

    return compose(cast(Probe, probe()), name)


def describe(python: str, name: str | None = None, *, patience: float = PATIENCE) -> Environment:
    """The environment of another Python, which runs a small script for it.

    Raises InvalidRequest, with the way out, if `python` is none, fails, or takes longer than `patience`.
    """
    if python == sys.executable:
        return describe_this(name)
    script = Path(__file__).with_name("environment_probe.py")
    way_out = "publish without the environment, or run `%repo publish-env` in a notebook of that kernel"
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and the program is a kernel spec's
            [python, str(script)], capture_output=True, timeout=patience, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as error:
        raise InvalidRequest(f"{python} did not describe itself within {patience:.0f} s; {way_out}") from error
    except OSError as error:
        reason = error.strerror or "it can't be run"
        raise InvalidRequest(f"{python} can't describe its environment ({reason}); {way_out}") from error
    try:
        # the last line: a sitecustomize may have printed something before
        answer = json.loads(done.stdout.decode("utf-8").strip().splitlines()[-1])
        return compose(cast(Probe, answer), name)
    except (ValueError, IndexError, KeyError, TypeError) as error:
        raise InvalidRequest(f"{python} can't describe its environment: it is not a Python; {way_out}") from error


def compose(probe: Probe, name: str | None = None) -> Environment:
    """The environment.yml of what was probed."""
    title = name or _name_of(Path(probe["prefix"]))
    channels, conda, left_out = _conda_part(probe)
    pip, local = _pip_part(probe)
    lines = [f"name: {_scalar(title)}", "channels:", *(f"  - {_scalar(channel)}" for channel in channels)]
    lines += ["dependencies:", *(f"  - {_scalar(spec)}" for spec in conda)]
    if pip:
        lines += ["  - pip:", *(f"      - {_scalar(spec)}" for spec in pip)]
    left_out += local
    if left_out:
        lines.append("# installed from a local folder or file, so left out: " + ", ".join(sorted(left_out)))
    lock = lockfile.compose(
        python=probe["python"],
        platform=probe["platform"],
        conda=[_exact(package) for package in probe["conda"] if clean_channel(package["channel"]) is not None],
        pip=pip,
        left_out=left_out,
    )
    return Environment(title, "\n".join(lines) + "\n", lock)


def _exact(package: _CondaPackage) -> dict[str, str]:
    """A conda package as the lock keeps it; an address only if others can reach it."""
    url = package["url"]
    return {
        "name": package["name"],
        "version": package["version"],
        "build": package["build"],
        "channel": clean_channel(package["channel"]) or "",
        "url": without_credentials(url) if url.startswith(("https://", "http://")) else "",
        "sha256": package["sha256"],
    }


def _conda_part(probe: Probe) -> tuple[list[str], list[str], list[str]]:
    """Channels, specs, and what came from a local channel."""
    channels: Counter[str] = Counter()
    specs, left_out = [], []
    for package in probe["conda"]:
        channel = clean_channel(package["channel"])
        if channel is None:
            left_out.append(f"{package['name']} {package['version']}")
            continue
        if channel:
            channels[channel] += 1
        specs.append(f"{package['name']}={package['version']}")
    if not specs:
        # not a conda environment: the minor version is what decides which wheels fit
        return ["conda-forge"], [f"python={'.'.join(probe['python'].split('.')[:2])}", "pip"], left_out
    if not any(spec.startswith("pip=") for spec in specs) and probe["pip"]:
        specs.append("pip")
    # conda-forge first and defaults last is how they are used together; the rest by how much came from them
    rank = {"conda-forge": 0, "defaults": 2}
    ordered = sorted(channels, key=lambda channel: (rank.get(channel, 1), -channels[channel], channel))
    return ordered or ["conda-forge"], specs, left_out


def _pip_part(probe: Probe) -> tuple[list[str], list[str]]:
    """Requirements, and what came from a local place."""
    owned = {folder for package in probe["conda"] for folder in package["owned"]}
    skipped = set() if probe["conda"] else {"pip"}
    specs, local = [], []
    for package in probe["pip"]:
        if package["folder"] in owned or package["name"].lower() in skipped:
            continue
        if not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?", package["name"]):
            continue
        origin = _origin(package["origin"]) if package["origin"] else ""
        if origin is None or not (package["in_site"] or package["origin"]):
            local.append(f"{package['name']} {package['version']}")
        else:
            specs.append(f"{package['name']} @ {origin}" if origin else f"{package['name']}=={package['version']}")
    return sorted(specs, key=str.lower), local


def _origin(direct_url: Mapping[str, object]) -> str | None:
    """Where else one gets what was installed by address; None if only from this machine, "" from an index."""
    url = direct_url.get("url")
    if not isinstance(url, str) or urlsplit(url).scheme in ("", "file"):
        return None
    directory = direct_url.get("dir_info")
    if isinstance(directory, Mapping):
        return None
    clean = without_credentials(url)
    vcs = direct_url.get("vcs_info")
    if isinstance(vcs, Mapping):
        return f"{vcs.get('vcs', 'git')}+{clean}@{vcs.get('commit_id', '')}".rstrip("@")
    return clean


def without_credentials(url: str) -> str:
    """`url` without name, password, query and `/t/<token>`."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme.endswith("ssh"):
        host = f"git@{host}"  # the login of every git host, and no secret
    path = re.sub(r"/t/[^/]+(?=/|$)", "", parts.path)
    return urlunsplit((parts.scheme, host, path, "", ""))


def clean_channel(channel: str) -> str | None:
    """A channel as others may read it: no credentials, no platform. "" if unknown, None if it is a local folder."""
    text = channel.strip()
    if not text or text.startswith("<"):
        return ""
    if text.startswith(("file:", "/", ".", "~", "\\")) or re.match(r"[A-Za-z]:[\\/]", text):
        return None
    if "://" not in text:
        return text if re.fullmatch(r"[A-Za-z0-9._/-]+", text) else ""
    clean = without_credentials(text)
    clean = re.sub(r"/[^/]+\.(?:conda|tar\.bz2)$", "", clean).rstrip("/")
    clean = re.sub(r"/(?:noarch|(?:linux|osx|win|emscripten|wasi|freebsd|zos)-[a-z0-9_]+)$", "", clean)
    if match := re.fullmatch(r"https?://conda\.anaconda\.org/(.+)", clean):
        return match[1]
    if re.fullmatch(r"https?://repo\.(?:anaconda|continuum)\.(?:com|io)/pkgs/\w+", clean):
        return "defaults"
    return clean


def _name_of(prefix: Path) -> str:
    """What people call the environment in `prefix`: its folder, or the project's for a `.venv`."""
    folder = prefix.name.lower().strip("._- ")
    if folder in ("venv", "env", "virtualenv"):
        return slug(prefix.parent.name)
    return slug(folder) if folder not in ("", "usr", "local") else "environment"


def _scalar(text: str) -> str:
    """`text` as YAML: plain where that can't be misread, else in double quotes (JSON strings are YAML)."""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9._/=+-]*", text) and text.lower() not in _YAML_WORDS:
        return text
    return text if re.fullmatch(r"[A-Za-z][\w.-]*==[A-Za-z0-9.+!_-]+", text) else json.dumps(text, ensure_ascii=True)


_YAML_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"}
