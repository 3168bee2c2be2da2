"""Python projects as pip sees them: lists, files, yanking (PEP 592), status (PEP 792), provenance (PEP 740)."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson
import sqlalchemy as sa

from ..db import tables as t
from ..errors import Conflict, InvalidRequest, NotFound
from ..index.simple import Project, ProjectFile
from ..models import Actor, File, Kind
from ..names import package_key
from ..permissions import Op
from . import history, indexing, mirrored, packages, past
from .access import visible
from .channels import View
from .work import Work

MAX_ATTESTATIONS = 100


class Status(StrEnum):
    """What a project is marked as."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    """it takes no uploads"""
    QUARANTINED = "quarantined"
    """it offers no files, and takes none"""
    DEPRECATED = "deprecated"
    """clients may warn"""


def names(work: Work, actor: Actor, shown: View) -> list[str]:
    """The names of the Python projects, in order."""
    if shown.at is not None:
        return past.names(work, shown.channel, shown.at, Kind.PYPI, shown.reach)
    p, k = t.packages, t.package_kinds
    f = t.files
    some = sa.exists(sa.select(1).where(f.c.package_id == p.c.id, f.c.kind == str(Kind.PYPI)))
    found_there = mirrored.names(work, actor, shown.channel)
    own = list(
        work.db.scalars(
            sa.select(p.c.name)
            .join(k, sa.and_(k.c.package_id == p.c.id, k.c.kind == str(Kind.PYPI)))
            .where(p.c.account_id == shown.channel.id, visible(actor, Op.DOWNLOAD, kind=Kind.PYPI), some)
            .order_by(p.c.name_key)
        )
    )
    return sorted([*own, *found_there], key=package_key) if found_there else own


def project(work: Work, actor: Actor, shown: View, name: str) -> Project:
    """A Python project with its files, oldest first. NotFound where there is none to see."""
    if shown.at is not None:
        return _past_project(work, shown, shown.at, name)
    f, p, r = t.files, t.packages, t.releases
    # the package first, by its name: a planner without statistics would rather walk all files of the channel
    package = work.db.execute(
        sa.select(p.c.id, p.c.name, p.c.status, p.c.status_reason).where(
            p.c.account_id == shown.channel.id,
            p.c.name_key == package_key(name),
            visible(actor, Op.DOWNLOAD, kind=Kind.PYPI),
        )
    ).first()
    found = (
        work.db.execute(
            sa.select(f, r.c.version)
            .join(r, r.c.id == f.c.release_id)
            .where(f.c.package_id == package.id, f.c.kind == str(Kind.PYPI))
            .order_by(f.c.id)
        ).all()
        if package is not None
        else []
    )
    if package is None or not found:
        raise NotFound(f"the channel {shown.channel.name} has no Python project {package_key(name)}")
    offered = () if package.status == Status.QUARANTINED else tuple(_listed(row) for row in found)
    return Project(package.name, offered, package.status, package.status_reason)


def _past_project(work: Work, shown: View, at: datetime, name: str) -> Project:
    key = package_key(name)
    found = past.files(work, shown.channel, at, Kind.PYPI, names=[key])
    listed = [one for one in found if shown.reach.shows(one)]
    if not listed:
        raise NotFound(f"the channel {shown.channel.name} had no Python project {key} at {past.written(at)}")
    return Project(listed[-1].name, tuple(_listed(one) for one in listed))


def _listed(row: Any) -> ProjectFile:
    """A row of `files`, or a file of the past, as indexes show it."""
    return ProjectFile(
        filename=row.basename,
        version=row.version,
        sha256=row.sha256,
        size=row.size,
        uploaded=row.uploaded_at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        requires_python=row.attrs.get("requires_python"),
        metadata_sha256=row.metadata_sha256,
        yanked=row.yanked,
        provenance=row.provenance_sha256 is not None,
    )


def yank(work: Work, actor: Actor, owner: str, name: str, version: str, basename: str, reason: str | None) -> File:
    """Take a distribution out of what installers choose by themselves, or (None) put it back; the file stays.

    Raises InvalidRequest for files that pip does not read.
    """
    work.hold(owner)
    found = packages.get(work, actor, owner, name, Op.DELETE_FILES)
    there = packages.file(work, found, version, basename)
    if there.kind is not Kind.PYPI:
        raise InvalidRequest(f"only Python distributions can be yanked; {basename} is a {there.kind.noun}")
    said = " ".join(reason.split())[:1000] if reason is not None else None
    if said != there.yanked:
        history.close_yank(work, there)
    work.db.execute(sa.update(t.files).where(t.files.c.id == there.id).values(yanked=said))
    work.bump(found.channel.id, found.package.name)
    return packages.file(work, found, version, basename)


def set_status(work: Work, actor: Actor, owner: str, name: str, status: str, reason: str = "") -> None:
    """Mark a package active, archived, quarantined or deprecated. Raises InvalidRequest for other words."""
    work.hold(owner)
    found = packages.get(work, actor, owner, name, Op.EDIT_SETTINGS)
    try:
        marked = Status(status)
    except ValueError:
        raise InvalidRequest(f"{status!r} is not a status; use one of: {', '.join(Status)}") from None
    work.db.execute(
        sa.update(t.packages)
        .where(t.packages.c.id == found.package.id)
        .values(status=str(marked), status_reason=" ".join(reason.split())[:1000], updated_at=work.now)
    )
    indexing.refresh(work, found.package.id)
    work.bump(found.channel.id, found.package.name)


def check_takes_uploads(work: Work, package_id: int, title: str) -> None:
    """Return if the package's status lets new files in, else raise Conflict that says the way out."""
    status = work.db.execute(sa.select(t.packages.c.status).where(t.packages.c.id == package_id)).scalar()
    if status in (Status.ARCHIVED, Status.QUARANTINED):
        raise Conflict(f"{title} is {status} and takes no uploads; set its status to active first", code="not_active")


def provenance(attestations: str, *, filename: str, sha256: str, publisher: str) -> bytes:
    """The provenance object (PEP 740) for a file that came with `attestations`, a JSON list.

    What each attestation says must be about these very bytes. Its signature is not checked here: who trusts it checks
    it. `publisher` is the account that uploaded. Raises InvalidRequest.
    """
    try:
        found = orjson.loads(attestations)
    except orjson.JSONDecodeError as error:
        raise InvalidRequest(f"the attestations of {filename} are not JSON: {error}") from error
    if not isinstance(found, list) or not 0 < len(found) <= MAX_ATTESTATIONS:
        raise InvalidRequest(f"the attestations of {filename} must be a list of 1 to {MAX_ATTESTATIONS}")
    for one in found:
        if not _is_about(one, filename, sha256):
            raise InvalidRequest(f"an attestation sent with {filename} is not about this file", code="bad_attestation")
    bundle = {"publisher": {"kind": "Jupyter Repo", "account": publisher}, "attestations": found}
    return orjson.dumps({"version": 1, "attestation_bundles": [bundle]})


def _is_about(attestation: object, filename: str, sha256: str) -> bool:
    if not isinstance(attestation, dict) or not isinstance(attestation.get("verification_material"), dict):
        return False
    try:
        envelope = attestation["envelope"]
        base64.b64decode(envelope["signature"], validate=True)
        [subject] = orjson.loads(base64.b64decode(envelope["statement"], validate=True))["subject"]
        same = subject["name"] == filename and subject["digest"]["sha256"] == sha256
        return bool(same and attestation["version"] == 1)
    except (KeyError, TypeError, ValueError, binascii.Error):
        return False
