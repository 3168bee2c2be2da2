"""Conda packages: format 2 (`.conda`) and format 1 (`.tar.bz2`).

Formats: CEP 34 (contents), CEP 35 (`.conda`: an uncompressed zip of metadata.json, pkg-*.tar.zst and
info-*.tar.zst), CEP 26 (names). All of the file is read, payload too: a package that is listed can be unpacked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import BinaryIO

from ..models import Kind, PackageInfo
from ..names import check_subdir
from .archives import STORED, check_entry, open_entry, read_entry, read_zip, unpack_bz2, unpack_zst, walk_tar
from .documents import clean, one_line, read_json, read_object
from .reading import REBUILD, Reading, shown

_NAME = re.compile(r"[a-z0-9_][a-z0-9_.-]{0,63}")
_VERSION = re.compile(r"[A-Za-z0-9_.+!]{1,64}")
_BUILD = re.compile(r"[A-Za-z0-9_.+]{1,64}")
_INFO_TAR = re.compile(r"info-(.+)\.tar\.zst")
_PAYLOAD_TAR = re.compile(r"pkg-(.+)\.tar\.zst")

INDEX, ABOUT, RUN_EXPORTS = "info/index.json", "info/about.json", "info/run_exports.json"
NOTES = (ABOUT, "info/recipe/meta.yaml", "info/recipe/rendered_recipe.yaml")
"""where conda-build and rattler-build write down the channels that they built with, as they were given"""
_WANTED = frozenset({INDEX, RUN_EXPORTS, *NOTES})
_RUN_EXPORTS = frozenset({"weak", "strong", "noarch", "weak_constrains", "strong_constrains"})
_EXTENSIONS = (".conda", ".tar.bz2")


def read_conda(reading: Reading, file: BinaryIO) -> PackageInfo:
    """What the package says of itself; `attrs` is index.json. Raises InvalidPackage."""
    extension = next((ext for ext in _EXTENSIONS if reading.filename.endswith(ext)), None)
    if extension is None:
        raise reading.refuse("it is a conda package by its content", "rename it so that it ends in .conda or .tar.bz2")
    documents = (_read_v2 if extension == ".conda" else _read_v1)(reading, file)
    if INDEX not in documents:
        raise reading.refuse(f"it holds no {INDEX}, so it is not a conda package")
    index = _index(reading, documents[INDEX])
    name, version, build = (str(index[key]) for key in ("name", "version", "build"))
    expected = f"{name}-{version}-{build}{extension}"
    if reading.filename != expected:
        raise reading.refuse(f"its content is that of {shown(expected)}", f"rename the file to {expected}")
    about = read_object(reading, documents[ABOUT], ABOUT, REBUILD) if ABOUT in documents else {}
    return PackageInfo(
        kind=Kind.CONDA,
        name=name,
        version=version,
        basename=f"{index['subdir']}/{reading.filename}",
        summary=one_line(about.get("summary")),
        description=clean(about.get("description")),
        license=one_line(about.get("license") or index.get("license")),
        attrs=index,
        extra=_extra(reading, documents),
        notes=b"\n".join(documents[name] for name in NOTES if name in documents),
    )


def _read_v1(reading: Reading, file: BinaryIO) -> Mapping[str, bytes]:
    file.seek(0)
    if file.read(3) != b"BZh":
        raise reading.refuse("it is not a bzip2 file, as .tar.bz2 says")
    file.seek(0)
    return {
        member.name: member.content
        for member in walk_tar(reading, unpack_bz2(reading, file), wanted=_WANTED.__contains__)
        if member.content is not None
    }


def _read_v2(reading: Reading, file: BinaryIO) -> Mapping[str, bytes]:
    entries = {entry.name: entry for entry in read_zip(reading, file)}
    stem = reading.filename.removesuffix(".conda")
    packed = next((entry.name for entry in entries.values() if entry.method != STORED), None)
    if packed is not None:
        raise reading.refuse(f"{shown(packed)} inside it is compressed once more; a .conda stores its members plainly")
    _check_format(reading, read_entry(reading, file, entries["metadata.json"]) if "metadata.json" in entries else None)
    info, payload = f"info-{stem}.tar.zst", f"pkg-{stem}.tar.zst"
    found = [name for name in entries if _INFO_TAR.fullmatch(name) or _PAYLOAD_TAR.fullmatch(name)]
    if sorted(found) != [info, payload]:
        inside = next((match[1] for name in found if (match := _INFO_TAR.fullmatch(name))), None)
        way_out = f"rename the file to {inside}.conda" if inside and len(found) == 2 else REBUILD
        raise reading.refuse(f"it must hold {info} and {payload}, and holds {_listed(found)}", way_out)
    documents: dict[str, bytes] = {}
    for name, entry in entries.items():
        if name not in found:
            check_entry(reading, file, entry)
            continue
        wanted = _WANTED.__contains__ if name == info else _nothing
        for member in walk_tar(reading, unpack_zst(reading, open_entry(reading, file, entry)), wanted=wanted):
            if member.content is not None:
                documents[member.name] = member.content
    return documents


def _nothing(_name: str) -> bool:
    return False


def _listed(names: list[str]) -> str:
    return ", ".join(shown(name) for name in names[:4]) or "neither"


def _check_format(reading: Reading, data: bytes | None) -> None:
    if data is None:
        raise reading.refuse("it holds no metadata.json, so it is not a .conda package")
    version = read_object(reading, data, "metadata.json", REBUILD).get("conda_pkg_format_version")
    if version != 2 or isinstance(version, bool):
        raise reading.refuse(f"its format version {shown(str(version))} is not known here; 2 is")


def _index(reading: Reading, data: bytes) -> dict[str, object]:
    """index.json with every field checked that ends up in repodata and is trusted by solvers."""
    index = read_object(reading, data, INDEX, REBUILD)
    for key, form in (("name", _NAME), ("version", _VERSION), ("build", _BUILD)):
        value = index.get(key)
        if not isinstance(value, str) or not form.fullmatch(value):
            raise reading.refuse(f"the {key} {shown(str(value))} in its {INDEX} is not legal for a conda package")
    number = index.get("build_number", 0)
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise reading.refuse(f"the build_number {shown(str(number))} in its {INDEX} is not a whole number")
    for key in ("depends", "constrains"):
        if not _is_texts(index.get(key, [])):
            raise reading.refuse(f"{key} in its {INDEX} is not a list of texts")
    extra = index.get("extra_depends", {})
    if not isinstance(extra, dict) or not all(_is_texts(specs) for specs in extra.values()):
        raise reading.refuse(f"extra_depends in its {INDEX} is not a table of lists of texts")
    if not _is_texts(index.get("flags", [])):
        raise reading.refuse(f"flags in its {INDEX} is not a list of texts")
    for key in ("license", "license_family", "timestamp", "arch", "platform", "features", "track_features"):
        if isinstance(index.get(key), dict):
            raise reading.refuse(f"{key} in its {INDEX} is not a plain value")
    if index.get("noarch") not in (None, True, False, "python", "generic"):
        raise reading.refuse(f"the noarch kind {shown(str(index['noarch']))} in its {INDEX} is not known")
    return {**index, "subdir": _subdir(reading, index)}


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _subdir(reading: Reading, index: Mapping[str, object]) -> str:
    """The platform folder; packages of before 2016 tell it by `platform` and `arch` only."""
    subdir = index.get("subdir")
    if subdir is None:
        platform, arch = index.get("platform"), index.get("arch")
        bits = {"x86_64": "64", "x86": "32"}.get(str(arch), str(arch))
        subdir = "noarch" if index.get("noarch") or not platform else f"{platform}-{bits}"
    if not isinstance(subdir, str):
        raise reading.refuse(f"the subdir in its {INDEX} is not a text")
    return check_subdir(subdir)


def _extra(reading: Reading, documents: Mapping[str, bytes]) -> dict[str, bytes]:
    """The documents to serve: about.json as it is, run_exports.json in the form of CEP 12."""
    extra: dict[str, bytes] = {}
    if ABOUT in documents:
        extra["about.json"] = documents[ABOUT]
    if RUN_EXPORTS in documents:
        exports = read_json(reading, documents[RUN_EXPORTS], RUN_EXPORTS, REBUILD)
        # a bare list is the first form of it, and meant weak exports
        exports = {"weak": exports} if isinstance(exports, list) else exports
        sound = isinstance(exports, dict) and all(
            key in _RUN_EXPORTS and _is_texts(value) for key, value in exports.items()
        )
        if not sound:
            raise reading.refuse(f"its {RUN_EXPORTS} is not a table of lists of texts")
        extra["run_exports.json"] = json.dumps(exports, sort_keys=True).encode()
    return extra
