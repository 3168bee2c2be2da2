"""What search and lists are read from, brought up in the transaction that changes a package."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from ..db import tables as t
from ..errors import RepoError
from ..models import Kind
from . import rows
from .work import Work

log = logging.getLogger("jupyter_repo")
MAX_BODY = 150_000
"""characters of a package's notebooks and environments that are searched; with them a tsvector stays under its 1 MB"""
MAX_DESCRIPTION = 50_000
WORDY = (str(Kind.NOTEBOOK), str(Kind.ENVIRONMENT))
"""kinds whose files are read for their words"""
INSTALLABLE = frozenset({Kind.CONDA, Kind.PYPI})
PACKAGES = "packages"
"""what `listings` calls the two together"""

_PACKAGE: sa.Select[Any] = (
    sa.select(
        *(t.packages.c[column] for column in ("name", "summary", "latest_version", "account_id", "updated_at")),
        rows.KINDS,
        t.accounts.c.name.label("channel"),
        t.releases.c.id.label("release"),
        t.releases.c.description.label("released"),
        sa.select(sa.func.aggregate_strings(t.listings.c.kind, ","))
        .where(t.listings.c.package_id == t.packages.c.id)
        .scalar_subquery()
        .label("listed"),
        *(column.label(f"kept_{column.name}") for column in t.search_documents.c),
    )
    .join(t.accounts, t.accounts.c.id == t.packages.c.account_id)
    .outerjoin(
        t.releases,
        sa.and_(t.releases.c.package_id == t.packages.c.id, t.releases.c.version == t.packages.c.latest_version),
    )
    .outerjoin(t.search_documents, t.search_documents.c.package_id == t.packages.c.id)
    .where(t.packages.c.id == sa.bindparam("key"))
)
"""all that a package's document and listings are made from, and what they are now"""
_WORDY_FILES: sa.Select[Any] = (
    sa.select(t.files.c.sha256, t.files.c.basename, t.files.c.kind)
    .where(t.files.c.release_id == sa.bindparam("key"), t.files.c.kind.in_(WORDY))
    .order_by(t.files.c.id)
)
_NEW_DOCUMENT = sa.insert(t.search_documents)
_NEW_LISTING = sa.insert(t.listings)


def refresh(work: Work, package_id: int, texts: Mapping[str, str] | None = None) -> None:
    """Bring what is searched and listed of a package up to its rows, as they are in this transaction.

    `texts` has the words of files that have just arrived, by sha256; those of others are read from their blobs, which
    happens only where the latest release became another one.
    """
    row = work.db.execute(_PACKAGE, {"key": package_id}).one()
    kinds = sorted(Kind(word) for word in row.kinds.split(",")) if row.kinds else []
    document: dict[str, object] = {
        "name": row.name,
        "channel": row.channel,
        "kinds": " ".join(f"{kind} {kind.noun}" for kind in kinds),
        "summary": row.summary,
        **_contents(work, row, texts or {}),
    }
    if row.kept_package_id is None:
        work.db.execute(_NEW_DOCUMENT, {"package_id": package_id, **document})
    elif any(getattr(row, f"kept_{column}") != value for column, value in document.items()):
        d = t.search_documents
        work.db.execute(sa.update(d).where(d.c.package_id == package_id).values(**document))
    _list(work, package_id, kinds, row)


def _contents(work: Work, row: sa.Row[Any], texts: Mapping[str, str]) -> dict[str, object]:
    if row.release is None:
        return {"description": "", "body": "", "source": ""}
    wordy = any(word in WORDY for word in (row.kinds or "").split(","))
    files = work.db.execute(_WORDY_FILES, {"key": row.release}).all() if wordy else []
    source = hashlib.sha256(" ".join(file.sha256 for file in files).encode()).hexdigest() if files else ""
    if row.kept_source == source:
        body = row.kept_body if files else ""
    else:
        found = (texts.get(file.sha256) if file.sha256 in texts else _words(work, file) for file in files)
        body = "\n".join(text for text in found if text)[:MAX_BODY]
    return {"description": row.released[:MAX_DESCRIPTION], "body": body, "source": source}


def _words(work: Work, file: sa.Row[Any]) -> str:
    from .. import formats

    try:
        with work.store.open(file.sha256) as blob:
            return formats.read(file.basename, blob, kind=Kind(file.kind)).text
    except RepoError as error:  # what could be published once may be refused by a later reader: it is just not found
        log.warning("%s is not searched: %s", file.basename, error.message)
        return ""


def _list(work: Work, package_id: int, kinds: list[Kind], row: sa.Row[Any]) -> None:
    listed = t.listings
    now = {"account_id": row.account_id, "updated_at": row.updated_at}
    wanted = {"", *(str(kind) for kind in kinds)} | ({PACKAGES} if INSTALLABLE & set(kinds) else set())
    there = set(row.listed.split(",")) if row.listed is not None else set()
    if there:
        work.db.execute(sa.update(listed).where(listed.c.package_id == package_id).values(**now))
    if missing := sorted(wanted - there):
        work.db.execute(_NEW_LISTING, [{"package_id": package_id, "kind": kind, **now} for kind in missing])
