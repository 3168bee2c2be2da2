"""Channels' conda records in memory, brought up from generation to generation by what changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from ..db import tables as t
from ..index.records import Record, fragment
from ..index.revisions import needs_v3
from ..index.state import ChannelState
from ..models import Account, Kind
from . import mirrored, past, rows
from .channels import View
from .packages import QUARANTINED
from .work import Work

CHANNELS_KEPT = 64
MOMENTS_KEPT = 4
"""channels as they were at some moment: whoever asks for one asks for it several times, and then seldom again"""
AT_ONCE = 200
"""more changed packages than this are not picked one by one"""


class States:
    """The channel states of one process; the least recently used ones go. Safe to share among threads."""

    def __init__(self, limit: int = CHANNELS_KEPT) -> None:
        """Keep at most `limit` channels."""
        self._limit = limit
        self._states: OrderedDict[int, ChannelState] = OrderedDict()
        self._past: OrderedDict[tuple[int, datetime], ChannelState] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, work: Work, channel: Account) -> ChannelState:
        """The channel's state, at least as new as `channel`, which must have been read in this transaction."""
        with self._lock:
            state = self._states.setdefault(channel.id, ChannelState())
            self._states.move_to_end(channel.id)
            while len(self._states) > self._limit:
                self._states.popitem(last=False)
        with state.lock:
            if state.generation < channel.generation:
                _bring_up(work, channel, state, modified(work, channel), partial(_records, work, channel))
        return state

    def at(self, work: Work, channel: Account, at: datetime) -> ChannelState:
        """The state in which the channel was at that moment, as far as it may be shown now."""
        with self._lock:
            state = self._past.setdefault((channel.id, at), ChannelState(past.written(at)))
            self._past.move_to_end((channel.id, at))
            while len(self._past) > MOMENTS_KEPT:
                self._past.popitem(last=False)
        with state.lock:
            if state.generation < channel.generation:
                _bring_up(work, channel, state, at, partial(past.records, work, channel, at))
        return state

    def shown(self, work: Work, view: View) -> ChannelState:
        """The state that a view is of."""
        return self.of(work, view.channel) if view.at is None else self.at(work, view.channel, view.at)


_CHANGED_AT = sa.select(t.changes.c.at).where(
    t.changes.c.account_id == sa.bindparam("channel"), t.changes.c.generation == sa.bindparam("generation")
)


def modified(work: Work, channel: Account) -> datetime:
    """When the channel changed last."""
    which = {"channel": channel.id, "generation": channel.generation}
    found: datetime | None = work.db.execute(_CHANGED_AT, which).scalar()
    return found or channel.created_at


Reader = Callable[[Collection[str] | None], dict[str, tuple[Record, ...]]]


def _bring_up(work: Work, channel: Account, state: ChannelState, moment: datetime, records: Reader) -> None:
    names = _changed(work, channel, state.generation)
    if names is None:
        state.replace(channel.generation, moment, records(None))
    else:
        found = records(names)
        state.apply(channel.generation, moment, {name: found.get(name, ()) for name in names})


def _changed(work: Work, channel: Account, since: int) -> set[str] | None:
    """The packages that changed since that generation; None where that is not known, or too many."""
    if since < 0 or channel.generation - since > AT_ONCE:
        return None
    c = t.changes
    names = work.db.scalars(
        sa.select(c.c.name_key).where(
            c.c.account_id == channel.id, c.c.generation > since, c.c.generation <= channel.generation
        )
    ).all()
    # a generation without its row was forgotten, or made by somebody who did not say what changed
    return set(names) if len(names) == channel.generation - since and all(names) else None


def _records(work: Work, channel: Account, names: Collection[str] | None) -> dict[str, tuple[Record, ...]]:
    """The channel's conda records by package; only those of `names` where given."""
    f, p = t.files, t.packages
    query = (
        sa.select(
            p.c.id, p.c.name_key, p.c.visibility, f.c.subdir, f.c.basename, f.c.record, f.c.run_exports, rows.LABELS
        )
        .join(p, p.c.id == f.c.package_id)
        .where(f.c.kind == str(Kind.CONDA), p.c.status != QUARANTINED)
        .order_by(p.c.name_key, f.c.basename)
    )
    if names is None:
        query = query.where(f.c.account_id == channel.id)
    else:
        # by their keys first: a planner without statistics would rather walk all files of the channel
        keys = work.db.scalars(sa.select(p.c.id).where(p.c.account_id == channel.id, p.c.name_key.in_(names))).all()
        query = query.where(f.c.package_id.in_(keys)) if keys else query.where(sa.false())
    found: dict[str, list[Record]] = {}
    sets: dict[str, frozenset[str]] = {}
    for key, name, visibility, subdir, basename, record, run_exports, labels in work.db.execute(query):
        filename = basename.rpartition("/")[2]
        if labels not in sets:
            sets[labels] = frozenset(labels.split(",")) if labels else frozenset()
        found.setdefault(name, []).append(
            Record(
                key,
                visibility,
                sets[labels],
                subdir,
                filename,
                fragment(filename, record),
                run_exports,
                needs_v3(record),
            )
        )
    own = {name: tuple(records) for name, records in found.items()}
    found_there = mirrored.records(work, channel, names)
    if not found_there:
        return own
    both = found_there | own
    return {name: both[name] for name in sorted(both)}
