"""The full-text index over `search_documents`: FTS5 on SQLite, a tsvector on PostgreSQL; one way to ask both."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import sqlalchemy as sa

MAX_WORDS = 12
"""words of a question that count"""

SPELLED = 64
"""words of the index that are asked for one by one, instead of by their common beginning"""

LOOKED_UP = 8
"""words that are looked up for each of some packages; for more of them FTS5 reads all packages that have the words"""

KEPT = (2, 3)
"""lengths of beginnings that the FTS5 index keeps lists for (migration 0011)"""


class Where(Enum):
    """Which columns are looked into, as FTS5 and as PostgreSQL's indexes say it (migrations 0011 and 0022)."""

    NAME = ("{name} : ", "ts_filter(search_index.document, '{a}')")
    ABOUT = ("{name channel kinds summary} : ", "ts_filter(search_index.document, '{a,b,c}')")
    """what lists show of a package"""
    ANYTHING = ("", "search_index.document")
    """the description and the words of notebooks, too"""


@dataclass(frozen=True)
class Question:
    """Words that must all be there; each may be the beginning of one."""

    words: tuple[str, ...]
    spelled: tuple[tuple[str, ...] | None, ...]
    """for each: the words of the index that begin so; None: it is asked for by its beginning"""


_WORD = re.compile(r"[^\W_]+")
_LAST = chr(0x10FFFF)
# from each word on, the next one behind it: the list of words is jumped through, however many packages have each
_BEGINNING_SO = sa.text(
    "WITH RECURSIVE found(term) AS ("
    "SELECT (SELECT term FROM search_index_words WHERE term >= :word AND term <= :last LIMIT 1) "
    "UNION ALL SELECT ("
    "SELECT s.term FROM search_index_words s WHERE s.term >= f.term || char(0) AND s.term <= :last LIMIT 1) "
    "FROM found f WHERE f.term IS NOT NULL) SELECT term FROM found WHERE term IS NOT NULL LIMIT :most"
)


def words(text: str) -> list[str]:
    """The words of a question as the index cuts them; accents count no more than in the index."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return _WORD.findall(plain.lower())[:MAX_WORDS]


def question(connection: sa.Connection, asked: Sequence[str]) -> Question:
    """The question for these `words`, which must not be empty.

    For the beginning of a word FTS5 puts together the packages of all words that begin so, before it gives the first:
    one word's packages it gives as it reads them. So the words are looked up, unless they are many.
    """
    if connection.dialect.name != "sqlite":
        return Question(tuple(asked), (None,) * len(asked))
    return Question(tuple(asked), tuple(_spelled(connection, word) for word in asked))


def _spelled(connection: sa.Connection, word: str) -> tuple[str, ...] | None:
    if len(word) in KEPT:
        return None
    options = {"word": word, "last": word + _LAST, "most": SPELLED + 1}
    found = tuple(connection.scalars(_BEGINNING_SO, options))
    return found if len(found) <= SPELLED else None


def index(dialect: sa.Dialect) -> tuple[sa.TableClause, sa.ColumnClause[int]]:
    """The index as a table, and the column of it that holds the package's key."""
    key: sa.ColumnClause[int] = sa.column("rowid" if dialect.name == "sqlite" else "package_id", sa.BigInteger)
    return sa.table("search_index", key), key


def matches(dialect: sa.Dialect, asked: Question, where: Where, *, channel: str = "") -> sa.ColumnElement[bool]:
    """All of the words stand in `where`: a condition on the table of `index`.

    `channel` keeps, out of the index alone, what is in channels that have these words in their names.
    """
    if dialect.name == "sqlite":
        inside = " AND ".join([f'{{channel}} : "{word}"' for word in words(channel)] + [_fts(asked, where)])
        return sa.literal_column("search_index").op("MATCH", is_comparison=True)(inside)
    there = _found_in(where.value[1], " & ".join(f"{word}:*" for word in asked.words))
    if not channel:
        return there
    return sa.and_(there, _found_in(Where.ANYTHING.value[1], " & ".join(f"{word}:B" for word in words(channel))))


def _found_in(document: str, question: str) -> sa.ColumnElement[bool]:
    asked = sa.func.to_tsquery(sa.literal_column("'simple'"), question)
    return sa.literal_column(document).op("@@", is_comparison=True)(asked)


def among(dialect: sa.Dialect, asked: Question, where: Where, keys: Sequence[int], channel: str) -> sa.Select[Any]:
    """Those of some packages' keys that have the words; each is looked up, wherever it stands in the index."""
    table, key = index(dialect)
    found = matches(dialect, asked, where, channel=channel)
    if dialect.name == "sqlite":
        # it begins anew with each key: for many words, or the beginning of one, it is better to read all and sort out
        each = None not in asked.spelled and sum(len(ones or ()) for ones in asked.spelled) <= LOOKED_UP
        one: sa.ColumnElement[int] = key if each else sa.literal_column("+rowid", sa.BigInteger)
        return sa.select(key).select_from(table).where(one.in_(keys), found)
    return _only(sa.select(table.c.package_id, sa.literal_column("document")).where(key.in_(keys)).offset(0), found)


def newest(
    dialect: sa.Dialect, asked: Question, where: Where, channel: str, before: int | None, rows: int
) -> sa.Select[Any]:
    """Keys of what has the words among the `rows` newest below the key `before`; for PostgreSQL."""
    query = _newest(dialect, rows)
    found = matches(dialect, asked, where, channel=channel)
    return _only(query.where(query.selected_columns.package_id < before) if before is not None else query, found)


def sample(dialect: sa.Dialect, asked: Question, channel: str, rows: int) -> sa.Select[Any]:
    """How many of the newest `rows` have the words, in each of `Where`; for PostgreSQL."""
    each = (matches(dialect, asked, where, channel=channel) for where in Where)
    counts: list[Any] = [sa.func.count().filter(found) for found in each]
    return sa.select(*counts).select_from(_fenced(_newest(dialect, rows)))


def _newest(dialect: sa.Dialect, rows: int) -> sa.Select[Any]:
    table, key = index(dialect)
    return sa.select(table.c.package_id, sa.literal_column("document")).order_by(key.desc()).limit(rows)


def _only(rows: sa.Select[Any], found: sa.ColumnElement[bool]) -> sa.Select[Any]:
    inner = _fenced(rows)
    return sa.select(inner.c.package_id).where(found).order_by(inner.c.package_id.desc())


def _fenced(rows: sa.Select[Any]) -> sa.Subquery:
    # named as the table; the planner must not look for the words before it has these rows
    return rows.subquery("search_index")


def _fts(asked: Question, where: Where) -> str:
    # words hold letters and digits only, so that nothing in them is an operator
    pairs = zip(asked.words, asked.spelled, strict=True)
    each = (" OR ".join(f'"{one}"' for one in ones) if ones else f'"{word}"*' for word, ones in pairs)
    return f"({where.value[0]}({' AND '.join(f'({one})' for one in each)}))"
