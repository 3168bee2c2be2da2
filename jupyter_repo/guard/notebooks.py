"""Walking a notebook: every text that a reader would see, in its cell."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from typing import Any

from .findings import Finding, Remedy, Watch
from .rules import hits, masked, replaced

Edit = Callable[[str], str]


EVERYTHING = Watch()


def scan(content: bytes, watch: Watch = EVERYTHING) -> list[Finding]:
    """The findings of a notebook's bytes; nothing in what is no notebook (others refuse that)."""
    notebook = _read(content)
    return [] if notebook is None else [found for found in _scan(notebook, watch) if watch.for_kind(found.kind)]


def repair(content: bytes, remedy: Remedy, watch: Watch = EVERYTHING) -> bytes:
    """The notebook as it is to be published; unchanged bytes where nothing was found, or with ALLOW."""
    notebook = _read(content)
    if notebook is None or remedy is Remedy.ALLOW or not scan(content, watch):
        return content
    edit = functools.partial(replaced, watch=watch)
    for cell in _cells(notebook):
        _edit(cell, "source", edit)
        kept = []
        for output in _outputs(cell):
            if _is_large(output, watch) or (remedy is Remedy.STRIP and any(_texts_found(output, watch))):
                continue
            _edit_output(output, edit)
            kept.append(output)
        if "outputs" in cell:
            cell["outputs"] = kept
    if isinstance(notebook.get("metadata"), dict):
        notebook["metadata"] = _edited(notebook["metadata"], edit)
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def _read(content: bytes) -> dict[str, Any] | None:
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return notebook if isinstance(notebook, dict) else None


def _scan(notebook: dict[str, Any], watch: Watch) -> Iterator[Finding]:
    for text in _strings(notebook.get("metadata")):
        for hit in hits(text):
            yield Finding(hit.rule.kind, 0, "metadata", masked(text, hit))
    for number, cell in enumerate(_cells(notebook), 1):
        yield from _find(_text(cell.get("source", cell.get("input"))), number, "source")
        for position, output in enumerate(_outputs(cell), 1):
            place = f"output {position}"
            if _is_large(output, watch):
                yield Finding("large-output", number, place, f"{_size(output) / (1 << 20):.1f} MiB")
            for text in _output_texts(output):
                yield from _find(text, number, place)


def _find(text: str, number: int, place: str) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()  # a traceback says one path on every line
    for hit in sorted(hits(text), key=lambda hit: hit.start):
        key = (hit.rule.kind, text[hit.start : hit.end])
        if key not in seen:
            seen.add(key)
            yield Finding(hit.rule.kind, number, place, masked(text, hit))


def _cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """The cells, in format 3 those of all worksheets."""
    sheets = [notebook, *(sheet for sheet in _list(notebook.get("worksheets")) if isinstance(sheet, dict))]
    return [cell for sheet in sheets for cell in _list(sheet.get("cells")) if isinstance(cell, dict)]


def _outputs(cell: dict[str, Any]) -> list[dict[str, Any]]:
    return [output for output in _list(cell.get("outputs")) if isinstance(output, dict)]


def _output_texts(output: dict[str, Any]) -> Iterator[str]:
    """What an output says; pictures are left out, since base64 holds everything by accident."""
    for key in ("text", "evalue", "traceback"):
        if key in output:
            yield _text(output[key], "\n" if key == "traceback" else "")
    data = output.get("data")
    for kind, value in data.items() if isinstance(data, dict) else ():
        if not str(kind).startswith(("image/", "audio/", "video/")):
            yield from [_text(value)] if isinstance(value, str | list) else _strings(value)


def _texts_found(output: dict[str, Any], watch: Watch) -> Iterator[bool]:
    return (watch.for_kind(hit.rule.kind) for text in _output_texts(output) for hit in hits(text))


def _edit_output(output: dict[str, Any], edit: Edit) -> None:
    for key in ("text", "evalue"):
        _edit(output, key, edit)
    if isinstance(output.get("traceback"), list):
        output["traceback"] = edit(_text(output["traceback"], "\n")).split("\n")
    data = output.get("data")
    for kind in list(data) if isinstance(data, dict) else ():
        if isinstance(data, dict) and not str(kind).startswith(("image/", "audio/", "video/")):
            if isinstance(data[kind], dict):
                data[kind] = _edited(data[kind], edit)
            else:
                _edit(data, kind, edit)


def _edit(holder: dict[str, Any], key: str, edit: Edit) -> None:
    """Edit a text, which a notebook may keep as a list of lines, and leave it as it was where nothing changes."""
    value = holder.get(key)
    if isinstance(value, str | list):
        text = _text(value)
        if (changed := edit(text)) != text:
            holder[key] = changed.splitlines(keepends=True) if isinstance(value, list) else changed


def _edited(value: Any, edit: Edit) -> Any:
    if isinstance(value, str):
        return edit(value)
    if isinstance(value, dict):
        return {key: _edited(item, edit) for key, item in value.items()}
    return [_edited(item, edit) for item in value] if isinstance(value, list) else value


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)


def _text(value: object, between: str = "") -> str:
    return value if isinstance(value, str) else between.join(str(line) for line in _list(value))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _size(output: dict[str, Any]) -> int:
    return len(json.dumps(output, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _is_large(output: dict[str, Any], watch: Watch) -> bool:
    return watch.for_kind("large-output") and _size(output) > watch.large_output
