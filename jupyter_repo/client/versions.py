"""The versions of a thing: what names one, the notebook in it, and what of that is compared."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from ..errors import InvalidPackage, InvalidRequest, TooLarge
from ..models import Kind
from . import actions
from .actions import Wanted
from .client import RepoClient
from .documents import FileDocument, PackageDocument
from .progress import QUIET, Progress

NOTEBOOK_BYTES = 64 << 20
"""of a notebook that is shown or compared; a larger one can be downloaded"""


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


def model(notebook: bytes) -> dict[str, Any]:
    """The notebook as JSON in which no output claims to be trusted: it was made elsewhere. InvalidPackage."""
    try:
        content = json.loads(notebook.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InvalidPackage(f"This is not a notebook: it is no JSON ({error})") from error
    if not isinstance(content, dict) or not isinstance(content.get("metadata"), dict):
        raise InvalidPackage("This is not a notebook: it has no metadata")
    cells = content.get("cells")
    for cell in cells if isinstance(cells, list) else ():
        if isinstance(cell, dict) and isinstance(cell.get("metadata"), dict):
            cell["metadata"].pop("trusted", None)
    return content
