"""The simple API of Python packaging, version 1.4, in JSON (PEP 691, 700) and HTML (PEP 503).

Both tell of yanking (PEP 592), metadata beside wheels (PEP 658/714), provenance (PEP 740) and status (PEP 792).

Addresses are relative, so that the `/t/<token>` in front of an index also stands in front of its files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

import orjson

from ..names import package_key

JSON = "application/vnd.pypi.simple.v1+json"
HTML = "application/vnd.pypi.simple.v1+html"
API_VERSION = "1.4"


@dataclass(frozen=True)
class ProjectFile:
    """One file on a project's page."""

    filename: str
    version: str
    sha256: str
    size: int
    """bytes; 0: an upstream that does not say, and then nothing is said here"""
    uploaded: str
    """ISO 8601 with Z (PEP 700); empty: likewise"""
    requires_python: str | None = None
    metadata_sha256: str | None = None
    """of the `.metadata` beside it (PEP 658); None: not served, and so not announced"""
    yanked: str | None = None
    """why it was yanked, maybe empty; None: it was not"""
    provenance: bool = False
    """is there a `.provenance` beside it?"""


@dataclass(frozen=True)
class Project:
    """A project's page: its name as its authors write it, its files, and what it is marked as (PEP 792)."""

    name: str
    files: Sequence[ProjectFile]
    status: str = "active"
    status_reason: str = ""


def negotiate(accept: str) -> str | None:
    """The content type for an Accept header: JSON or HTML as `text/html` or vendor type; None where none fits."""
    offers = {JSON: JSON, "application/vnd.pypi.simple.latest+json": JSON, HTML: HTML, "text/html": "text/html"}
    offers["application/vnd.pypi.simple.latest+html"] = HTML
    wildcards = {"*/*": "text/html", "text/*": "text/html", "application/*": JSON}
    best: tuple[float, int, str] | None = None
    for position, part in enumerate(accept.split(",") if accept.strip() else ["*/*"]):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = float(parameter[2:])
                except ValueError:
                    quality = 0.0
        offer = offers.get(kind.lower()) or wildcards.get(kind)
        if offer and quality > 0 and (best is None or (quality, -position) > best[:2]):
            best = (quality, -position, offer)
    return best[2] if best else None


def root(projects: Sequence[str], content_type: str) -> bytes:
    """The list of projects; `projects` are names as their authors write them, in order."""
    if content_type == JSON:
        return orjson.dumps({"meta": {"api-version": API_VERSION}, "projects": [{"name": name} for name in projects]})
    links = (f'<a href="{quote(package_key(name))}/">{escape(name)}</a><br>' for name in projects)
    return _page("Simple index", links)


def project(found: Project, content_type: str, *, files_url: str) -> bytes:
    """One project's page; `files_url` is the way from it to the folder of files (`../../files/`)."""
    if content_type == JSON:
        status = {"status": found.status}
        if found.status_reason:
            status["reason"] = found.status_reason
        return orjson.dumps(
            {
                "meta": {"api-version": API_VERSION},
                "name": package_key(found.name),
                "project-status": status,
                "versions": list(dict.fromkeys(file.version for file in found.files)),
                "files": [_entry(file, files_url) for file in found.files],
            }
        )
    head = f'<meta name="pypi:project-status" content="{escape(found.status)}">'
    if found.status_reason:
        head += f'<meta name="pypi:project-status-reason" content="{escape(found.status_reason)}">'
    return _page(f"Links for {found.name}", (_link(file, files_url) for file in found.files), head)


def _entry(file: ProjectFile, files_url: str) -> dict[str, object]:
    entry: dict[str, object] = {
        "filename": file.filename,
        "url": files_url + quote(file.filename),
        "hashes": {"sha256": file.sha256},
        "yanked": False if file.yanked is None else file.yanked or True,
        "provenance": f"{files_url}{quote(file.filename)}.provenance" if file.provenance else None,
    }
    # uv and others refuse a whole page for one empty time
    if file.size:
        entry["size"] = file.size
    if file.uploaded:
        entry["upload-time"] = file.uploaded
    if file.requires_python:
        entry["requires-python"] = file.requires_python
    if file.metadata_sha256:
        # the second is PEP 658's name, which older clients read
        entry["core-metadata"] = entry["dist-info-metadata"] = {"sha256": file.metadata_sha256}
    return entry


def _link(file: ProjectFile, files_url: str) -> str:
    attributes = ""
    if file.requires_python:
        attributes += f' data-requires-python="{escape(file.requires_python)}"'
    if file.metadata_sha256:
        said = f"sha256={file.metadata_sha256}"
        attributes += f' data-core-metadata="{said}" data-dist-info-metadata="{said}"'
    if file.yanked is not None:
        attributes += f' data-yanked="{escape(file.yanked)}"'
    if file.provenance:
        attributes += f' data-provenance="{escape(files_url + quote(file.filename))}.provenance"'
    href = f"{files_url}{quote(file.filename)}#sha256={file.sha256}"
    return f'<a href="{escape(href)}"{attributes}>{escape(file.filename)}</a><br>'


def _page(title: str, lines: Iterable[str], head: str = "") -> bytes:
    head += f'<meta name="pypi:repository-version" content="{API_VERSION}"><title>{escape(title)}</title>'
    return "\n".join(("<!DOCTYPE html>", f"<html><head>{head}</head><body>", *lines, "</body></html>", "")).encode()
