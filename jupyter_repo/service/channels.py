"""Channels as conda and pip see them: which files an index lists for this actor, and the way to each file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ..db import tables as t
from ..errors import NotFound, Unauthenticated
from ..index import conda as conda_index
from ..index.records import Reach
from ..models import Account, Actor, File, Kind, Visibility
from ..permissions import Op
from . import accounts, history, rows
from .access import about, decide, granted, held, visible
from .packages import QUARANTINED
from .work import Work

NOARCH = "noarch"


@dataclass(frozen=True)
class View:
    """A channel as one group of viewers sees it; viewers with equal `key` may share a cached document."""

    channel: Account
    kind: Kind
    label: str | None
    """None: files of every label (PyPI)"""
    reach: Reach
    at: datetime | None
    """the moment at which it is looked at; None: now"""
    key: tuple[object, ...]
    """what to cache documents by; they are stamped with the channel's generation"""


def view(work: Work, actor: Actor, name: str, kind: Kind, label: str | None = None, at: datetime | None = None) -> View:
    """How the actor sees the channel's index for files of `kind`, now or as it was at a past moment.

    Who may see what is a matter of now: what is private now is absent from the past, too.

    Raises Unauthenticated when it shows them nothing (the same for a channel that does not exist), NotFound for the
    signed-in.
    """
    channel = accounts.find(work, name)
    if channel is None or not accounts.shows(work, actor, channel, kind):
        if actor.account is None:
            raise Unauthenticated(f"the channel {name} needs a token, or does not exist", code="channel_unknown")
        raise NotFound(f"the channel {name} does not exist, or shows you nothing")
    if at is not None:
        history.check_moment(work, channel, at)
    if label is not None and not _label_used(work, channel, label, at):
        raise NotFound(f"the channel {channel.name} has no label {label}")
    # the generation was read before the rows: a document made from newer ones under an older number is only made again
    reach = _reach(work, actor, channel, kind)
    return View(channel, kind, label, reach, at, (channel.id, kind, label, reach, at))


def _label_used(work: Work, channel: Account, label: str, at: datetime | None) -> bool:
    if label == "main":
        return True
    if at is not None:
        return history.label_used(work, channel, label, at)
    f, lab = t.files, t.file_labels
    return (
        work.db.execute(
            sa.select(lab.c.label)
            .join(f, f.c.id == lab.c.file_id)
            .where(f.c.account_id == channel.id, lab.c.label == label)
            .limit(1)
        ).first()
        is not None
    )


def _reach(work: Work, actor: Actor, channel: Account, kind: Kind) -> Reach:
    """Which of the channel's files of a kind an actor sees: those of equal reach see the same."""
    private = about(channel, kinds=[kind])
    if granted(work, actor, channel.id) and decide(work, actor, Op.DOWNLOAD, private).allowed:
        return Reach(everything=True)
    own = held(actor, Op.DOWNLOAD, kind)
    signed_in = actor.account is not None
    if own is None:
        return Reach(signed_in=signed_in)
    p = t.packages
    closed = p.c.visibility.in_([str(Visibility.PRIVATE), str(Visibility.UNLISTED)])
    keys = work.db.scalars(sa.select(p.c.id).where(p.c.account_id == channel.id, closed, own))
    # not who they are but what they see: two collaborators of the same packages share every document
    return Reach(signed_in=signed_in, packages=frozenset(keys))


def _listed(actor: Actor, shown: View) -> sa.ColumnElement[bool]:
    f, p, lab = t.files, t.packages, t.file_labels
    clauses = [
        f.c.account_id == shown.channel.id,
        f.c.kind == str(shown.kind),
        p.c.id == f.c.package_id,
        p.c.status != QUARANTINED,
        visible(actor, Op.DOWNLOAD, kind=shown.kind),
    ]
    if shown.label is not None:
        clauses.append(sa.exists(sa.select(1).where(lab.c.file_id == f.c.id, lab.c.label == shown.label)))
    return sa.and_(*clauses)


def subdirs(work: Work, actor: Actor, shown: View) -> list[str]:
    """The platforms of the channel; `noarch` is always one of them."""
    found = work.db.scalars(sa.select(t.files.c.subdir).where(_listed(actor, shown)).distinct())
    return sorted({NOARCH, *found})


def channeldata(work: Work, actor: Actor, shown: View) -> bytes:
    """`channeldata.json` of the channel as it is now."""
    f, p = t.files, t.packages
    found = work.db.execute(
        sa.select(p.c.name, p.c.summary, p.c.latest_version, f.c.subdir).where(_listed(actor, shown)).distinct()
    )
    packages: dict[str, dict[str, object]] = {}
    for row in found:
        entry = packages.setdefault(
            row.name, {"summary": row.summary, "version": row.latest_version, "subdirs": [], "run_exports": {}}
        )
        entry["subdirs"] = sorted({*_texts(entry["subdirs"]), row.subdir})
    return conda_index.channeldata(packages, subdirs(work, actor, shown))


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


@dataclass(frozen=True)
class Delivery:
    """A file to be sent; `public` says that it may be kept by shared caches."""

    file: File
    metadata_sha256: str | None
    provenance_sha256: str | None
    public: bool


def deliver(work: Work, actor: Actor, name: str, kind: Kind, address: str, label: str | None = None) -> Delivery:
    """The file at an address of a channel (conda's `subdir/filename`, PyPI's `filename`).

    Raises NotFound alike for what is absent and what is private; Unauthenticated in a channel that shows nothing.
    """
    channel = accounts.find(work, name)
    row = None
    if channel is not None:
        f, lab = t.files, t.file_labels
        query = rows.FILES.add_columns(t.packages.c.visibility).where(
            f.c.account_id == channel.id,
            f.c.kind == str(kind),
            f.c.address == address,
            t.packages.c.status != QUARANTINED,
            visible(actor, Op.DOWNLOAD, kind=kind, listed=False),
        )
        if label is not None:
            query = query.where(sa.exists(sa.select(1).where(lab.c.file_id == f.c.id, lab.c.label == label)))
        row = work.db.execute(query).first()
    if row is not None:
        public = row.visibility in ("public", "unlisted")
        return Delivery(rows.file(row), row.metadata_sha256, row.provenance_sha256, public)
    view(work, actor, name, kind)
    raise NotFound(f"the channel {name} has no file {address}")
