"""A published notebook, opened again with the environment it was published with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import Conflict, NotFound
from ..models import Kind
from . import kernelspecs, lockfile, notebooks, rebuilding, versions
from .actions import Wanted, select
from .client import RepoClient
from .documents import FileDocument, PackageDocument
from .kernelspecs import Made
from .lockfile import Lock, LockRefused
from .progress import Progress
from .rebuilding import Source

STEPS = 7


@dataclass(frozen=True)
class Plan:
    """What reopening a version would do; `refused` says why its environment can't be made."""

    package: PackageDocument
    version: str
    notebook: FileDocument | None
    lock: Lock | None
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
        lock = self.lock
        if lock is None and not self.refused:
            return None
        made = kernelspecs.find(kernelspecs.key_of(lock)) if lock else None
        return {
            "lock": lock is not None,
            "id": kernelspecs.key_of(lock) if lock else "",
            "platform": lock.platform if lock else "",
            "python": lock.python if lock else "",
            "here": lockfile.here(),
            "cached": made is not None,
            "kernel": made.kernel if made else None,
            "conda": len(lock.conda) if lock else 0,
            "pip": len(lock.pip) if lock else 0,
            "left_out": list(lock.left_out) if lock else [],
            "channels": lock.channels if lock else [],
            "hosts": lock.hosts if lock else [],
            "indexes": rebuilding.indexes(self.source(client)) if lock else [],
            "notice": self.notice or None,
            "refused": self.refused or None,
            "solve": False,
        }


def plan(client: RepoClient, owner: str, name: str, version: str = "") -> Plan:
    """Look at a version and at its lock; nothing is made and nothing fetched but the lock itself."""
    package = client.package(owner, name)
    files = select(package, Wanted(owner, name, version))
    found, notebook = files[0]["version"], next((one for one in files if one["type"] == Kind.NOTEBOOK), None)
    kept = next((one for one in files if one["filename"] == lockfile.FILENAME), None)
    if kept is None:
        described = any(one["type"] == Kind.ENVIRONMENT for one in files)
        why = "It was published without an exact lock: ask its author to publish it again" if described else ""
        return Plan(package, found, notebook, None, refused=why)
    try:
        if kept["size"] > lockfile.MAX_BYTES:
            raise LockRefused(f"The lock is larger than {lockfile.MAX_BYTES >> 20} MiB: no environment needs that")
        lock = lockfile.parse(versions.fetched(client, kept), client.url)
    except LockRefused as error:
        return Plan(package, found, notebook, None, refused=str(error))
    return Plan(package, found, notebook, lock, *_fitting(lock))


def _fitting(lock: Lock) -> tuple[str, str]:
    """Notice and refusal for a lock of another platform."""
    here = lockfile.here()
    if lock.platform == here:
        return "", ""
    if lock.conda:
        said = f"It was locked on {lock.platform}, and its conda packages don't run on this machine ({here})"
        return "", f"{said}: open it without its environment, or publish it again from a machine like this one"
    return f"It was locked on {lock.platform}: its Python packages are installed for this machine ({here})", ""


def environment(client: RepoClient, wanted: Plan, progress: Progress, *, shown: str = "") -> Made:
    """Make the environment of a plan, or find it made; Conflict if `shown` (an id) is another than this one's."""
    progress.say("Checking the lock")
    if wanted.refused:
        raise LockRefused(wanted.refused)
    if wanted.lock is None:
        raise NotFound(f"{wanted.full_name} {wanted.version} was published without an environment")
    if shown and shown != kernelspecs.key_of(wanted.lock):
        raise Conflict("The environment is not the one you were shown: look at it again", code="changed")
    return kernelspecs.ensure(
        wanted.lock, wanted.source(client), full_name=wanted.full_name, version=wanted.version, progress=progress
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
