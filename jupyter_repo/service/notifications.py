"""What a person should know: added to an organization or a group, made a collaborator, given a package."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ..db import tables as t
from ..errors import Unauthenticated
from ..models import Account, Actor
from ..permissions import Op
from .access import about, require
from .work import Work


@dataclass(frozen=True)
class Notification:
    """One message; `link` is a path of this site."""

    id: int
    kind: str
    text: str
    link: str
    created_at: datetime
    read_at: datetime | None


def tell(work: Work, account_id: int, kind: str, text: str, link: str) -> None:
    """Leave a message for a person."""
    work.db.execute(
        sa.insert(t.notifications).values(
            account_id=account_id, kind=kind, text=text[:600], link=link[:600], created_at=work.now
        )
    )


def listing(work: Work, actor: Actor, *, limit: int = 100) -> list[Notification]:
    """The actor's messages, newest first."""
    me = _me(work, actor)
    n = t.notifications.c
    columns = (n.id, n.kind, n.text, n.link, n.created_at, n.read_at)
    found = work.db.execute(sa.select(*columns).where(n.account_id == me.id).order_by(n.id.desc()).limit(limit))
    return [Notification(**row._mapping) for row in found]


def mark_read(work: Work, actor: Actor) -> int:
    """Say that all have been read; how many were new."""
    me = _me(work, actor)
    n = t.notifications
    unread = sa.update(n).where(n.c.account_id == me.id, n.c.read_at.is_(None))
    return work.db.execute(unread.values(read_at=work.now)).rowcount


def _me(work: Work, actor: Actor) -> Account:
    if actor.account is None:
        raise Unauthenticated("sign in first")
    require(work, actor, Op.READ_ACCOUNT, about(actor.account))
    return actor.account
