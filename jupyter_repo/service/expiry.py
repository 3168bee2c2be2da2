"""Telling people that a token of theirs ends soon: once for each threshold, as a message and, where set up, by mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from ..db import tables as t
from . import notifications
from .tokens import WARN
from .work import Work

THRESHOLDS = (WARN.days, 7, 1)
"""days before its end at which a token's maker gets a message"""


@dataclass(frozen=True)
class Warned:
    """A maker to be told by mail that a token ends; `link` is a path of this site."""

    to: str
    text: str
    link: str


def warn(work: Work) -> list[Warned]:
    """Leave a message for those whose tokens end soon; returns whom to tell by mail, too.

    A token that was made for no longer than the first threshold says it by its header alone: its maker knew.
    """
    c, a, maker = t.tokens.c, t.accounts.c, t.accounts.alias("maker")
    ending = work.db.execute(
        sa.select(t.tokens, maker.c.email, a.name.label("channel"))
        .join(t.accounts, a.id == c.channel_id)
        .join(maker, maker.c.id == c.maker_id)
        .where(c.revoked_at.is_(None), c.expires_at > work.now, c.expires_at <= work.now + WARN, ~maker.c.disabled)
    ).all()
    told = []
    for row in ending:
        threshold = min(days for days in THRESHOLDS if row.expires_at - work.now <= timedelta(days=days))
        known = row.warned is not None and row.warned <= threshold
        if known or row.expires_at - row.created_at <= WARN:
            continue
        text = (
            f"your token {row.name!r} of {row.channel} expires on {row.expires_at:%Y-%m-%d}: rotate it, or make another"
        )
        link = f"/{row.channel}/settings/access"
        notifications.tell(work, row.maker_id, "token-expiry", text, link)
        work.db.execute(sa.update(t.tokens).where(c.id == row.id).values(warned=threshold))
        if row.email:
            told.append(Warned(row.email, text, link))
    return told
