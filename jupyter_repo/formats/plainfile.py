"""Any other file: kept as it is, named by whoever uploads it."""

from __future__ import annotations

from ..models import Kind, PackageInfo
from .reading import Reading


def read_plain(reading: Reading) -> PackageInfo:
    """Nothing is known of it but its name and size."""
    if not reading.size:
        raise reading.refuse("it is empty", "upload a file that holds something")
    return PackageInfo(kind=Kind.FILE, name=None, version=None, basename=reading.filename)
