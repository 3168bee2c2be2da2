"""The history of a notebook: its versions, who made each, and what it changed in the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from .. import diffing
from ..diffing import Summary
from ..errors import InvalidPackage
from ..models import Actor, File, Kind, Release
from ..permissions import Op
from ..storage import BlobStore
from . import packages
from .packages import Counted
from .work import Work

COMPARED = 20
"""versions that are compared with the one before them, from the newest on"""
MAX_BYTES = 16 << 20
"""of a notebook that is compared for the list; larger ones are compared when somebody asks for the diff"""


@dataclass(frozen=True)
class Version:
    """One version; `changes` is None for the first one, for old ones, and for what can't be compared."""

    release: Release
    files: tuple[File, ...]
    changes: Summary | None = None

    @property
    def notebook(self) -> File | None:
        """The notebook among its files."""
        return next((file for file in self.files if file.kind is Kind.NOTEBOOK), None)


@dataclass(frozen=True)
class History:
    """A package and its versions, newest first."""

    package: Counted
    versions: tuple[Version, ...]


def of(work: Work, actor: Actor, owner: str, name: str, *, changes: bool = False) -> History:
    """The versions of a package that the actor may download. Raises NotFound, Forbidden."""
    found = packages.get(work, actor, owner, name, Op.DOWNLOAD)
    by_version: dict[str, list[File]] = {}
    for file in packages.files(work, found.package):
        by_version.setdefault(file.version, []).append(file)
    versions = [
        Version(release, tuple(by_version.get(release.version, ())))
        for release in packages.releases(work, found.package)
    ]
    if changes:
        for index, (version, before) in enumerate(pairwise(versions[: COMPARED + 1])):
            versions[index] = Version(version.release, version.files, _changes(work.store, before, version))
    return History(packages.counted(work, actor, found.package), tuple(versions))


def _changes(store: BlobStore, before: Version, after: Version) -> Summary | None:
    base, head = before.notebook, after.notebook
    if base is None or head is None or max(base.size, head.size) > MAX_BYTES:
        return None
    return _summary(store, base.sha256, head.sha256)  # type: ignore[arg-type]  # a store is hashed by its identity


@lru_cache(maxsize=2048)
def _summary(store: BlobStore, base: str, head: str) -> Summary | None:
    # bytes under a digest never change, so neither does what differs between two
    try:
        return diffing.summary(_bytes(store, base), _bytes(store, head))
    except InvalidPackage:
        return None


def _bytes(store: BlobStore, sha256: str) -> bytes:
    with store.open(sha256) as file:
        return file.read()
