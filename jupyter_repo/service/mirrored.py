"""What channels give on of their upstreams: records, projects and files, for the names that come from there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from ..db import tables as t
from ..index.records import Record
from ..index.simple import Project, ProjectFile
from ..models import Account, Actor, Kind
from ..names import MAIN_LABEL, package_key
from ..upstream import reading
from . import accounts, mirrors
from .kept import CondaListed, listed, project_files
from .mirrors import Mirror
from .upstreams import Key, Mirrors, Wanted, file_of, row_of
from .work import Work

LABELS = frozenset({MAIN_LABEL})


def records(work: Work, channel: Account, names: Collection[str] | None) -> dict[str, tuple[Record, ...]]:
    """The upstream's conda records that the channel gives on, by the normal form of their name."""
    mirror = mirrors.of(work, channel.id, Kind.CONDA)
    if mirror is None:
        return {}
    held = mirrors.owned(work, channel.id, names)
    found: dict[str, list[Record]] = {}
    d = t.mirror_documents
    documents = work.db.execute(
        sa.select(d.c.path, d.c.sha256).where(
            d.c.account_id == channel.id, d.c.kind == str(Kind.CONDA), d.c.sha256.is_not(None)
        )
    ).all()
    for subdir, sha256 in documents:
        by_name = listed(work.store, sha256).by_name
        for key in by_name.keys() & names if names is not None else by_name:
            if key not in held and mirror.takes(key):
                found.setdefault(key, []).extend(_record(mirror, subdir, one) for one in by_name[key])
    return {name: tuple(sorted(rows, key=lambda one: (one.subdir, one.filename))) for name, rows in found.items()}


def _record(mirror: Mirror, subdir: str, one: CondaListed) -> Record:
    return Record(-1, mirror.visibility, LABELS, subdir, one.filename, one.fragment, None)


def project(work: Work, actor: Actor, channel: Account, name: str) -> Project | None:
    """A Python project as the upstream has it, where its name comes from there; None: it does not."""
    mirror = mirrors.of(work, channel.id, Kind.PYPI)
    if mirror is None or not mirrors.shown(work, actor, channel, mirror) or not mirrors.takes(work, mirror, name):
        return None
    row = row_of(work, Key(channel.id, Kind.PYPI, name))
    if row is None or row.sha256 is None:
        return None
    found = project_files(work.store, row.sha256)
    return Project(name, tuple(_offered(one) for one in found))


def _offered(one: dict[str, Any]) -> ProjectFile:
    return ProjectFile(
        filename=one["filename"],
        version=one["version"],
        sha256=one["sha256"],
        size=one["size"],
        uploaded=one["uploaded"],
        requires_python=one["requires_python"],
        metadata_sha256=one["metadata_sha256"],
        yanked=one["yanked"],
    )


def names(work: Work, actor: Actor, channel: Account) -> list[str]:
    """The Python projects of the upstream that were asked for before and come from there."""
    mirror = mirrors.of(work, channel.id, Kind.PYPI)
    if mirror is None or not mirrors.shown(work, actor, channel, mirror):
        return []
    d = t.mirror_documents
    kept = work.db.scalars(
        sa.select(d.c.path).where(d.c.account_id == channel.id, d.c.kind == str(Kind.PYPI), d.c.sha256.is_not(None))
    ).all()
    held = mirrors.owned(work, channel.id)
    return [name for name in kept if name not in held and mirror.takes(name)]


def wanted(
    work: Work, actor: Actor, due: Mirrors, owner: str, kind: Kind, address: str, beside: str = ""
) -> Wanted | None:
    """The upstream's file at an address of the channel, where its name comes from there.

    Raises Missing where the upstream's index must be fetched first.
    """
    channel = accounts.find(work, owner)
    mirror = mirrors.of(work, channel.id, kind) if channel else None
    subdir, _, filename = address.rpartition("/")
    key = package_key(filename.rsplit("-", 2)[0]) if kind is Kind.CONDA else reading.project_of(filename)
    if channel is None or mirror is None or not key:
        return None
    if not mirrors.shown(work, actor, channel, mirror) or not mirrors.takes(work, mirror, key):
        return None
    path = subdir if kind is Kind.CONDA else key
    due.due(work, actor, channel, kind, path)
    row = row_of(work, Key(channel.id, kind, path))
    if row is None or row.sha256 is None:
        return None
    found = _conda_file(work, row.sha256, key, filename) if kind is Kind.CONDA else None
    if kind is Kind.PYPI:
        found = _python_file(work, row.sha256, filename, beside)
    if found is None:
        return None
    url, sha256, size = found
    place = f"{address}.{beside}" if beside else address
    there = file_of(work, mirror, place, sha256)
    return Wanted(mirror, place, url, sha256, there.size if there else size, there is not None)


def _conda_file(work: Work, sha256: str, key: str, filename: str) -> tuple[str, str, int] | None:
    document = listed(work.store, sha256)
    for one in document.by_name.get(key, ()):
        if one.filename == filename:
            return document.base + filename, one.sha256, one.size
    return None


def _python_file(work: Work, sha256: str, filename: str, beside: str) -> tuple[str, str, int] | None:
    for one in project_files(work.store, sha256):
        if one["filename"] == filename:
            if not beside:
                return one["url"], one["sha256"], one["size"]
            if beside == "metadata" and one["metadata_sha256"]:
                return f"{one['url']}.metadata", one["metadata_sha256"], 0
    return None
