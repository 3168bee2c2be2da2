"""What a site administrator looks at: accounts, figures of what is kept, invitations that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ..db import tables as t
from ..models import Account, AccountKind, Actor
from ..names import account_key
from . import links, rows
from .access import require_site
from .work import Work

LARGEST = 10


@dataclass(frozen=True)
class Listed:
    """Some accounts by name, and what `after` must be to get the next ones (empty: these are the last)."""

    accounts: tuple[Account, ...]
    after: str


@dataclass(frozen=True)
class Invitation:
    """One that was not used yet."""

    id: int
    email: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Figures:
    """What the repository holds and has to do."""

    users: int
    organizations: int
    packages: int
    private_packages: int
    files: int
    bytes: int
    """of all files, also where several hold the same bytes"""
    restorable: int
    restorable_bytes: int
    """deleted files that can still be restored"""
    unfinished: int
    """uploads that were announced and not committed"""
    sessions: int
    tokens: int
    """live ones"""
    largest: tuple[tuple[str, int, int], ...]
    """the channels that hold most: name, files, bytes"""


def accounts(
    work: Work, actor: Actor, *, text: str = "", kind: AccountKind | None = None, after: str = "", limit: int = 50
) -> Listed:
    """Accounts whose name or e-mail holds `text`, by name."""
    require_site(work, actor)
    a = t.accounts
    query = sa.select(a).order_by(a.c.name_key).limit(limit + 1)
    if text:
        name, email = (
            a.c.name_key.contains(account_key(text), autoescape=True),
            a.c.email.icontains(text, autoescape=True),
        )
        query = query.where(sa.or_(name, email))
    if kind is not None:
        query = query.where(a.c.kind == str(kind))
    if after:
        query = query.where(a.c.name_key > account_key(after))
    found = [rows.account(row) for row in work.db.execute(query)]
    return Listed(tuple(found[:limit]), found[limit - 1].name if len(found) > limit else "")


def invitations(work: Work, actor: Actor) -> list[Invitation]:
    """The invitations that wait, newest first."""
    require_site(work, actor)
    m = t.mail_links
    found = work.db.execute(
        sa.select(m.c.id, m.c.email, m.c.created_at, m.c.expires_at)
        .where(m.c.purpose == links.INVITATION, m.c.expires_at > work.now)
        .order_by(m.c.id.desc())
    )
    return [Invitation(**row._mapping) for row in found]


def figures(work: Work, actor: Actor) -> Figures:
    """How much there is of everything."""
    require_site(work, actor)
    a, p, f, d, tk = t.accounts, t.packages, t.files, t.deleted_files, t.tokens
    kinds: dict[str, int] = dict(work.db.execute(sa.select(a.c.kind, sa.func.count()).group_by(a.c.kind)).all())
    size = sa.func.coalesce(sa.func.sum(f.c.size), 0)
    largest = work.db.execute(
        sa.select(a.c.name, sa.func.count(), size)
        .join(f, f.c.account_id == a.c.id)
        .group_by(a.c.name)
        .order_by(size.desc(), a.c.name)
        .limit(LARGEST)
    )
    files, total = work.db.execute(sa.select(sa.func.count(), size).select_from(f)).one()
    kept = work.db.scalars(sa.select(d.c.row)).all()
    live = sa.and_(tk.c.revoked_at.is_(None), sa.or_(tk.c.expires_at.is_(None), tk.c.expires_at > work.now))
    return Figures(
        users=kinds.get("user", 0),
        organizations=kinds.get("org", 0),
        packages=_count(work, p),
        private_packages=_count(work, p, p.c.visibility == "private"),
        files=files,
        bytes=int(total),
        restorable=len(kept),
        restorable_bytes=sum(int(row["columns"]["size"]) for row in kept),
        unfinished=_count(work, t.stagings),
        sessions=_count(work, t.sessions, t.sessions.c.expires_at > work.now),
        tokens=_count(work, tk, live),
        largest=tuple((name, count, int(held)) for name, count, held in largest),
    )


def _count(work: Work, table: sa.Table, *clauses: sa.ColumnElement[bool]) -> int:
    return work.db.scalar(sa.select(sa.func.count()).select_from(table).where(*clauses)) or 0
