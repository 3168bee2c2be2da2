"""Metadata and outputs: what differs, in a few words."""

from __future__ import annotations

import hashlib
import json
import re
from difflib import SequenceMatcher
from typing import Any

from .cells import text_of
from .documents import AttachmentDiff, Field, OutputDiff
from .whole import Room, output

FIELDS = 100
OUTPUTS = 50
SHORT = 200
TEXT = 600
WHOLE = "widgets"
"""The field with the state of all widgets, under names that are others in every session: it is told as one."""
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,16}\b")


def fields(base: dict[str, Any], head: dict[str, Any], path: str = "") -> list[Field]:
    """The fields that differ, by their path; at most FIELDS."""
    found: list[Field] = []
    for key in sorted({*base, *head}, key=str):
        where = f"{path}.{key}" if path else str(key)
        a, b = base.get(key), head.get(key)
        if isinstance(a, dict) and isinstance(b, dict) and where != WHOLE and where.count(".") < 5:
            found += fields(a, b, where)
        elif key not in base or key not in head or a != b:
            op = "+" if key not in base else "-" if key not in head else "~"
            old, new = (_short(a) if op != "+" else None), (_short(b) if op != "-" else None)
            found.append({"op": op, "path": where[:SHORT], "base": old, "head": new})
        if len(found) >= FIELDS:
            break
    return found[:FIELDS]


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"


def attachments(base: dict[str, Any], head: dict[str, Any]) -> list[AttachmentDiff]:
    """The files in a cell that differ."""
    changes: list[AttachmentDiff] = []
    for name in sorted({*base, *head}, key=str)[:FIELDS]:
        if base.get(name) != head.get(name):
            op = "+" if name not in base else "-" if name not in head else "~"
            changes.append({"op": op, "name": str(name)[:SHORT]})
    return changes


def outputs(base: list[dict[str, Any]], head: list[dict[str, Any]], room: Room) -> list[OutputDiff]:
    """All outputs of both in order, at most OUTPUTS; "~" is one that was there and says something else now.

    Those that differ are whole as long as there is `room`.
    """
    old, new = [_digest(one) for one in base], [_digest(one) for one in head]
    found: list[OutputDiff] = []
    for op, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            found += [_shown(" ", one) for one in head[j:j_end]]
            continue
        both = min(i_end - i, j_end - j)
        pairs = zip(base[i : i + both], head[j : j + both], strict=True)
        found += [_with(room, _shown("~", other), one, other) for one, other in pairs]
        found += [_with(room, _shown("-", one), one, None) for one in base[i + both : i_end]]
        found += [_with(room, _shown("+", one), None, one) for one in head[j + both : j_end]]
        if len(found) > OUTPUTS:
            break
    return found[:OUTPUTS]


def same_outputs(base: list[dict[str, Any]], head: list[dict[str, Any]]) -> bool:
    """Do they say the same? The numbers of runs and the addresses in `<object at 0x7f…>` say nothing."""
    return [_digest(one) for one in base] == [_digest(one) for one in head]


def _digest(output: dict[str, Any]) -> str:
    """The same for outputs that say the same."""
    told = {key: value for key, value in output.items() if key not in ("execution_count", "metadata")}
    text = json.dumps(_joined(told), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(_ADDRESS.sub("0x…", text).encode("utf-8", "surrogatepass")).hexdigest()


def _joined(value: Any) -> Any:
    """With lists of lines as one text: the same output is written either way."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return {key: _joined(item) for key, item in value.items()} if isinstance(value, dict) else value


def _with(room: Room, shown: OutputDiff, before: dict[str, Any] | None, after: dict[str, Any] | None) -> OutputDiff:
    shown["before"], shown["after"] = output(before, room), output(after, room)
    return shown


def _shown(op: str, said: dict[str, Any]) -> OutputDiff:
    data = said.get("data")
    bundle = data if isinstance(data, dict) else {}
    text = text_of(said.get("text")) or text_of(bundle.get("text/plain")) or str(said.get("evalue") or "")
    return {
        "op": op,
        "type": str(said.get("output_type") or "")[:SHORT],
        "mime": [str(kind)[:SHORT] for kind in list(bundle)[:20]],
        "text": text if len(text) <= TEXT else f"{text[:TEXT]}…",
        "size": len(json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogatepass")),
        "before": None,
        "after": None,
    }
