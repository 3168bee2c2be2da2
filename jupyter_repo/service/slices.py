"""Parts of lists, by key: the database begins behind the last key that was shown, and reads no further than needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True)
class Slice:
    """What stands behind the key `after` (empty: from the beginning), at most `limit` of it."""

    after: str = ""
    limit: int = 50

    @property
    def number(self) -> int | None:
        """The key, where keys are numbers; None at the beginning, and for what is no number."""
        return int(self.after) if self.after.isascii() and self.after.isdecimal() and len(self.after) < 19 else None


def by_name(query: sa.Select[Any], column: sa.ColumnElement[str], part: Slice | None) -> sa.Select[Any]:
    """The part of a query in the order of a column that no two rows share; None: all of it."""
    query = query.order_by(column)
    if part is None:
        return query
    return (query.where(column > part.after) if part.after else query).limit(part.limit)


def newest_first(query: sa.Select[Any], column: sa.ColumnElement[int], part: Slice | None) -> sa.Select[Any]:
    """The part of a query in the order of a key, the highest first; None: all of it."""
    query = query.order_by(column.desc())
    if part is None:
        return query
    return (query.where(column < part.number) if part.number is not None else query).limit(part.limit)
