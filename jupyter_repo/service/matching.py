"""What the full-text index answers: keys of packages, the newest first, in pieces, and no more than are needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa

from ..db import fulltext
from ..db.fulltext import Question, Where
from .work import Work

LOOKED_AT = 5_000
"""entries that are looked at for one page: where filters let few of them through, the next page goes on behind them"""

FIRST = 100
"""entries of the first piece; each further one is larger, as few seem to pass what they are wanted for"""

AT_ONCE = 500
"""keys that one statement names"""


@dataclass
class Matches:
    """One question to the index."""

    work: Work
    asked: Question
    channel: str = ""
    """only there"""
    last: int | None = field(default=None, init=False)
    """the key below which there may be more that was not looked at; None: the last list was read to its end"""

    def pieces(self, where: Where, before: int | None, beyond: Where | None = None) -> Iterator[list[int]]:
        """Keys of what has the words in `where`, and not all of them in `beyond`; ends at `LOOKED_AT` at the latest."""
        size, left = FIRST, LOOKED_AT
        while left:
            size = min(size, left)
            keys = self._keys(where, size, before=before)
            left -= len(keys)
            self.last = keys[-1] if len(keys) == size else None
            # whoever has them in `beyond` has them in `where`: what is to be left out lies between these keys
            rest = sorted(set(keys) - self.among(beyond, keys), reverse=True) if beyond else keys
            for first in range(0, len(rest), AT_ONCE):
                yield rest[first : first + AT_ONCE]
            if self.last is None:
                return
            before, size = self.last, 4 * size

    def among(self, where: Where, keys: list[int]) -> set[int]:
        """Those of some keys (the highest first) that have the words in `where`."""
        found = self._keys(where, None, before=keys[0] + 1, least=keys[-1]) if keys else []
        return set(found).intersection(keys)

    def _keys(self, where: Where, limit: int | None, *, before: int | None, least: int | None = None) -> list[int]:
        dialect = self.work.db.dialect
        index, column = fulltext.index(dialect)
        key = index.c[column.name]
        query = sa.select(key).where(fulltext.matches(dialect, self.asked, where, channel=self.channel))
        query = query.where(key < before) if before is not None else query
        query = query.where(key >= least) if least is not None else query
        return list(self.work.db.scalars(query.order_by(key.desc()).limit(limit)))
