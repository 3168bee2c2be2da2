"""One file being read: its name for messages, the limits, and what was spent so far.

Every reader and every archive walker takes a `Reading`, so that all bytes which come out of a file, however
deeply packed, are counted in one place and all refusals sound alike.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from ..errors import InvalidPackage

MIB = 1 << 20

DAMAGED = "the file may be damaged or cut off; build or download it again and upload that"
REBUILD = "build the package again with a current tool and upload that"


@dataclass(frozen=True)
class Limits:
    """How much a file may cost to read. The defaults are far above what real packages need."""

    unpacked: int = 64 << 30
    """bytes that may come out of one file, all layers together"""
    ratio: int = 100
    """how many times larger than itself a file may unpack…"""
    ratio_from: int = 64 * MIB
    """…once this many bytes have come out"""
    members: int = 500_000
    document: int = 4 * MIB
    """bytes of one metadata document (index.json, METADATA, …)"""
    environment: int = MIB
    notebook: int = 128 * MIB
    depth: int = 100
    """nesting of a JSON or YAML document"""
    values: int = 3_000_000
    """values of a JSON document: a list of empty lists takes 30 times its size in memory"""
    text: int = MIB
    """characters kept for search"""
    seconds: float = 60.0
    bytes_a_second: int = MIB
    """a large file gets its time: `seconds` + size / `bytes_a_second` (bzip2, the slowest, does several MiB)"""


DEFAULT = Limits()


class Reading:
    """The reading of one file of `size` bytes called `filename`."""

    def __init__(self, filename: str, size: int, limits: Limits = DEFAULT) -> None:
        self.filename = filename
        self.size = size
        self.limits = limits
        self._unpacked = 0
        self._members = 0
        self._until = time.monotonic() + limits.seconds + size / limits.bytes_a_second

    def refuse(self, what: str, way_out: str = REBUILD) -> InvalidPackage:
        """The error to raise: the file's name, what is wrong with it, and the way out."""
        return InvalidPackage(f"{self.filename}: {what}; {way_out}")

    def spend(self, unpacked: int) -> None:
        """Count bytes that came out of the file and look at the clock."""
        self._unpacked += unpacked
        total, limits = self._unpacked, self.limits
        if total > limits.unpacked:
            raise self.refuse(
                f"it unpacks to more than {limits.unpacked // MIB} MiB", "split it into several smaller packages"
            )
        if total > limits.ratio_from and total > limits.ratio * self.size:
            raise self.refuse(
                f"it unpacks to more than {limits.ratio} times its size, as a bomb of zeros does",
                "remove the files that are nearly empty repetition, or upload them compressed",
            )
        if time.monotonic() > self._until:
            raise self.refuse("it takes too long to unpack", "split it into several smaller packages")

    def count_member(self) -> None:
        """Count one more member of an archive."""
        self._members += 1
        if self._members > self.limits.members:
            raise self.refuse(
                f"it has more than {self.limits.members} members", "split it into several smaller packages"
            )


def shown(text: str) -> str:
    """`text`, which a stranger chose, quoted for a message: one line, at most about 100 characters."""
    return repr(text if len(text) <= 100 else f"{text[:97]}…").encode("ascii", "backslashreplace").decode()
