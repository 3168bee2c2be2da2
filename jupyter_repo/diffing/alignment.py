"""Which cell of one notebook is which of the other: by id, by what they say, then by likeness between neighbours."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from .cells import Cell

ALIKE = 0.5
"""of all characters, from which two neighbours are one cell that was changed"""
COMPARED = 2_000
"""characters of a cell that count for likeness"""
BLOCK = 20
"""cells without a partner, next to each other, that are compared all with all"""

Pairs = dict[int, int]
"""index of a base cell -> index of the head cell that it became"""


def align(base: Sequence[Cell], head: Sequence[Cell]) -> tuple[Pairs, set[int]]:
    """The pairs, and those base indexes among them that moved past another pair."""
    pairs: Pairs = {}
    _unique(base, head, pairs, lambda cell: cell.id)
    _in_order(base, head, pairs)
    _unique(base, head, pairs, lambda cell: cell.key if cell.source.strip() else "")
    staying = _longest_increasing(pairs)
    _neighbours(base, head, pairs, staying)
    moved = set(pairs) - _longest_increasing(pairs)
    return pairs, moved


def _unique(base: Sequence[Cell], head: Sequence[Cell], pairs: Pairs, key: Callable[[Cell], Hashable]) -> None:
    """Pair what still has no partner and is the only one of its key on both sides."""
    taken = set(pairs.values())
    left = [index for index in range(len(base)) if index not in pairs]
    right = [index for index in range(len(head)) if index not in taken]
    counts = Counter(key(base[index]) for index in left), Counter(key(head[index]) for index in right)
    places = {key(head[index]): index for index in right}
    for index in left:
        word = key(base[index])
        if word and counts[0][word] == 1 and counts[1].get(word) == 1:
            pairs[index] = places[word]


def _in_order(base: Sequence[Cell], head: Sequence[Cell], pairs: Pairs) -> None:
    """Pair runs of equal cells, also where the same words stand in several."""
    taken = set(pairs.values())
    left = [index for index in range(len(base)) if index not in pairs]
    right = [index for index in range(len(head)) if index not in taken]
    matcher = SequenceMatcher(None, [base[index].key for index in left], [head[index].key for index in right])
    for start, other, size in matcher.get_matching_blocks():
        pairs.update(zip(left[start : start + size], right[other : other + size], strict=True))


def _neighbours(base: Sequence[Cell], head: Sequence[Cell], pairs: Pairs, staying: set[int]) -> None:
    """Between two pairs that stay, pair what is alike, in order."""
    taken, at = set(pairs.values()), [-1, *sorted(staying), len(base)]
    for before, behind in pairwise(at):
        first = pairs.get(before, -1)
        last = pairs.get(behind, len(head))
        left = [index for index in range(before + 1, behind) if index not in pairs]
        right = [index for index in range(first + 1, last) if index not in taken]
        for index in left[:BLOCK]:
            for place, other in enumerate(right[:BLOCK]):
                if _alike(base[index], head[other]):
                    pairs[index] = other
                    right = right[place + 1 :]  # no crossing
                    break


def _alike(one: Cell, other: Cell) -> bool:
    if one.type != other.type:
        return False
    a, b = one.source[:COMPARED], other.source[:COMPARED]
    matcher = SequenceMatcher(None, a, b)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and _line_ratio(a, b) >= ALIKE


def _line_ratio(a: str, b: str) -> float:
    """Likeness by words: as telling as by characters, and faster by the square of a word's length."""
    return SequenceMatcher(None, a.split(), b.split()).ratio()


def _longest_increasing(pairs: Pairs) -> set[int]:
    """The most base indexes whose partners are in order, too: those stay, the others moved."""
    tails: list[int] = []
    places: list[int] = []
    previous: dict[int, int | None] = defaultdict(lambda: None)
    for index in sorted(pairs):
        value = pairs[index]
        place = bisect_left(tails, value)
        previous[index] = places[place - 1] if place else None
        if place == len(tails):
            tails.append(value)
            places.append(index)
        else:
            tails[place], places[place] = value, index
    found: set[int] = set()
    step: int | None = places[-1] if places else None
    while step is not None:
        found.add(step)
        step = previous[step]
    return found
