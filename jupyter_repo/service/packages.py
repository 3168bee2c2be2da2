"""Packages: finding, listing, searching, editing; and their releases and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from packaging.version import InvalidVersion, Version

from ..db import tables as t
from ..errors import Forbidden, InvalidRequest, NotFound, RepoError
from ..models import Account, Actor, File, Kind, Package, Release, Visibility
from ..names import package_key
from ..permissions import Op, Role, Target, allows, site_power
from . import audit, indexing, pictured, plans, rows
from .access import about, granted_on, require, visible
from .accounts import channel as find_channel
from .accounts import find as find_account
from .slices import Slice, newest_first
from .work import Work

EDITS = (
    Op.UPLOAD,
    Op.DELETE_FILES,
    Op.SET_LABELS,
    Op.EDIT_SETTINGS,
    Op.MANAGE_COLLABORATORS,
    Op.TRANSFER,
    Op.DELETE_PACKAGE,
)


_BY_NAME = rows.PACKAGES.where(
    t.packages.c.account_id == sa.bindparam("channel"), t.packages.c.name_key == sa.bindparam("key")
)
_VERSIONS = (
    sa.select(t.releases.c.version)
    .where(t.releases.c.package_id == sa.bindparam("key"))
    .order_by(t.releases.c.id.desc())
)
_CHANGED = sa.update(t.packages).where(t.packages.c.id == sa.bindparam("key"))

QUARANTINED = "quarantined"
"""the status of a package that offers no files (PEP 792)"""


@dataclass(frozen=True)
class Found:
    """A package that the actor may see, with the channel it is in."""

    channel: Account
    package: Package


@dataclass(frozen=True)
class Counted:
    """A package in a list, with what lists show of it and what the actor may do with it."""

    package: Package
    downloads: int
    releases: int
    platforms: tuple[str, ...]
    builds: tuple[str, ...]
    can: tuple[Op, ...]
    pictured: bool = False
    """the latest version has a thumbnail"""


def lookup(work: Work, channel: Account, name: str) -> Package | None:
    """The package of that name (PEP 503's normal form counts), asked of no gate."""
    row = work.db.execute(_BY_NAME, {"channel": channel.id, "key": package_key(name)}).first()
    return rows.package(row) if row else None


def get(work: Work, actor: Actor, owner: str, name: str, operation: Op = Op.SEE) -> Found:
    """The package, if the actor may do `operation` with it. NotFound where it may not be seen, Forbidden otherwise."""
    channel = find_account(work, owner)
    package = lookup(work, channel, name) if channel else None
    if channel is not None:
        try:
            # private is absent: the answer is the one for a name never used, and so is the work done for it
            require(work, actor, operation, about(channel, package) if package else _nothing(channel, name))
        except NotFound:
            package = None
        except RepoError:
            if package is not None:
                raise
        if package is not None:
            _refuse_held(actor, channel, package, operation)
            return Found(channel, package)
    find_channel(work, actor, owner)
    raise NotFound(f'"{owner}/{name}" could not be found')


def _nothing(channel: Account, name: str) -> Target:
    return Target(channel.name, channel.id, package=name, package_id=0, visibility=Visibility.PRIVATE)


def _refuse_held(actor: Actor, channel: Account, package: Package, operation: Op) -> None:
    """Forbidden where a quarantine closes the package: its files for everybody, what the site holds for its owners."""
    title = f"{channel.name}/{package.name}"
    said = f": {package.status_reason}" if package.status_reason else ""
    if operation is Op.DOWNLOAD and package.status == QUARANTINED and not site_power(actor, operation):
        raise Forbidden(f"{title} is quarantined and offers no files{said}", code=QUARANTINED)
    if operation in EDITS and package.held_by_site and not site_power(actor, Op.ADMINISTER):
        raise Forbidden(
            f"{title} is held by the administrators of this site and can't be changed{said}; ask them", code="held"
        )


def refuse_closed(actor: Actor, found: Found) -> None:
    """Forbidden where the package is quarantined, for those who found it without asking for its files."""
    _refuse_held(actor, found.channel, found.package, Op.DOWNLOAD)


def release(work: Work, found: Found, version: str) -> Release:
    """One release of a package; NotFound."""
    r = t.releases
    row = work.db.execute(sa.select(r).where(r.c.package_id == found.package.id, r.c.version == version)).first()
    if row is None:
        raise NotFound(f'"{found.channel.name}/{found.package.name}/{version}" could not be found')
    return rows.release(row)


def releases(work: Work, package: Package, part: Slice | None = None) -> list[Release]:
    """The releases of a package, newest first; the key of a part is a release's."""
    r = t.releases
    query = newest_first(sa.select(r).where(r.c.package_id == package.id), r.c.id, part)
    return [rows.release(row) for row in work.db.execute(query)]


def versions(work: Work, package: Package) -> Sequence[str]:
    """The versions of a package, newest first."""
    return work.db.scalars(_VERSIONS, {"key": package.id}).all()


def files(
    work: Work, package: Package, *, version: str | None = None, kinds: Sequence[Kind] = (), part: Slice | None = None
) -> list[File]:
    """The files of a package, or of one release of it, newest first; the key of a part is a file's."""
    f, r = t.files, t.releases
    query = rows.FILES.where(f.c.package_id == package.id)
    if version is not None:
        of = sa.select(r.c.id).where(r.c.package_id == package.id, r.c.version == version)
        query = query.where(f.c.release_id == of.scalar_subquery())
    if kinds:
        query = query.where(f.c.kind.in_([str(kind) for kind in kinds]))
    return [rows.file(row) for row in work.db.execute(newest_first(query, f.c.id, part))]


def file_of(work: Work, package: Package, key: int) -> File | None:
    """The file of that key, if it is the package's."""
    row = work.db.execute(rows.FILES.where(t.files.c.package_id == package.id, t.files.c.id == key)).first()
    return rows.file(row) if row else None


def file(work: Work, found: Found, version: str, basename: str) -> File:
    """One file of a release; NotFound."""
    row = work.db.execute(
        rows.FILES.where(
            t.files.c.package_id == found.package.id, t.releases.c.version == version, t.files.c.basename == basename
        )
    ).first()
    if row is None:
        raise NotFound(f'"{found.channel.name}/{found.package.name}/{version}/{basename}" could not be found')
    return rows.file(row)


def listing(
    work: Work,
    actor: Actor,
    *,
    channels: Sequence[Account] | None = None,
    kind: Kind | None = None,
    platform: str = "",
    limit: int = 1000,
) -> list[Counted]:
    """The packages that the actor may see, newest first.

    `channels` narrows to these channels; `platform` keeps packages with a conda file for it. By words: `search.find`.
    """
    p, k, f = t.packages, t.package_kinds, t.files
    query = rows.PACKAGES.where(visible(actor))
    if channels is not None:
        query = query.where(p.c.account_id.in_([channel.id for channel in channels]))
    if kind is not None:
        query = query.where(sa.exists(sa.select(1).where(k.c.package_id == p.c.id, k.c.kind == str(kind))))
    if platform:
        query = query.where(sa.exists(sa.select(1).where(f.c.package_id == p.c.id, f.c.subdir == platform)))
    found = work.db.execute(query.order_by(p.c.updated_at.desc(), p.c.id.desc()).limit(limit))
    return counted_all(work, actor, [rows.package(row) for row in found])


def counted(work: Work, actor: Actor, package: Package) -> Counted:
    """One package as lists show it."""
    return counted_all(work, actor, [package])[0]


def counted_all(work: Work, actor: Actor, packages: Sequence[Package]) -> list[Counted]:
    """Several packages as lists show them, by a few queries for all of them."""
    ids = [package.id for package in packages]
    f, r, a = t.files, t.releases, t.accounts
    counts: dict[int, int] = dict(
        work.db.execute(
            sa.select(r.c.package_id, sa.func.count()).where(r.c.package_id.in_(ids)).group_by(r.c.package_id)
        ).all()
    )
    conda: dict[int, list[tuple[str, str]]] = {}
    for key, subdir, filename in work.db.execute(
        sa.select(f.c.package_id, f.c.subdir, f.c.basename).where(f.c.package_id.in_(ids), f.c.kind == str(Kind.CONDA))
    ):
        conda.setdefault(key, []).append((subdir, filename.rsplit("-", 1)[-1].split(".")[0]))
    names = sorted({package.channel for package in packages})
    owners = {row.name: rows.account(row) for row in work.db.execute(sa.select(a).where(a.c.name.in_(names)))}
    roles = granted_on(work, actor, {package.id: owners[package.channel].id for package in packages})
    with_picture = pictured.shown(work, packages)
    return [
        Counted(
            package,
            downloads=package.downloads,
            releases=counts.get(package.id, 0),
            platforms=tuple(sorted({subdir for subdir, _ in conda.get(package.id, ())})),
            builds=tuple(sorted({build for _, build in conda.get(package.id, ())})),
            can=_permitted(actor, roles[package.id], about(owners[package.channel], package)),
            pictured=package.id in with_picture,
        )
        for package in packages
    ]


def count_in(work: Work, package: int, downloads: int) -> None:
    """The files of a package (a key) have so many downloads more than before."""
    p = t.packages
    if downloads:
        work.db.execute(sa.update(p).where(p.c.id == package).values(downloads=p.c.downloads + downloads))


def _permitted(actor: Actor, role: Role, target: Target) -> tuple[Op, ...]:
    """What the actor may change, so that nothing is offered which would be refused."""
    return tuple(operation for operation in EDITS if allows(actor, role, operation, target).allowed)


def edit(
    work: Work,
    actor: Actor,
    owner: str,
    name: str,
    *,
    visibility: Visibility | None = None,
    summary: str | None = None,
    attrs: dict[str, object] | None = None,
) -> Found:
    """Change access, summary or public attributes (merged). Raises NotFound, Forbidden."""
    work.hold(owner)
    found = get(work, actor, owner, name, Op.EDIT_SETTINGS)
    changes: dict[str, object] = {"updated_at": work.now}
    if visibility is not None:
        changes["visibility"] = str(visibility)
        if visibility is Visibility.PRIVATE and found.package.visibility is not Visibility.PRIVATE:
            plans.check_private(work, found.channel, adding=1)
    if summary is not None:
        changes["summary"] = summary[:1000]
    if attrs:
        changes["attrs"] = {**found.package.attrs, **attrs}
    work.db.execute(sa.update(t.packages).where(t.packages.c.id == found.package.id).values(**changes))
    indexing.refresh(work, found.package.id)
    work.bump(found.channel.id, found.package.name)
    shown = {key: str(value) for key, value in changes.items() if key in ("visibility", "summary")}
    record(work, actor, found, "package.edit", **shown)
    return get(work, actor, owner, name)


def set_access(work: Work, actor: Actor, owner: str, names: Sequence[str], visibility: Visibility) -> list[Found]:
    """Give several packages one visibility: all of them, or none where one may not be changed."""
    return [edit(work, actor, owner, name, visibility=visibility) for name in dict.fromkeys(names)]


def record(work: Work, actor: Actor, found: Found, action: str, *below: str, **details: Any) -> None:
    """Write what was done to a package (or to something `below` it) into the audit log."""
    target = "/".join((found.channel.name, found.package.name, *below))
    audit.record(work, actor, action, target, channel=found.channel.name, **details)


def edit_release(work: Work, actor: Actor, owner: str, name: str, version: str, attrs: Mapping[str, object]) -> None:
    """Merge public attributes into a release; `summary` and `description` among them surface as its own."""
    work.hold(owner)
    found = get(work, actor, owner, name, Op.UPLOAD)
    there = release(work, found, version)
    changes: dict[str, object] = {"attrs": {**there.attrs, **attrs}}
    for column in ("summary", "description"):
        if isinstance(attrs.get(column), str):
            changes[column] = attrs[column]
    work.db.execute(sa.update(t.releases).where(t.releases.c.id == there.id).values(**changes))
    indexing.refresh(work, found.package.id)
    work.bump(found.channel.id, found.package.name)
    record(work, actor, found, "release.edit", version)


def settle(work: Work, found: Found) -> None:
    """After a change of releases or files: the latest version, what is searched, and the channel's generation."""
    changed(work, found, newest(versions(work, found.package)))


def changed(
    work: Work,
    found: Found,
    latest: str | None,
    columns: Mapping[str, object] | None = None,
    texts: Mapping[str, str] | None = None,
) -> None:
    """Write down that a package changed: its latest version, other columns of its row, the channel's generation.

    `texts` has the words of files that have just arrived, by sha256, for the search.
    """
    row = {**(columns or {}), "latest_version": latest, "updated_at": work.now}
    work.db.execute(_CHANGED, {"key": found.package.id, **row})
    indexing.refresh(work, found.package.id, texts)
    work.bump(found.channel.id, found.package.name)


def newest(versions: Sequence[str]) -> str | None:
    """The latest of `versions`, given newest upload first: by version number, final ones before pre-releases.

    Versions that are no number go by the time they were made.
    """
    parsed: list[tuple[bool, Version, str]] = []
    for version in versions:
        try:
            number = Version(version)
        except InvalidVersion:
            return versions[0]
        parsed.append((not number.is_prerelease, number, version))
    return max(parsed)[2] if parsed else None


def visibility_from(text: str) -> Visibility:
    """The visibility of that word; InvalidRequest lists the words."""
    try:
        return Visibility(text)
    except ValueError:
        raise InvalidRequest(f"{text!r} is not an access level; use one of: {', '.join(Visibility)}") from None


def kind_from(text: str) -> Kind:
    """The kind of that word, anaconda-client's spellings included; InvalidRequest lists the words."""
    aliases = {"notebook": "ipynb", "environment": "env", "wheel": "pypi", "sdist": "pypi", "standard_python": "pypi"}
    word = text.lower()
    try:
        return Kind(aliases.get(word, word))
    except ValueError:
        raise InvalidRequest(f"{text!r} is not a kind of package; use one of: {', '.join(Kind)}") from None
