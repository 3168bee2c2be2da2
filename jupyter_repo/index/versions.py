"""conda's order of versions, as conda's `VersionOrder` documents it."""

from __future__ import annotations

import re
from functools import lru_cache

_PART = re.compile(r"\d+|[a-z]+|\*")
_LOW: tuple[int, int | str] = (1, 0)
"""what a missing part counts as: above texts (`dev`, `rc`), below numbers and `post`"""
_ZERO = (_LOW, _LOW)

Part = tuple[tuple[int, int | str], ...]
Parts = tuple[tuple[int, Part], ...]
Key = tuple[int, Parts, Parts]


@lru_cache(maxsize=1 << 14)
def version_key(version: str) -> Key:
    """A key that sorts versions as conda does: epoch, then parts; `dev` < texts < nothing < numbers < `post`."""
    text = version.lower().replace("-", "_")
    epoch, _, rest = text.rpartition("!")
    main, _, local = rest.partition("+")
    return (int(epoch) if epoch.isdecimal() else 0, _parts(main), _parts(local))


def _parts(text: str) -> Parts:
    """Each part behind its weight: is what follows, from here on, less or more than nothing at all?

    A shorter version goes on with zeros for ever: 2 lies above 2.0.0a0 and below 2.0.1.
    """
    parts = [_part(piece) for piece in re.split(r"[._]", text)] if text else []
    weighed: list[tuple[int, Part]] = [(0, ())]
    for part in reversed(parts):
        weight = weighed[-1][0] if part == _ZERO else (1 if part > _ZERO else -1)
        if weight:  # 1.0 is 1
            weighed.append((weight, part))
    return tuple(reversed(weighed))


def _part(piece: str) -> Part:
    atoms: list[tuple[int, int | str]] = []
    for found in _PART.findall(piece):
        if found.isdigit():
            atoms.append((1, int(found)))
        elif found == "dev":
            atoms.append((-1, ""))
        elif found == "post":
            atoms.append((2, ""))
        else:
            atoms.append((0, found))
    if not atoms or not piece[:1].isdigit():
        atoms.insert(0, _LOW)  # conda puts a 0 before a part that begins with a letter: 1.1.a1 is 1.1.0a1
    return (*atoms, _LOW)
