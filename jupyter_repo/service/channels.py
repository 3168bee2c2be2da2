"""Channels as conda and pip see them: which files an index lists for this actor, and the way to each file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import sqlalchemy as sa

from ..db import tables as t
from ..errors import NotFound, Unauthenticated
from ..index import conda as conda_index
from ..index.simple import ProjectFile
from ..models import Account, Actor, File, Kind, Visibility
from ..names import package_key
from ..permissions import Op
from . import accounts, rows
from .access import about, decide, granted, held, visible
from .work import Work

NOARCH = "noarch"


@dataclass(frozen=True)
class View:
    """A channel as one group of viewers sees it; viewers with equal `key` may share a cached document."""

    channel: Account
    kind: Kind
    label: str | None
    """None: files of every label (PyPI)"""
    key: tuple[object, ...]


def view(work: Work, actor: Actor, name: str, kind: Kind, label: str | None = None) -> View:
    """How the actor sees the channel's index for files of `kind`.

    Raises Unauthenticated when it shows them nothing (the same for a channel that does not exist), NotFound for the
    signed-in.
    """
    channel = accounts.find(work, name)
    if channel is None or not accounts.shows(work, actor, channel):
        if actor.account is None:
            raise Unauthenticated(f"the channel {name} needs a token, or does not exist", code="channel_unknown")
        raise NotFound(f"the channel {name} does not exist, or shows you nothing")
    if label is not None and not _label_used(work, channel, label):
        raise NotFound(f"the channel {channel.name} has no label {label}")
    # read before the rows: a document made from newer rows under an older number is only made again
    key = (channel.id, channel.generation, kind, label, _reach(work, actor, channel, kind))
    return View(channel, kind, label, key)


def _label_used(work: Work, channel: Account, label: str) -> bool:
    if label == "main":
        return True
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


def _reach(work: Work, actor: Actor, channel: Account, kind: Kind) -> str:
    """Which of the channel's files of a kind an actor sees: those who get the same word see the same."""
    private = about(channel, kinds=[kind])
    if granted(work, actor, channel.id) and decide(work, actor, Op.DOWNLOAD, private).allowed:
        return "all"
    base = "signed-in" if actor.account is not None else "public"
    own = held(actor, Op.DOWNLOAD, kind)
    if own is None:
        return base
    p = t.packages
    closed = p.c.visibility.in_([str(Visibility.PRIVATE), str(Visibility.UNLISTED)])
    keys = work.db.scalars(sa.select(p.c.id).where(p.c.account_id == channel.id, closed, own).order_by(p.c.id)).all()
    # not who they are but what they see: two collaborators of the same packages share every document
    return f"{base}+{hashlib.sha256(repr(list(keys)).encode()).hexdigest()}" if keys else base


def _listed(actor: Actor, shown: View) -> sa.ColumnElement[bool]:
    f, p, lab = t.files, t.packages, t.file_labels
    clauses = [
        f.c.account_id == shown.channel.id,
        f.c.kind == str(shown.kind),
        p.c.id == f.c.package_id,
        visible(actor, Op.DOWNLOAD, kind=shown.kind),
    ]
    if shown.label is not None:
        clauses.append(sa.exists(sa.select(1).where(lab.c.file_id == f.c.id, lab.c.label == shown.label)))
    return sa.and_(*clauses)


def subdirs(work: Work, actor: Actor, shown: View) -> list[str]:
    """The platforms of the channel; `noarch` is always one of them."""
    found = work.db.scalars(sa.select(t.files.c.subdir).where(_listed(actor, shown)).distinct())
    return sorted({NOARCH, *found})


def repodata(work: Work, actor: Actor, shown: View, subdir: str) -> bytes:
    """`repodata.json` of one platform. NotFound for a platform without packages; `noarch` may be empty."""
    f = t.files
    found = work.db.execute(
        sa.select(f.c.basename, f.c.record).where(_listed(actor, shown), f.c.subdir == subdir).order_by(f.c.basename)
    ).all()
    if not found and subdir != NOARCH and subdir not in subdirs(work, actor, shown):
        raise NotFound(f"the channel {shown.channel.name} has no packages for {subdir}")
    return conda_index.repodata(subdir, ((row.basename.rpartition("/")[2], row.record) for row in found))


def channeldata(work: Work, actor: Actor, shown: View) -> bytes:
    """`channeldata.json` of the channel."""
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


def projects(work: Work, actor: Actor, shown: View) -> list[str]:
    """The names of the Python projects, in order."""
    p = t.packages
    return list(
        work.db.scalars(sa.select(p.c.name).where(_listed(actor, shown)).distinct().order_by(p.c.name_key, p.c.name))
    )


def project(work: Work, actor: Actor, shown: View, name: str) -> tuple[str, list[ProjectFile]]:
    """A Python project's name and files, oldest first. NotFound where there is none to see."""
    f, p, r = t.files, t.packages, t.releases
    found = work.db.execute(
        sa.select(f, p.c.name, r.c.version)
        .join(r, r.c.id == f.c.release_id)
        .where(_listed(actor, shown), p.c.name_key == package_key(name))
        .order_by(f.c.id)
    ).all()
    if not found:
        raise NotFound(f"the channel {shown.channel.name} has no Python project {package_key(name)}")
    return found[0].name, [
        ProjectFile(
            filename=row.basename,
            version=row.version,
            sha256=row.sha256,
            size=row.size,
            uploaded=row.uploaded_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            requires_python=row.attrs.get("requires_python"),
            metadata_sha256=row.metadata_sha256,
        )
        for row in found
    ]


@dataclass(frozen=True)
class Delivery:
    """A file to be sent; `public` says that it may be kept by shared caches."""

    file: File
    metadata_sha256: str | None
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
            visible(actor, Op.DOWNLOAD, kind=kind, listed=False),
        )
        if label is not None:
            query = query.where(sa.exists(sa.select(1).where(lab.c.file_id == f.c.id, lab.c.label == label)))
        row = work.db.execute(query).first()
    if row is not None:
        return Delivery(rows.file(row), row.metadata_sha256, row.visibility in ("public", "unlisted"))
    view(work, actor, name, kind)
    raise NotFound(f"the channel {name} has no file {address}")
