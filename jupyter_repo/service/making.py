"""Making packages and releases: their rows, for uploads, copies, what is restored, and for the API itself."""

from __future__ import annotations

import sqlalchemy as sa

from ..db import tables as t
from ..errors import AlreadyExists
from ..models import Account, Actor, Kind, Release, Visibility
from ..names import check_package, check_version, package_key
from ..permissions import Op, Target
from . import audit, indexing, packages, plans, rows
from .access import about, require
from .accounts import channel as find_channel
from .packages import Found
from .work import Work


def create(
    work: Work,
    actor: Actor,
    owner: str,
    name: str,
    kind: Kind | None,
    visibility: Visibility | None = None,
    *,
    summary: str = "",
    attrs: dict[str, object] | None = None,
) -> Found:
    """A new package without releases. Its visibility is there from its first moment: there is no public instant."""
    work.hold(owner)
    channel = find_channel(work, actor, owner)
    kinds = frozenset({kind} if kind else ())
    require(work, actor, Op.CREATE_PACKAGE, Target(channel.name, channel.id, kinds=kinds))
    check_package(name)
    if packages.lookup(work, channel, name) is not None:
        raise AlreadyExists(f"{channel.name}/{name} exists already")
    found = new(work, actor, channel, name, kind, visibility, summary=summary, attrs=attrs)
    indexing.refresh(work, found.package.id)
    work.bump(channel.id, name)
    return found


def new(
    work: Work,
    actor: Actor,
    channel: Account,
    name: str,
    kind: Kind | None,
    visibility: Visibility | None,
    *,
    summary: str = "",
    attrs: dict[str, object] | None = None,
) -> Found:
    """The rows of a new package; whoever asks has checked every right, and says afterwards that the channel changed."""
    if visibility is Visibility.PRIVATE:
        plans.check_private(work, channel, adding=1)
    key = work.db.execute(
        sa.insert(t.packages)
        .values(
            account_id=channel.id,
            name=name,
            name_key=package_key(name),
            summary=summary[:1000],
            visibility=str(visibility or Visibility.PUBLIC),
            attrs=attrs or {},
            created_at=work.now,
            updated_at=work.now,
        )
        .returning(t.packages.c.id)
    ).scalar_one()
    if kind is not None:
        work.db.execute(sa.insert(t.package_kinds).values(package_id=key, kind=str(kind)))
    shown = str(visibility or Visibility.PUBLIC)
    audit.record(work, actor, "package.create", f"{channel.name}/{name}", channel=channel.name, visibility=shown)
    package = packages.lookup(work, channel, name)
    assert package is not None
    return Found(channel, package)


def create_release(
    work: Work,
    actor: Actor,
    found: Found,
    version: str,
    *,
    summary: str = "",
    description: str = "",
    attrs: dict[str, object] | None = None,
    key: str | None = None,
) -> Release:
    """A new release without files."""
    require(work, actor, Op.UPLOAD, about(found.channel, found.package))
    row = work.db.execute(
        sa.insert(t.releases)
        .values(
            package_id=found.package.id,
            version=check_version(version),
            summary=summary[:1000],
            description=description,
            attrs=attrs or {},
            publish_key=key,
            created_by=actor.account.id if actor.account else None,
            created_at=work.now,
        )
        .returning(t.releases)
    ).one()
    return rows.release(row)


def next_number(work: Work, found: Found) -> str:
    """The version after the highest whole number among a package's releases."""
    numbers = [int(one.version) for one in packages.releases(work, found.package) if one.version.isdecimal()]
    return str(max(numbers, default=0) + 1)
