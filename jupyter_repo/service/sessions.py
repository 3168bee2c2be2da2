"""Signed-in browsers: server-side rows, so that they can be ended; and the one-time links that sign one in."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from ..db import tables as t
from ..errors import Unauthenticated
from ..models import Account, Actor
from ..permissions import Op
from . import audit, rows, secrets
from .access import about, require
from .work import Work

LINK_SECONDS = 60


def begin(work: Work, account: Account, *, address: str = "") -> str:
    """Sign a browser in; returns the secret for its cookie."""
    audit.record(work, Actor(account, None, address), "sign-in", "browser", channel=account.name)
    return _insert(work, account, timedelta(days=work.settings.session_days), is_link=False)


def link(work: Work, actor: Actor) -> str:
    """A secret that signs one browser in as the actor, once, within a minute.

    For the panel's "open in the browser": the browser never sees a token. A token needs every right of its
    account for it (a client's sign-in with the scope `all`), since a session has them all: a token of one channel
    must not become a session that reaches the others.
    """
    if actor.account is None:
        raise Unauthenticated("sign in first")
    require(work, actor, Op.MANAGE_TOKENS, about(actor.account))
    if actor.token is not None and not (actor.token.everywhere and "all" in actor.token.scopes):
        raise Unauthenticated("a token of one channel can't sign a browser in; sign in with your password")
    return _insert(work, actor.account, timedelta(seconds=LINK_SECONDS), is_link=True)


def redeem(work: Work, secret: str) -> str | None:
    """Turn a link's secret into a session's; None when it was used already, is too old, or never was."""
    s = t.sessions
    row = work.db.execute(
        sa.delete(s)
        .where(s.c.secret_sha256 == secrets.digest(secret), s.c.is_link, s.c.expires_at > work.now)
        .returning(s.c.account_id)
    ).first()
    if row is None:
        return None
    account = work.db.execute(sa.select(t.accounts).where(t.accounts.c.id == row.account_id)).one()
    return None if account.disabled else begin(work, rows.account(account))


def find(work: Work, secret: str, *, address: str = "") -> Actor | None:
    """Who is signed in with this cookie; None for nobody."""
    s, a = t.sessions, t.accounts
    row = work.db.execute(
        sa.select(a)
        .join(s, s.c.account_id == a.c.id)
        .where(s.c.secret_sha256 == secrets.digest(secret), ~s.c.is_link, s.c.expires_at > work.now, ~a.c.disabled)
    ).first()
    return Actor(rows.account(row), None, address) if row else None


def end(work: Work, secret: str) -> None:
    """Sign the browser out."""
    work.db.execute(sa.delete(t.sessions).where(t.sessions.c.secret_sha256 == secrets.digest(secret)))


def sweep(work: Work) -> int:
    """Forget what has expired; returns how many."""
    return work.db.execute(sa.delete(t.sessions).where(t.sessions.c.expires_at <= work.now)).rowcount


def _insert(work: Work, account: Account, lifetime: timedelta, *, is_link: bool) -> str:
    secret = secrets.new_secret()
    work.db.execute(
        sa.insert(t.sessions).values(
            secret_sha256=secrets.digest(secret),
            account_id=account.id,
            is_link=is_link,
            created_at=work.now,
            expires_at=work.now + lifetime,
        )
    )
    return secret
