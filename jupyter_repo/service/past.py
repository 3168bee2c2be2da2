"""Channels as they were: which files a channel listed at a moment, under which labels, yanked or not.

Who may see something belongs to now and never travels back: a package that is private or quarantined today is so at
every moment. Nor is anything listed whose bytes are gone: a file that was deleted is in the past only as long as it
can be restored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from ..db import tables as t
from ..errors import NotFound
from ..index import conda as conda_index
from ..index.records import PUBLIC, Reach, Record, fragment
from ..index.revisions import needs_v3
from ..index.versions import version_key
from ..models import Account, Actor, File, Kind, Visibility
from ..names import MAIN_LABEL, package_key
from . import channels, trash
from .channels import Delivery, View
from .history import PRESENT
from .packages import QUARANTINED
from .work import Work

STRICTER = [str(one) for one in (Visibility.PUBLIC, Visibility.AUTHENTICATED, Visibility.UNLISTED, Visibility.PRIVATE)]
"""visibilities, each narrower than the one before"""
Spans = sa.CompoundSelect[tuple[int, str]]


@dataclass(frozen=True)
class PastFile:
    """A file as it was listed then."""

    id: int
    """the key of the file; 0 for one that was deleted"""
    package: int
    """the key of its package; 0 where that is gone"""
    name: str
    visibility: str
    """of the package now; of a deleted one, the narrowest that it or its successor had"""
    version: str
    basename: str
    subdir: str
    sha256: str
    md5: str
    size: int
    attrs: dict[str, Any]
    record: bytes
    uploaded_at: datetime
    run_exports: bytes | None = None
    metadata_sha256: str | None = None
    provenance_sha256: str | None = None
    yanked: str | None = None
    labels: frozenset[str] = frozenset()


_COLUMNS = (
    *("basename", "subdir", "sha256", "md5", "size", "attrs", "record", "uploaded_at"),
    *("run_exports", "metadata_sha256", "provenance_sha256", "yanked"),
)


def written(at: datetime) -> str:
    """A moment as addresses write it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def files(
    work: Work,
    channel: Account,
    at: datetime,
    kind: Kind,
    *,
    names: Collection[str] | None = None,
    address: str | None = None,
) -> list[PastFile]:
    """The files of a kind that the channel listed then, by upload; only those of the packages `names` (normal forms).

    `address` narrows to one file. What may be shown to whom, the caller weighs by `Reach`.
    """
    f = t.files
    scope = f.c.kind == str(kind)
    if names is not None:
        scope = sa.and_(scope, f.c.package_id.in_(_packages(work, channel, names)))
    if address is not None:
        scope = sa.and_(scope, f.c.address == address)
    found = _living(work, channel, at, scope) + _deleted(work, channel, at, kind, names, address)
    return sorted(found, key=lambda one: (one.uploaded_at, one.basename))


def records(work: Work, channel: Account, at: datetime, names: Collection[str] | None) -> dict[str, tuple[Record, ...]]:
    """The conda records that the channel listed then, by the normal form of their package's name."""
    found: dict[str, list[Record]] = {}
    for one in sorted(files(work, channel, at, Kind.CONDA, names=names), key=lambda one: one.basename):
        filename = one.basename.rpartition("/")[2]
        record = fragment(filename, one.record)
        found.setdefault(package_key(one.name), []).append(
            Record(
                one.package,
                one.visibility,
                one.labels,
                one.subdir,
                filename,
                record,
                one.run_exports,
                needs_v3(one.record),
            )
        )
    return {name: tuple(found[name]) for name in sorted(found)}


def names(work: Work, channel: Account, at: datetime, kind: Kind, reach: Reach) -> list[str]:
    """The names of the packages with files of a kind then, in the order of their normal forms."""
    found = {package_key(one.name): one.name for one in files(work, channel, at, kind) if reach.shows(one)}
    return [found[key] for key in sorted(found)]


def deliver(
    work: Work, actor: Actor, name: str, kind: Kind, address: str, at: datetime, label: str | None = None
) -> Delivery:
    """The file that lay at an address of a channel then; unlisted ones included, as always by address.

    Raises NotFound alike for what was absent, what is private now, and what was deleted too long ago to be kept.
    """
    shown = channels.view(work, actor, name, kind, label, at)
    for one in files(work, shown.channel, at, kind, address=address):
        open_to_all = one.visibility in (PUBLIC, Visibility.UNLISTED)
        if (open_to_all or shown.reach.shows(one)) and (label or PRESENT) in one.labels:
            return Delivery(_model(shown.channel, kind, one), one.metadata_sha256, one.provenance_sha256, open_to_all)
    raise NotFound(
        f"the channel {shown.channel.name} had no file {address} at {written(at)}, or it was deleted since: "
        f"deleted files are kept for {work.settings.restore_days} days"
    )


def _model(channel: Account, kind: Kind, one: PastFile) -> File:
    return File(
        id=one.id,
        channel=channel.name,
        package=one.name,
        version=one.version,
        kind=kind,
        basename=one.basename,
        sha256=one.sha256,
        md5=one.md5,
        size=one.size,
        uploaded_at=one.uploaded_at,
        uploaded_by="",
    )


def channeldata(shown: View, found: Iterable[PastFile]) -> bytes:
    """`channeldata.json` of the channel from the files it listed then."""
    packages: dict[str, dict[str, Any]] = {}
    subdirs = {channels.NOARCH}
    for one in found:
        if (shown.label or MAIN_LABEL) in one.labels and shown.reach.shows(one):
            entry = packages.setdefault(one.name, {"summary": "", "version": "", "subdirs": [], "run_exports": {}})
            entry["version"] = max(entry["version"], one.version, key=version_key)
            entry["subdirs"] = sorted({*entry["subdirs"], one.subdir})
            subdirs.add(one.subdir)
    return conda_index.channeldata(packages, subdirs)


def _packages(work: Work, channel: Account, names: Collection[str]) -> list[int]:
    """The keys of packages of those names that are in the channel, or were."""
    f, p, gone = t.files, t.packages, t.past_labels
    here = sa.select(p.c.id).where(p.c.account_id == channel.id, p.c.name_key.in_(names))
    left = (
        sa.select(p.c.id)
        .join(f, f.c.package_id == p.c.id)
        .join(gone, gone.c.file_id == f.c.id)
        .where(gone.c.account_id == channel.id, p.c.name_key.in_(names))
    )
    return list(work.db.scalars(here.union(left)))


def _living(work: Work, channel: Account, at: datetime, scope: sa.ColumnElement[bool]) -> list[PastFile]:
    """Of the files that are there still, in this channel or in another one."""
    f, p, r = t.files, t.packages, t.releases
    spans = _spans(channel, at, scope).subquery()
    labels: dict[int, set[str]] = {}
    for key, label in work.db.execute(sa.select(spans)):
        labels.setdefault(key, set()).add(label)
    there = sa.select(spans.c.id).where(spans.c.label == PRESENT)
    query = (
        sa.select(f, p.c.name, p.c.visibility, p.c.status, p.c.account_id.label("home"), r.c.version)
        .join(p, p.c.id == f.c.package_id)
        .join(r, r.c.id == f.c.release_id)
        .where(scope, f.c.id.in_(there), p.c.status != QUARANTINED)
    )
    yanks = _yanks(work, at, "file_id", sa.select(f.c.id).where(scope, f.c.account_id == channel.id))
    found = []
    for row in work.db.execute(query):
        if row.home != channel.id and row.visibility not in (PUBLIC, Visibility.AUTHENTICATED):
            continue  # it went to another channel, whose owners alone say who sees it
        columns = {name: getattr(row, name) for name in _COLUMNS}
        columns["yanked"] = yanks.get(row.id, row.yanked)
        found.append(
            PastFile(
                row.id,
                row.package_id,
                row.name,
                row.visibility,
                row.version,
                labels=frozenset(labels[row.id]),
                **columns,
            )
        )
    return found


def _spans(channel: Account, at: datetime, scope: sa.ColumnElement[bool]) -> Spans:
    """(file, label) pairs that held then; being there at all is a label too."""
    f, lab, gone = t.files, t.file_labels, t.past_labels
    here = sa.and_(f.c.account_id == channel.id, scope)
    return sa.union_all(
        sa.select(f.c.id, sa.literal(PRESENT, sa.String(128)).label("label")).where(here, f.c.since <= at),
        sa.select(f.c.id, lab.c.label).join(lab, lab.c.file_id == f.c.id).where(here, lab.c.since <= at),
        sa.select(f.c.id, gone.c.label).join(gone, gone.c.file_id == f.c.id).where(scope, _held(channel, at)),
    )


def _held(channel: Account, at: datetime) -> sa.ColumnElement[bool]:
    gone = t.past_labels
    return sa.and_(gone.c.account_id == channel.id, gone.c.since <= at, gone.c.until > at)


def _deleted(
    work: Work, channel: Account, at: datetime, kind: Kind, names: Collection[str] | None, address: str | None
) -> list[PastFile]:
    """Of the files that were deleted or replaced since, and whose bytes are kept."""
    d, gone, p = t.deleted_files, t.past_labels, t.packages
    query = (
        sa.select(
            d, gone.c.label.label("carried"), p.c.visibility.label("open_to"), p.c.status, p.c.account_id.label("home")
        )
        .join(gone, gone.c.deleted_id == d.c.id)
        .outerjoin(p, p.c.id == d.c.package_id)
        .where(_held(channel, at), trash.kept(work))
    )
    if names is not None:
        query = query.where(d.c.package_key.in_(names))
    if address is not None:
        query = query.where(d.c.basename == address)
    rows: dict[int, Any] = {}
    labels: dict[int, set[str]] = {}
    for row in work.db.execute(query):
        if row.row["columns"]["kind"] == str(kind):
            rows[row.id] = row
            labels.setdefault(row.id, set()).add(row.carried)
    here = sa.select(gone.c.deleted_id).where(_held(channel, at), gone.c.deleted_id.is_not(None))
    yanks = _yanks(work, at, "deleted_id", here) if rows else {}
    successors = _successors(work, channel, {row.package_key for row in rows.values()})
    found = []
    for key, row in rows.items():
        one = _restored(row, channel, successors)
        if PRESENT in labels[key] and one is not None:
            found.append(replace(one, labels=frozenset(labels[key]), yanked=yanks.get(key, one.yanked)))
    return found


def _restored(row: Any, channel: Account, successors: dict[str, Any]) -> PastFile | None:
    """A deleted file as it was, to be seen by whom its package is open to now; None where nobody may."""
    package, visibility, status = row.package_id or 0, row.open_to, row.status
    if row.open_to is not None:
        if row.home != channel.id and visibility not in (PUBLIC, Visibility.AUTHENTICATED):
            return None
    else:
        # its package is gone; who makes a new one of that name may close it, and never opens the old one
        successor = successors.get(row.package_key)
        visibility = row.visibility
        if successor is not None:
            status = successor.status
            package = successor.id if visibility == PUBLIC else 0
            visibility = max(visibility, successor.visibility, key=STRICTER.index)
    if status == QUARANTINED:
        return None
    typed = trash.typed(row.row["columns"])
    columns = {name: typed[name] for name in _COLUMNS if name in typed}
    return PastFile(0, package, row.package, visibility, row.version, **columns)


def _successors(work: Work, channel: Account, keys: Collection[str]) -> dict[str, Any]:
    p = t.packages
    found = work.db.execute(
        sa.select(p.c.id, p.c.name_key, p.c.visibility, p.c.status).where(
            p.c.account_id == channel.id, p.c.name_key.in_(keys)
        )
    )
    return {row.name_key: row for row in found}


def _yanks(work: Work, at: datetime, column: str, keys: sa.Select[tuple[int]]) -> dict[int, str | None]:
    """How files were yanked then, where that changed since: by the first change after the moment."""
    y = t.past_yanks
    key = y.c[column]
    query = sa.select(key, y.c.yanked).where(y.c.until > at, key.in_(keys)).order_by(y.c.until.desc(), y.c.id.desc())
    return {row[0]: row[1] for row in work.db.execute(query)}
