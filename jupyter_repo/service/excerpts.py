"""Why something was found: the place in a text where the words stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

AROUND = 90
"""characters of a text shown before and behind what was found"""


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `found` where it is what was searched for."""

    text: str
    found: bool


def excerpt(texts: Sequence[str], asked: Sequence[str]) -> tuple[Piece, ...]:
    """The first place in the texts where one of the words stands, with what is around it."""
    word = re.compile(rf"(?<![^\W_])(?:{'|'.join(sorted(asked, key=len, reverse=True))})[^\W_]*", re.IGNORECASE)
    for text in texts:
        match = word.search(text)
        if match is not None:
            begin, end = max(0, match.start() - AROUND), min(len(text), match.end() + AROUND)
            return tuple(_pieces(text, begin, end, word))
    return ()


def _pieces(text: str, begin: int, end: int, word: re.Pattern[str]) -> Iterator[Piece]:
    position = begin
    if begin:
        yield Piece("… ", False)
    for match in word.finditer(text, begin, end):
        if match.start() > position:
            yield Piece(text[position : match.start()], False)
        yield Piece(match[0], True)
        position = match.end()
    if position < end:
        yield Piece(text[position:end], False)
    if end < len(text):
        yield Piece(" …", False)
