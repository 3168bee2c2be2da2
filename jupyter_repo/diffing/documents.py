"""The shapes of a diff, as web pages and the panel read them."""

from __future__ import annotations

from typing import Any, TypedDict


class Line(TypedDict):
    """A line of source: `op` is " " (in both), "-" (only in the base), "+" (only in the head) or "…" (left out).

    `base` and `head` are line numbers from 1; `marks` are ranges of characters that differ within a changed line.
    """

    op: str
    base: int | None
    head: int | None
    text: str
    marks: list[list[int]]


class SourceDiff(TypedDict):
    """The source of a cell; `truncated` where not all of it was compared or is shown."""

    lines: list[Line]
    truncated: bool


class Field(TypedDict):
    """A metadata field that differs: `op` is "+", "-" or "~", the values are short JSON texts."""

    op: str
    path: str
    base: str | None
    head: str | None


class OutputDiff(TypedDict):
    """An output in a few words: `op` is " ", "+", "-" or "~"; `size` in bytes, `text` its first lines.

    `before` and `after` are it whole, as the notebook format has outputs, where that was asked for and there was room.
    """

    op: str
    type: str
    mime: list[str]
    text: str
    size: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class AttachmentDiff(TypedDict):
    """A file in a cell that differs."""

    op: str
    name: str


class Text(TypedDict):
    """A Markdown cell whole: its source, and the pictures in it as the notebook format has them."""

    source: str
    attachments: dict[str, Any]


class Texts(TypedDict):
    """A Markdown cell before and after; None where it was none."""

    before: Text | None
    after: Text | None


class CellDiff(TypedDict):
    """A cell: `change` is same, added, removed or changed; `base` and `head` are its positions from 1.

    `texts` are a Markdown cell whole, where it changed, that was asked for and there was room.
    """

    change: str
    moved: bool
    type: str
    old_type: str | None
    base: int | None
    head: int | None
    source: SourceDiff
    texts: Texts | None
    outputs: list[OutputDiff]
    outputs_changed: bool
    metadata: list[Field]
    attachments: list[AttachmentDiff]


class Summary(TypedDict):
    """Numbers of cells; `outputs` counts those whose outputs differ, `moved` those that are elsewhere now."""

    added: int
    removed: int
    changed: int
    moved: int
    same: int
    outputs: int


class NotebookDiff(TypedDict):
    """Two notebooks; `truncated` where something was too large to be compared or listed whole."""

    identical: bool
    truncated: bool
    summary: Summary
    metadata: list[Field]
    cells: list[CellDiff]
