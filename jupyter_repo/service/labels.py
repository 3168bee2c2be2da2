"""Labels of files: adding, moving, copying, removing; and locks, which are the channel's and so an owner's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ..db import tables as t
from ..errors import Forbidden, NotFound
from ..models import Account, Actor, File, Release
from ..names import MAIN_LABEL, check_label
from ..permissions import Op, Role, allows
from . import accounts, audit, history, packages, rows
from .access import about, granted_on, require, visible
from .slices import Slice
from .work import Work

LOCKED = "label_locked"
MOST = 1000
"""files of a label that are counted; of more a page says that there are more"""
_NEXT = sa.select(sa.func.min(t.file_labels.c.label)).where(
    t.file_labels.c.account_id == sa.bindparam("channel"), t.file_labels.c.label > sa.bindparam("after")
)
_LOCKED = sa.select(t.locked_labels.c.label).where(t.locked_labels.c.account_id == sa.bindparam("channel"))


@dataclass(frozen=True)
class Used:
    """A label of a channel, as a page shows it."""

    label: str
    locked: bool
    files: int
    """that the viewer may see, `MOST` at most"""
    more: bool = False
    """there are more than `files`"""


def listing(work: Work, actor: Actor, owner: str) -> dict[str, bool]:
    """The labels of the files that the actor may see, and whether each is locked; `main` is always among them."""
    channel = accounts.channel(work, actor, owner)
    locked = _locked(work, channel)
    used = [label for label in _used(work, channel) if _count(work, actor, channel, label, 1)]
    return {label: label in locked for label in sorted({MAIN_LABEL, *used})}


def counts(work: Work, actor: Actor, owner: str, part: Slice | None = None) -> list[Used]:
    """`listing` with the number of files that the actor may see, by name; an empty `main` stands first."""
    channel = accounts.channel(work, actor, owner)
    locked = _locked(work, channel)
    after, limit = (part.after, part.limit) if part else ("", None)
    found = []
    if not after and not _count(work, actor, channel, MAIN_LABEL, 1):
        found.append(Used(MAIN_LABEL, MAIN_LABEL in locked, 0))
    for label in _used(work, channel, after):
        if limit is not None and len(found) >= limit:
            break
        count = _count(work, actor, channel, label, MOST + 1)
        if count:
            found.append(Used(label, label in locked, min(count, MOST), count > MOST))
    return found


def _used(work: Work, channel: Account, after: str = "") -> Iterator[str]:
    """The labels in use behind `after`, whoever may see them: each is a jump in the index, whatever has it."""
    while (label := work.db.scalar(_NEXT, {"channel": channel.id, "after": after})) is not None:
        yield label
        after = label


def _count(work: Work, actor: Actor, channel: Account, label: str, most: int) -> int:
    """How many files of the label the actor may see, counting to `most`."""
    f, p, lab = t.files, t.packages, t.file_labels
    seen = (
        sa.select(lab.c.file_id)
        .join(f, f.c.id == lab.c.file_id)
        .join(p, p.c.id == f.c.package_id)
        .where(lab.c.account_id == channel.id, lab.c.label == label, visible(actor, Op.LIST_FILES))
        .limit(most)
    )
    return work.db.scalar(sa.select(sa.func.count()).select_from(seen.subquery())) or 0


def of_releases(work: Work, releases: Sequence[Release]) -> dict[str, list[str]]:
    """The labels that files of these releases carry, by version."""
    f, lab = t.files, t.file_labels
    versions = {one.id: one.version for one in releases}
    found: dict[str, list[str]] = {one.version: [] for one in releases}
    query = (
        sa.select(f.c.release_id, lab.c.label)
        .join(lab, lab.c.file_id == f.c.id)
        .where(f.c.release_id.in_(list(versions)))
        .distinct()
        .order_by(lab.c.label)
    )
    for key, label in work.db.execute(query):
        found[versions[key]].append(label)
    return found


def of_package(work: Work, channel: Account, package: int) -> list[tuple[str, bool]]:
    """The labels that a package's files carry, and whether each is locked; `main` is always among them."""
    f, lab = t.files, t.file_labels
    query = sa.select(lab.c.label).join(f, f.c.id == lab.c.file_id).where(f.c.package_id == package).distinct()
    locked = _locked(work, channel)
    return [(label, label in locked) for label in sorted({MAIN_LABEL, *work.db.scalars(query)})]


def follow(work: Work, package: int, target: Account) -> None:
    """The files of a package have gone to another channel, and their labels with them."""
    f, lab = t.files, t.file_labels
    of = sa.select(f.c.id).where(f.c.package_id == package)
    work.db.execute(sa.update(lab).where(lab.c.file_id.in_(of)).values(account_id=target.id))


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
        work.db.execute(sa.insert(t.file_labels), _rows(work, channel, keys, label))
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
        work.db.execute(sa.insert(t.file_labels), _rows(work, channel, keys, target))
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
    return set(work.db.scalars(_LOCKED, {"channel": channel.id}))


def _carries(label: str) -> sa.ColumnElement[bool]:
    lab = t.file_labels
    return sa.exists(sa.select(1).where(lab.c.file_id == t.files.c.id, lab.c.label == label))


def _keys(work: Work, clause: sa.ColumnElement[bool]) -> list[int]:
    return list(work.db.scalars(sa.select(t.files.c.id).where(clause)))


def _rows(work: Work, channel: Account, keys: Sequence[int], label: str) -> list[dict[str, object]]:
    return [{"file_id": key, "account_id": channel.id, "label": label, "since": work.now} for key in keys]


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
