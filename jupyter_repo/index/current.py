"""Which records `current_repodata.json` has: enough to install the newest of everything.

Like conda-index's: the newest version of each name with all its builds; then, as long as some of these depends on what
only an older version gives, the newest version that does.
"""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from .matching import fits, parsed
from .records import Record
from .versions import version_key


def current(records: Iterable[Record]) -> list[Record]:
    """Those of the records of one platform, in their order."""
    everything = list(records)
    by_name: dict[str, list[Record]] = {}
    for one in everything:
        by_name.setdefault(one.name, []).append(one)
    kept: dict[str, list[Record]] = {name: _newest(found) for name, found in by_name.items()}
    waiting = [one for found in kept.values() for one in found]
    seen: set[str] = set()
    while waiting:
        for spec in _depends(waiting.pop()):
            if spec in seen:
                continue
            seen.add(spec)
            name = parsed(spec)[0]
            if any(_fits(spec, one) for one in kept.get(name, ())):
                continue
            older = _newest([one for one in by_name.get(name, ()) if _fits(spec, one)])
            kept.setdefault(name, []).extend(older)
            waiting += older
    chosen = {id(one) for found in kept.values() for one in found}
    return [one for one in everything if id(one) in chosen]


def _newest(records: list[Record]) -> list[Record]:
    """Those of the newest version."""
    if not records:
        return []
    top = max((one.version for one in records), key=version_key)
    return [one for one in records if one.version == top]


def _fits(spec: str, one: Record) -> bool:
    build = one.filename.rsplit("-", 1)[1].removesuffix(".conda").removesuffix(".tar.bz2")
    return fits(spec, one.version, build)


def _depends(one: Record) -> list[str]:
    [record] = orjson.loads(b"{" + one.fragment + b"}").values()
    found = record.get("depends")
    return [spec for spec in found if isinstance(spec, str)] if isinstance(found, list) else []
