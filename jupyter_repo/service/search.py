"""Finding packages: by words, ranked; and lists, newest first. Both page by key, and hold the gate as a WHERE clause.

Ranks: the very name; all words in the name; in what lists show (name, channel, kinds, summary); anywhere, the words of
notebooks included. Inside a rank the newest package comes first. Each rank is read in the order of its index and only
as far as the page goes, so that a page costs the same however many packages there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from ..db import fulltext
from ..db import tables as t
from ..db.fulltext import Where
from ..errors import InvalidRequest
from ..models import Account, Actor, Kind, Package, Visibility
from ..names import package_key
from ..permissions import Op
from . import indexing, packages, rows
from .access import visible
from .packages import Counted
from .work import Work

Select = sa.Select[Any]
INSTALLABLE = tuple(str(kind) for kind in indexing.INSTALLABLE)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EXACT, ANYWHERE = 0, 3
_RANKS = {1: (Where.NAME, None), 2: (Where.ABOUT, Where.NAME), 3: (Where.ANYTHING, Where.ABOUT)}
AROUND = 90
"""characters of a text shown before and behind what was found"""
CANDIDATES = 1000
"""matches of each rank that are sorted by downloads: all of a common word would take as long as there are packages"""


LOOKED_AT = 10_000
"""entries that are looked at for one page: where filters let few of them through, the next page goes on behind them"""


class Sort(StrEnum):
    """In which order the found ones come."""

    RELEVANCE = "relevance"
    DOWNLOADS = "downloads"
    NEWEST = "newest"


@dataclass(frozen=True)
class Filters:
    """What narrows a search or a list."""

    kind: Kind | None = None
    installable: bool = False
    """only what conda or pip installs"""
    channel: Account | None = None
    channels: tuple[Account, ...] = ()
    """where there are any: only these"""
    platform: str = ""
    label: str = ""
    licence: str = ""
    """as the package writes it, whatever the case"""
    visibility: Visibility | None = None


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `found` where it is what was searched for."""

    text: str
    found: bool


@dataclass(frozen=True)
class Hit:
    """A package that was found, and the place in its text that says why (empty where name and summary do)."""

    one: Counted
    excerpt: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Page:
    """Some hits, and what `after` must be to get the next ones (empty: these are the last)."""

    hits: tuple[Hit, ...]
    after: str
    bounded: bool = False
    """there are more matches than were looked at: for this order, or for what the filters let through"""


def find(
    work: Work,
    actor: Actor,
    text: str,
    filters: Filters,
    *,
    names: bool = False,
    sort: Sort = Sort.RELEVANCE,
    after: str = "",
    limit: int = 30,
) -> Page:
    """The packages that hold all words of `text` (each may be the beginning of a word), best first.

    `names` looks into names only. Raises InvalidRequest for an `after` that no page gave.
    """
    asked = fulltext.words(text)
    if not asked:
        return Page((), "")
    if sort is not Sort.RELEVANCE:
        return _sorted(work, actor, text, filters, sort, range((1 if names else ANYWHERE) + 1), after, limit)
    rank, key = _after(after, r"([0-3])-(\d{1,18})") or (EXACT, None)
    found: list[tuple[int, Package]] = []
    for one in range(rank, (1 if names else ANYWHERE) + 1):
        begin = key if one == rank else None
        last = _horizon(work, asked, one, filters, begin)
        query = _between(_of_rank(work, actor, text, asked, one, filters), begin, last)
        rest = work.db.execute(query.limit(limit + 1 - len(found)))
        found += [(one, rows.package(row)) for row in rest]
        if len(found) > limit:
            break
        if last is not None:
            return Page(_hits(work, actor, found, asked), f"{one}-{last}", bounded=True)
    more, found = found[limit:], found[:limit]
    hits = _hits(work, actor, found, asked)
    return Page(hits, f"{found[-1][0]}-{found[-1][1].id}" if more else "")


def _hits(work: Work, actor: Actor, found: Sequence[tuple[int, Package]], asked: Sequence[str]) -> tuple[Hit, ...]:
    bodies = _bodies(work, [package for one, package in found if one == ANYWHERE])
    counted = packages.counted_all(work, actor, [package for _, package in found])
    return tuple(Hit(one, excerpt(bodies.get(one.package.id, ()), asked)) for one in counted)


def _sorted(
    work: Work, actor: Actor, text: str, filters: Filters, sort: Sort, ranks: range, after: str, limit: int
) -> Page:
    asked, key = fulltext.words(text), _after(after, r"(\d{1,18})-(\d{1,18})")
    # each rank is read newest first: of each, one page's worth is enough for the newest of all
    most = limit + 1 if sort is Sort.NEWEST else CANDIDATES
    found: dict[int, int] = {}
    bounded, reached = False, 0
    for rank in ranks:
        begin = key[1] if key is not None and sort is Sort.NEWEST else None
        last = _horizon(work, asked, rank, filters, begin)
        query = _between(_of_rank(work, actor, text, asked, rank, filters), begin, last)
        keys = work.db.scalars(query.with_only_columns(t.packages.c.id, maintain_column_froms=True).limit(most)).all()
        bounded |= (sort is Sort.DOWNLOADS and len(keys) == most) or (last is not None and len(keys) < most)
        reached = max(reached, last or 0) if len(keys) < most else reached
        found |= dict.fromkeys(keys, rank)
    counts = packages.downloads(work, list(found)) if sort is Sort.DOWNLOADS else {}
    if sort is Sort.NEWEST:  # what is older than where one rank was left comes with the next page
        found = {one: rank for one, rank in found.items() if one >= reached}
    order = sorted(((counts.get(one, 0), one) for one in found), reverse=True)
    rest = [one for one in order if key is None or one < key]
    shown = [one for _, one in rest[:limit]]
    loaded = {row.id: rows.package(row) for row in work.db.execute(rows.PACKAGES.where(t.packages.c.id.in_(shown)))}
    hits = _hits(work, actor, [(found[one], loaded[one]) for one in shown], asked)
    further = (0, reached) if sort is Sort.NEWEST and reached else None
    end = rest[limit - 1] if len(rest) > limit else further
    return Page(hits, f"{end[0]}-{end[1]}" if end else "", bounded)


def _horizon(work: Work, asked: Sequence[str], rank: int, filters: Filters, begin: int | None) -> int | None:
    """The last key of a rank that one page looks at, out of the index alone; None: all that is left is looked at."""
    if rank == EXACT:
        return None
    index, column = fulltext.index(work.db.dialect)
    key = key_of(index, column)
    query = sa.select(key).where(_matches(work, asked, rank, filters))
    return work.db.scalar(_between(query, begin, None, key).order_by(key.desc()).offset(LOOKED_AT - 1).limit(1))


def _between(query: Select, begin: int | None, last: int | None, key: Any = t.packages.c.id) -> Select:
    """What stands behind the key `begin`, up to `last`; None: no bound."""
    query = query.where(key < begin) if begin is not None else query
    return query.where(key >= last) if last is not None else query


def _matches(work: Work, asked: Sequence[str], rank: int, filters: Filters) -> sa.ColumnElement[bool]:
    where, beyond = _RANKS[rank]
    channel = filters.channel.name if filters.channel is not None else ""
    return fulltext.matches(work.db.dialect, asked, where, beyond=beyond, channel=channel)


def _of_rank(work: Work, actor: Actor, text: str, asked: Sequence[str], rank: int, filters: Filters) -> Select:
    p = t.packages
    exact = p.c.name_key == package_key(text.strip())
    if rank == EXACT:
        query = rows.PACKAGES.where(exact).order_by(p.c.name_key, p.c.id.desc())
        return _narrow(query.where(visible(actor)), filters)
    index, key = fulltext.index(work.db.dialect)
    # who may know of a package, and no more, must not learn what its notebooks say
    operation = Op.DOWNLOAD if rank == ANYWHERE else Op.SEE
    query = (
        rows.PACKAGES.join(index, key_of(index, key) == p.c.id)
        .where(_matches(work, asked, rank, filters), visible(actor, operation), ~exact)
        .order_by(key_of(index, key).desc())
    )
    if rank == ANYWHERE:
        query = query.where(p.c.status != packages.QUARANTINED)  # nor what is taken out of sight
    return _narrow(query, filters)


def key_of(index: sa.TableClause, key: sa.ColumnClause[int]) -> sa.ColumnElement[int]:
    """The key's column, as a column of that table."""
    return index.c[key.name]


def _narrow(query: Select, filters: Filters) -> Select:
    p, k, f, lab = t.packages, t.package_kinds, t.files, t.file_labels
    if filters.kind is not None:
        query = query.where(sa.exists(sa.select(1).where(k.c.package_id == p.c.id, k.c.kind == str(filters.kind))))
    if filters.installable:
        query = query.where(sa.exists(sa.select(1).where(k.c.package_id == p.c.id, k.c.kind.in_(INSTALLABLE))))
    if filters.channel is not None:
        query = query.where(p.c.account_id == filters.channel.id)
    if filters.channels:
        query = query.where(p.c.account_id.in_([one.id for one in filters.channels]))
    if filters.platform:
        query = query.where(sa.exists(sa.select(1).where(f.c.package_id == p.c.id, f.c.subdir == filters.platform)))
    if filters.label:
        carried = sa.select(1).join(lab, lab.c.file_id == f.c.id).select_from(f)
        query = query.where(sa.exists(carried.where(f.c.package_id == p.c.id, lab.c.label == filters.label)))
    if filters.licence:
        query = query.where(sa.func.lower(p.c.attrs["license"].as_string()) == filters.licence.lower())
    if filters.visibility is not None:
        query = query.where(p.c.visibility == str(filters.visibility))
    return query


def recent(work: Work, actor: Actor, filters: Filters, *, after: str = "", limit: int = 30) -> Page:
    """What changed last, newest first."""
    listed, p = t.listings, t.packages
    place, order = sa.tuple_(listed.c.updated_at, listed.c.package_id), (listed.c.updated_at, listed.c.package_id)
    those = [listed.c.kind == (filters.kind or (indexing.PACKAGES if filters.installable else ""))]
    if filters.channel is not None:
        those.append(listed.c.account_id == filters.channel.id)
    if filters.channels:
        those.append(listed.c.account_id.in_([one.id for one in filters.channels]))
    key = _after(after, r"(\d{1,18})-(\d{1,18})")
    if key is not None:
        those.append(place < sa.tuple_(EPOCH + timedelta(microseconds=key[0]), key[1]))
    behind = sa.select(*order).where(*those).order_by(*(one.desc() for one in order)).offset(LOOKED_AT - 1).limit(1)
    last_place = work.db.execute(behind).first()
    if last_place is not None:
        those.append(place >= sa.tuple_(*last_place))
    query = rows.PACKAGES.join(listed, listed.c.package_id == p.c.id).where(*those, visible(actor))
    query = _narrow(query, replace(filters, kind=None, installable=False, channel=None, channels=()))
    found = [
        rows.package(row)
        for row in work.db.execute(
            query.order_by(listed.c.updated_at.desc(), listed.c.package_id.desc()).limit(limit + 1)
        )
    ]
    shown, last = found[:limit], found[:limit][-1:]
    hits = tuple(Hit(one) for one in packages.counted_all(work, actor, shown))
    if len(found) > limit:
        return Page(hits, _place(last[0].updated_at, last[0].id))
    return Page(hits, _place(*last_place) if last_place is not None else "", bounded=last_place is not None)


def _place(moment: datetime, key: int) -> str:
    return f"{(moment - EPOCH) // timedelta(microseconds=1)}-{key}"


def kinds(work: Work, actor: Actor, channels: Sequence[Account]) -> dict[str, int]:
    """How many packages of each kind the actor may see in these channels; `""`: all, those without files too."""
    listed = t.listings
    words = ("", *(str(kind) for kind in Kind))
    query = (
        sa.select(listed.c.kind, sa.func.count())
        .join(t.packages, t.packages.c.id == listed.c.package_id)
        .where(listed.c.account_id.in_([one.id for one in channels]), listed.c.kind.in_(words), visible(actor))
        .group_by(listed.c.kind)
    )
    return {str(row[0]): int(row[1]) for row in work.db.execute(query)}


def _after(text: str, form: str) -> tuple[int, int] | None:
    if not text:
        return None
    match = re.fullmatch(form, text)
    if match is None:
        raise InvalidRequest(f"{text!r} is not the end of a page; begin at the first page")
    return int(match[1]), int(match[2])


def _bodies(work: Work, found: Sequence[Package]) -> dict[int, tuple[str, str]]:
    d = t.search_documents
    query = sa.select(d.c.package_id, d.c.description, d.c.body).where(d.c.package_id.in_([one.id for one in found]))
    return {row.package_id: (row.body, row.description) for row in work.db.execute(query)} if found else {}


def excerpt(texts: Sequence[str], asked: Sequence[str]) -> tuple[Piece, ...]:
    """The first place in the texts where one of the words stands, with what is around it."""
    word = re.compile(rf"(?<![^\W_])(?:{'|'.join(sorted(asked, key=len, reverse=True))})[^\W_]*", re.IGNORECASE)
    for text in texts:
        match = word.search(text)
        if match is not None:
            begin, end = max(0, match.start() - AROUND), min(len(text), match.end() + AROUND)
            return tuple(_pieces(text, begin, end, word))
    return ()


def _pieces(text: str, begin: int, end: int, word: re.Pattern[str]) -> Iterator[Piece]:
    position = begin
    if begin:
        yield Piece("… ", False)
    for match in word.finditer(text, begin, end):
        if match.start() > position:
            yield Piece(text[position : match.start()], False)
        yield Piece(match[0], True)
        position = match.end()
    if position < end:
        yield Piece(text[position:end], False)
    if end < len(text):
        yield Piece(" …", False)
