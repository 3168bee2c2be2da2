"""Shards that an index named lately, made again from history: a client may hold that index for as long as a day.

A process remembers the shards that it saw replaced; what was replaced before it began, or in another process, is made
from the records of just before each change. Equal records give equal bytes, so the digest says whether it is the one.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from datetime import timedelta

import sqlalchemy as sa

from ..db import tables as t
from ..index.records import Record
from ..index.shards import shard
from . import past
from .channels import View
from .work import Work

KEPT = timedelta(days=2)
MOST = 500
"""changes looked at, the newest first"""
VIEWS_KEPT = 16
A_MOMENT = timedelta(microseconds=1)

Shards = dict[bytes, bytes]


class Retired:
    """The shards of before for one process. Safe to share among threads."""

    def __init__(self) -> None:
        """Begin empty."""
        self._kept: OrderedDict[tuple[object, ...], tuple[int, Shards]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, work: Work, shown: View, subdir: str, digest: bytes) -> bytes | None:
        """The shard of that digest, if an index of this view named it within the last days."""
        key, generation = (*shown.key, subdir), shown.channel.generation
        with self._lock:  # made once a generation, whoever asks for whatever
            found = self._kept.get(key)
            if found is None or found[0] != generation:
                found = self._kept[key] = generation, _made(work, shown, subdir)
                while len(self._kept) > VIEWS_KEPT:
                    self._kept.popitem(last=False)
        return found[1].get(digest)


def _made(work: Work, shown: View, subdir: str) -> Shards:
    c = t.changes
    changes = work.db.execute(
        sa.select(c.c.name_key, c.c.at)
        .where(c.c.account_id == shown.channel.id, c.c.at > work.now - KEPT, c.c.name_key != "")
        .order_by(c.c.generation.desc())
        .limit(MOST)
    ).all()
    made: Shards = {}
    for name, at in dict.fromkeys((row.name_key, row.at) for row in changes):
        records = past.records(work, shown.channel, at - A_MOMENT, [name]).get(name, ())
        for found in _by_name(shown, subdir, records).values():
            content = shard(found)
            made[hashlib.sha256(content).digest()] = content
    return made


def _by_name(shown: View, subdir: str, records: tuple[Record, ...]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for one in records:
        if one.subdir == subdir and shown.label in one.labels and shown.reach.shows(one):
            found.setdefault(one.name, []).append(one)
    return found
