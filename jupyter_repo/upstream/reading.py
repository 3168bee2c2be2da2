"""What upstreams say they hold: conda's repodata and the simple API, reduced to what this repository can stand for.

A file is taken only with a sha256, and only under the name that its file name says: an upstream's word about one name
must not bring a file of another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import msgspec
import orjson
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename
from packaging.version import InvalidVersion

from ..errors import InvalidName, InvalidPackage
from ..names import check_filename, package_key

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class CondaFile:
    """One record of an upstream's repodata."""

    name: str
    filename: str
    record: bytes
    """as JSON"""


class _Repodata(msgspec.Struct):
    """Records are left as they are until each is looked at: a hundred thousand of them as objects take 230 MB."""

    info: dict[str, Any] | None = None
    packages: dict[str, msgspec.Raw] | None = None
    conda: dict[str, msgspec.Raw] | None = msgspec.field(name="packages.conda", default=None)


def repodata(content: bytes, url: str) -> tuple[str, list[CondaFile]]:
    """Where the files lie, and the records of a `repodata.json` that was read from `url`. Raises InvalidPackage."""
    try:
        document = msgspec.json.decode(content, type=_Repodata)
        base = urljoin(url, str((document.info or {}).get("base_url") or "./"))
        found = [*_records(document.packages or {}), *_records(document.conda or {})]
    except msgspec.MsgspecError as error:
        raise InvalidPackage(f"what {urlsplit(url).hostname} sends is no repodata") from error
    return base if base.endswith("/") else f"{base}/", found


def _records(section: dict[str, msgspec.Raw]) -> Iterator[CondaFile]:
    for filename, raw in section.items():
        record = msgspec.json.decode(raw)
        parts = filename.rsplit("-", 2)
        known = (
            filename.endswith((".conda", ".tar.bz2"))
            and len(parts) == 3
            and isinstance(record, dict)
            and record.get("name") == parts[0]
            and isinstance(record.get("size"), int)
            and _SHA256.fullmatch(str(record.get("sha256")))
        )
        if known and _is_filename(filename):
            # orjson's answers keep a page of memory each, whatever their length
            yield CondaFile(parts[0], filename, msgspec.json.encode(record, order="sorted"))


def _is_filename(filename: str) -> bool:
    try:
        check_filename(filename)
    except InvalidName:
        return False
    return True


def simple(content: bytes, content_type: str, url: str, name: str) -> list[dict[str, Any]]:
    """The files of a project's page in JSON or HTML: `filename`, `url`, `version`, `sha256` and what else is known.

    Raises InvalidPackage.
    """
    try:
        entries = _json_entries(content) if "json" in content_type else _html_entries(content)
        return [one for entry in entries if (one := _file(entry, url, name)) is not None]
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise InvalidPackage(f"what {urlsplit(url).hostname} sends is no project page") from error


def _json_entries(content: bytes) -> list[dict[str, Any]]:
    return [
        {
            "filename": entry["filename"],
            "url": entry["url"],
            "sha256": (entry.get("hashes") or {}).get("sha256"),
            "size": entry.get("size"),
            "uploaded": entry.get("upload-time"),
            "requires_python": entry.get("requires-python"),
            "yanked": entry.get("yanked"),
            "metadata": entry.get("core-metadata") or entry.get("dist-info-metadata"),
        }
        for entry in orjson.loads(content)["files"]
    ]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        says = dict(attrs)
        address = says.get("href")
        if tag != "a" or not address:
            return
        plain, _, fragment = address.partition("#")
        metadata = says.get("data-core-metadata") or says.get("data-dist-info-metadata") or ""
        self.found.append(
            {
                "filename": unquote(urlsplit(plain).path.rpartition("/")[2]),
                "url": plain,
                "sha256": fragment.removeprefix("sha256=") if fragment.startswith("sha256=") else None,
                "requires_python": says.get("data-requires-python"),
                "yanked": (says["data-yanked"] or True) if "data-yanked" in says else None,
                "metadata": {"sha256": metadata.removeprefix("sha256=")} if metadata.startswith("sha256=") else None,
            }
        )


def _html_entries(content: bytes) -> list[dict[str, Any]]:
    parser = _Links()
    parser.feed(content.decode())
    return parser.found


def _file(entry: dict[str, Any], url: str, name: str) -> dict[str, Any] | None:
    filename, sha256 = str(entry["filename"]), str(entry.get("sha256") or "").lower()
    try:
        parse = parse_wheel_filename if filename.endswith(".whl") else parse_sdist_filename
        project, version = parse(filename)[:2]
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return None
    address = urljoin(url, str(entry["url"]))
    known = package_key(project) == name and _SHA256.fullmatch(sha256) and address.startswith(("https://", "http://"))
    if not known or not _is_filename(filename):
        return None
    metadata = entry.get("metadata")
    digest = str(metadata.get("sha256") or "") if isinstance(metadata, dict) else ""
    yanked, size = entry.get("yanked"), entry.get("size")
    return {
        "filename": filename,
        "url": address,
        "version": str(version),
        "sha256": sha256,
        "size": size if type(size) is int and size > 0 else 0,
        "uploaded": _moment(entry.get("uploaded")),
        "requires_python": str(entry["requires_python"]) if entry.get("requires_python") else None,
        "yanked": None if yanked in (None, False) else (yanked if isinstance(yanked, str) else ""),
        "metadata_sha256": digest if _SHA256.fullmatch(digest) else None,
    }


def _moment(said: object) -> str:
    """As PEP 700 writes it; empty where nothing is said, or no moment: clients refuse the page that holds one."""
    try:
        moment = datetime.fromisoformat(str(said or ""))
    except ValueError:
        return ""
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def project_of(filename: str) -> str | None:
    """The normal form of the project that a distribution belongs to, by its file name; None where it is none."""
    try:
        parse = parse_wheel_filename if filename.endswith(".whl") else parse_sdist_filename
        return package_key(parse(filename)[0])
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return None
