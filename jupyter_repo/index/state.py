"""A channel's conda records in memory, and its indexes as each group of viewers sees them.

The state is brought from one generation to the next by the packages that changed in between, so what one more package
costs does not grow with the channel; only what a document's own size costs remains (joining, compressing). Nothing here
knows a database: `service/states.py` hands the records in. Hold `lock` while using it.
"""

from __future__ import annotations

import bisect
import hashlib
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from ..names import package_key
from . import conda
from .current import current
from .records import Reach, Record
from .shards import ShardIndex, shard

VIEWS_KEPT = 16
NOARCH = "noarch"

Names = Mapping[str, tuple[Record, ...]]


class ChannelState:
    """The records of one channel at one generation, by the normal form of their package's name."""

    def __init__(self, at: str = "") -> None:
        """Know nothing yet: the generation is -1. `at` is the past moment it is of, as addresses write it."""
        self.at = at
        self.lock = threading.RLock()
        self.generation = -1
        self.modified = datetime.fromtimestamp(0, UTC)
        """when the channel changed last"""
        self.names: dict[str, tuple[Record, ...]] = {}
        self.order: list[str] = []
        self._views: OrderedDict[tuple[str, Reach], ViewState] = OrderedDict()

    def replace(self, generation: int, modified: datetime, names: Names) -> None:
        """Take all records anew."""
        self.names = {name: records for name, records in names.items() if records}
        self.order = sorted(self.names)
        self._views.clear()
        self.generation, self.modified = generation, modified

    def apply(self, generation: int, modified: datetime, changed: Names) -> None:
        """Take the records of the packages that changed; an empty tuple means that a package has none any more."""
        for key, records in changed.items():
            before = self.names.get(key, ())
            for view in self._views.values():
                view.change(before, records)
            if records and not before:
                bisect.insort(self.order, key)
            elif before and not records:
                del self.order[bisect.bisect_left(self.order, key)]
            if records:
                self.names[key] = records
            else:
                self.names.pop(key, None)
        self.generation, self.modified = generation, modified

    def view(self, label: str, reach: Reach) -> ViewState:
        """The channel as those of that reach see it under that label."""
        found = self._views.get((label, reach))
        if found is None:
            found = self._views[label, reach] = ViewState(self, label, reach)
            if len(self._views) > VIEWS_KEPT:
                self._views.popitem(last=False)
        self._views.move_to_end((label, reach))
        return found


class ViewState:
    """One group's indexes of one channel under one label."""

    def __init__(self, state: ChannelState, label: str, reach: Reach) -> None:
        """Nothing is made before it is asked for."""
        self._state, self.label, self.reach = state, label, reach
        self._subdirs: Counter[str] = Counter(record.subdir for record in self._all())
        self._shards: dict[str, ShardIndex] = {}

    def _shows(self, record: Record) -> bool:
        return self.label in record.labels and self.reach.shows(record)

    def _all(self) -> Iterator[Record]:
        names, label, reach = self._state.names, self.label, self.reach
        if reach.everything:
            return (one for key in self._state.order for one in names[key] if label in one.labels)
        return (one for key in self._state.order for one in names[key] if label in one.labels and reach.shows(one))

    @property
    def subdirs(self) -> list[str]:
        """The platforms with packages; `noarch` is always one of them."""
        return sorted({NOARCH, *(subdir for subdir, count in self._subdirs.items() if count)})

    def has(self, subdir: str) -> bool:
        """Is there anything to serve for that platform?"""
        return subdir == NOARCH or self._subdirs[subdir] > 0

    def repodata(self, subdir: str) -> bytes:
        """`repodata.json`."""
        return self._repodata(subdir, (one for one in self._all() if one.subdir == subdir))

    def _repodata(self, subdir: str, records: Iterable[Record]) -> bytes:
        return conda.repodata(subdir, self.label, records, self._state.at)

    def run_exports(self, subdir: str) -> bytes:
        """`run_exports.json`."""
        return conda.run_exports(subdir, (one for one in self._all() if one.subdir == subdir))

    def current_repodata(self, subdir: str) -> bytes:
        """`current_repodata.json`: the newest version of each name, and the older ones that those depend on.

        Solvers that find no answer in it ask for `repodata.json` by themselves.
        """
        return self._repodata(subdir, current(one for one in self._all() if one.subdir == subdir))

    def shard_index(self, subdir: str) -> bytes:
        """`repodata_shards.msgpack.zst`."""
        return self._index(subdir).document(subdir, self.label, self._state.modified, self._state.at)

    def shard(self, subdir: str, digest: bytes) -> bytes | None:
        """The shard of that digest, if the index names it or did lately."""
        index = self._index(subdir)
        name = index.name(digest)
        if name is None:
            return index.retired(digest)
        records = self._state.names.get(package_key(name), ())
        return shard(one for one in records if one.subdir == subdir and one.name == name and self._shows(one))

    def _index(self, subdir: str) -> ShardIndex:
        found = self._shards.get(subdir)
        if found is None:
            names = _by_name(self._all(), subdir)
            digests = ((name, hashlib.sha256(shard(records)).digest()) for name, records in names.items())
            found = self._shards[subdir] = ShardIndex(digests)
        return found

    def change(self, before: tuple[Record, ...], after: tuple[Record, ...]) -> None:
        """A package's records are `after` from now on; its old shards stay at hand for a while."""
        old = [one for one in before if self._shows(one)]
        new = [one for one in after if self._shows(one)]
        self._subdirs.subtract(one.subdir for one in old)
        self._subdirs.update(one.subdir for one in new)
        for subdir, index in self._shards.items():
            was, is_now = _by_name(old, subdir), _by_name(new, subdir)
            for name in was.keys() | is_now.keys():
                if was.get(name) != is_now.get(name):
                    index.put(
                        name,
                        shard(is_now[name]) if name in is_now else None,
                        shard(was[name]) if name in was else None,
                    )


def _by_name(records: Iterable[Record], subdir: str) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for one in records:
        if one.subdir == subdir:
            found.setdefault(one.name, []).append(one)
    return found
