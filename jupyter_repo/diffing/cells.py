"""Notebooks of formats 3 and 4 as cells that can be compared."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from ..errors import InvalidPackage
from ..models import NOTEBOOK_METADATA

DEPTH = 100
UNTOLD = frozenset({NOTEBOOK_METADATA, "trusted", "execution", "ExecuteTime"})
"""metadata that no person changes: what publishing remembers, Jupyter's marks of trust, and when a cell ran"""


@dataclass(frozen=True)
class Cell:
    """What is compared of a cell."""

    position: int
    """from 1"""
    id: str
    """"" before format 4.5"""
    type: str
    source: str
    outputs: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)
    attachments: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """Cells of one key say the same."""
        return self.type, self.source


def read(content: bytes, limit: int) -> tuple[list[Cell], dict[str, Any], bool]:
    """At most `limit` cells, the notebook's metadata, and whether there are more; InvalidPackage if it is none."""
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InvalidPackage("What is to be compared is not a notebook: it is not JSON") from error
    if not isinstance(notebook, dict) or not ("cells" in notebook or "worksheets" in notebook):
        raise InvalidPackage("What is to be compared is not a notebook: it holds no cells")
    sheets = [notebook, *(sheet for sheet in _list(notebook.get("worksheets")) if isinstance(sheet, dict))]
    _check_depth(notebook)
    raw = [cell for sheet in sheets for cell in _list(sheet.get("cells")) if isinstance(cell, dict)]
    cells = [_cell(position, cell) for position, cell in enumerate(raw[:limit], 1)]
    return cells, _metadata(notebook), len(raw) > limit


def _check_depth(value: object, left: int = DEPTH) -> None:
    """Comparing goes down as deep as the values do, and so would a stranger's notebook drive it."""
    if left == 0:
        raise InvalidPackage("What is to be compared is nested too deeply to be a notebook")
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(item, dict | list):
            _check_depth(item, left - 1)


def text_of(value: object, between: str = "") -> str:
    """A text, which a notebook may keep as a list of lines."""
    return value if isinstance(value, str) else between.join(str(line) for line in _list(value))


def _cell(position: int, cell: dict[str, Any]) -> Cell:
    return Cell(
        position,
        str(cell.get("id") or ""),
        str(cell.get("cell_type") or "raw"),
        text_of(cell.get("source", cell.get("input"))),
        [output for output in _list(cell.get("outputs")) if isinstance(output, dict)],
        _metadata(cell),
        _dict(cell.get("attachments")),
    )


def _metadata(value: dict[str, Any]) -> dict[str, Any]:
    return {key: said for key, said in _dict(value.get("metadata")).items() if key not in UNTOLD}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
