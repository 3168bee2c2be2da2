"""A notebook file, as far as publishing needs to know it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import InvalidPackage, InvalidRequest
from ..models import NOTEBOOK_METADATA, Visibility

# a token by itself, also after an escaped line break; pictures in base64 hold longer runs that only look like one
_SECRET = re.compile(rb"(?:(?<![\w-])|(?<=\\[bfnrt]))jr-[A-Za-z0-9]{38}(?![\w-])")


@dataclass(frozen=True)
class Choices:
    """How a notebook was published last; empty where nothing is remembered."""

    channel: str = ""
    name: str = ""
    summary: str = ""
    visibility: str = ""
    version: str = ""
    """which one it was opened from, or became when it was published"""
    environment: bool | None = None
    thumbnail: bool | None = None


@dataclass(frozen=True)
class Notebook:
    """The bytes of a notebook and what they say."""

    content: bytes
    choices: Choices
    title: str
    """its first heading"""
    kernel: str
    """the name of its kernel spec"""
    language: str


def read(path: Path) -> Notebook:
    """The notebook in the file `path`; InvalidRequest if it can't be read, InvalidPackage if it is none."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidRequest(f"{path} can't be read: {error.strerror}") from error
    return parse(content, path.name)


def parse(content: bytes, filename: str) -> Notebook:
    """The notebook in `content`; raises InvalidPackage that names the file."""
    from nbformat import ValidationError, reader

    way_out = "open it in JupyterLab, save it, and publish again"
    try:
        model = reader.reads(content.decode("utf-8-sig"))  # type: ignore[no-untyped-call]  # nbformat is not typed
    except (reader.NotJSONError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidPackage(f"{filename} is not a notebook: it is not JSON; {way_out}") from error
    except (ValidationError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise InvalidPackage(f"{filename} is not a notebook: {error}; {way_out}") from error
    if not isinstance(model, Mapping) or not ("cells" in model or "worksheets" in model):
        raise InvalidPackage(f"{filename} is not a notebook: it holds no cells; {way_out}")
    metadata = _mapping(model.get("metadata"))
    spec = _mapping(metadata.get("kernelspec"))
    language = _text(_mapping(metadata.get("language_info")).get("name")) or _text(spec.get("language"))
    return Notebook(content, _choices(metadata), _title(model.get("cells")), _text(spec.get("name")), language)


def with_origin(model: dict[str, object], channel: str, name: str, version: str) -> None:
    """Note in the metadata of a notebook where it comes from: the next version goes there, comparisons start there."""
    metadata = model.setdefault("metadata", {})
    if not isinstance(metadata, dict):
        raise InvalidPackage("This is not a notebook: its metadata is no object")
    # the author's other choices go along, where they are choices: a fork's still name the original
    kept = dict(_mapping(metadata.get(NOTEBOOK_METADATA)))
    metadata[NOTEBOOK_METADATA] = kept | {"channel": channel, "name": name, "version": version}


def check_secrets(content: bytes, filename: str) -> None:
    """Raise InvalidRequest if a token of ours stands in the notebook, say in the output of `token create`."""
    if _SECRET.search(content):
        raise InvalidRequest(
            f"{filename} shows an access token: clear that output, save, and publish again; "
            "if others saw it, revoke the token"
        )


def _choices(metadata: Mapping[str, object]) -> Choices:
    kept = _mapping(metadata.get(NOTEBOOK_METADATA))
    visibility = _text(kept.get("visibility"))
    environment, thumbnail = kept.get("environment"), kept.get("thumbnail")
    return Choices(
        _text(kept.get("channel")),
        _text(kept.get("name")),
        _text(kept.get("summary")),
        visibility if visibility in set(Visibility) else "",
        _text(kept.get("version")),
        environment if isinstance(environment, bool) else None,
        thumbnail if isinstance(thumbnail, bool) else None,
    )


def _title(cells: object) -> str:
    for cell in cells if isinstance(cells, Sequence) else ():
        if isinstance(cell, Mapping) and cell.get("cell_type") == "markdown":
            source = cell.get("source")
            text = source if isinstance(source, str) else "".join(map(str, source or ()))
            if heading := re.search(r"^#{1,3}\s+(.+?)\s*#*$", text, re.MULTILINE):
                return str(heading[1])[:200]
    return ""


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
