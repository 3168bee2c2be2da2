"""Finding packages: by words, ranked; and lists, newest first. Both page by key, and hold the gate as a WHERE clause.

Ranks: the very name; all words in the name; in what lists show (name, channel, kinds, summary); anywhere, the words of
notebooks included. Inside a rank the newest package comes first. Each rank is read in the order of its index and only
as far as the page goes (`matching.py`), so that a page costs the same however many packages there are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
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
from . import indexing, matching, packages, rows
from .access import visible
from .excerpts import Piece, excerpt
from .matching import Matches
from .packages import Counted
from .work import Work

Select = sa.Select[Any]
INSTALLABLE = tuple(str(kind) for kind in indexing.INSTALLABLE)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EXACT, ANYWHERE = 0, 3
_RANKS = {1: (Where.NAME, None), 2: (Where.ABOUT, Where.NAME), 3: (Where.ANYTHING, Where.ABOUT)}


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
    channel = filters.channel.name if filters.channel is not None else ""
    matches = Matches(work, fulltext.question(work.db, asked), channel)
    ranks = range((1 if names else ANYWHERE) + 1)
    if sort is Sort.NEWEST:
        return _newest(actor, matches, filters, ranks, after, limit)
    if sort is Sort.DOWNLOADS:
        return _by_downloads(actor, matches, filters, ranks, after, limit)
    return _by_rank(actor, matches, text, filters, ranks, after, limit)


def _by_rank(actor: Actor, matches: Matches, text: str, filters: Filters, ranks: range, after: str, limit: int) -> Page:
    first, key = _after(after, r"([0-3])-(\d{1,18})") or (EXACT, None)
    found: list[tuple[int, Package]] = []
    end = ""
    for rank in ranks[first:]:
        for query in _of_rank(actor, matches, text, filters, rank, key if rank == first else None):
            rest = matches.work.db.execute(query.limit(limit + 1 - len(found)))
            found += [(rank, rows.package(row)) for row in rest]
            if len(found) > limit:
                break
        if len(found) > limit:
            break
        if matches.last is not None:
            end = f"{rank}-{matches.last}"
            break
    hits = _hits(matches, actor, found[:limit])
    if len(found) > limit:
        return Page(hits, f"{found[limit - 1][0]}-{found[limit - 1][1].id}")
    return Page(hits, end, bounded=bool(end))


def _of_rank(
    actor: Actor, matches: Matches, text: str, filters: Filters, rank: int, before: int | None
) -> Iterator[Select]:
    """What finds a rank's packages, one statement after the other."""
    p = t.packages
    exact = p.c.name_key == package_key(text.strip())
    if rank == EXACT:
        named = rows.PACKAGES.where(exact, visible(actor)).order_by(p.c.name_key, p.c.id.desc())
        yield _narrow(named.where(p.c.id < before) if before is not None else named, filters)
        return
    where, beyond = _RANKS[rank]
    for keys in matches.pieces(where, before, beyond):
        yield _those(actor, keys, filters, by_body=rank == ANYWHERE).where(~exact)


def _found(
    actor: Actor, matches: Matches, filters: Filters, where: Where, pieces: Iterable[list[int]], most: int
) -> list[tuple[int, int]]:
    """What may be found of the packages in `pieces`, in their order: the key, and how (`ANYWHERE`, or what is shown).

    At least `most`, if there are so many and as far as they were looked at.
    """
    found: list[tuple[int, int]] = []
    for keys in pieces:
        shown = matches.among(Where.ABOUT, keys) if where is Where.ANYTHING else set(keys)
        ranks: dict[int, int] = {}
        for rank, some in ((ANYWHERE - 1, shown), (ANYWHERE, set(keys) - shown)):
            query = _those(actor, some, filters, by_body=rank == ANYWHERE).with_only_columns(
                t.packages.c.id, maintain_column_froms=True
            )
            ranks |= dict.fromkeys(matches.work.db.scalars(query), rank) if some else {}
        found += [(key, ranks[key]) for key in keys if key in ranks]
        if len(found) >= most:
            break
    return found


def _within(ranks: range) -> Where:
    return Where.ANYTHING if ANYWHERE in ranks else Where.NAME


def _newest(actor: Actor, matches: Matches, filters: Filters, ranks: range, after: str, limit: int) -> Page:
    _, before = _after(after, r"(\d{1,18})-(\d{1,18})") or (0, None)
    where = _within(ranks)
    found = _found(actor, matches, filters, where, matches.pieces(where, before), limit + 1)
    hits = _loaded(actor, matches, found[:limit])
    if len(found) > limit:
        return Page(hits, f"0-{found[limit - 1][0]}")
    return Page(hits, f"0-{matches.last}" if matches.last is not None else "", bounded=matches.last is not None)


def _by_downloads(actor: Actor, matches: Matches, filters: Filters, ranks: range, after: str, limit: int) -> Page:
    key = _after(after, r"(\d{1,18})-(\d{1,18})")
    where = _within(ranks)
    found = _found(actor, matches, filters, where, matches.most_downloaded(where, key), limit + 1)
    hits = _loaded(actor, matches, found[:limit])
    if len(found) > limit:
        return Page(hits, f"{hits[-1].one.downloads}-{hits[-1].one.package.id}")
    return Page(hits, "{}-{}".format(*matches.place) if matches.place else "", bounded=matches.place is not None)


def _loaded(actor: Actor, matches: Matches, found: Sequence[tuple[int, int]]) -> tuple[Hit, ...]:
    """The packages of these keys, with how each was found."""
    query = rows.PACKAGES.where(t.packages.c.id.in_([key for key, _ in found]))
    loaded = {row.id: rows.package(row) for row in matches.work.db.execute(query)} if found else {}
    return _hits(matches, actor, [(rank, loaded[key]) for key, rank in found])


def _hits(matches: Matches, actor: Actor, found: Sequence[tuple[int, Package]]) -> tuple[Hit, ...]:
    work, asked = matches.work, matches.asked.words
    bodies = _bodies(work, [package for rank, package in found if rank == ANYWHERE])
    counted = packages.counted_all(work, actor, [package for _, package in found])
    return tuple(Hit(one, excerpt(bodies.get(one.package.id, ()), asked)) for one in counted)


def _those(actor: Actor, keys: Collection[int], filters: Filters, *, by_body: bool) -> Select:
    """Those of some packages that the actor may find, newest first; `by_body`: by what their notebooks say."""
    p = t.packages
    # who may know of a package, and no more, must not learn what its notebooks say
    query = rows.PACKAGES.where(p.c.id.in_(keys), visible(actor, Op.DOWNLOAD if by_body else Op.SEE))
    if by_body:
        query = query.where(p.c.status != packages.QUARANTINED)  # nor what is taken out of sight
    return _narrow(query.order_by(p.c.id.desc()), filters)


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
    behind = (
        sa.select(*order).where(*those).order_by(*(one.desc() for one in order)).offset(matching.LOOKED_AT - 1).limit(1)
    )
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
