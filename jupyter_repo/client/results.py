"""What a verb answers: the same thing as text for terminals and as HTML for notebooks.

Everything that came from the repository is somebody else's text: it is escaped here, in one place, and an
address becomes a link only if it is http or https.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Link:
    """An address, with the words that are shown for it: `words` in a notebook, `plain` in a terminal."""

    url: str
    words: str = ""
    plain: str = ""

    def text(self) -> str:
        """For a terminal: the address itself, unless there are words for it."""
        return self.plain or self.url

    def html(self) -> str:
        """For a notebook."""
        words = escape(self.words or self.url)
        if not self.url.startswith(("https://", "http://")):
            return words
        return f'<a href="{escape(self.url)}" target="_blank" rel="noopener noreferrer">{words}</a>'


@dataclass(frozen=True)
class Code:
    """Something to copy: a command or a secret."""

    value: str

    def text(self) -> str:
        """For a terminal."""
        return self.value

    def html(self) -> str:
        """For a notebook."""
        return f"<code>{escape(self.value)}</code>"


Piece = str | Link | Code
"""Part of a line or a cell of a table."""


def _text(piece: Piece) -> str:
    return _printable(piece if isinstance(piece, str) else piece.text())


def _html(piece: Piece) -> str:
    return escape(piece) if isinstance(piece, str) else piece.html()


def _printable(text: str) -> str:
    """`text` without control characters, with which a package's summary could rewrite the terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


@dataclass(frozen=True)
class Line:
    """One line of pieces."""

    pieces: tuple[Piece, ...]

    def text(self) -> str:
        """For a terminal."""
        return "".join(_text(piece) for piece in self.pieces)

    def html(self) -> str:
        """For a notebook."""
        return f"<div>{''.join(_html(piece) for piece in self.pieces)}</div>"


@dataclass(frozen=True)
class Table:
    """Rows under a heading."""

    heading: tuple[str, ...]
    rows: tuple[tuple[Piece, ...], ...]

    def text(self) -> str:
        """For a terminal: columns as wide as their widest cell, the last one free."""
        rows = [self.heading, *(tuple(_text(cell) for cell in row) for row in self.rows)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(self.heading))]
        lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
        return "\n".join(line.rstrip() for line in lines)

    def html(self) -> str:
        """For a notebook."""
        style = ' style="text-align: left"'
        head = "".join(f'<th scope="col"{style}>{escape(title)}</th>' for title in self.heading)
        body = "".join(
            "<tr>" + "".join(f"<td{style}>{_html(cell)}</td>" for cell in row) + "</tr>" for row in self.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


@dataclass(frozen=True)
class Verbatim:
    """Lines in which every space counts, as in programs."""

    lines: tuple[str, ...]

    def text(self) -> str:
        """For a terminal."""
        return "\n".join(_printable(line) for line in self.lines)

    def html(self) -> str:
        """For a notebook."""
        return f"<pre>{escape(chr(10).join(self.lines))}</pre>"


Part = Line | Table | Verbatim


class Result:
    """The answer of a verb; shows itself in a terminal (`str`) and in a notebook.

    `failure` is a sentence when some of what was asked for was not done.
    """

    def __init__(self, *parts: Part | Sequence[Piece] | Piece, failure: str = "") -> None:
        self.parts = [_part(part) for part in parts]
        self.failure = failure

    def __str__(self) -> str:
        return "\n".join(part.text() for part in self.parts)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f'<div class="jupyter-repo">{"".join(part.html() for part in self.parts)}</div>'


def _part(part: Part | Sequence[Piece] | Piece) -> Part:
    if isinstance(part, Part):
        return part
    return Line((part,) if isinstance(part, str | Link | Code) else tuple(part))
