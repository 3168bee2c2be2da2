"""The full-text index over `search_documents`: FTS5 on SQLite, a tsvector on PostgreSQL; one way to ask both."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum

import sqlalchemy as sa

MAX_WORDS = 12
"""words of a question that count"""


class Where(Enum):
    """Which columns are looked into, as FTS5 and as the weights of the tsvector say it."""

    NAME = ("{name} : ", "A")
    ABOUT = ("{name channel kinds summary} : ", "ABC")
    """what lists show of a package"""
    ANYTHING = ("", "")
    """the description and the words of notebooks, too"""


_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """The words of a question as the index cuts them; accents count no more than in the index."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return _WORD.findall(plain.lower())[:MAX_WORDS]


def index(dialect: sa.Dialect) -> tuple[sa.TableClause, sa.ColumnClause[int]]:
    """The index as a table, and the column of it that holds the package's key."""
    key: sa.ColumnClause[int] = sa.column("rowid" if dialect.name == "sqlite" else "package_id", sa.BigInteger)
    return sa.table("search_index", key), key


def matches(
    dialect: sa.Dialect, asked: Sequence[str], where: Where, *, beyond: Where | None = None, channel: str = ""
) -> sa.ColumnElement[bool]:
    """All of the words (`words`; each may be the beginning of one) stand in `where`, and not all of them in `beyond`.

    `channel` keeps, out of the index alone, what is in channels that have these words in their names.
    A condition on the table of `index`. `asked` must not be empty.
    """
    if dialect.name == "sqlite":
        inside = " AND ".join([f'{{channel}} : "{word}"' for word in words(channel)] + [_fts(asked, where)])
        question = f"({inside})" + (f" NOT ({_fts(asked, beyond)})" if beyond else "")
        return sa.literal_column("search_index").op("MATCH", is_comparison=True)(question)
    question = " & ".join([f"{word}:B" for word in words(channel)] + [_tsquery(asked, where)])
    question += f" & !({_tsquery(asked, beyond)})" if beyond else ""
    return sa.literal_column("search_index.document").op("@@", is_comparison=True)(
        sa.func.to_tsquery(sa.literal_column("'simple'"), question)
    )


def _fts(asked: Sequence[str], where: Where) -> str:
    # words hold letters and digits only, so that nothing in them is an operator
    all_of_them = " AND ".join(f'"{word}"*' for word in asked)
    return f"({where.value[0]}({all_of_them}))"


def _tsquery(asked: Sequence[str], where: Where) -> str:
    return "(" + " & ".join(f"{word}:*{where.value[1]}" for word in asked) + ")"
