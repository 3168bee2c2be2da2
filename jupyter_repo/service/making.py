"""Making packages and releases: their rows, for uploads, copies, what is restored, and for the API itself."""

from __future__ import annotations

from typing import TypedDict, Unpack

import sqlalchemy as sa

from ..db import tables as t
from ..errors import AlreadyExists
from ..models import Account, Actor, Kind, Package, Release, Visibility
from ..names import check_package, check_version, package_key
from ..permissions import Op, Target
from . import audit, indexing, packages, plans
from .access import about, require
from .accounts import channel as find_channel
from .packages import Found
from .work import Work

_PACKAGE = sa.insert(t.packages).returning(t.packages.c.id)
_KIND = sa.insert(t.package_kinds)
_RELEASE = sa.insert(t.releases).returning(t.releases.c.id)


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
    shown = visibility or Visibility.PUBLIC
    row = {
        "account_id": channel.id,
        "name": name,
        "name_key": package_key(name),
        "summary": summary[:1000],
        "visibility": str(shown),
        "attrs": attrs or {},
        "created_at": work.now,
        "updated_at": work.now,
    }
    key = work.db.execute(_PACKAGE, row).scalar_one()
    if kind is not None:
        work.db.execute(_KIND, {"package_id": key, "kind": str(kind)})
    audit.record(work, actor, "package.create", f"{channel.name}/{name}", channel=channel.name, visibility=str(shown))
    package = Package(
        id=key,
        channel=channel.name,
        name=name,
        kinds=(kind,) if kind else (),
        summary=summary[:1000],
        visibility=shown,
        created_at=work.now,
        updated_at=work.now,
        attrs=attrs or {},
    )
    return Found(channel, package)


class Said(TypedDict, total=False):
    """What may be said of a new release; `key` is that of the upload that made it, which may come again."""

    summary: str
    description: str
    attrs: dict[str, object] | None
    key: str | None


def create_release(work: Work, actor: Actor, found: Found, version: str, **said: Unpack[Said]) -> Release:
    """A new release without files."""
    require(work, actor, Op.UPLOAD, about(found.channel, found.package))
    return new_release(work, actor, found, version, **said)


def new_release(work: Work, actor: Actor, found: Found, version: str, **said: Unpack[Said]) -> Release:
    """The row of a new release; whoever asks has checked every right."""
    summary, description = said.get("summary", "")[:1000], said.get("description", "")
    attrs = said.get("attrs") or {}
    row = {
        "package_id": found.package.id,
        "version": check_version(version),
        "summary": summary,
        "description": description,
        "attrs": attrs,
        "publish_key": said.get("key"),
        "created_by": actor.account.id if actor.account else None,
        "created_at": work.now,
    }
    number = work.db.execute(_RELEASE, row).scalar_one()
    return Release(number, found.package.id, version, work.now, summary=summary, description=description, attrs=attrs)


def next_number(work: Work, found: Found) -> str:
    """The version after the highest whole number among a package's releases."""
    numbers = [int(version) for version in packages.versions(work, found.package) if version.isdecimal()]
    return str(max(numbers, default=0) + 1)
