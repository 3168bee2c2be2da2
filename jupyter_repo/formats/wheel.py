"""Wheels. Format: https://packaging.python.org/specifications/binary-distribution-format."""

from __future__ import annotations

from typing import BinaryIO

from packaging.utils import (
    BuildTag,
    InvalidWheelFilename,
    NormalizedName,
    canonicalize_name,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from ..models import PackageInfo
from .archives import check_entry, read_entry, read_zip
from .metadata import Metadata, bad_name, package_info
from .reading import Reading, shown

_INFO = ".dist-info"


def read_wheel(reading: Reading, file: BinaryIO) -> PackageInfo:
    """What the wheel's METADATA says, checked against its file name; every member is unpacked once for its checksum.

    Raises InvalidPackage.
    """
    name, version, build = _told(reading)
    entries = {entry.name: entry for entry in read_zip(reading, file)}
    folder = _dist_info(reading, list(entries), name, version)
    for document in ("METADATA", "WHEEL", "RECORD"):
        if f"{folder}/{document}" not in entries:
            raise reading.refuse(f"it holds no {folder}/{document}, so it is not a wheel")
    for entry in entries.values():
        check_entry(reading, file, entry)
    metadata = read_entry(reading, file, entries[f"{folder}/METADATA"])
    python, abi, platform = reading.filename.removesuffix(".whl").split("-")[-3:]
    return package_info(
        reading,
        Metadata(metadata),
        document="METADATA",
        name=name,
        version=version,
        attrs={
            "packagetype": "bdist_wheel",
            "python_version": python,
            "abi": None if abi == "none" else abi,
            "platform": platform,
            "build_no": build[0] if build else 0,
        },
        extra={"METADATA": metadata},
    )


def read_core_metadata(reading: Reading, file: BinaryIO) -> bytes:
    """The METADATA of a wheel that was read before, byte for byte. Raises InvalidPackage."""
    name, version, _ = _told(reading)
    entries = {entry.name: entry for entry in read_zip(reading, file)}
    folder = _dist_info(reading, list(entries), name, version)
    return read_entry(reading, file, entries[f"{folder}/METADATA"])


def _told(reading: Reading) -> tuple[NormalizedName, Version, BuildTag]:
    try:
        name, version, build, _tags = parse_wheel_filename(reading.filename)
    except (InvalidWheelFilename, InvalidVersion) as error:
        raise bad_name(reading, error) from None
    return name, version, build


def _dist_info(reading: Reading, names: list[str], name: str, version: Version) -> str:
    """The one `.dist-info` folder, which must be called after the wheel: pip refuses others."""
    folders = sorted({top for path in names if (top := path.partition("/")[0]).endswith(_INFO)})
    if len(folders) != 1:
        found = ", ".join(shown(folder) for folder in folders[:4]) or "none"
        raise reading.refuse(f"a wheel holds exactly one {_INFO} folder, and it holds {found}")
    told, _, told_version = folders[0].removesuffix(_INFO).rpartition("-")
    try:
        same = canonicalize_name(told) == name and Version(told_version) == version
    except InvalidVersion:
        same = False
    if not same:
        raise reading.refuse(f"its folder {shown(folders[0])} is of another package than its file name")
    return folders[0]
