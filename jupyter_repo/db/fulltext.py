"""The full-text index over `search_documents`: FTS5 on SQLite, a tsvector on PostgreSQL; one way to ask both."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import sqlalchemy as sa

MAX_WORDS = 12
"""words of a question that count"""

SPELLED = 64
"""words of the index that are asked for one by one, instead of by their common beginning"""

KEPT = (2, 3)
"""lengths of beginnings that the FTS5 index keeps lists for (migration 0011)"""


class Where(Enum):
    """Which columns are looked into, as FTS5 and as the weights of the tsvector say it."""

    NAME = ("{name} : ", "A")
    ABOUT = ("{name channel kinds summary} : ", "ABC")
    """what lists show of a package"""
    ANYTHING = ("", "")
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
    inside = " & ".join([f"{word}:B" for word in words(channel)] + [_tsquery(asked, where)])
    return sa.literal_column("search_index.document").op("@@", is_comparison=True)(
        sa.func.to_tsquery(sa.literal_column("'simple'"), inside)
    )


def _fts(asked: Question, where: Where) -> str:
    # words hold letters and digits only, so that nothing in them is an operator
    pairs = zip(asked.words, asked.spelled, strict=True)
    each = (" OR ".join(f'"{one}"' for one in ones) if ones else f'"{word}"*' for word, ones in pairs)
    return f"({where.value[0]}({' AND '.join(f'({one})' for one in each)}))"


def _tsquery(asked: Question, where: Where) -> str:
    return "(" + " & ".join(f"{word}:*{where.value[1]}" for word in asked.words) + ")"
