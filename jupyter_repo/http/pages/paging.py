"""Lists by key: a page ends with a key, and the next one begins behind it, whatever was added meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from tornado.web import RequestHandler

from ...service.slices import Slice

T = TypeVar("T")
SHOWN = 32


@dataclass(frozen=True)
class Paged(Generic[T]):
    """A part of a list; `older` and `first` are queries that lead on and back, empty where there is nothing there."""

    items: Sequence[T]
    older: str = ""
    first: str = ""


def part(handler: RequestHandler, name: str = "after") -> Slice:
    """What of a list a request asks for, and one more, which says whether the list goes on."""
    asked = handler.get_query_argument(name, "") if handler.request.method in ("GET", "HEAD") else ""
    return Slice(asked, SHOWN + 1)


def paged(found: Sequence[T], key: Callable[[T], str], asked: Slice, name: str = "after") -> Paged[T]:
    """A part of a list as its page shows it; `key` of its last entry is where the next one begins."""
    shown = found[: asked.limit - 1]
    older = f"?{urlencode({name: key(shown[-1])})}" if len(found) >= asked.limit else ""
    return Paged(shown, older, "?" if asked.after else "")
