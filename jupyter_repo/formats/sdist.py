"""Source distributions of Python packages: `.tar.gz`, and `.zip` as older tools made.

Format: https://packaging.python.org/specifications/source-distribution-format. Their PKG-INFO is not served beside
the file: its dependencies may change when the package is built, so installers must not rely on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from packaging.utils import InvalidSdistFilename, parse_sdist_filename
from packaging.version import InvalidVersion

from ..models import PackageInfo
from .archives import check_entry, read_entry, read_zip, unpack_gz, walk_tar
from .metadata import Metadata, bad_name, package_info
from .reading import Reading


def read_sdist(reading: Reading, file: BinaryIO) -> PackageInfo:
    """What the sdist's PKG-INFO says, checked against its file name. Raises InvalidPackage."""
    try:
        name, version = parse_sdist_filename(reading.filename)
    except (InvalidSdistFilename, InvalidVersion) as error:
        raise bad_name(reading, error) from None
    unpacked = _from_zip(reading, file) if reading.filename.endswith(".zip") else _from_tar(reading, file)
    found = dict(unpacked)
    if len(found) != 1:
        many = "more than one" if found else "no"
        raise reading.refuse(f"it holds {many} PKG-INFO in its top folder, so it is not an sdist")
    return package_info(
        reading,
        Metadata(*found.values()),
        document="PKG-INFO",
        name=name,
        version=version,
        attrs={"packagetype": "sdist", "python_version": "source"},
        extra={},
    )


def is_pkg_info(path: str) -> bool:
    """Whether `path` is the PKG-INFO of a top folder."""
    top, _, rest = path.partition("/")
    return bool(top) and rest == "PKG-INFO"


def _from_tar(reading: Reading, file: BinaryIO) -> Iterator[tuple[str, bytes]]:
    file.seek(0)
    if file.read(2) != b"\x1f\x8b":
        raise reading.refuse("it is not a gzip file, as .tar.gz says")
    file.seek(0)
    for member in walk_tar(reading, unpack_gz(reading, file), wanted=is_pkg_info):
        if member.content is not None:
            yield member.name, member.content


def _from_zip(reading: Reading, file: BinaryIO) -> Iterator[tuple[str, bytes]]:
    for entry in read_zip(reading, file):
        if is_pkg_info(entry.name) and not entry.symlink:
            yield entry.name, read_entry(reading, file, entry)
        else:
            check_entry(reading, file, entry)
