"""The lines of two sources, with the characters that differ in a changed line."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from .documents import Line, SourceDiff

LINES = 1_000
"""of one cell that are compared and listed"""
WIDTH = 2_000
"""characters of a line that are listed"""
AROUND = 3
"""equal lines that stay on each side of a change"""
MARKED = 400
"""characters of a line up to which single characters are marked"""


def diff(base: str, head: str) -> SourceDiff:
    """The lines of both."""
    old, new = base.splitlines(), head.splitlines()
    truncated = max(len(old), len(new)) > LINES or any(len(line) > WIDTH for line in (*old[:LINES], *new[:LINES]))
    old, new = [line[:WIDTH] for line in old[:LINES]], [line[:WIDTH] for line in new[:LINES]]
    lines: list[Line] = []
    for op, i, i_end, j, j_end in SequenceMatcher(None, old, new).get_opcodes():
        if op == "equal":
            lines += [_line(" ", i + k, j + k, new[j + k]) for k in range(j_end - j)]
        else:
            marks = [_marks(a, b) for a, b in zip(old[i:i_end], new[j:j_end], strict=False)]
            lines += [_line("-", k, None, old[k], _at(marks, k - i, 0)) for k in range(i, i_end)]
            lines += [_line("+", None, k, new[k], _at(marks, k - j, 1)) for k in range(j, j_end)]
    return {"lines": _folded(lines), "truncated": truncated}


def listed(text: str, op: str, limit: int = LINES) -> SourceDiff:
    """The first lines of a source that is only in one notebook ("+", "-"), or the same in both (" ")."""
    whole = text.splitlines()
    base, head = op != "+", op != "-"
    lines = [_line(op, k if base else None, k if head else None, line[:WIDTH]) for k, line in enumerate(whole[:limit])]
    return {"lines": lines, "truncated": len(whole) > limit or any(len(line) > WIDTH for line in whole[:limit])}


def _line(op: str, base: int | None, head: int | None, text: str, marks: list[list[int]] | None = None) -> Line:
    return {
        "op": op,
        "base": None if base is None else base + 1,
        "head": None if head is None else head + 1,
        "text": text,
        "marks": marks or [],
    }


def _at(marks: list[tuple[list[list[int]], list[list[int]]]], place: int, side: int) -> list[list[int]]:
    return marks[place][side] if place < len(marks) else []


def _marks(old: str, new: str) -> tuple[list[list[int]], list[list[int]]]:
    """The differing ranges of each line, by words; none where the lines have little in common."""
    if len(old) > MARKED or len(new) > MARKED:
        return [], []
    a, b = re.findall(r"\w+|\s+|.", old), re.findall(r"\w+|\s+|.", new)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.ratio() < 0.3:
        return [], []
    left, right = _offsets(a), _offsets(b)
    changes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    return (
        [[left[i], left[i_end]] for _, i, i_end, _, _ in changes if i < i_end],
        [[right[j], right[j_end]] for _, _, _, j, j_end in changes if j < j_end],
    )


def _offsets(words: list[str]) -> list[int]:
    at = [0]
    for word in words:
        at.append(at[-1] + len(word))
    return at


def _folded(lines: list[Line]) -> list[Line]:
    """Without equal lines far from every change."""
    near = [False] * len(lines)
    for place, line in enumerate(lines):
        if line["op"] != " ":
            for around in range(max(0, place - AROUND), min(len(lines), place + AROUND + 1)):
                near[around] = True
    kept: list[Line] = []
    skipped = 0
    for line, shown in zip(lines, near, strict=True):
        if not shown:
            skipped += 1
            continue
        if skipped:
            kept.append(_gap(skipped))
        skipped = 0
        kept.append(line)
    return [*kept, _gap(skipped)] if skipped else kept


def _gap(count: int) -> Line:
    return _line("…", None, None, f"{count} equal line{'' if count == 1 else 's'}")
