"""Moments as addresses write them: `…/at/2026-11-20T09:30:00Z/…`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from ...errors import InvalidRequest

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_EPOCH = re.compile(r"\d{1,13}(?:\.\d{1,6})?")
_MILLISECONDS = 10**11
"""whole numbers from here on count milliseconds, as conda's own timestamps do: seconds would be the year 5138"""


def parsed(text: str) -> datetime:
    """A moment from RFC 3339, a date (its first moment, UTC), or seconds or milliseconds since 1970.

    Raises InvalidRequest that shows the forms.
    """
    try:
        if _EPOCH.fullmatch(text):
            number = float(text)
            return datetime.fromtimestamp(number / 1000 if number >= _MILLISECONDS else number, UTC)
        if _DATE.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        found = datetime.fromisoformat(text)
        if "T" in text.upper() and found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise InvalidRequest(
        f"{text!r} is not a moment; write 2026-11-20T09:30:00Z (with the offset from UTC), 2026-11-20 "
        "(its first moment, UTC), or seconds since 1970",
        code="bad_moment",
    )
