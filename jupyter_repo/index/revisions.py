"""Repodata revisions (CEP 48): records that clients of before would misread stand below `v3`, where only new ones look.

A package needs that with conditional dependencies (CEP 43), `extra_depends` (CEP 44) or `flags` (CEP 45); all others
stay where every client finds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from .records import Record

_HINTS = (b"extra_depends", b"flags", b"schema_version", b"when", b"extras")
"""without one of these words a record needs not be parsed"""
_NEW = re.compile(r"\[[^\]]*\b(?:when|extras|flags)\s*=")


def needs_v3(record: bytes) -> bool:
    """Would a client of before misread this record (as JSON)?"""
    if not any(hint in record for hint in _HINTS):
        return False
    whole = orjson.loads(record)
    schema = whole.get("schema_version")
    specs = [spec for key in ("depends", "constrains") for spec in whole.get(key) or []]
    return bool(
        whole.get("extra_depends")
        or whole.get("flags")
        or (isinstance(schema, int) and schema >= 3)
        or any(isinstance(spec, str) and _NEW.search(spec) for spec in specs)
    )


def v3(records: Iterable[Record]) -> dict[str, dict[str, dict[str, Any]]]:
    """The `v3` of a document: extension -> file name without it -> record."""
    found: dict[str, dict[str, dict[str, Any]]] = {"conda": {}, "tar.bz2": {}}
    for one in records:
        [(filename, record)] = orjson.loads(b"{" + one.fragment + b"}").items()
        extension = "conda" if filename.endswith(".conda") else "tar.bz2"
        found[extension][filename.removesuffix(f".{extension}")] = _rewritten(record)
    return found


def summary(sections: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, object]:
    """The `info.repodata_revisions` of a document with these `v3` sections."""
    moments = [record["indexed_timestamp"] for section in sections.values() for record in section.values()]
    return {"v3": {"n_packages": len(moments), "oldest": min(moments), "newest": max(moments)}}


def _rewritten(record: dict[str, Any]) -> dict[str, Any]:
    for key in ("depends", "constrains"):
        if isinstance(record.get(key), list):
            record[key] = [_bracketed(spec) for spec in record[key]]
    if isinstance(record.get("extra_depends"), dict):
        record["extra_depends"] = {
            group: [_bracketed(spec) for spec in specs] for group, specs in record["extra_depends"].items()
        }
    return record


def _bracketed(spec: str) -> str:
    """`python >=3.9 *_cp*` as `v3` wants it: `python[version=">=3.9",build="*_cp*"]`."""
    name, *rest = spec.split(maxsplit=1) or [spec]
    if "[" in spec or not rest:
        return spec
    version, _, build = re.sub(r"\s*([,|<>=!~])\s*", r"\1", rest[0].strip()).partition(" ")
    return f'{name}[version="{version}"' + (f',build="{build.strip()}"]' if build else "]")
