"""Notices that conda shows to those who use a channel (CEP 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ..db import tables as t
from ..errors import InvalidRequest
from ..models import Actor
from ..permissions import Op
from . import accounts
from .access import about, require
from .work import Work

LEVELS = ("info", "warning", "critical")
MOST = 20


@dataclass(frozen=True)
class Notice:
    """One notice; `expires_at` is when clients stop showing it."""

    message: str
    level: str
    created_at: datetime
    expires_at: datetime
    id: int = 0


def shown(work: Work, actor: Actor, owner: str) -> list[Notice]:
    """The channel's notices that have not expired, oldest first.

    conda asks without a token, so a channel that shows this caller nothing answers like one that does not exist: none.
    """
    channel = accounts.find(work, owner)
    if channel is None or not accounts.shows(work, actor, channel):
        return []
    n = t.notices
    found = work.db.execute(
        sa.select(n).where(n.c.account_id == channel.id, n.c.expires_at > work.now).order_by(n.c.id)
    )
    return [Notice(row.message, row.level, row.created_at, row.expires_at, row.id) for row in found]


def replace(work: Work, actor: Actor, owner: str, notices: Sequence[tuple[str, str, datetime]]) -> list[Notice]:
    """Make (message, level, expires_at) the channel's notices. Raises InvalidRequest, Forbidden."""
    channel = accounts.channel(work, actor, owner)
    require(work, actor, Op.EDIT_SETTINGS, about(channel))
    if len(notices) > MOST:
        raise InvalidRequest(f"a channel may have at most {MOST} notices")
    for message, level, expires_at in notices:
        if level not in LEVELS:
            raise InvalidRequest(f"{level!r} is not a level; use one of: {', '.join(LEVELS)}")
        if not message.strip() or len(message) > 1000:
            raise InvalidRequest("a notice needs a message of 1 to 1000 characters")
        if expires_at.tzinfo is None:
            raise InvalidRequest("expires_at needs a zone, such as 2030-01-31T00:00:00Z")
    n = t.notices
    kept = {
        (row.message, row.level): row.created_at
        for row in work.db.execute(sa.select(n).where(n.c.account_id == channel.id))
    }
    work.db.execute(sa.delete(n).where(n.c.account_id == channel.id))
    for message, level, expires_at in notices:
        created = kept.get((message, level), work.now)
        work.db.execute(
            sa.insert(n).values(
                account_id=channel.id, message=message, level=level, created_at=created, expires_at=expires_at
            )
        )
    return shown(work, actor, owner)
