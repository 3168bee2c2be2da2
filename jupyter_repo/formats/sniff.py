"""Which kind of thing a file is: by its content, then by its name.

A name whose ending promises a format gets the reader of that format even where the content is something else, so that
the uploader is told what is wrong, instead of finding a broken package listed as a plain file.
"""

from __future__ import annotations

import re
from typing import BinaryIO

from packaging.utils import InvalidSdistFilename, parse_sdist_filename
from packaging.version import InvalidVersion

from ..errors import InvalidPackage
from ..models import Kind
from .archives import read_zip, unpack_bz2, unpack_gz, walk_tar
from .conda import INDEX
from .environment import load_environment
from .notebook import looks_like_notebook
from .reading import Reading
from .sdist import is_pkg_info

_CONDA_V1 = re.compile(r"[^-].*-[^-]+-[^-]+\.tar\.bz2")
_PAYLOAD = re.compile(r"pkg-.+\.tar\.zst")
_ENVIRONMENT = re.compile(r"environment(?:[-_.].*)?\.ya?ml|.*[-_.]environment\.ya?ml", re.IGNORECASE)
_YAML = (".yml", ".yaml")


def sniff(reading: Reading, file: BinaryIO) -> Kind:
    """The kind of the file; never raises on bad content, the kind's reader does."""
    filename = reading.filename
    file.seek(0)
    head = file.read(64)
    if filename.endswith(".ipynb"):
        return Kind.NOTEBOOK
    if filename.endswith(".conda"):
        return Kind.CONDA
    if filename.endswith(".whl"):
        return Kind.PYPI
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(reading, file)
    if filename.endswith(".tar.bz2"):
        return _bz2_kind(reading, file, head)
    if filename.endswith(".tar.gz"):
        return _gz_kind(reading, file, head)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json_kind(reading, file)
    if filename.endswith(_YAML):
        return _yaml_kind(reading, file)
    return Kind.FILE


def _zip_kind(reading: Reading, file: BinaryIO) -> Kind:
    try:
        names = {entry.name for entry in read_zip(reading, file)}
    except InvalidPackage:
        return Kind.FILE
    if "metadata.json" in names and any(_PAYLOAD.fullmatch(name) for name in names):
        return Kind.CONDA
    if reading.filename.endswith(".zip") and _is_sdist_name(reading.filename) and any(map(is_pkg_info, names)):
        return Kind.PYPI
    return Kind.FILE


def _bz2_kind(reading: Reading, file: BinaryIO, head: bytes) -> Kind:
    """A conda package unless it is a sound archive of something else."""
    if not head.startswith(b"BZh"):
        return Kind.CONDA
    file.seek(0)
    try:
        found = any(member.name == INDEX for member in walk_tar(reading, unpack_bz2(reading, file)))
    except InvalidPackage:
        found = _CONDA_V1.fullmatch(reading.filename) is not None
    return Kind.CONDA if found else Kind.FILE


def _gz_kind(reading: Reading, file: BinaryIO, head: bytes) -> Kind:
    """An sdist unless it is a sound archive of something else."""
    if not head.startswith(b"\x1f\x8b"):
        return Kind.PYPI
    file.seek(0)
    try:
        found = any(is_pkg_info(member.name) for member in walk_tar(reading, unpack_gz(reading, file)))
    except InvalidPackage:
        found = _is_sdist_name(reading.filename)
    return Kind.PYPI if found else Kind.FILE


def _is_sdist_name(filename: str) -> bool:
    try:
        parse_sdist_filename(filename)
    except (InvalidSdistFilename, InvalidVersion):
        return False
    return True


def _json_kind(reading: Reading, file: BinaryIO) -> Kind:
    if reading.size > reading.limits.environment * 16:
        # a large JSON file without the ending of a notebook is data, and parsing it costs memory
        return Kind.FILE
    file.seek(0)
    return Kind.NOTEBOOK if looks_like_notebook(reading, file.read()) else Kind.FILE


def _yaml_kind(reading: Reading, file: BinaryIO) -> Kind:
    if _ENVIRONMENT.fullmatch(reading.filename):
        return Kind.ENVIRONMENT
    try:
        load_environment(reading, file)
    except InvalidPackage:
        return Kind.FILE
    return Kind.ENVIRONMENT
