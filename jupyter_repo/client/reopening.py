"""A published notebook, opened again with the environment it was published with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import Conflict, NotFound
from ..models import Kind
from . import kernelspecs, lockfile, notebooks, rebuilding, solving, versions
from .actions import Wanted, select
from .client import RepoClient
from .documents import FileDocument, PackageDocument
from .kernelspecs import Made
from .lockfile import Lock, LockRefused
from .progress import Progress
from .rebuilding import Source
from .solving import Wishes

STEPS = 8


@dataclass(frozen=True)
class Plan:
    """What reopening a version would do; `refused` says why its environment can't be made."""

    package: PackageDocument
    version: str
    notebook: FileDocument | None
    wanted: Lock | Wishes | None
    """the lock; or what is solved for this platform, where the lock is for another one or there is none"""
    notice: str = ""
    refused: str = ""

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return self.package["full_name"]

    def source(self, client: RepoClient) -> Source:
        """What its environment is made from."""
        return Source(client, self.package["owner"]["login"])

    def document(self, client: RepoClient) -> dict[str, object]:
        """As the panel shows it, before anything is fetched."""
        return {
            "full_name": self.full_name,
            "version": self.version,
            "notebook": self.notebook["filename"] if self.notebook else None,
            "environment": self._environment(client),
        }

    def _environment(self, client: RepoClient) -> Mapping[str, object] | None:
        wanted = self.wanted
        if wanted is None and not self.refused:
            return None
        made = kernelspecs.find(kernelspecs.key_of(wanted)) if wanted else None
        lock = wanted if isinstance(wanted, Lock) else None
        return {
            "lock": lock is not None,
            "id": kernelspecs.key_of(wanted) if wanted else "",
            "platform": lock.platform if lock else "",
            "python": wanted.python if wanted else "",
            "here": lockfile.here(),
            "cached": made is not None,
            "kernel": made.kernel if made else None,
            "conda": len(wanted.conda) if wanted else 0,
            "pip": len(wanted.pip) if wanted else 0,
            "left_out": list(lock.left_out) if lock else [],
            "channels": list(wanted.channels) if wanted else [],
            "hosts": wanted.hosts if wanted else [],
            "indexes": rebuilding.indexes(self.source(client)) if wanted else [],
            "notice": self.notice or None,
            "refused": self.refused or None,
            "solve": isinstance(wanted, Wishes),
        }


def plan(client: RepoClient, owner: str, name: str, version: str = "") -> Plan:
    """Look at a version and at its lock; nothing is made, and nothing fetched but the lock and environment.yml."""
    package = client.package(owner, name)
    files = select(package, Wanted(owner, name, version))
    found, notebook = files[0]["version"], next((one for one in files if one["type"] == Kind.NOTEBOOK), None)
    kept = next((one for one in files if one["filename"] == lockfile.FILENAME), None)
    described = next((one for one in files if one["type"] == Kind.ENVIRONMENT), None)
    try:
        lock = _lock(client, kept) if kept else None
        if lock is not None and (lock.platform == lockfile.here() or not lock.conda):
            return Plan(package, found, notebook, lock, _other_platform(lock))
        if described is None:
            return Plan(package, found, notebook, None, refused=_refusal(lock) if lock else "")
        _check_size("environment.yml", described, solving.MAX_BYTES)
        wishes = solving.read(versions.fetched(client, described), client.url, owner)
    except LockRefused as error:
        return Plan(package, found, notebook, None, refused=str(error))
    made = f"was made for {lock.platform}" if lock else "was published without an exact lock"
    notice = f"The environment {made}. Here ({lockfile.here()}) it is solved anew: versions may differ."
    return Plan(package, found, notebook, wishes, notice)


def _lock(client: RepoClient, kept: FileDocument) -> Lock:
    _check_size("lock", kept, lockfile.MAX_BYTES)
    return lockfile.parse(versions.fetched(client, kept), client.url)


def _check_size(what: str, file: FileDocument, limit: int) -> None:
    if file["size"] > limit:
        raise LockRefused(f"The {what} is larger than {limit >> 20} MiB: no environment needs that")


def _other_platform(lock: Lock) -> str:
    if lock.platform == lockfile.here():
        return ""
    return f"It was locked on {lock.platform}: its Python packages are installed for this machine ({lockfile.here()})"


def _refusal(lock: Lock) -> str:
    return (
        f"It was locked on {lock.platform}, its conda packages don't run on this machine ({lockfile.here()}), "
        "and there is no environment.yml to solve anew: open it without its environment"
    )


def environment(client: RepoClient, wanted: Plan, progress: Progress, *, shown: str = "") -> Made:
    """Make the environment of a plan, or find it made; Conflict if `shown` (an id) is another than this one's."""
    progress.say("Checking the lock")
    if wanted.refused:
        raise LockRefused(wanted.refused)
    if wanted.wanted is None:
        raise NotFound(f"{wanted.full_name} {wanted.version} was published without an environment")
    if shown and shown != kernelspecs.key_of(wanted.wanted):
        raise Conflict("The environment is not the one you were shown: look at it again", code="changed")
    return kernelspecs.ensure(
        wanted.wanted, wanted.source(client), full_name=wanted.full_name, version=wanted.version, progress=progress
    )


def notebook(client: RepoClient, wanted: Plan, made: Made | None) -> tuple[str, bytes]:
    """Name and bytes of the notebook, set to run in the environment that was made; it says where it comes from."""
    if wanted.notebook is None:
        raise NotFound(f"{wanted.full_name} {wanted.version} holds no notebook")
    document = versions.model(versions.content(client, wanted.notebook))
    notebooks.with_origin(document, wanted.package["owner"]["login"], wanted.package["name"], wanted.version)
    if made is not None:
        spec = {"name": made.kernel, "display_name": made.display_name, "language": "python"}
        document["metadata"]["kernelspec"] = spec
    return wanted.notebook["filename"], json.dumps(document, ensure_ascii=False, indent=1).encode()
