"""Deleting; what was deleted or replaced is kept for a while, so that a delete-then-upload that fails loses nothing.

anaconda-client's `--force` deletes before it uploads. The row of a deleted file is kept here as it was, with its
labels, and its bytes stay because the collector spares what this table names.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ..db import tables as t
from ..db.tables import Moment
from ..errors import AlreadyExists, NotFound, Unauthenticated
from ..models import Account, Actor, File, Kind, Package, Visibility
from ..names import package_key
from ..permissions import Op, Role, Target, site_power
from . import accounts, audit, history, labels, making, mirrors, packages, plans
from .access import about, decide, granted, require
from .packages import Found
from .work import Work


@dataclass(frozen=True)
class Deleted:
    """A file that can be restored until `until`."""

    id: int
    package: str
    version: str
    basename: str
    size: int
    deleted_at: datetime
    until: datetime


KEPT = ("package_id", "visibility", "version", "basename", "sha256", "metadata_sha256")
"""what is kept of a deleted file as columns, to be asked for"""


def delete_files(
    work: Work, actor: Actor, channel: Account, clause: sa.ColumnElement[bool], *, taken_down: bool = False
) -> list[str]:
    """Delete files (a clause on `files`) and keep them here; their full names. Forbidden inside a locked label.

    What a site administrator has `taken_down` nobody else restores, and no lock protects.
    """
    if not taken_down:
        labels.refuse_locked_files(work, channel, clause)
    f, p, r, lab = t.files, t.packages, t.releases, t.file_labels
    found = work.db.execute(
        sa.select(f, p.c.name, p.c.visibility, r.c.version)
        .join(p, p.c.id == f.c.package_id)
        .join(r, r.c.id == f.c.release_id)
        .where(f.c.account_id == channel.id, clause)
    ).all()
    for row in found:
        carried = work.db.scalars(sa.select(lab.c.label).where(lab.c.file_id == row.id)).all()
        history.close(work, row.id)
        key = work.db.execute(
            sa.insert(t.deleted_files)
            .values(
                account_id=channel.id,
                package=row.name,
                package_key=package_key(row.name),
                **{column: getattr(row, column) for column in KEPT},
                row={"columns": _plain(row), "labels": sorted(carried)},
                deleted_by=actor.account.id if actor.account else None,
                taken_down=taken_down,
                deleted_at=work.now,
            )
            .returning(t.deleted_files.c.id)
        ).scalar_one()
        history.bury(work, row.id, key)
        # as many as there are now: somebody may have counted since
        downloads = work.db.scalar(sa.delete(f).where(f.c.id == row.id).returning(f.c.downloads))
        packages.count_in(work, row.package_id, -(downloads or 0))
    return [f"{channel.name}/{row.name}/{row.version}/{row.basename}" for row in found]


def delete(work: Work, actor: Actor, owner: str, name: str) -> None:
    """Delete a package with all its releases and files, which stay restorable for a while."""
    work.hold(owner)
    found = packages.get(work, actor, owner, name, Op.DELETE_PACKAGE)
    taken_down = _is_taken_down(work, actor, found)
    gone = delete_files(work, actor, found.channel, t.files.c.package_id == found.package.id, taken_down=taken_down)
    packages.record(work, actor, found, "package.delete", files=len(gone), **_said(taken_down))
    work.db.execute(sa.delete(t.packages).where(t.packages.c.id == found.package.id))
    mirrors.retire(work, found.channel, found.package.name)
    work.bump(found.channel.id, found.package.name)


def delete_release(work: Work, actor: Actor, owner: str, name: str, version: str) -> None:
    """Delete one release with its files."""
    work.hold(owner)
    found = packages.get(work, actor, owner, name, Op.DELETE_FILES)
    gone = packages.release(work, found, version)
    taken_down = _is_taken_down(work, actor, found)
    files_gone = delete_files(work, actor, found.channel, t.files.c.release_id == gone.id, taken_down=taken_down)
    packages.record(work, actor, found, "release.delete", version, files=len(files_gone), **_said(taken_down))
    work.db.execute(sa.delete(t.releases).where(t.releases.c.id == gone.id))
    packages.settle(work, found)


def delete_file(work: Work, actor: Actor, owner: str, name: str, version: str, basename: str) -> None:
    """Delete one file; its release stays, as anaconda-client expects."""
    work.hold(owner)
    found = packages.get(work, actor, owner, name, Op.DELETE_FILES)
    gone = packages.file(work, found, version, basename)
    taken_down = _is_taken_down(work, actor, found)
    delete_files(work, actor, found.channel, t.files.c.id == gone.id, taken_down=taken_down)
    packages.record(work, actor, found, "file.delete", version, basename, sha256=gone.sha256, **_said(taken_down))
    packages.settle(work, found)


def _is_taken_down(work: Work, actor: Actor, found: Found) -> bool:
    # a site administrator without a right of their own: a take-down, and called so
    return granted(work, actor, found.channel.id, found.package.id) is Role.NONE


def _said(taken_down: bool) -> dict[str, Any]:
    return {"taken_down": True} if taken_down else {}


def listing(work: Work, actor: Actor, owner: str) -> list[Deleted]:
    """What can be restored in a channel by this actor, newest first."""
    channel = accounts.channel(work, actor, owner)
    if actor.account is None:
        raise Unauthenticated("sign in first")
    d = t.deleted_files
    found = work.db.execute(
        sa.select(d).where(d.c.account_id == channel.id, d.c.deleted_at > _oldest(work)).order_by(d.c.id.desc())
    ).all()
    mine: dict[str, bool] = {}
    for row in found:
        if row.package_key not in mine:
            mine[row.package_key] = _may(work, actor, channel, packages.lookup(work, channel, row.package), row)
    return [_model(work, row) for row in found if mine[row.package_key]]


def restore(work: Work, actor: Actor, owner: str, name: str, version: str, basename: str) -> File:
    """Put the file deleted last under that name back, with its labels, in its package and release.

    A package that is gone is made again with the visibility it had. Raises NotFound, AlreadyExists (something else has
    its place), Forbidden.
    """
    work.hold(owner)
    channel = accounts.channel(work, actor, owner)
    d = t.deleted_files
    row = work.db.execute(
        sa.select(d)
        .where(
            d.c.account_id == channel.id,
            d.c.package_key == package_key(name),
            d.c.version == version,
            d.c.basename == basename,
            d.c.deleted_at > _oldest(work),
        )
        .order_by(d.c.id.desc())
        .limit(1)
    ).first()
    package = packages.lookup(work, channel, name)
    if row is None or not _may(work, actor, channel, package, row):
        raise NotFound(f'there is no deleted file "{owner}/{name}/{version}/{basename}" to restore')
    labels.refuse_locked(work, channel, row.row["labels"])
    _require(work, actor, channel, package, row)
    found = revive(work, actor, channel, package, row)
    packages.settle(work, found)
    restored = packages.file(work, found, version, basename)
    audit.record(work, actor, "file.restore", restored.full_name, channel=channel.name)
    return restored


def sweep(work: Work) -> int:
    """Forget what was deleted too long ago; its bytes fall to the collector, and the past lists it no longer."""
    d = t.deleted_files
    old = d.c.deleted_at <= _oldest(work)
    work.hold(*work.db.scalars(sa.select(d.c.account_id).where(old).distinct()))
    gone = work.db.execute(sa.delete(d).where(old).returning(d.c.account_id, d.c.package)).all()
    for account_id, package in sorted({(row.account_id, row.package) for row in gone}):
        work.bump(account_id, package)
    return len(gone)


def kept(work: Work) -> sa.ColumnElement[bool]:
    """The deleted files whose bytes are sure to be there."""
    return t.deleted_files.c.deleted_at > _oldest(work)


def _oldest(work: Work) -> datetime:
    return work.now - timedelta(days=work.settings.restore_days)


def _model(work: Work, row: sa.Row[Any]) -> Deleted:
    until = row.deleted_at + timedelta(days=work.settings.restore_days)
    size = int(row.row["columns"]["size"])
    return Deleted(row.id, row.package, row.version, row.basename, size, row.deleted_at, until)


def _may(work: Work, actor: Actor, channel: Account, package: Package | None, row: sa.Row[Any]) -> bool:
    if row.taken_down and not site_power(actor, Op.ADMINISTER):
        return False
    kind = Kind(row.row["columns"]["kind"])
    if package is not None:
        return not package.held_by_site and decide(work, actor, Op.UPLOAD, about(channel, package, [kind])).allowed
    target = Target(channel.name, channel.id, kinds=frozenset({kind}))
    return decide(work, actor, Op.CREATE_PACKAGE, target).allowed


def _require(work: Work, actor: Actor, channel: Account, package: Package | None, row: sa.Row[Any]) -> None:
    kinds = [Kind(row.row["columns"]["kind"])]
    if package is None:
        require(work, actor, Op.CREATE_PACKAGE, Target(channel.name, channel.id, kinds=frozenset(kinds)))
    else:
        require(work, actor, Op.UPLOAD, about(channel, package, kinds))


def revive(work: Work, actor: Actor, channel: Account, package: Package | None, row: sa.Row[Any]) -> Found:
    """Put one row of `deleted_files` back, in the package of that name (None: there is none any more).

    Whoever asks has checked every right, and settles the package afterwards. Raises AlreadyExists, PlanLimit.
    """
    found = _home(work, actor, channel, package, row)
    history.revive(work, row.id, _put_back(work, found, row))
    work.db.execute(sa.delete(t.deleted_files).where(t.deleted_files.c.id == row.id))
    return found


def _home(work: Work, actor: Actor, channel: Account, package: Package | None, row: sa.Row[Any]) -> Found:
    kind = Kind(row.row["columns"]["kind"])
    if package is None:
        found = making.new(work, actor, channel, row.package, kind, Visibility(row.visibility))
    else:
        found = Found(channel, package)
        if kind not in package.kinds:
            work.db.execute(sa.insert(t.package_kinds).values(package_id=package.id, kind=str(kind)))
    r = t.releases
    there = sa.select(r.c.id).where(r.c.package_id == found.package.id, r.c.version == row.version)
    if work.db.execute(there).first() is None:
        making.new_release(work, actor, found, row.version)
    return found


def _put_back(work: Work, found: Found, row: sa.Row[Any]) -> int:
    f = t.files
    columns = typed(row.row["columns"])
    taken = sa.select(f.c.id).where(
        f.c.account_id == found.channel.id, f.c.kind == columns["kind"], f.c.address == columns["address"]
    )
    if work.db.execute(taken).first():
        raise AlreadyExists(f"{row.basename} was uploaded again since; delete that one first to restore the old one")
    plans.check_storage(work, found.channel, int(columns["size"]))
    release = packages.release(work, found, row.version)
    who = columns.pop("uploaded_by", None)
    uploader = work.db.scalar(sa.select(t.accounts.c.id).where(t.accounts.c.id == who)) if who else None
    key: int = work.db.execute(
        sa.insert(f)
        .values(
            **columns,
            uploaded_by=uploader,
            account_id=found.channel.id,
            package_id=found.package.id,
            release_id=release.id,
            since=work.now,
        )
        .returning(f.c.id)
    ).scalar_one()
    packages.count_in(work, found.package.id, columns.get("downloads", 0))
    if row.row["labels"]:
        there = {"file_id": key, "account_id": found.channel.id, "since": work.now}
        work.db.execute(sa.insert(t.file_labels), [{**there, "label": label} for label in row.row["labels"]])
    return key


_OWN = ("id", "account_id", "package_id", "release_id", "since")


def _plain(row: sa.Row[Any]) -> dict[str, object]:
    """The columns of a row of `files` as JSON has them."""
    plain: dict[str, object] = {}
    for column in t.files.c:
        value = getattr(row, column.name)
        if column.name not in _OWN and value is not None:
            if isinstance(value, bytes):
                value = base64.b64encode(value).decode()
            plain[column.name] = value.isoformat() if isinstance(value, datetime) else value
    return plain


def typed(plain: dict[str, Any]) -> dict[str, Any]:
    """`_plain` undone; columns that the table no longer has are left out."""
    typed: dict[str, Any] = {}
    for name, value in plain.items():
        if name in t.files.c:
            kind = t.files.c[name].type
            if isinstance(kind, sa.LargeBinary):
                value = base64.b64decode(value)
            typed[name] = datetime.fromisoformat(value) if isinstance(kind, Moment) else value
    return typed
