"""What the full-text index answers: keys of packages, the newest first, in pieces, and no more than are needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ..db import fulltext
from ..db import tables as t
from ..db.fulltext import Question, Where
from .work import Work

LOOKED_AT = 5_000
"""entries that are looked at for one page: where filters let few of them through, the next page goes on behind them"""

FIRST = 100
"""entries of the first piece; each further one is larger, as few seem to pass what they are wanted for"""

AT_ONCE = 500
"""keys that one statement names; and so many matches are sorted by downloads as they are"""

CLOSE = 10
"""keys of so many packages for each that is asked about are read as a stretch"""

SAMPLE = 50
"""of so many of the newest packages PostgreSQL is asked how many have the words"""

COMMON = 5
"""of them: then the words are looked for in the newest packages, else in the index, which gives all that have them"""


@dataclass
class Matches:
    """One question to the index."""

    work: Work
    asked: Question
    channel: str = ""
    """only there"""
    last: int | None = field(default=None, init=False)
    """the key below which there may be more that was not looked at; None: the last list was read to its end"""
    place: tuple[int, int] | None = field(default=None, init=False)
    """the same of `most_downloaded`: downloads and key"""
    _scattered: bool = field(default=False, init=False)
    """keys that are asked about may lie anywhere among the others"""
    _common: dict[Where, bool] = field(default_factory=dict, init=False)

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

    def most_downloaded(self, where: Where, after: tuple[int, int] | None) -> Iterator[list[int]]:
        """Keys of what has the words in `where`, the most downloaded first, behind a place in that order.

        A few are sorted. Many are met soon where packages are looked through in that order, up to `LOOKED_AT`.
        """
        p = t.packages.c
        order, place = (p.downloads.desc(), p.id.desc()), sa.tuple_(p.downloads, p.id)
        query = sa.select(p.downloads, p.id).order_by(*order)
        few = self._keys(where, AT_ONCE + 1, before=None)
        if len(few) <= AT_ONCE:
            query = query.where(p.id.in_(few))
            rest = query.where(place < sa.tuple_(*after)) if after is not None else query
            yield [row.id for row in self.work.db.execute(rest)]
            return
        size, left = FIRST, LOOKED_AT
        self.place, self._scattered = after, True
        while left:
            size = min(size, left)
            rest = query.where(place < sa.tuple_(*self.place)) if self.place is not None else query
            found = self.work.db.execute(rest.limit(size)).all()
            left -= len(found)
            self.place = (found[-1].downloads, found[-1].id) if len(found) == size else None
            those = self.among(where, [row.id for row in found])
            yield [row.id for row in found if row.id in those]
            if self.place is None:
                return
            size = min(4 * size, AT_ONCE)

    def among(self, where: Where, keys: list[int]) -> set[int]:
        """Those of some keys that have the words in `where`."""
        if not keys:
            return set()
        first, last = max(keys), min(keys)
        # FTS5 reads a stretch in the time of a few look-ups; unless they are scattered hardly any others lie between
        stretch = not self._scattered or first - last < CLOSE * len(keys)
        if self.work.db.dialect.name == "sqlite" and stretch:
            return set(self.work.db.scalars(self._matching(where, first + 1, least=last))).intersection(keys)
        return set(self.work.db.scalars(fulltext.among(self.work.db.dialect, self.asked, where, keys, self.channel)))

    def _keys(self, where: Where, limit: int, *, before: int | None) -> list[int]:
        """The newest keys below `before` that have the words in `where`."""
        dialect = self.work.db.dialect
        if dialect.name != "sqlite" and self._is_common(where):
            rows = min(SAMPLE * limit // COMMON, LOOKED_AT)
            near = fulltext.newest(dialect, self.asked, where, self.channel, before, rows)
            found = list(self.work.db.scalars(near.limit(limit)))
            if len(found) == limit:
                return found
        return list(self.work.db.scalars(self._matching(where, before).limit(limit)))

    def _matching(self, where: Where, before: int | None, *, least: int | None = None) -> sa.Select[Any]:
        dialect = self.work.db.dialect
        index, column = fulltext.index(dialect)
        key: sa.ColumnElement[int] = index.c[column.name]
        query = sa.select(key).where(fulltext.matches(dialect, self.asked, where, channel=self.channel))
        # PostgreSQL can't know how many have the words: in this order it might read all packages for the few that do
        key = key if dialect.name == "sqlite" else key + 0
        query = query.where(key < before) if before is not None else query
        query = query.where(key >= least) if least is not None else query
        return query.order_by(key.desc())

    def _is_common(self, where: Where) -> bool:
        """Do many of the newest packages have the words in `where`?"""
        if not self._common:
            counted = fulltext.sample(self.work.db.dialect, self.asked, self.channel, SAMPLE)
            counts = self.work.db.execute(counted).one()
            self._common = {one: count >= COMMON for one, count in zip(Where, counts, strict=True)}
        return self._common[where]
