"""One-time links: a forgotten password, an e-mail address to be confirmed, an invitation.

Only the hash of a link's secret is kept. A reset link works once, within 24 hours, and dies with any change of the
password; using it ends all sessions and sign-ins of the account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from ..db import tables as t
from ..errors import InvalidRequest, RateLimited
from ..models import Account, Actor
from ..names import account_key
from . import accounts, audit, rows, secrets, signing
from .work import Work, unheld

RESET, CONFIRM, INVITATION = "reset", "confirm", "invite"
LIFETIME = timedelta(hours=24)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Redeemed:
    """What a link was for."""

    account: Account | None
    email: str


@dataclass(frozen=True)
class Message:
    """A mail to be sent once the transaction has committed; `secret` goes into its link."""

    to: str
    name: str
    secret: str = ""


def make(work: Work, purpose: str, account: Account | None, email: str, *, lifetime: timedelta = LIFETIME) -> str:
    """A new link's secret; `email` is where it is mailed to, empty for one that is handed over otherwise."""
    secret = secrets.new_secret()
    work.db.execute(
        sa.insert(t.mail_links).values(
            secret_sha256=secrets.digest(secret),
            purpose=purpose,
            account_id=account.id if account else None,
            email=email,
            created_at=work.now,
            expires_at=work.now + lifetime,
        )
    )
    return secret


def redeem(work: Work, secret: str, purpose: str) -> Redeemed | None:
    """Use a link up; None when it was used, is too old, or never was."""
    m = t.mail_links
    row = work.db.execute(
        sa.delete(m)
        .where(m.c.secret_sha256 == secrets.digest(secret), m.c.purpose == purpose, m.c.expires_at > work.now)
        .returning(m.c.account_id, m.c.email)
    ).first()
    if row is None:
        return None
    return Redeemed(accounts.by_id(work, row.account_id) if row.account_id else None, row.email)


def alive(work: Work, secret: str, purpose: str) -> bool:
    """Would the link still work? Looking uses nothing up, and tells nothing of whose it was."""
    m = t.mail_links
    known = (m.c.secret_sha256 == secrets.digest(secret), m.c.purpose == purpose, m.c.expires_at > work.now)
    return work.db.execute(sa.select(m.c.id).where(*known)).first() is not None


def forgotten_password(work: Work, name: str) -> list[Message]:
    """What to mail to who says that they forgot the password of `name`: nothing for names that don't exist.

    Callers answer before this runs, so that neither text nor timing tells the two apart.
    """
    account = accounts.find(work, name)
    if account is None or account.disabled or not account.email:
        return []
    subject = f"reset:account:{account_key(account.name)}"
    try:
        signing.check(work, subject, work.settings.throttles.reset_mails, DAY)
    except RateLimited:
        return []
    signing.count(work, subject)
    audit.record(work, Actor(), "account.reset-mail", account.name, channel=account.name)
    return [Message(account.email, account.name, make(work, RESET, account, account.email))]


def forgotten_name(work: Work, email: str) -> list[Message]:
    """What to mail to who says that they forgot their username."""
    a = t.accounts
    found = work.db.execute(
        sa.select(a).where(sa.func.lower(a.c.email) == email.lower(), a.c.kind == "user", ~a.c.disabled).limit(5)
    )
    return [Message(one.email, one.name) for one in map(rows.account, found) if email]


def reset_password(work: Work, secret: str, password: str, *, address: str = "") -> Account:
    """Set a new password by link. Raises InvalidRequest for a dead link or a weak password, which uses up nothing."""
    secrets.check_password(password)
    used = redeem(work, secret, RESET)
    if used is None or used.account is None or used.account.disabled:
        raise InvalidRequest("this link was used already or is older than a day; ask for another", code="dead_link")
    accounts.set_password(work, used.account, password)
    if used.email:  # one that an administrator handed over says nothing of who reads the mail
        confirmed(work, used.account, used.email)
    tk = t.tokens
    mine = sa.and_(tk.c.maker_id == used.account.id, tk.c.is_login, tk.c.revoked_at.is_(None))
    work.db.execute(sa.update(tk).where(mine).values(revoked_at=work.now))
    audit.record(
        work, Actor(used.account, None, address), "account.reset-password", used.account.name, channel=used.account.name
    )
    return used.account


def confirm_email(work: Work, secret: str) -> Account:
    """Confirm the address a link was mailed to; it is the account's from now on."""
    used = redeem(work, secret, CONFIRM)
    if used is None or used.account is None:
        raise InvalidRequest("this link was used already or is older than a day; ask for another", code="dead_link")
    confirmed(work, used.account, used.email)
    audit.record(work, Actor(used.account), "account.confirm-email", used.account.name, channel=used.account.name)
    return used.account


def confirmed(work: Work, account: Account, email: str) -> None:
    """The person reads mail at this address."""
    accounts.place_email(work, account, email, confirmed=True)


def sweep(work: Work) -> int:
    """Forget links that have expired."""
    old = t.mail_links.c.expires_at <= work.now
    return work.db.execute(sa.delete(t.mail_links).where(unheld(t.mail_links, old))).rowcount
