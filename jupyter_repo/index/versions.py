"""conda's order of versions, as conda's `VersionOrder` documents it."""

from __future__ import annotations

import re
from functools import lru_cache

_PART = re.compile(r"\d+|[a-z]+|\*")
_LOW: tuple[int, int | str] = (1, 0)
"""what a missing part counts as: above texts (`dev`, `rc`), below numbers and `post`"""

Key = tuple[int, tuple[tuple[tuple[int, int | str], ...], ...], tuple[tuple[tuple[int, int | str], ...], ...]]


@lru_cache(maxsize=1 << 14)
def version_key(version: str) -> Key:
    """A key that sorts versions as conda does: epoch, then parts; `dev` < texts < nothing < numbers < `post`."""
    text = version.lower().replace("-", "_")
    epoch, _, rest = text.rpartition("!")
    main, _, local = rest.partition("+")
    return (int(epoch) if epoch.isdecimal() else 0, _parts(main), _parts(local))


def _parts(text: str) -> tuple[tuple[tuple[int, int | str], ...], ...]:
    parts = [_part(piece) for piece in re.split(r"[._]", text)] if text else []
    while parts and all(atom == _LOW for atom in parts[-1]):  # 1.0 is 1
        parts.pop()
    return (*parts, (_LOW, _LOW))  # a longer version is compared with `nothing`, not by its length


def _part(piece: str) -> tuple[tuple[int, int | str], ...]:
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
