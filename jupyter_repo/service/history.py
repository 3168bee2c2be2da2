"""What a channel listed before: each change of labels, presence or yanking closes an interval, in its own transaction.

An upload opens its intervals in the rows it writes anyway (`since`), so it costs no more; only what takes something off
a channel writes here. `service/past.py` reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from ..db import tables as t
from ..errors import InvalidRequest, NotFound
from ..models import Account, File
from .work import Work

PRESENT = ""
"""the label that stands for being in the channel at all"""


def check_moment(work: Work, channel: Account, at: datetime) -> None:
    """InvalidRequest for a moment that has not come yet, NotFound for one before the channel's first."""
    if at > work.now:
        raise InvalidRequest(
            f"{at.isoformat()} has not come yet (it is {work.now.isoformat(timespec='seconds')} here); "
            "ask for a moment that has passed",
            code="future",
        )
    if at < channel.created_at:
        begun = channel.created_at.isoformat(timespec="seconds")
        raise NotFound(f"the channel {channel.name} did not exist yet at {at.isoformat()}; it begins at {begun}")


def label_used(work: Work, channel: Account, label: str, at: datetime) -> bool:
    """Did a file of the channel carry the label then?"""
    f, lab, gone = t.files, t.file_labels, t.past_labels
    now = sa.select(lab.c.label).join(f, f.c.id == lab.c.file_id)
    now = now.where(f.c.account_id == channel.id, lab.c.label == label, lab.c.since <= at)
    then = sa.select(gone.c.label).where(
        gone.c.account_id == channel.id, gone.c.label == label, gone.c.since <= at, gone.c.until > at
    )
    return any(work.db.execute(query.limit(1)).first() is not None for query in (now, then))


def close_label(work: Work, files: Sequence[int], label: str) -> None:
    """The label is about to be taken off these files."""
    f, lab = t.files, t.file_labels
    _close(
        work,
        sa.select(f.c.account_id, f.c.id, lab.c.label, lab.c.since)
        .join(lab, lab.c.file_id == f.c.id)
        .where(lab.c.label == label, f.c.id.in_(files)),
    )


def close(work: Work, file: int) -> None:
    """The file is about to leave its channel."""
    _leave(work, t.files.c.id == file)


def move(work: Work, package: int) -> None:
    """The package is about to leave for another channel: its files' intervals end here, and begin there."""
    f, lab = t.files, t.file_labels
    here = f.c.package_id == package
    _leave(work, here)
    work.db.execute(sa.update(lab).where(lab.c.file_id.in_(sa.select(f.c.id).where(here))).values(since=work.now))
    work.db.execute(sa.update(f).where(here).values(since=work.now))


def _leave(work: Work, clause: sa.ColumnElement[bool]) -> None:
    f, lab = t.files, t.file_labels
    labelled = sa.select(f.c.account_id, f.c.id, lab.c.label, lab.c.since).join(lab, lab.c.file_id == f.c.id)
    _close(work, labelled.where(clause))
    present = sa.literal(PRESENT, sa.String(128)).label("label")
    _close(work, sa.select(f.c.account_id, f.c.id, present, f.c.since).where(clause))


def _close(work: Work, spans: sa.Select[tuple[int, int, str, object]]) -> None:
    one = spans.subquery()
    ended = sa.literal(work.now, t.Moment())
    lasted = sa.select(*one.c, ended).where(one.c.since < work.now)
    names = ["account_id", "file_id", "label", "since", "until"]
    work.db.execute(sa.insert(t.past_labels).from_select(names, lasted))


def close_yank(work: Work, file: File) -> None:
    """The file is about to be yanked, or put back."""
    work.db.execute(sa.insert(t.past_yanks).values(file_id=file.id, yanked=file.yanked, until=work.now))


def bury(work: Work, file: int, deleted: int) -> None:
    """The history of a file goes over to the row that keeps the deleted one."""
    for table in (t.past_labels, t.past_yanks):
        work.db.execute(sa.update(table).where(table.c.file_id == file).values(file_id=None, deleted_id=deleted))


def revive(work: Work, deleted: int, file: int) -> None:
    """The history of a deleted file goes over to the file that was restored from it."""
    for table in (t.past_labels, t.past_yanks):
        work.db.execute(sa.update(table).where(table.c.deleted_id == deleted).values(file_id=file, deleted_id=None))
