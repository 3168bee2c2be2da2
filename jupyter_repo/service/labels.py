"""Labels of files: adding, moving, copying, removing; and locks, which are the channel's and so an owner's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from ..db import tables as t
from ..errors import Forbidden, NotFound
from ..models import Account, Actor, File
from ..names import MAIN_LABEL, check_label
from ..permissions import Op, Role, allows
from . import accounts, audit, history, packages, rows
from .access import about, granted_on, require, visible
from .work import Work

LOCKED = "label_locked"


def listing(work: Work, actor: Actor, owner: str) -> dict[str, bool]:
    """The labels of the files that the actor may see, and whether each is locked; `main` is always among them."""
    channel = accounts.channel(work, actor, owner)
    f, p, lab = t.files, t.packages, t.file_labels
    used = work.db.scalars(
        sa.select(lab.c.label)
        .join(f, f.c.id == lab.c.file_id)
        .join(p, p.c.id == f.c.package_id)
        .where(f.c.account_id == channel.id, visible(actor, Op.LIST_FILES))
        .distinct()
    )
    locked = _locked(work, channel)
    return {label: label in locked for label in sorted({MAIN_LABEL, *used})}


def counts(work: Work, actor: Actor, owner: str) -> list[tuple[str, bool, int]]:
    """`listing` with the number of files that the actor may see: (label, locked, files)."""
    channel = accounts.channel(work, actor, owner)
    f, p, lab = t.files, t.packages, t.file_labels
    found: dict[str, int] = dict(
        work.db.execute(
            sa.select(lab.c.label, sa.func.count())
            .join(f, f.c.id == lab.c.file_id)
            .join(p, p.c.id == f.c.package_id)
            .where(f.c.account_id == channel.id, visible(actor, Op.LIST_FILES))
            .group_by(lab.c.label)
        ).all()
    )
    locked = _locked(work, channel)
    return [(label, label in locked, found.get(label, 0)) for label in sorted({MAIN_LABEL, *found})]


def files(work: Work, actor: Actor, owner: str, label: str) -> tuple[bool, list[File]]:
    """Whether a label is locked, and its files that the actor may see. NotFound for a label that shows nothing."""
    channel = accounts.channel(work, actor, owner)
    found = work.db.execute(
        rows.FILES.where(t.files.c.account_id == channel.id, _carries(label), visible(actor, Op.LIST_FILES)).order_by(
            t.files.c.id.desc()
        )
    ).all()
    if not found and label != MAIN_LABEL:
        raise _unknown(channel, label)
    return label in _locked(work, channel), [rows.file(row) for row in found]


def add(
    work: Work,
    actor: Actor,
    owner: str,
    label: str,
    *,
    package: str | None = None,
    version: str | None = None,
    basename: str | None = None,
) -> int:
    """Give files a label: one file, a release, a package, or the whole channel; how many were new to it."""
    check_label(label)
    channel, clause = _scope(work, actor, owner, package, version, basename)
    refuse_locked(work, channel, [label])
    keys = _keys(work, sa.and_(clause, ~_carries(label)))
    if keys:
        work.db.execute(sa.insert(t.file_labels), _rows(work, keys, label))
        _changed(work, actor, channel, "label.add", label, keys, package, version, basename)
    return len(keys)


def remove(
    work: Work,
    actor: Actor,
    owner: str,
    label: str,
    *,
    package: str | None = None,
    version: str | None = None,
    basename: str | None = None,
) -> int:
    """Take a label off files, which stay. NotFound where no file carries it."""
    channel, clause = _scope(work, actor, owner, package, version, basename)
    keys = _keys(work, sa.and_(clause, _carries(label)))
    if not keys:
        raise _unknown(channel, label)
    refuse_locked(work, channel, [label])
    lab = t.file_labels
    for some in _chunks(keys):
        history.close_label(work, some, label)
        work.db.execute(sa.delete(lab).where(lab.c.label == label, lab.c.file_id.in_(some)))
    _changed(work, actor, channel, "label.remove", label, keys, package, version, basename)
    return len(keys)


def copy(
    work: Work, actor: Actor, owner: str, source: str, target: str, *, package: str | None = None, move: bool = False
) -> int:
    """Give every file of one label another one, too (`move`: instead); of one package, or of the whole channel.

    Returns how many were new to it.
    """
    check_label(target)
    channel, clause = _scope(work, actor, owner, package, None, None)
    carriers = _keys(work, sa.and_(clause, _carries(source)))
    if not carriers:
        raise _unknown(channel, source)
    refuse_locked(work, channel, [target, *([source] if move else [])])
    keys = _keys(work, sa.and_(clause, _carries(source), ~_carries(target)))
    if keys:
        work.db.execute(sa.insert(t.file_labels), _rows(work, keys, target))
    if move and source != target:
        lab = t.file_labels
        for some in _chunks(carriers):
            history.close_label(work, some, source)
            work.db.execute(sa.delete(lab).where(lab.c.label == source, lab.c.file_id.in_(some)))
    if keys or move:
        action = "label.move" if move else "label.copy"
        _changed(work, actor, channel, action, f"{source} -> {target}", keys or carriers, package, None, None)
    return len(keys)


def lock(work: Work, actor: Actor, owner: str, label: str) -> None:
    """From now on nobody changes what the label holds."""
    channel = accounts.channel(work, actor, owner)
    _may_lock(work, actor, channel, label)
    if label != MAIN_LABEL and not _keys(work, sa.and_(t.files.c.account_id == channel.id, _carries(label))):
        raise _unknown(channel, label)
    if label not in _locked(work, channel):
        work.db.execute(sa.insert(t.locked_labels).values(account_id=channel.id, label=label, since=work.now))
        audit.record(work, actor, "label.lock", f"{channel.name}: {label}", channel=channel.name)


def unlock(work: Work, actor: Actor, owner: str, label: str) -> None:
    """Allow changes again. No error when it was not locked."""
    channel = accounts.channel(work, actor, owner)
    _may_lock(work, actor, channel, label)
    lk = t.locked_labels
    done = work.db.execute(sa.delete(lk).where(lk.c.account_id == channel.id, lk.c.label == label))
    if done.rowcount:
        audit.record(work, actor, "label.unlock", f"{channel.name}: {label}", channel=channel.name)


def _may_lock(work: Work, actor: Actor, channel: Account, label: str) -> None:
    """Return if the actor may lock and unlock the label; the gate's refusal otherwise.

    A lock is the channel's, so it takes an Owner. Where the site lets Admins lock, it takes Admin on every package that
    carries the label: a lock must not reach into what is not theirs.
    """
    if work.settings.admins_lock_labels and actor.account is not None:
        f, p, lab = t.files, t.packages, t.file_labels
        carrying = sa.select(f.c.package_id).join(lab, lab.c.file_id == f.c.id).where(lab.c.label == label)
        keys = work.db.scalars(sa.select(p.c.id).where(p.c.account_id == channel.id, p.c.id.in_(carrying))).all()
        roles = granted_on(work, actor, dict.fromkeys(keys, channel.id))
        if keys and min(roles.values()) >= Role.ADMIN:
            decision = allows(actor, Role.OWNER, Op.LOCK_LABELS, about(channel))  # what is left are the token's scopes
            if not decision.allowed:
                raise Forbidden(decision.reason, code="scope_missing")
            return
    require(work, actor, Op.LOCK_LABELS, about(channel))


def refuse_locked(work: Work, channel: Account, labels: Iterable[str]) -> None:
    """Forbidden when one of the labels is locked."""
    held = sorted(_locked(work, channel) & set(labels))
    if held:
        raise Forbidden(
            f"the label {held[0]} of {channel.name} is locked: what it holds can't be changed; "
            f"an owner of {channel.name} can unlock it",
            code=LOCKED,
        )


def refuse_locked_files(work: Work, channel: Account, clause: sa.ColumnElement[bool]) -> None:
    """Forbidden when one of the files (a clause on `files`) carries a locked label: it may not go or change."""
    f, lab = t.files, t.file_labels
    carried = work.db.scalars(
        sa.select(lab.c.label).join(f, f.c.id == lab.c.file_id).where(f.c.account_id == channel.id, clause).distinct()
    )
    refuse_locked(work, channel, carried)


def _locked(work: Work, channel: Account) -> set[str]:
    lk = t.locked_labels
    return set(work.db.scalars(sa.select(lk.c.label).where(lk.c.account_id == channel.id)))


def _carries(label: str) -> sa.ColumnElement[bool]:
    lab = t.file_labels
    return sa.exists(sa.select(1).where(lab.c.file_id == t.files.c.id, lab.c.label == label))


def _keys(work: Work, clause: sa.ColumnElement[bool]) -> list[int]:
    return list(work.db.scalars(sa.select(t.files.c.id).where(clause)))


def _rows(work: Work, keys: Sequence[int], label: str) -> list[dict[str, object]]:
    return [{"file_id": key, "label": label, "since": work.now} for key in keys]


def _chunks(keys: Sequence[int]) -> Iterable[Sequence[int]]:
    return (keys[start : start + 500] for start in range(0, len(keys), 500))


def _scope(
    work: Work, actor: Actor, owner: str, package: str | None, version: str | None, basename: str | None
) -> tuple[Account, sa.ColumnElement[bool]]:
    """The files that are meant, after asking the gate: of one package, or (an owner only) of the whole channel."""
    f, r = t.files, t.releases
    work.hold(owner)
    if package is None:
        channel = accounts.channel(work, actor, owner)
        require(work, actor, Op.SET_LABELS, about(channel))
        return channel, f.c.account_id == channel.id
    found = packages.get(work, actor, owner, package, Op.SET_LABELS)
    clause: sa.ColumnElement[bool] = f.c.package_id == found.package.id
    if version is not None:
        clause = sa.and_(clause, f.c.release_id.in_(sa.select(r.c.id).where(r.c.version == version)))
    if basename is not None:
        clause = sa.and_(clause, f.c.basename == basename)
    if not _keys(work, clause):
        wanted = "/".join(part for part in (owner, package, version, basename) if part)
        raise NotFound(f'"{wanted}" could not be found')
    return found.channel, clause


def _unknown(channel: Account, label: str) -> NotFound:
    return NotFound(f"no file of {channel.name} has the label {label}")


def _changed(
    work: Work,
    actor: Actor,
    channel: Account,
    action: str,
    label: str,
    keys: Sequence[int],
    package: str | None,
    version: str | None,
    basename: str | None,
) -> None:
    target = "/".join(part for part in (channel.name, package, version, basename) if part)
    audit.record(work, actor, action, target, channel=channel.name, label=label, files=len(keys))
    work.bump(channel.id, package or "")
