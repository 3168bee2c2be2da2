"""The versions of a thing: which there are, the notebook in one, and what changed between two."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TypedDict
from urllib.parse import unquote, urlsplit

from .. import diffing
from ..diffing import Summary
from ..errors import InvalidRequest, NotFound, TooLarge
from ..models import Kind
from . import actions, lockfile
from .actions import Wanted
from .client import RepoClient
from .documents import FileDocument, PackageDocument
from .progress import QUIET, Progress

NOTEBOOK_BYTES = 64 << 20
"""of a notebook that is shown or compared; a larger one can be downloaded"""
COMPARED = 20
"""versions, from the newest on, whose changes are counted"""


class VersionDocument(TypedDict):
    """One version; `changes` counts cells against the version before it, None where that was not asked or is not."""

    version: str
    created_at: str
    uploaded_by: str
    summary: str
    files: list[str]
    size: int
    environment: bool
    lock: bool
    changes: Summary | None


class HistoryDocument(TypedDict):
    """All versions of a thing, newest first."""

    full_name: str
    kind: str
    can: list[str]
    versions: list[VersionDocument]


@dataclass(frozen=True)
class Address:
    """What a pasted link or a name names; no version: the latest."""

    owner: str
    name: str
    version: str = ""

    @property
    def full_name(self) -> str:
        """As people write it."""
        return f"{self.owner}/{self.name}"


def parse(text: str, repository: str) -> Address:
    """The thing that `text` names: a page's address, `/owner/name/version`, `owner/name`, `owner/name==version`.

    InvalidRequest, for an address elsewhere with the code `other_repository`.
    """
    plain = text.strip()
    path = plain
    if re.match(r"https?://", plain, re.I):
        here, there = urlsplit(repository), urlsplit(plain)
        if (there.hostname, there.port) != (here.hostname, here.port) or not there.path.startswith(here.path):
            raise InvalidRequest(
                f"That link leads to {there.netloc}; you are connected to {here.netloc}: change the repository in the "
                "settings, or ask for the same thing here",
                code="other_repository",
                repository=f"{there.scheme}://{there.netloc}",
            )
        path = there.path[len(here.path) :]
    path, _, said = path.partition("==")
    parts = [unquote(part) for part in path.split("?")[0].split("#")[0].strip("/").split("/")]
    if not 2 <= len(parts) <= 3 or not all(parts) or (said and len(parts) == 3):
        raise InvalidRequest(
            f"{plain[:200]!r} names nothing: paste the address of a page, or write owner/name (or owner/name==version)"
        )
    return Address(parts[0], parts[1], said or "".join(parts[2:3]))


def split(full_name: str) -> tuple[str, str]:
    """`owner/name` in two; InvalidRequest."""
    owner, slash, name = full_name.strip("/").partition("/")
    if not slash or not owner or not name or "/" in name:
        raise InvalidRequest(f"{full_name!r} is no full name: write owner/name")
    return owner, name


def main_file(package: PackageDocument, version: str = "", basename: str = "") -> FileDocument:
    """The file a person means by a package's name: the notebook, not the environment beside it."""
    files = actions.select(package, Wanted(package["owner"]["login"], package["name"], version, basename))
    return next((file for file in files if file["type"] == package["kind"]), files[0])


def content(client: RepoClient, file: FileDocument, *, progress: Progress = QUIET) -> bytes:
    """The checked bytes of a file that is held in memory; TooLarge."""
    if file["size"] > NOTEBOOK_BYTES:
        raise TooLarge(
            f"{file['filename']} has {file['size'] >> 20} MiB; up to {NOTEBOOK_BYTES >> 20} can be shown and compared: "
            "download it instead"
        )
    return fetched(client, file, progress=progress)


def fetched(client: RepoClient, file: FileDocument, *, progress: Progress = QUIET) -> bytes:
    """The checked bytes of a file, whatever its size."""
    into = io.BytesIO()
    actions.fetch(client, file, into, progress=progress)
    return into.getvalue()


def notebook(client: RepoClient, owner: str, name: str, version: str = "") -> tuple[FileDocument, bytes]:
    """The notebook of a version (by default the latest) and its bytes; InvalidRequest for what is none."""
    file = main_file(client.package(owner, name), version)
    if file["type"] != Kind.NOTEBOOK:
        raise InvalidRequest(f"{owner}/{name} is not a notebook: only notebooks can be shown and compared")
    return file, content(client, file)


def history(client: RepoClient, owner: str, name: str, *, changes: bool = False) -> HistoryDocument:
    """The versions of a thing; with `changes` what each newer one changed in a notebook."""
    package = client.package(owner, name)
    versions = [_version(package, release["version"]) for release in package["releases"]]
    if changes and package["kind"] == Kind.NOTEBOOK:
        for newer, older in pairwise(versions[: COMPARED + 1]):
            newer["changes"] = _changes(client, package, older["version"], newer["version"])
    return {"full_name": package["full_name"], "kind": package["kind"], "can": package["can"], "versions": versions}


def _version(package: PackageDocument, version: str) -> VersionDocument:
    release = next(one for one in package["releases"] if one["version"] == version)
    files = [file for file in package["files"] if file["version"] == version]
    names = [file["basename"] for file in files]
    return {
        "version": version,
        "created_at": release["created_at"],
        "uploaded_by": next((file["uploaded_by"] for file in files), ""),
        "summary": release["summary"],
        "files": names,
        "size": sum(file["size"] for file in files),
        "environment": any(file["type"] == Kind.ENVIRONMENT for file in files),
        "lock": lockfile.FILENAME in names,
        "changes": None,
    }


def _changes(client: RepoClient, package: PackageDocument, older: str, newer: str) -> Summary | None:
    try:
        files = main_file(package, older), main_file(package, newer)
    except NotFound:
        return None  # a version without files
    if any(file["type"] != Kind.NOTEBOOK or file["size"] > NOTEBOOK_BYTES >> 3 for file in files):
        return None
    key = files[0]["sha256"], files[1]["sha256"]
    if key not in _COUNTED:
        if len(_COUNTED) >= 500:
            _COUNTED.clear()
        _COUNTED[key] = diffing.summary(content(client, files[0]), content(client, files[1]))
    return _COUNTED[key]


_COUNTED: dict[tuple[str, str], Summary] = {}
"""what differs between two contents never changes"""
