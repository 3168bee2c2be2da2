"""Signing in by password, throttled: failed tries are counted per account and per address, in the database.

The counters live there and not in a process, so that any number of them count together. The hash is compared outside of
any transaction: it takes long, and SQLite has one writer.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from ..db import tables as t
from ..errors import Forbidden, RateLimited, Unauthenticated
from ..models import Account, Actor
from ..names import account_key
from . import accounts, audit, rows, secrets
from .work import Repository, Work, unheld

WINDOW = timedelta(minutes=5)
PER_ACCOUNT = 10
PER_ADDRESS = 30
"""failed sign-ins in `WINDOW`; an address may be a whole office behind one router"""
WRONG = "Invalid username or password"


def sign_in(repository: Repository, name: str, password: str, *, address: str = "") -> Account:
    """The user of that name and password.

    Unauthenticated tells nothing of whether the name exists; RateLimited after too many failures, for names that exist
    and names that don't alike, and then also with the right password. Forbidden where passwords are switched off.
    """
    if not repository.settings.local_passwords:
        raise Forbidden("passwords are switched off here; sign in with JupyterHub", code="passwords_off")
    subjects = _subjects(name, address)
    with repository.read() as work:
        for subject, limit in subjects.items():
            check(work, subject, limit, WINDOW)
        row = work.db.execute(sa.select(t.accounts).where(t.accounts.c.name_key == account_key(name))).first()
    fits = secrets.verify_password(row.password_hash if row else None, password)
    if row is not None and fits and not row.disabled:
        return rows.account(row)
    with repository.write() as work:
        for subject in subjects:
            count(work, subject)
        known = accounts.find(work, name)
        actor = Actor(None, None, address)
        audit.record(work, actor, "sign-in", name[:39], channel=known.name if known else None, outcome=audit.REFUSED)
    raise Unauthenticated(WRONG, code="wrong_password")


def _subjects(name: str, address: str) -> dict[str, int]:
    subjects = {f"sign-in:account:{account_key(name)[:64]}": PER_ACCOUNT}
    if address:
        subjects[f"sign-in:address:{address[:64]}"] = PER_ADDRESS
    return subjects


def check(work: Work, subject: str, limit: int, window: timedelta) -> None:
    """RateLimited when `subject` was counted `limit` times within `window`; it says when the oldest of them is over."""
    a = t.attempts
    recent = work.db.scalars(
        sa.select(a.c.at).where(a.c.subject == subject, a.c.at > work.now - window).order_by(a.c.at.desc()).limit(limit)
    ).all()
    if len(recent) >= limit:
        wait = max(1, int((recent[-1] + window - work.now).total_seconds()) + 1)
        raise RateLimited(f"too many tries; wait {wait} seconds and try again", retry_after=wait)


def count(work: Work, subject: str) -> None:
    """One more try by `subject`."""
    work.db.execute(sa.insert(t.attempts).values(subject=subject, at=work.now))


def sweep(work: Work) -> int:
    """Forget tries that no window reaches any more."""
    old = t.attempts.c.at < work.now - timedelta(days=1)
    return work.db.execute(sa.delete(t.attempts).where(unheld(t.attempts, old))).rowcount
