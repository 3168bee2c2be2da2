"""What a channel's indexes are made of, and who sees which of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import orjson

PUBLIC, AUTHENTICATED = "public", "authenticated"


class Shown(Protocol):
    """What decides who sees a file."""

    @property
    def package(self) -> int:
        """The key of the package it belongs to."""

    @property
    def visibility(self) -> str:
        """Of the package."""


class Record(NamedTuple):
    """One conda file as an index shows it. A tuple, since a channel may hold a hundred thousand of them."""

    package: int
    """the key of the package it belongs to"""
    visibility: str
    labels: frozenset[str]
    subdir: str
    filename: str
    fragment: bytes
    """`"file name":{record}`: classic documents are joins of these"""
    run_exports: bytes | None
    """as JSON; None where nobody knows"""
    is_v3: bool = False
    """clients of before would misread it (CEP 48)"""

    @property
    def name(self) -> str:
        """The conda name, as the file writes it: a file is called name-version-build."""
        return self.filename.rsplit("-", 2)[0]

    @property
    def version(self) -> str:
        """The version, as the file writes it."""
        return self.filename.rsplit("-", 2)[1]


def fragment(filename: str, record: bytes) -> bytes:
    """A serialised record under its file name."""
    return orjson.dumps(filename) + b":" + record


@dataclass(frozen=True)
class Reach:
    """Which packages of one channel somebody sees; viewers of equal reach share every document."""

    everything: bool = False
    signed_in: bool = False
    packages: frozenset[int] = frozenset()
    """keys of packages that a grant opens, whatever their visibility"""

    def shows(self, record: Shown) -> bool:
        """Is the record (or the file) in this viewer's indexes?"""
        return (
            self.everything
            or record.visibility == PUBLIC
            or (self.signed_in and record.visibility == AUTHENTICATED)
            or record.package in self.packages
        )
