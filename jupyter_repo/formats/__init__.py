"""Readers of what may be published: a file's bytes in, what it says of itself out.

    info = read("hello-1.0-0.conda", file)      PackageInfo, or InvalidPackage with the file's name and the way out

Readers know no database, no HTTP and no folder; they unpack nothing to a disk and are bounded in bytes, members, depth
and time (`Limits`). `sniff` finds the kind by content, then by name; one module reads each kind.
"""

from __future__ import annotations

import io
from typing import BinaryIO

from ..errors import InvalidName, InvalidPackage
from ..models import Kind, PackageInfo
from ..names import check_filename
from .conda import read_conda
from .environment import read_environment
from .notebook import read_notebook
from .plainfile import read_plain
from .reading import DEFAULT, Limits, Reading
from .sdist import read_sdist
from .sniff import sniff
from .wheel import read_core_metadata, read_wheel

__all__ = ["DEFAULT", "Limits", "core_metadata", "read"]


def read(filename: str, file: BinaryIO, *, kind: Kind | None = None, limits: Limits = DEFAULT) -> PackageInfo:
    """What the file says of itself.

    `file` is seekable and holds the whole upload; `kind` is what the uploader calls it (None: find out). Raises
    InvalidPackage, whose message names the file, says what is wrong and what to do, and nothing else on bad content.
    """
    try:
        check_filename(filename)
    except (InvalidName, UnicodeEncodeError):
        raise InvalidPackage(
            f"{filename[:100]!r} can't be a file name here; rename the file: one plain name without '/' and of at most "
            "211 bytes"
        ) from None
    size = file.seek(0, io.SEEK_END)
    reading = Reading(filename, size, limits)
    if kind is None:
        # looking at the content must not use up what reading it may cost
        kind = sniff(Reading(filename, size, limits), file)
    try:
        return _read(reading, file, kind)
    except InvalidName as error:
        raise reading.refuse(error.message) from None


def core_metadata(filename: str, file: BinaryIO) -> bytes:
    """The core metadata inside a wheel, to be served beside it (PEP 658). Raises InvalidPackage."""
    return read_core_metadata(Reading(filename, file.seek(0, io.SEEK_END)), file)


def _read(reading: Reading, file: BinaryIO, kind: Kind) -> PackageInfo:
    match kind:
        case Kind.CONDA:
            return read_conda(reading, file)
        case Kind.NOTEBOOK:
            return read_notebook(reading, file)
        case Kind.ENVIRONMENT:
            return read_environment(reading, file)
        case Kind.FILE:
            return read_plain(reading)
        case Kind.PYPI if reading.filename.endswith(".whl"):
            return read_wheel(reading, file)
        case Kind.PYPI if reading.filename.endswith((".tar.gz", ".zip")):
            return read_sdist(reading, file)
        case _:
            raise reading.refuse(
                "a Python package is a wheel (.whl) or an sdist (.tar.gz)", "upload it as a plain file instead"
            )
