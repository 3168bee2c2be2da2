"""Versions of notebooks: reading one, comparing two, bringing one back."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidPackage, InvalidRequest
from . import actions, notebooks
from .actions import Wanted
from .client import RepoClient
from .documents import FileDocument

MAX_BYTES = 64 << 20


@dataclass(frozen=True)
class PublishedNotebook:
    """A version's notebook, as it was published."""

    full_name: str
    version: str
    filename: str
    content: bytes

    @property
    def title(self) -> str:
        """As a comparison calls it."""
        return f"{self.full_name} {self.version}"


def fetch(client: RepoClient, full_name: str, version: str = "") -> PublishedNotebook:
    """The notebook of a version (empty: the latest). Raises NotFound, InvalidRequest where it holds none."""
    wanted = Wanted.parse(full_name)
    package = client.package(wanted.channel, wanted.name)
    files = actions.select(package, Wanted(wanted.channel, wanted.name, version or wanted.version))
    file = next((file for file in files if file["type"] == "ipynb"), None)
    if file is None:
        raise InvalidRequest(f"{package['full_name']} {files[0]['version']} holds no notebook")
    return PublishedNotebook(package["full_name"], file["version"], file["filename"], _bytes(client, file))


def _bytes(client: RepoClient, file: FileDocument) -> bytes:
    if file["size"] > MAX_BYTES:
        raise InvalidRequest(f"{file['full_name']} is too large to be shown; use `%repo download`")
    into = io.BytesIO()
    actions.fetch(client, file, into)
    notebooks.parse(into.getvalue(), file["filename"])
    return into.getvalue()


def model(notebook: bytes) -> dict[str, Any]:
    """The notebook as JSON in which no output claims to be trusted: it was made elsewhere."""
    return _untrusted(json.loads(notebook.decode("utf-8-sig")))


def _untrusted(content: dict[str, Any]) -> dict[str, Any]:
    cells = content.get("cells")
    for cell in cells if isinstance(cells, list) else ():
        if isinstance(cell, dict) and isinstance(cell.get("metadata"), dict):
            cell["metadata"] = {key: value for key, value in cell["metadata"].items() if key != "trusted"}
    return content


def bare(notebook: bytes | Mapping[str, object]) -> bytes:
    """The notebook without what no person changes: what the panel remembers in it, and Jupyter's marks of trust."""
    content = _untrusted(dict(json.loads(notebook.decode("utf-8-sig")) if isinstance(notebook, bytes) else notebook))
    metadata = content.get("metadata")
    if not isinstance(metadata, Mapping):
        raise InvalidPackage("What is to be compared is not a notebook: it has no metadata")
    content["metadata"] = {key: value for key, value in metadata.items() if key != notebooks.METADATA}
    return json.dumps(content).encode()
