"""Numbers in addresses and forms."""

from __future__ import annotations

MOST_DIGITS = 18
"""that a database holds; Python reads no number at all that is very long"""


def whole_number(text: str) -> int | None:
    """A whole number that was asked for; None for whatever else stands there."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None
