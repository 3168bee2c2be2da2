"""One thing that was found, and what can be done about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class Remedy(StrEnum):
    """What a person may choose for what was found; the file on disk is never changed, only what is published."""

    STRIP = "strip"
    """outputs that hold something go; in sources and metadata it is replaced, since a cut line is broken code"""
    REPLACE = "replace"
    """each is replaced by a placeholder where it stands; outputs that are too large go"""
    ALLOW = "allow"
    """publish anyway"""


LARGE_OUTPUT = 2 << 20
"""bytes of one output, as JSON; larger ones make a page slow to open and a version slow to fetch"""

TITLES = {
    "own-token": "an access token of a repository",
    "cloud-key": "a key of a cloud service",
    "private-key": "a private key",
    "url-token": "a password or token in an address",
    "password": "a password",
    "home-path": "a path in somebody's home folder",
    "large-output": "a very large output",
}
"""each kind, as people read it"""


@dataclass(frozen=True)
class Watch:
    """What the guard looks for: every kind but those that are `off`, and outputs larger than `large_output` bytes."""

    off: frozenset[str] = frozenset()
    large_output: int = LARGE_OUTPUT

    def for_kind(self, kind: str) -> bool:
        """Is this kind looked for? A token of ours always is: it could not be published anyway."""
        return kind not in self.off or kind == "own-token"


@dataclass(frozen=True)
class Finding:
    """Where something stands: `cell` counts from 1 (0: the notebook's metadata); `excerpt` never holds the secret."""

    kind: str
    cell: int
    place: str
    """`source`, `output 2` or `metadata`"""
    excerpt: str

    @property
    def is_own_token(self) -> bool:
        """A token of ours can't be published at all: whoever reads it acts as its owner."""
        return self.kind == "own-token"

    def sentence(self) -> str:
        """For a line of text: `Cell 3, output 1: a private key (…)`."""
        where = f"Cell {self.cell}, {self.place}" if self.cell else "Metadata"
        return f"{where}: {TITLES[self.kind]} ({self.excerpt})"

    def document(self) -> dict[str, object]:
        """As JSON."""
        return asdict(self) | {"title": TITLES[self.kind]}
