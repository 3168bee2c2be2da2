"""What differs between two notebooks, cell by cell: bytes in, a JSON-able document out.

    diff(base, head)      a NotebookDiff: every cell of both, in reading order, with what became of it
    summary(base, head)   its numbers alone, for lists of versions

Pure, and bounded in time and size whatever the notebooks hold: versions are written by strangers and compared on the
server. Web pages and the panel draw the same document.
"""

from __future__ import annotations

from .documents import CellDiff, Field, Line, NotebookDiff, OutputDiff, SourceDiff, Summary
from .notebooks import diff, summary

__all__ = ["CellDiff", "Field", "Line", "NotebookDiff", "OutputDiff", "SourceDiff", "Summary", "diff", "summary"]
