"""Core metadata of Python packages: METADATA in wheels, PKG-INFO in sdists.

Format: https://packaging.python.org/specifications/core-metadata. Read leniently but for name and version: pip
copes with old packages whose other fields are not quite legal, and so do we.
"""

from __future__ import annotations

from collections.abc import Mapping

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from ..models import Kind, PackageInfo
from ..names import check_package
from .documents import clean, one_line
from .reading import REBUILD, Reading, shown

_NAME = 100
"""the longest licence that is taken for a name"""


class Metadata:
    """The fields of one metadata document; their names are compared in lower case."""

    def __init__(self, data: bytes) -> None:
        head, body = _split(data.decode("utf-8", "replace"))
        self._fields: dict[str, list[str]] = {}
        for key, value in _fields(head):
            self._fields.setdefault(key, []).append(value)
        self._body = body

    def one(self, key: str) -> str:
        """The first value of the field, on one line; empty if there is none."""
        return one_line(next(iter(self._fields.get(key, ())), ""))

    def all(self, key: str) -> list[str]:
        """All values of a field that may come many times."""
        return [one_line(value, 2000) for value in self._fields.get(key, ())[:10_000]]

    @property
    def description(self) -> str:
        """The long description, which newer tools put into the body."""
        return clean(self._body) or clean(next(iter(self._fields.get("description", ())), ""))


def _split(text: str) -> tuple[str, str]:
    head, _, body = text.replace("\r\n", "\n").replace("\r", "\n").partition("\n\n")
    return head, body


def _fields(head: str) -> list[tuple[str, str]]:
    """The `Key: value` lines, with their continuation lines folded in."""
    fields: list[tuple[str, list[str]]] = []
    for line in head.split("\n"):
        if line.startswith((" ", "\t")) and fields:
            fields[-1][1].append(line.strip())
        elif ":" in line:
            key, _, value = line.partition(":")
            fields.append((key.strip().lower(), [value.strip()]))
    return [(key, "\n".join(lines)) for key, lines in fields]


def package_info(
    reading: Reading,
    metadata: Metadata,
    *,
    document: str,
    name: str,
    version: Version,
    attrs: Mapping[str, object],
    extra: Mapping[str, bytes],
) -> PackageInfo:
    """The PackageInfo of a wheel or sdist whose file name says `name` and `version`; `document` must agree.

    The name is spelled as in the metadata, the version in PEP 440's normal form, so that the wheel and the sdist of
    one release are one release here.
    """
    told, told_version = metadata.one("name"), metadata.one("version")
    if canonicalize_name(told) != canonicalize_name(name):
        raise reading.refuse(f"its file name says {shown(name)} and its {document} says {shown(told)}")
    try:
        same = Version(told_version) == version
    except InvalidVersion:
        same = False
    if not same:
        raise reading.refuse(f"its file name says version {version} and its {document} says {shown(told_version)}")
    return PackageInfo(
        kind=Kind.PYPI,
        name=check_package(told),
        version=str(version),
        basename=reading.filename,
        summary=metadata.one("summary"),
        description=metadata.description,
        license=_license(metadata),
        attrs={**_attrs(metadata, version), **attrs},
        extra=extra,
        text=" ".join([metadata.one("keywords"), *metadata.all("classifier")]).strip()[: reading.limits.text],
    )


def _license(metadata: Metadata) -> str:
    expression, text = metadata.one("license-expression"), metadata.one("license")
    if expression or len(text) <= _NAME:
        return expression or text
    # many packages put the whole licence there; a classifier names it, or else its first words do
    names = [line.rpartition(" :: ")[2] for line in metadata.all("classifier") if line.startswith("License :: ")]
    return names[0] if names else one_line(text, _NAME)


def _attrs(metadata: Metadata, version: Version) -> dict[str, object]:
    return {
        "name": metadata.one("name"),
        "version": str(version),
        "metadata_version": metadata.one("metadata-version"),
        "summary": metadata.one("summary"),
        "requires_python": metadata.one("requires-python"),
        "requires_dist": metadata.all("requires-dist"),
        "provides_extra": metadata.all("provides-extra"),
        "license": _license(metadata),
        "keywords": metadata.one("keywords"),
        "classifiers": metadata.all("classifier"),
        "author": metadata.one("author") or metadata.one("author-email"),
        "home_page": metadata.one("home-page"),
        "project_urls": metadata.all("project-url"),
        "description_content_type": metadata.one("description-content-type"),
    }


def bad_name(reading: Reading, error: Exception) -> Exception:
    """The refusal of a file name that packaging can't parse; `error` says where."""
    what = one_line(str(error), 300)
    return reading.refuse(f"its file name is not legal for a Python package ({what})", REBUILD)
