"""Copying files to another channel, or to another label of their own: the same bytes, no upload."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from ..db import tables as t
from ..errors import AlreadyExists, Conflict, NotFound
from ..models import Account, Actor, File, Kind, Visibility
from ..names import check_label
from ..permissions import Op
from . import accounts, audit, labels, making, packages, plans, rows, trash, uploads
from .access import about, require
from .packages import Found
from .work import Work


class Mode(StrEnum):
    """What becomes of files that are there already."""

    REFUSE = "refuse"
    REPLACE = "replace"
    UPDATE = "update"
    """they are left alone, and the others copied"""


def copy(
    work: Work,
    actor: Actor,
    owner: str,
    name: str,
    version: str,
    basename: str | None = None,
    *,
    to_owner: str | None = None,
    from_label: str = "main",
    to_label: str = "main",
    mode: Mode = Mode.REFUSE,
) -> list[File]:
    """Copy a release's files (or one) that carry `from_label`; the copies carry `to_label`. Returns the copies.

    Inside one channel this adds the label. A package that is new in the target has the visibility of its source: a copy
    makes nothing public. Raises NotFound, AlreadyExists, Forbidden.
    """
    check_label(to_label)
    work.hold(owner, to_owner or owner)  # a file of the source that somebody deletes meanwhile would be half there
    source = packages.get(work, actor, owner, name, Op.DOWNLOAD)
    packages.release(work, source, version)
    found = [
        one
        for one in packages.files(work, source.package, version=version)
        if from_label in one.labels and basename in (None, one.basename)
    ]
    if not found:
        what = f"{owner}/{name}/{version}" + (f"/{basename}" if basename else "")
        raise NotFound(f'"{what}" has no file with the label {from_label}')
    if to_owner is None or accounts.get(work, to_owner).id == source.channel.id:
        for one in found:
            labels.add(work, actor, owner, to_label, package=name, version=version, basename=one.basename)
        return [packages.file(work, source, version, one.basename) for one in found]
    target = accounts.channel(work, actor, to_owner)
    labels.refuse_locked(work, target, [to_label])
    home = _home(work, actor, target, source, found)
    _release(work, actor, source, home, version)
    done = [copied for one in found if (copied := _file(work, actor, home, one, to_label, mode)) is not None]
    packages.settle(work, home)
    audit.record(
        work,
        actor,
        "file.copy",
        f"{target.name}/{home.package.name}/{version}",
        channel=target.name,
        source=source.channel.name,
        files=[one.basename for one in done],
        label=to_label,
    )
    return done


def _home(work: Work, actor: Actor, target: Account, source: Found, files: list[File]) -> Found:
    there = packages.lookup(work, target, source.package.name)
    kinds = {one.kind for one in files}
    if there is None:
        kind = files[0].kind
        home = making.create(
            work,
            actor,
            target.name,
            source.package.name,
            kind,
            source.package.visibility,
            summary=source.package.summary,
            attrs=dict(source.package.attrs),
        )
        present = {kind}
    else:
        require(work, actor, Op.UPLOAD, about(target, there, kinds))
        if there.visibility is Visibility.PRIVATE:
            plans.check_private(work, target)
        home, present = Found(target, there), set(there.kinds)
    both = frozenset(present | kinds)
    if present and not kinds <= present and not both <= uploads.SHARE_NAME:
        raise Conflict(f"{target.name}/{home.package.name} is a package of another kind", code="name_taken")
    for kind in kinds - present:
        work.db.execute(sa.insert(t.package_kinds).values(package_id=home.package.id, kind=str(Kind(kind))))
    return home


def _release(work: Work, actor: Actor, source: Found, home: Found, version: str) -> None:
    r = t.releases
    if work.db.execute(sa.select(r.c.id).where(r.c.package_id == home.package.id, r.c.version == version)).first():
        return
    old = packages.release(work, source, version)
    making.create_release(
        work, actor, home, version, summary=old.summary, description=old.description, attrs=dict(old.attrs)
    )


def _file(work: Work, actor: Actor, home: Found, file: File, label: str, mode: Mode) -> File | None:
    f = t.files
    row: Any = work.db.execute(sa.select(f).where(f.c.id == file.id)).one()
    there = work.db.execute(
        sa.select(f.c.id).where(f.c.account_id == home.channel.id, f.c.kind == row.kind, f.c.address == row.address)
    ).first()
    if there is not None:
        if mode is Mode.UPDATE:
            return None
        if mode is Mode.REFUSE:
            raise AlreadyExists(
                f"{file.basename} is already in {home.channel.name}/{home.package.name}; replace it or copy the others"
            )
        trash.delete_files(work, actor, home.channel, f.c.id == there.id)
    return place(work, actor, home, file, label)


def place(work: Work, actor: Actor, home: Found, file: File, label: str) -> File:
    """Put the same bytes under a label into the release `file.version` of `home`, where nothing is in their way."""
    f = t.files
    row: Any = work.db.execute(sa.select(f).where(f.c.id == file.id)).one()
    plans.check_storage(work, home.channel, file.size)
    release = packages.release(work, home, file.version)
    values = {column.name: getattr(row, column.name) for column in f.c if column.name not in ("id", "downloads")}
    values |= {
        "address": row.address if file.kind in uploads.SHARE_NAME else uploads.kept_address(home.package.name, file),
        "account_id": home.channel.id,
        "package_id": home.package.id,
        "release_id": release.id,
        "uploaded_by": actor.account.id if actor.account else None,
        "uploaded_at": work.now,
        "since": work.now,
    }
    key = work.db.execute(sa.insert(f).values(**values).returning(f.c.id)).scalar_one()
    carried = {"file_id": key, "account_id": home.channel.id, "label": label, "since": work.now}
    work.db.execute(sa.insert(t.file_labels).values(carried))
    return rows.file(work.db.execute(rows.FILES.where(f.c.id == key)).one())
