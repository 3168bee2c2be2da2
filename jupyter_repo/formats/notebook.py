"""Jupyter notebooks of format 3 and 4.

Format: https://nbformat.readthedocs.io/en/latest/format_description.html. A notebook holds no name and no version:
whoever publishes it chooses them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import BinaryIO

import nbformat
from nbformat.validator import ValidationError, get_validator

from ..errors import InvalidPackage
from ..models import Kind, PackageInfo
from .documents import clean, one_line, read_object
from .reading import MIB, Reading

_SAVE_AGAIN = "open it in JupyterLab, save it and publish that"
_CLEAR = "clear the outputs of the large cells, save it and publish that"
_UNDERLINE = re.compile(r"=+|-{2,}")
_FENCE = re.compile(r"(?ms)^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1|\Z)")
_MARKUP = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)|<[^<>]*>|[*`]+|(?<!\w)_+|_+(?!\w)")
_WORTH = 5_000
"""characters of one markdown cell in which a title is looked for: what stands further down titles nothing"""
_OUTPUT, _OUTPUTS = 2_000, 50_000
"""characters of one output, and of all together, that are searched"""
_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def read_notebook(reading: Reading, file: BinaryIO) -> PackageInfo:
    """The notebook's title, kernel and words. `attrs`: nbformat, nbformat_minor, kernel, language, cells,
    code_cells, title. Raises InvalidPackage.
    """  # noqa: D205
    if reading.size > reading.limits.notebook:
        raise reading.refuse(f"a notebook may have {reading.limits.notebook // MIB} MiB", _CLEAR)
    file.seek(0)
    data = file.read()
    reading.spend(len(data))
    notebook = read_object(reading, data, "the notebook", _SAVE_AGAIN)
    major, minor = _format(reading, notebook)
    _validate(reading, notebook, major, minor)
    cells = list(_cells(notebook, major))
    title, summary = _title(cells)
    metadata = _mapping(notebook.get("metadata"))
    title = one_line(metadata.get("title"), 200) or title
    kernel, language = _mapping(metadata.get("kernelspec")), _mapping(metadata.get("language_info"))
    return PackageInfo(
        kind=Kind.NOTEBOOK,
        name=None,
        version=None,
        basename=reading.filename,
        summary=title or summary,
        description=summary if title else "",
        attrs={
            "nbformat": major,
            "nbformat_minor": minor,
            "kernel": one_line(kernel.get("name"), 100),
            "kernel_display_name": one_line(kernel.get("display_name"), 100),
            "language": one_line(language.get("name") or kernel.get("language"), 100),
            "cells": len(cells),
            "code_cells": sum(kind == "code" for kind, _ in cells),
            "title": title,
        },
        text=clean(
            "\n".join([*(source for _, source in cells if source), *_said(notebook, major)]), reading.limits.text
        ),
    )


def _format(reading: Reading, notebook: Mapping[str, object]) -> tuple[int, int]:
    major, minor = notebook.get("nbformat"), notebook.get("nbformat_minor", 0)
    if not isinstance(major, int) or not isinstance(minor, int) or isinstance(major, bool):
        raise reading.refuse("it is JSON without an nbformat number, so it is not a notebook", _SAVE_AGAIN)
    if major not in (3, 4) or minor < 0:
        raise reading.refuse(f"it is of notebook format {major}, and formats 3 and 4 are known here", _SAVE_AGAIN)
    return major, minor


def _validate(reading: Reading, notebook: Mapping[str, object], major: int, minor: int) -> None:
    known: int = getattr(nbformat, f"v{major}").nbformat_minor
    # a schema is compiled and kept for each minor number asked for: all future ones are one
    validator = get_validator(major, min(minor, known + 1), relax_add_props=True)  # type: ignore[no-untyped-call]  # nbformat has no types
    try:
        validator.validate(notebook)
    except ValidationError as error:
        where = one_line(error.message, 200)
        raise reading.refuse(f"it is not a legal notebook of format {major}.{minor} ({where})", _SAVE_AGAIN) from None


def _items(notebook: Mapping[str, object], major: int) -> Iterable[Mapping[str, object]]:
    """The cells; format 3 has them in worksheets."""
    sheets = [notebook] if major == 4 else [_mapping(sheet) for sheet in _list(notebook.get("worksheets"))]
    return (_mapping(item) for sheet in sheets for item in _list(sheet.get("cells")))


def _said(notebook: Mapping[str, object], major: int) -> Iterable[str]:
    """The beginnings of the texts that the code printed or returned."""
    left = _OUTPUTS
    for cell in _items(notebook, major):
        for item in _list(cell.get("outputs")):
            output = _mapping(item)
            data = _mapping(output.get("data")) or output
            text = next((_text(data[key]) for key in ("text/markdown", "text/plain", "text") if key in data), "")
            text = _ESCAPES.sub("", (text or _text(output.get("evalue", "")))[:_OUTPUT])[:left]
            left -= len(text)
            if text:
                yield text


def _text(value: object) -> str:
    return "".join(str(line) for line in value) if isinstance(value, list) else str(value)


def _cells(notebook: Mapping[str, object], major: int) -> Iterable[tuple[str, str]]:
    """Kind and source of each cell; format 3 calls them by other words."""
    for cell in _items(notebook, major):
        kind = str(cell.get("cell_type"))
        text = _text(cell.get("source", cell.get("input", "")))
        yield ("markdown", f"# {text}") if kind == "heading" else (kind, text)


def _title(cells: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """The first heading in the first markdown cells, and the first paragraph behind it (or at all)."""
    for kind, source in cells:
        if kind != "markdown" or not source.strip():
            continue
        lines = _FENCE.sub("", source[:_WORTH]).splitlines()
        for number, line in enumerate(lines):
            heading, rest = _heading(line, lines[number + 1 :])
            if heading:
                return _plain(heading, 200), _paragraph(rest)
        if paragraph := _paragraph(lines):
            return "", paragraph
    return "", ""


def _heading(line: str, below: list[str]) -> tuple[str, list[str]]:
    """The text of `line` if it is a heading (`# text`, or text underlined by `===`), and the lines behind it."""
    text = line.strip()
    if text.startswith("#"):
        words = text.lstrip("#")
        return (words.strip("# "), below) if words.startswith((" ", "\t")) else ("", below)
    underlined = text and below and _UNDERLINE.fullmatch(below[0].strip())
    return (text, below[1:]) if underlined and not text.startswith("-") else ("", below)


def _paragraph(lines: list[str]) -> str:
    """The first block of lines that says something when its markup is taken away."""
    block: list[str] = []
    for line in [*lines, ""]:
        text = line.strip()
        if text and not text.startswith(("#", "---", "===", "|")):
            block.append(text)
        elif not text:
            if plain := _plain(" ".join(block), 500):
                return plain
            block = []
    return ""


def _plain(text: str, limit: int) -> str:
    return one_line(_MARKUP.sub(lambda match: match[1] or "", text), limit)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def looks_like_notebook(reading: Reading, data: bytes) -> bool:
    """Whether JSON text is a notebook, by what it holds; False for what is not JSON."""
    if b'"nbformat"' not in data:
        return False
    try:
        value = read_object(reading, data, "the file", _SAVE_AGAIN)
    except InvalidPackage:
        return False
    return "nbformat" in value and ("cells" in value or "worksheets" in value)
