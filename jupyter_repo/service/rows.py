"""Rows of the database into the models of `models.py`: the one place that knows both."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ..db import tables as t
from ..models import Account, AccountKind, File, Kind, Package, Release, Token, Visibility

Row = sa.Row[Any]

KINDS = (
    sa.select(sa.func.aggregate_strings(t.package_kinds.c.kind, ","))
    .where(t.package_kinds.c.package_id == t.packages.c.id)
    .scalar_subquery()
    .label("kinds")
)
PACKAGES = sa.select(t.packages, t.accounts.c.name.label("channel"), KINDS).join(
    t.accounts, t.accounts.c.id == t.packages.c.account_id
)
"""the packages with what the model needs beside their row"""

_uploader = t.accounts.alias("uploader")
LABELS = (
    sa.select(sa.func.aggregate_strings(t.file_labels.c.label, ","))
    .where(t.file_labels.c.file_id == t.files.c.id)
    .scalar_subquery()
    .label("labels")
)
FILES = (
    sa.select(
        t.files,
        t.accounts.c.name.label("channel"),
        t.packages.c.name.label("package"),
        t.releases.c.version,
        _uploader.c.name.label("uploader"),
        LABELS,
    )
    .join(t.accounts, t.accounts.c.id == t.files.c.account_id)
    .join(t.packages, t.packages.c.id == t.files.c.package_id)
    .join(t.releases, t.releases.c.id == t.files.c.release_id)
    .outerjoin(_uploader, _uploader.c.id == t.files.c.uploaded_by)
)
"""the files with what the model needs beside their row"""


def account(row: Row) -> Account:
    """A row of `accounts`."""
    return Account(
        id=row.id,
        name=row.name,
        kind=AccountKind(row.kind),
        created_at=row.created_at,
        email=row.email,
        display_name=row.display_name,
        is_admin=row.is_admin,
        disabled=row.disabled,
        must_change_password=row.must_change_password,
        generation=row.generation,
    )


def package(row: Row) -> Package:
    """A row of `PACKAGES`."""
    return Package(
        id=row.id,
        channel=row.channel,
        name=row.name,
        kinds=tuple(sorted(Kind(kind) for kind in row.kinds.split(","))) if row.kinds else (),
        summary=row.summary,
        visibility=Visibility(row.visibility),
        created_at=row.created_at,
        updated_at=row.updated_at,
        latest_version=row.latest_version,
        attrs=row.attrs,
        status=row.status,
        status_reason=row.status_reason,
        held_by_site=row.held_by_site,
        downloads=row.downloads,
    )


def release(row: Row) -> Release:
    """A row of `releases`."""
    return Release(
        id=row.id,
        package_id=row.package_id,
        version=row.version,
        created_at=row.created_at,
        summary=row.summary,
        description=row.description,
        attrs=row.attrs,
    )


def file(row: Row) -> File:
    """A row of `FILES`."""
    return File(
        id=row.id,
        channel=row.channel,
        package=row.package,
        version=row.version,
        kind=Kind(row.kind),
        basename=row.basename,
        sha256=row.sha256,
        md5=row.md5,
        size=row.size,
        uploaded_at=row.uploaded_at,
        uploaded_by=row.uploader or "",
        labels=tuple(sorted(row.labels.split(","))) if row.labels else (),
        downloads=row.downloads,
        attrs=row.attrs,
        yanked=row.yanked,
    )


def token(row: Row) -> Token:
    """A row of `tokens` with `channel` and `maker` (names) beside it."""
    return Token(
        id=row.id,
        name=row.name,
        channel=row.channel,
        maker=row.maker,
        scopes=tuple(row.scopes),
        display=row.display,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
        hostname=row.hostname,
        is_login=row.is_login,
        addresses=tuple(row.addresses or ()),
    )
