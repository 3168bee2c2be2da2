"""Bounded readers of archives: zip, tar, and the streams bzip2, gzip and zstandard.

They are written here rather than taken from `zipfile` and `tarfile` because those trust the file: they read
whatever length a header claims into memory, follow chains of headers recursively, accept overlapping members, and raise
a dozen kinds of exceptions. These take a `Reading`, raise nothing but InvalidPackage on bad bytes, hold at most
a few MiB at a time, and never write to a disk. What they refuse, no installer should meet either.
"""

from .streams import unpack_bz2, unpack_gz, unpack_zst
from .tar import TarMember, walk_tar
from .zip import STORED, ZipEntry, check_entry, open_entry, read_entry, read_zip

__all__ = [
    "STORED",
    "TarMember",
    "ZipEntry",
    "check_entry",
    "open_entry",
    "read_entry",
    "read_zip",
    "unpack_bz2",
    "unpack_gz",
    "unpack_zst",
    "walk_tar",
]
