"""Outputs and texts whole, for those who draw them: as the notebook format has them, as long as there is room."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .cells import Cell, text_of
from .documents import Text, Texts


@dataclass
class Room:
    """Bytes that what is whole may still take in one document."""

    left: int = 0

    def take(self, value: dict[str, Any]) -> bool:
        """Is there room for it? What has none leaves its room to smaller ones."""
        if self.left <= 0:
            return False
        size = len(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        if size > self.left:
            return False
        self.left -= size
        return True


def output(said: dict[str, Any] | None, room: Room) -> dict[str, Any] | None:
    """The output with nothing but what its type has; None where it has no known type, or no room."""
    found = _known(said) if said is not None and room.left > 0 else None
    return found if found is not None and room.take(found) else None


def _known(said: dict[str, Any]) -> dict[str, Any] | None:
    match said.get("output_type"):
        case "stream":
            return {
                "output_type": "stream",
                "name": str(said.get("name") or "stdout"),
                "text": text_of(said.get("text")),
            }
        case "error":
            lines = [str(line) for line in said["traceback"]] if isinstance(said.get("traceback"), list) else []
            words = {key: str(said.get(key) or "") for key in ("ename", "evalue")}
            return {"output_type": "error", **words, "traceback": lines}
        case "display_data" | "execute_result":
            data, metadata = said.get("data"), said.get("metadata")
            return {
                "output_type": "display_data",  # the number of a run says nothing here
                "data": {kind: _value(kind, value) for kind, value in data.items()} if isinstance(data, dict) else {},
                "metadata": metadata if isinstance(metadata, dict) else {},
            }
    return None


def _value(kind: str, value: object) -> object:
    """A text as one, which a notebook may keep as a list of lines."""
    return text_of(value) if isinstance(value, list) and not kind.endswith("json") else value


def texts(old: Cell | None, new: Cell | None, room: Room) -> Texts | None:
    """What a Markdown cell said and says; None where it is no such cell, or there is no room for both."""
    before, after = _text(old), _text(new)
    found: Texts = {"before": before, "after": after}
    return found if (before or after) and room.take(dict(found)) else None


def _text(cell: Cell | None) -> Text | None:
    if cell is None or cell.type != "markdown":
        return None
    pictures = {name: bundle for name, bundle in cell.attachments.items() if isinstance(bundle, dict)}
    return {"source": cell.source, "attachments": pictures}
