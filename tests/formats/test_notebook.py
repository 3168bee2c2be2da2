"""Notebooks."""

from __future__ import annotations

import json
import time
from pathlib import Path

import nbformat
import pytest

from jupyter_repo import formats
from jupyter_repo.models import Kind
from tests import builders
from tests.formats.conftest import read_path, refusal


def test_a_notebook_says_what_it_is(tmp_path: Path) -> None:
    cells = [
        ("code", "import numpy"),
        (
            "markdown",
            "```\n# no heading\n```\n\n## The *great* [analysis](http://x) ##\n\nIt adds\n`two` numbers.\n\nMore.",
        ),
        ("code", "print(1)"),
    ]
    info = read_path(builders.make_notebook(tmp_path, "My analysis.ipynb", cells=cells))
    assert (info.kind, info.name, info.version, info.basename) == (Kind.NOTEBOOK, None, None, "My analysis.ipynb")
    assert info.summary == "The great analysis"
    assert info.description == "It adds two numbers."
    assert info.attrs == {
        "nbformat": 4,
        "nbformat_minor": 5,
        "kernel": "python3",
        "kernel_display_name": "Python 3 (ipykernel)",
        "language": "python",
        "cells": 3,
        "code_cells": 2,
        "title": "The great analysis",
    }
    assert "import numpy" in info.text
    assert "print(1)" in info.text


@pytest.mark.parametrize(
    ("markdown", "summary"),
    [
        ("Just words\nin two lines.\n\nMore.", "Just words in two lines."),
        ("Title\n=====\n\ntext", "Title"),
        ("#hashtag is no heading", ""),
        ("<img src=x>\n\n![](a.png)\n\nWords", "Words"),
        ("", ""),
        ("# " + "long " * 100, "long " * 39 + "long…"),
    ],
)
def test_the_summary_is_the_first_heading_or_paragraph(tmp_path: Path, markdown: str, summary: str) -> None:
    assert read_path(builders.make_notebook(tmp_path, cells=[("markdown", markdown)])).summary == summary


def test_a_title_in_the_metadata_wins(tmp_path: Path) -> None:
    assert read_path(builders.make_notebook(tmp_path, metadata={"title": "Mine"})).summary == "Mine"


def test_a_notebook_of_format_3(tmp_path: Path) -> None:
    notebook = nbformat.convert(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print('old')")]), 3)
    notebook.worksheets[0].cells.insert(0, {"cell_type": "heading", "level": 2, "source": "Old", "metadata": {}})
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps(notebook))
    info = read_path(path)
    assert (info.attrs["nbformat"], info.attrs["cells"], info.attrs["code_cells"]) == (3, 2, 1)
    assert info.summary == "Old"
    assert "print('old')" in info.text


def test_a_notebook_of_the_future_is_read(tmp_path: Path) -> None:
    document = json.loads(builders.make_notebook(tmp_path).read_text()) | {"nbformat_minor": 99, "news": 1}
    path = tmp_path / "future.ipynb"
    path.write_text(json.dumps(document))
    assert read_path(path).attrs["nbformat_minor"] == 99


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is not JSON"),
        (b"PK\x03\x04rest", "is not JSON"),
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b"[]", "is not a JSON object"),
        (b"{}", "without an nbformat number"),
        (b'{"nbformat": true}', "without an nbformat number"),
        (b'{"nbformat": 2, "nbformat_minor": 0}', "formats 3 and 4"),
        (b'{"nbformat": 99}', "formats 3 and 4"),
        (b'{"nbformat": 4, "nbformat_minor": 5}', "not a legal notebook of format 4.5"),
        (b'{"nbformat": 4, "nbformat_minor": -5}', "notebook format 4"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [1]}', "not a legal notebook"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' * 150 + b"1" + b"}" * 150, "nested too deeply"),
        (b'{"a": [' + b"[]," * 3_000_001 + b"[]]}", "more than 3000000 values"),
        (b'{"a": ' + b"1" * 1_000_000 + b"}", "is not JSON"),
        (b'{"nbformat": 4, "a": "\\ud83d"}', "can't be kept"),
    ],
)
def test_what_is_no_notebook(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "bad.ipynb"
    path.write_bytes(content)
    message = refusal(path)
    assert says in message
    assert "open it in JupyterLab, save it" in message


def test_a_notebook_over_the_limit(tmp_path: Path) -> None:
    message = refusal(builders.make_notebook(tmp_path), limits=formats.Limits(notebook=10))
    assert "clear the outputs" in message


@pytest.mark.parametrize(
    "pattern", ["# a" + " " * 50_000 + "b", "[" * 50_000, "[](" * 20_000, "`" * 50_001, "_a" * 20_000]
)
def test_a_title_is_found_in_time(tmp_path: Path, pattern: str) -> None:
    path = builders.make_notebook(tmp_path, cells=[("markdown", pattern)] * 3)
    start = time.monotonic()
    read_path(path)
    assert time.monotonic() - start < 5
