"""Two notebooks, put together cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import lines, values
from .alignment import align
from .cells import Cell, read
from .documents import CellDiff, NotebookDiff, SourceDiff, Summary
from .whole import Room, texts

CELLS = 2_000
"""of each notebook that are compared"""
LISTED = 20_000
"""lines of source in one document; what comes behind them is listed without its source"""
SAME = 4
"""lines that a cell is recognised by where nothing changed"""

Both = tuple[Cell | None, Cell | None, bool]
"""a cell of the base, what it is in the head, and whether it moved"""


def diff(base: bytes, head: bytes, *, whole: int = 0) -> NotebookDiff:
    """What differs from `base` to `head`, both the bytes of notebooks; raises InvalidPackage for what is none.

    Up to `whole` bytes of the document are outputs and Markdown cells as the notebooks have them, to be drawn; they
    are as their authors wrote them, and nothing of them may be trusted.
    """
    left, right, truncated = _read(base, head)
    space = Room(whole)
    cells = [_compared(*both, space) for both in _in_reading_order(left[0], right[0])]
    room = LISTED
    for cell in cells:
        room -= len(cell["source"]["lines"])
        if room < 0:
            cell["source"] = {"lines": [], "truncated": True}
            truncated = True
    metadata = values.fields(left[1], right[1])
    counts = _count(cells)
    same = not metadata and all(cell["change"] == "same" and not cell["moved"] for cell in cells)
    return {
        "identical": same and not truncated,
        "truncated": truncated or any(cell["source"]["truncated"] for cell in cells if cell["change"] != "same"),
        "summary": counts,
        "metadata": metadata,
        "cells": cells,
    }


def summary(base: bytes, head: bytes) -> Summary:
    """The numbers of `diff`, without its lines."""
    left, right, _ = _read(base, head)
    counts: Summary = {"added": 0, "removed": 0, "changed": 0, "moved": 0, "same": 0, "outputs": 0}
    for old, new, moved in _in_reading_order(left[0], right[0]):
        counts["moved"] += moved
        if old is None or new is None:
            counts["added" if old is None else "removed"] += 1
            continue
        other = not values.same_outputs(old.outputs, new.outputs)
        counts["outputs"] += other
        counts["changed" if other or not _same(old, new) else "same"] += 1
    return counts


def _read(
    base: bytes, head: bytes
) -> tuple[tuple[list[Cell], dict[str, Any]], tuple[list[Cell], dict[str, Any]], bool]:
    old, old_metadata, more = read(base, CELLS)
    new, new_metadata, still_more = read(head, CELLS)
    return (old, old_metadata), (new, new_metadata), more or still_more


def _same(old: Cell, new: Cell) -> bool:
    return old.key == new.key and old.metadata == new.metadata and old.attachments == new.attachments


def _in_reading_order(base: list[Cell], head: list[Cell]) -> Iterator[Both]:
    """Cells as the head has them, and those that are gone where they stood."""
    pairs, moved = align(base, head)
    origins = {other: index for index, other in pairs.items()}
    place = 0
    for index, cell in enumerate(head):
        origin = origins.get(index)
        if origin is not None and origin not in moved:
            yield from _gone(base, place, origin, pairs)
            place = origin + 1
        yield (None if origin is None else base[origin]), cell, origin in moved
    yield from _gone(base, place, len(base), pairs)


def _gone(base: list[Cell], start: int, end: int, pairs: dict[int, int]) -> Iterator[Both]:
    for index in range(start, end):
        if index not in pairs:
            yield base[index], None, False


def _compared(old: Cell | None, new: Cell | None, moved: bool, room: Room) -> CellDiff:
    cell = new or old
    assert cell is not None  # one of the two is there
    if old is None or new is None:
        op = "+" if old is None else "-"
        found = _cell(cell, old, new, "added" if old is None else "removed", lines.listed(cell.source, op))
        found["texts"] = texts(old, new, room)
        before, after = ([] if one is None else one.outputs for one in (old, new))
        found["outputs"] = values.outputs(before, after, room)
        return found
    other_outputs = not values.same_outputs(old.outputs, new.outputs)
    if _same(old, new) and not other_outputs:
        found = _cell(cell, old, new, "same", lines.listed(cell.source, " ", SAME))
    else:
        same_source = old.source == new.source
        source = lines.listed(cell.source, " ", SAME) if same_source else lines.diff(old.source, new.source)
        found = _cell(cell, old, new, "changed", source)
        found["old_type"] = old.type if old.type != new.type else None
        if not same_source or old.type != new.type or old.attachments != new.attachments:
            found["texts"] = texts(old, new, room)
        found["outputs"] = values.outputs(old.outputs, new.outputs, room) if other_outputs else []
        found["outputs_changed"] = other_outputs
        found["metadata"] = values.fields(old.metadata, new.metadata)
        found["attachments"] = values.attachments(old.attachments, new.attachments)
    found["moved"] = moved
    return found


def _cell(cell: Cell, old: Cell | None, new: Cell | None, change: str, source: SourceDiff) -> CellDiff:
    return {
        "change": change,
        "moved": False,
        "type": cell.type,
        "old_type": None,
        "base": old.position if old else None,
        "head": new.position if new else None,
        "source": source,
        "texts": None,
        "outputs": [],
        "outputs_changed": False,
        "metadata": [],
        "attachments": [],
    }


def _count(cells: list[CellDiff]) -> Summary:
    def count(change: str) -> int:
        return sum(cell["change"] == change for cell in cells)

    return {
        "added": count("added"),
        "removed": count("removed"),
        "changed": count("changed"),
        "moved": sum(cell["moved"] for cell in cells),
        "same": count("same"),
        "outputs": sum(cell["outputs_changed"] for cell in cells),
    }
