"""Bytes that have arrived whole, and whether they arrived as they were sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..errors import InvalidRequest


class Content(Protocol):
    """Bytes that have arrived whole; `place` gives them their place in the store, if they have none yet."""

    @property
    def sha256(self) -> str: ...  # noqa: D102
    @property
    def md5(self) -> str: ...  # noqa: D102
    @property
    def size(self) -> int: ...  # noqa: D102
    def small(self) -> bytes | None: ...  # noqa: D102
    def place(self, *, flush: bool = True) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Kept:
    """Bytes that are in the store already."""

    sha256: str
    md5: str
    size: int

    def small(self) -> None:
        """Nobody needs to keep them once more."""

    def place(self, *, flush: bool = True) -> str:  # noqa: ARG002
        """Nothing is left to do."""
        return self.sha256


def check_digest(upload: Content, claimed: str | None, filename: str) -> None:
    """Did the bytes arrive as they were sent? `claimed` is a sha256 in hex, from the client."""
    _check("sha256", upload.sha256, claimed, filename)


def check_md5(upload: Content, claimed: str | None, filename: str) -> None:
    """The same for clients that send an md5 beside or instead of it."""
    _check("md5", upload.md5, claimed, filename)


def _check(what: str, found: str, claimed: str | None, filename: str) -> None:
    if claimed is not None and claimed.lower() != found:
        raise InvalidRequest(
            f"{filename} arrived damaged ({what} {found}, announced {claimed}); send it again", code="digest_mismatch"
        )
