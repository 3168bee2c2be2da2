"""Which names of members and targets of links are safe to unpack, on any operating system."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from ..reading import Reading, shown

_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Names:
    """The member names of one archive so far: each is legal and there once."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._seen: set[str] = set()
        self._links: set[str] = set()

    def add(self, name: str, *, folder: bool = False) -> str:
        """`name` in its plain form (`./a//b/` is `a/b`); raises InvalidPackage if it climbs out or comes twice.

        Folders may come twice: many packers write them so, and nothing depends on the order.
        """
        self._reading.count_member()
        plain = check_path(self._reading, name)
        if self._links and (link := next((above for above in _above(plain) if above in self._links), None)):
            raise self._reading.refuse(f"the path {shown(plain)} inside it goes through the link {shown(link)}")
        if not folder:
            if plain in self._seen:
                raise self._reading.refuse(f"it holds {shown(plain)} twice, and tools disagree about which one counts")
            if plain == "":
                raise self._reading.refuse("it holds a file without a name")
            self._seen.add(plain)
        return plain

    def add_link(self, name: str, target: str, *, symbolic: bool) -> None:
        """Check where the link `name`, already added, points to; nothing may be unpacked through a symbolic one."""
        check_link(self._reading, name, target, symbolic=symbolic)
        if symbolic:
            self._links.add(name)


def _above(path: str) -> Iterator[str]:
    """The folders around `path`, outermost first."""
    place = path.find("/")
    while place >= 0:
        yield path[:place]
        place = path.find("/", place + 1)


def check_path(reading: Reading, name: str) -> str:
    """`name` in its plain form, relative and below the top of the archive."""
    if name.startswith("/") or "\\" in name or _DRIVE.match(name):
        raise reading.refuse(f"the path {shown(name)} inside it is not relative to the package")
    if _CONTROL.search(name) or len(name) > 4096:
        raise reading.refuse(f"the path {shown(name)} inside it is not a legal file name")
    if ".." in (parts := name.split("/")):
        raise reading.refuse(f"the path {shown(name)} inside it climbs out of the package")
    return "/".join(part for part in parts if part not in ("", "."))


def check_link(reading: Reading, name: str, target: str, *, symbolic: bool) -> None:
    """Refuse the link `name` unless its target stays below the top of the archive.

    A symbolic link's target counts from the link's folder, a hard link's from the top. `..` behind a name is refused
    too: the name may be a link itself, and then it leads elsewhere than it reads.
    """
    steps = [step for step in target.split("/") if step not in ("", ".")]
    climbs = steps.count("..")
    winding = steps[:climbs] != [".."] * climbs
    start = posixpath.dirname(name) if symbolic else ""
    landing = posixpath.normpath(posixpath.join(start, target))
    outside = winding or landing == ".." or landing.startswith(("../", "/"))
    if outside or "\\" in target or "\x00" in target or _DRIVE.match(target) or not target:
        raise reading.refuse(f"the link {shown(name)} inside it points to {shown(target)}, outside the package")
