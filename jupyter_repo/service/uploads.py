"""Publishing: from files that have arrived to a release that everybody sees, in one transaction.

Every way in ends here: our own PUT and multipart POST, anaconda-client's commit, the legacy API of twine and uv. The
bytes were streamed to the store's side and read by `formats` before; nothing the uploader claims is believed where the
file itself says it. The blobs take their place within the transaction, after every check and before their rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from ..db import tables as t
from ..errors import AlreadyExists, Conflict, InvalidPackage
from ..index import conda as conda_index
from ..models import Account, Actor, File, Kind, PackageInfo, Release, Visibility
from ..names import (
    MAIN_LABEL,
    check_filename,
    check_label,
    check_package,
    check_subdir,
    check_version,
    package_key,
    slug,
)
from ..permissions import Op, Target, allows
from . import audit, inspection, making, plans, rows, trash
from . import labels as label_service
from . import packages as package_service
from .access import about, granted_in, require
from .accounts import channel as find_channel
from .content import Content
from .packages import Counted, Found
from .projects import check_takes_uploads
from .work import Work

NUMBERED = frozenset({Kind.NOTEBOOK, Kind.ENVIRONMENT, Kind.FILE})
"""kinds whose files hold no version: published again, they become the next whole number"""
SHARE_NAME = frozenset({Kind.CONDA, Kind.PYPI})
_RELEASE = sa.select(t.releases).where(
    t.releases.c.package_id == sa.bindparam("package"), t.releases.c.version == sa.bindparam("version")
)
_AT_ADDRESS = sa.select(t.files.c.id, t.files.c.sha256, t.files.c.release_id).where(
    t.files.c.account_id == sa.bindparam("channel"),
    t.files.c.kind == sa.bindparam("kind"),
    t.files.c.address == sa.bindparam("address"),
)
_NEW_FILE = sa.insert(t.files).returning(t.files.c.id)
_LABELLED = sa.insert(t.file_labels)


@dataclass(frozen=True)
class Incoming:
    """A file that has arrived whole: its bytes, and what it says of itself."""

    info: PackageInfo
    upload: Content
    provenance: Content | None = None
    """what attests where a distribution came from, to be served beside it"""


@dataclass(frozen=True)
class Wishes:
    """What the uploader asks for; None leaves it to the file, to what is there already, or to the defaults."""

    package: str | None = None
    version: str | None = None
    summary: str | None = None
    description: str | None = None
    visibility: Visibility | None = None
    new_visibility: Visibility | None = None
    """of a package that is made by this, where `visibility` says nothing"""
    labels: tuple[str, ...] = field(default_factory=tuple)
    force: bool = False
    key: str | None = None
    """the client's own key for this publishing: sent again, it makes no second release"""


@dataclass(frozen=True)
class Published:
    """What came of it."""

    package: Counted
    release: Release
    files: list[File]
    created: bool
    """the package is new"""


def allow(
    work: Work,
    actor: Actor,
    owner: str,
    kind: Kind | None,
    *,
    size: int = 0,
    package: str | None = None,
    visibility: Visibility | None = None,
) -> Account:
    """Refuse before the bytes come: may the actor upload anything of that kind (None: not known yet) to `owner`?

    As far as it is known by then, the plan is asked, too: `size` (bytes announced), `package`, `visibility`.
    """
    channel = find_channel(work, actor, owner)
    _allow_kind(work, actor, channel, kind)
    plans.check_storage(work, channel, size, hold=False)
    there = package_service.lookup(work, channel, package) if package else None
    if visibility is Visibility.PRIVATE or (there is not None and there.visibility is Visibility.PRIVATE):
        plans.check_private(work, channel, adding=1 if package and there is None else 0, hold=False)
    return channel


def _allow_kind(work: Work, actor: Actor, channel: Account, kind: Kind | None) -> None:
    """Which package it is for is only known once the file was read: a right on any one of them will do until then."""
    role = granted_in(work, actor, channel.id)
    kinds = [kind] if kind else list(Kind)
    for one in kinds:
        if allows(actor, role, Op.UPLOAD, _target(channel, one)).allowed:
            return
    require(work, actor, Op.UPLOAD, _target(channel, kinds[-1]))


def _target(channel: Account, kind: Kind) -> Target:
    return Target(channel.name, channel.id, kinds=frozenset({kind}))


def publish(work: Work, actor: Actor, owner: str, incoming: Sequence[Incoming], wishes: Wishes) -> Published:
    """Make the files one release (or part of one) of a package of `owner`, visible when the transaction commits.

    The first file decides name, version and kind; the others come along (a notebook's environment). Raises
    Forbidden, InvalidName, InvalidPackage, AlreadyExists, Conflict.
    """
    taken = take(work, actor, owner, incoming, wishes)
    return _outcome(work, actor, taken.found, taken.release, created=taken.created)


@dataclass(frozen=True)
class Taken:
    """What was published, not described any further."""

    found: Found
    release: Release
    created: bool


def take(work: Work, actor: Actor, owner: str, incoming: Sequence[Incoming], wishes: Wishes) -> Taken:
    """`publish` for those who need no description of the outcome, which costs nearly as much as the rest."""
    lead = incoming[0].info
    for one in incoming:
        inspection.check_notes(work, one.info)
    work.hold(owner)
    channel = find_channel(work, actor, owner)
    found, created = _package(work, actor, channel, lead, wishes)
    again = _published_before(work, found, wishes)
    if again is not None:
        return Taken(found, again, created=False)
    release = _release(work, actor, found, lead, wishes, new=created)
    for one in incoming:
        _file(work, actor, found, release, one, wishes)
    versions = [release.version] if created else package_service.versions(work, found.package)
    latest = package_service.newest(versions)
    columns = _description(found, release, incoming, wishes, latest)
    package_service.changed(work, found, latest, columns, {one.upload.sha256: one.info.text for one in incoming})
    title = f"{found.channel.name}/{found.package.name}/{release.version}"
    names = [one.info.basename for one in incoming]
    audit.record(work, actor, "file.upload", title, channel=found.channel.name, files=names, force=wishes.force)
    return Taken(found, release, created)


def _outcome(work: Work, actor: Actor, found: Found, release: Release, *, created: bool) -> Published:
    package = package_service.lookup(work, found.channel, found.package.name)
    assert package is not None  # this transaction made or found it
    return Published(
        package_service.counted(work, actor, package),
        release,
        package_service.files(work, package, version=release.version)[::-1],
        created,
    )


def package_name(info: PackageInfo, wishes: Wishes) -> str:
    """What the package is called: what the file says, else what the uploader asks, else made from the file's name."""
    asked, says = wishes.package, info.name
    if says is not None and info.kind in SHARE_NAME:
        if asked is not None and package_key(asked) != package_key(says):
            raise InvalidPackage(
                f"{info.basename} is a package called {says}, not {asked}; upload it under its own name"
            )
        return check_package(says)
    return check_package(asked or says or slug(info.basename))


def _package(work: Work, actor: Actor, channel: Account, lead: PackageInfo, wishes: Wishes) -> tuple[Found, bool]:
    name = package_name(lead, wishes)
    package = package_service.lookup(work, channel, name)
    if package is None:
        require(work, actor, Op.CREATE_PACKAGE, Target(channel.name, channel.id, kinds=frozenset({lead.kind})))
        visibility = wishes.visibility or wishes.new_visibility
        return making.new(work, actor, channel, name, lead.kind, visibility), True
    require(work, actor, Op.UPLOAD, about(channel, package, [lead.kind]))
    check_takes_uploads(package)
    if package.visibility is Visibility.PRIVATE:
        plans.check_private(work, channel)
    kinds = frozenset(package.kinds)
    if kinds and lead.kind not in kinds and not (kinds | {lead.kind}) <= SHARE_NAME:
        raise Conflict(
            f"{channel.name}/{package.name} is a {package.kinds[0].noun} already; "
            f"publish this {lead.kind.noun} under another name",
            code="name_taken",
        )
    if lead.kind not in kinds:
        work.db.execute(sa.insert(t.package_kinds).values(package_id=package.id, kind=str(lead.kind)))
    if wishes.visibility is not None and wishes.visibility is not package.visibility:
        package_service.edit(work, actor, channel.name, package.name, visibility=wishes.visibility)
    return Found(channel, package), False


def _published_before(work: Work, found: Found, wishes: Wishes) -> Release | None:
    if wishes.key is None:
        return None
    r = t.releases
    row = work.db.execute(sa.select(r).where(r.c.package_id == found.package.id, r.c.publish_key == wishes.key)).first()
    return rows.release(row) if row else None


def _release(work: Work, actor: Actor, found: Found, lead: PackageInfo, wishes: Wishes, *, new: bool) -> Release:
    if lead.version is not None:
        if wishes.version is not None and wishes.version != lead.version:
            raise InvalidPackage(f"{lead.basename} is version {lead.version}, not {wishes.version}")
        version = lead.version
    else:
        version = wishes.version or making.next_number(work, found)
    check_version(version)
    row = None if new else work.db.execute(_RELEASE, {"package": found.package.id, "version": version}).first()
    if row is not None:
        return rows.release(row)
    return making.create_release(
        work,
        actor,
        found,
        version,
        summary=wishes.summary or lead.summary,
        description=wishes.description or lead.description,
        attrs={"license": lead.license} if lead.license else {},
        key=wishes.key,
    )


def address(info: PackageInfo, name: str, version: str) -> str:
    """What must be unique in a channel among files of one kind, because clients find the file by it."""
    if info.kind in SHARE_NAME:
        return info.basename
    return _address(name, version, info.basename)


def kept_address(name: str, file: File) -> str:
    """The same of a file that is there already, in a package called `name`."""
    return _address(name, file.version, file.basename)


def _address(name: str, version: str, basename: str) -> str:
    return f"{package_key(name)}/{version}/{basename}"


def _file(work: Work, actor: Actor, found: Found, release: Release, one: Incoming, wishes: Wishes) -> None:
    info, upload = one.info, one.upload
    subdir, _, filename = info.basename.rpartition("/")
    check_filename(filename)
    if subdir:
        check_subdir(subdir)
    where = address(info, found.package.name, release.version)
    if not _make_room(work, actor, found, release, info, where, upload, force=wishes.force):
        return  # the very same file is there: an upload sent twice is no error
    for labelled in wishes.labels:
        check_label(labelled)
    label_service.refuse_locked(work, found.channel, wishes.labels or (MAIN_LABEL,))
    plans.check_storage(work, found.channel, upload.size)
    sha256 = work.keep(upload)
    metadata = info.extra.get("METADATA")
    row = {
        "account_id": found.channel.id,
        "package_id": found.package.id,
        "release_id": release.id,
        "kind": str(info.kind),
        "address": where,
        "basename": info.basename,
        "subdir": subdir,
        "sha256": sha256,
        "md5": upload.md5,
        "size": upload.size,
        "attrs": dict(info.attrs),
        "record": _record(info, subdir, upload, work.now),
        "run_exports": info.extra.get("run_exports.json", b"{}") if info.kind is Kind.CONDA else None,
        "metadata_sha256": hashlib.sha256(metadata).hexdigest() if metadata is not None else None,
        "provenance_sha256": work.keep(one.provenance) if one.provenance else None,
        "uploaded_by": actor.account.id if actor.account else None,
        "uploaded_at": work.now,
        "since": work.now,
    }
    key = work.db.execute(_NEW_FILE, row).scalar_one()
    labels = dict.fromkeys(wishes.labels or (MAIN_LABEL,))
    carried = {"file_id": key, "account_id": row["account_id"], "since": work.now}
    work.db.execute(_LABELLED, [{**carried, "label": label} for label in labels])


def _record(info: PackageInfo, subdir: str, upload: Content, now: datetime) -> bytes:
    if info.kind is not Kind.CONDA:
        return b"{}"
    return conda_index.record(
        info.attrs, subdir=subdir, md5=upload.md5, sha256=upload.sha256, size=upload.size, indexed=now
    )


def _make_room(
    work: Work,
    actor: Actor,
    found: Found,
    release: Release,
    info: PackageInfo,
    where: str,
    upload: Content,
    *,
    force: bool,
) -> bool:
    """Is there a place for the file? Replaces with `force`; False when the same bytes lie there already."""
    place = {"channel": found.channel.id, "kind": str(info.kind), "address": where}
    there = work.db.execute(_AT_ADDRESS, place).first()
    if there is None:
        return True
    if there.sha256 == upload.sha256 and there.release_id == release.id:
        return False
    if not force:
        raise AlreadyExists(
            f"{info.basename} is already in {found.channel.name}/{found.package.name} {release.version} with other "
            "content; upload a new version or build number, delete it first, or force the replacement"
        )
    # in the transaction that puts the new one in its place; the old one stays restorable
    trash.delete_files(work, actor, found.channel, t.files.c.id == there.id)
    return True


def _description(
    found: Found, release: Release, incoming: Sequence[Incoming], wishes: Wishes, latest: str | None
) -> dict[str, object]:
    lead = incoming[0].info
    kept = found.package.summary if lead.kind in NUMBERED else ""
    # a summary that somebody chose outlives the next publishing of a notebook, whose heading is only a proposal
    summary = wishes.summary or kept or lead.summary
    columns: dict[str, object] = {}
    if summary and latest == release.version:
        columns["summary"] = summary[:1000]
    if lead.license:
        columns["attrs"] = {**found.package.attrs, "license": lead.license}
    return columns
