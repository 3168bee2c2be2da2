"""Lists by key: a page ends with a key, and the next one begins behind it, whatever was added meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

T = TypeVar("T")
SHOWN = 50


@dataclass(frozen=True)
class Paged(Generic[T]):
    """A part of a list; `older` and `first` are queries that lead on and back, empty where there is nothing there."""

    items: Sequence[T]
    older: str = ""
    first: str = ""


def paged(found: Sequence[T], key: Callable[[T], str], after: str, *, limit: int = SHOWN) -> Paged[T]:
    """The part of `found`, in the order of `key`, that begins behind the key `after`."""
    rest = sorted((one for one in found if not after or key(one) > after), key=key)
    older = f"?{urlencode({'after': key(rest[limit - 1])})}" if len(rest) > limit else ""
    return Paged(rest[:limit], older, "?" if after else "")
