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


def refresh(work: Work, package_id: int, texts: Mapping[str, str] | None = None) -> None:
    """Bring what is searched and listed of a package up to its rows, as they are in this transaction.

    `texts` has the words of files that have just arrived, by sha256; those of others are read from their blobs, which
    happens only where the latest release became another one.
    """
    p, a, d = t.packages, t.accounts, t.search_documents
    row = work.db.execute(
        sa.select(p.c.name, p.c.summary, p.c.latest_version, p.c.account_id, p.c.updated_at, rows.KINDS)
        .add_columns(a.c.name.label("channel"))
        .join(a, a.c.id == p.c.account_id)
        .where(p.c.id == package_id)
    ).one()
    kinds = sorted(Kind(word) for word in row.kinds.split(",")) if row.kinds else []
    there = work.db.execute(sa.select(d).where(d.c.package_id == package_id)).first()
    document: dict[str, object] = {
        "name": row.name,
        "channel": row.channel,
        "kinds": " ".join(f"{kind} {kind.noun}" for kind in kinds),
        "summary": row.summary,
        **_contents(work, package_id, row.latest_version, texts or {}, there),
    }
    if there is None:
        work.db.execute(sa.insert(d).values(package_id=package_id, **document))
    elif any(getattr(there, column) != value for column, value in document.items()):
        work.db.execute(sa.update(d).where(d.c.package_id == package_id).values(**document))
    _list(work, package_id, kinds, row)


def _contents(
    work: Work, package_id: int, version: str | None, texts: Mapping[str, str], there: sa.Row[Any] | None
) -> dict[str, object]:
    r, f = t.releases, t.files
    release = work.db.execute(
        sa.select(r.c.id, r.c.description).where(r.c.package_id == package_id, r.c.version == version)
    ).first()
    if release is None:
        return {"description": "", "body": "", "source": ""}
    files: list[sa.Row[Any]] = list(
        work.db.execute(
            sa.select(f.c.sha256, f.c.basename, f.c.kind)
            .where(f.c.release_id == release.id, f.c.kind.in_(WORDY))
            .order_by(f.c.id)
        )
    )
    source = hashlib.sha256(" ".join(file.sha256 for file in files).encode()).hexdigest() if files else ""
    if there is not None and there.source == source:
        body = there.body if files else ""
    else:
        found = (texts.get(file.sha256) if file.sha256 in texts else _words(work, file) for file in files)
        body = "\n".join(text for text in found if text)[:MAX_BODY]
    return {"description": release.description[:MAX_DESCRIPTION], "body": body, "source": source}


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
    there = set(work.db.scalars(sa.select(listed.c.kind).where(listed.c.package_id == package_id)))
    if there:
        work.db.execute(sa.update(listed).where(listed.c.package_id == package_id).values(**now))
    if missing := sorted(wanted - there):
        work.db.execute(sa.insert(listed), [{"package_id": package_id, "kind": kind, **now} for kind in missing])
