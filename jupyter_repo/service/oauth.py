"""Signing a client in by the person's browser: OAuth 2 authorization codes with PKCE, and the device flow (RFC 8628).

Everything secret is kept as a hash, lives for minutes and works once. What a client gets in the end is a sign-in of its
person as any other: a token in their list and in the log, revocable. It lives for an hour; anaconda-client exchanges it
at once for one that it names and keeps (`exchange`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets as random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from ..db import tables as t
from ..errors import InvalidRequest, NotFound, Unauthenticated
from ..models import Account, Actor, TokenUse
from ..permissions import SCOPES, Op
from . import accounts, audit, oauth_clients, secrets, signing, tokens
from .access import about, require
from .oauth_clients import Client
from .work import Work, unheld

CODE_LIFETIME = timedelta(minutes=2)
DEVICE_LIFETIME = timedelta(minutes=10)
ACCESS_LIFETIME = timedelta(hours=1)
KEPT = timedelta(days=1)
"""how long a spent code is remembered, to end what it opened when it is shown again"""
INTERVAL = 5
"""seconds that a device waits between two questions"""
PER_PERSON, WINDOW = 10, timedelta(minutes=10)
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""of the code that a person types: no vowels, nothing that looks like something else (RFC 8628, 6.1)"""
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
PENDING, GRANTED, DENIED, SPENT = "pending", "allowed", "denied", "spent"


@dataclass(frozen=True)
class Asked:
    """What a client wants, for the person to see before they decide."""

    client: Client
    scopes: tuple[str, ...]
    redirect_uri: str = ""
    challenge: str = ""
    address: str = ""
    """from where a device asked"""


@dataclass(frozen=True)
class Device:
    """What a device gets: `secret` for itself, `user_code` for its person to type."""

    secret: str
    user_code: str


@dataclass(frozen=True)
class Answer:
    """What the token endpoint says: an access token, or the name of an error and a sentence."""

    token: str = ""
    error: str = ""
    text: str = ""


def ask(
    work: Work, client_id: str, redirect_uri: str, *, kind: str, challenge: str, method: str, scope: str
) -> tuple[Asked, InvalidRequest | None]:
    """What an authorization request wants, and what is wrong with it that the client itself may be told.

    Raises InvalidRequest where not even the address of the answer can be trusted: unknown client, strange redirect.
    """
    client = oauth_clients.find(work.settings, client_id)
    asked = Asked(client, scopes_of(scope), oauth_clients.check_redirect(client, redirect_uri), challenge)
    if kind != "code":
        return asked, InvalidRequest("response_type must be code", code="unsupported_response_type")
    if method != "S256" or not CHALLENGE.fullmatch(challenge):
        return asked, InvalidRequest("PKCE is needed: code_challenge with code_challenge_method=S256")
    return asked, None


def scopes_of(scope: str) -> tuple[str, ...]:
    """Our scopes among those asked for; all where there are none, as with a sign-in by password."""
    return tuple(dict.fromkeys(word for word in scope.split() if word in SCOPES)) or ("all",)


def allow(work: Work, actor: Actor, asked: Asked) -> str:
    """The person agrees: a code for the client, good once, for two minutes. Only signed in by password or session."""
    account = _person(work, actor)
    code = secrets.new_secret()
    _insert(
        work,
        asked,
        CODE_LIFETIME,
        secret_sha256=secrets.digest(code),
        state=GRANTED,
        account_id=account.id,
        redirect_uri=asked.redirect_uri,
        challenge=asked.challenge,
    )
    audit.record(work, actor, "sign-in.allow", asked.client.name, channel=account.name, scopes=list(asked.scopes))
    return code


def _person(work: Work, actor: Actor) -> Account:
    if actor.account is None or actor.token is not None:
        raise Unauthenticated("sign in with your password in this browser first")
    require(work, actor, Op.MANAGE_TOKENS, about(actor.account))
    return actor.account


def _insert(work: Work, asked: Asked, lifetime: timedelta, **columns: object) -> None:
    work.db.execute(
        sa.insert(t.sign_ins).values(
            client=asked.client.id,
            scopes=list(asked.scopes),
            address=asked.address[:64],
            created_at=work.now,
            expires_at=work.now + lifetime,
            **columns,
        )
    )


def redeem_code(work: Work, client_id: str, code: str, redirect_uri: str, verifier: str, *, address: str) -> Answer:
    """The token for a code. A code is used up by any try, and one shown again ends the token that it gave."""
    s = t.sign_ins
    mine = sa.and_(s.c.secret_sha256 == secrets.digest(code), s.c.challenge != "")
    row = _spend(work, mine)
    if row is None:
        _end(work, mine, address)
        return _refused()
    fits = (
        row.expires_at > work.now
        and hmac.compare_digest(row.client, client_id)
        and hmac.compare_digest(row.redirect_uri.encode(), redirect_uri.encode())
        and VERIFIER.fullmatch(verifier) is not None
        and hmac.compare_digest(row.challenge, challenge_of(verifier))
    )
    return _issue(work, row, address) if fits else _refused()


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636, 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _refused() -> Answer:
    return Answer(error="invalid_grant", text="this code is unknown, was used, is too old, or was made for another use")


def _spend(work: Work, which: sa.ColumnElement[bool]) -> sa.Row[Any] | None:
    # in one statement: of two who show the same code at once, one gets the token
    s = t.sign_ins
    return work.db.execute(sa.update(s).where(which, s.c.state == GRANTED).values(state=SPENT).returning(s)).first()


def _end(work: Work, which: sa.ColumnElement[bool], address: str) -> None:
    # somebody else may hold the code: what it opened is closed (RFC 6749, 4.1.2)
    tk, s = t.tokens, t.sign_ins
    row = work.db.execute(sa.select(s).where(which, s.c.state == SPENT)).first()
    if row is None:
        return
    live = sa.and_(tk.c.id == row.token_id, tk.c.revoked_at.is_(None))
    work.db.execute(sa.update(tk).where(live).values(revoked_at=work.now))
    account = accounts.by_id(work, row.account_id) if row.account_id else None
    audit.record(
        work,
        Actor(None, None, address),
        "sign-in.replay",
        row.client,
        channel=account.name if account else None,
        outcome=audit.REFUSED,
    )


def _issue(work: Work, row: sa.Row[Any], address: str) -> Answer:
    account = accounts.by_id(work, row.account_id) if row.account_id else None
    if account is None or account.disabled:
        return Answer(error="access_denied", text="the account is gone or disabled")
    client = oauth_clients.find(work.settings, row.client)
    token, secret = tokens.create(
        work,
        Actor(account, None, address),
        account,
        f"{client.name} by browser, {row.id}",
        scopes=row.scopes,
        lifetime=ACCESS_LIFETIME,
        login=True,
        hostname=client.name,
    )
    s = t.sign_ins
    # remembered for a while: a code shown again must find its token
    work.db.execute(sa.update(s).where(s.c.id == row.id).values(token_id=token.id, expires_at=work.now + KEPT))
    return Answer(token=secret)


# -- devices


def begin_device(work: Work, client_id: str, scope: str, *, address: str) -> Device:
    """A device asks. Raises InvalidRequest for an unknown client, RateLimited."""
    subject = f"device:address:{address[:64]}"
    signing.check(work, subject, work.settings.throttles.devices, WINDOW)
    signing.count(work, subject)
    asked = Asked(oauth_clients.find(work.settings, client_id), scopes_of(scope), address=address)
    secret, letters = secrets.new_secret(), "".join(random.choice(LETTERS) for _ in range(8))
    _insert(
        work,
        asked,
        DEVICE_LIFETIME,
        secret_sha256=secrets.digest(secret),
        user_code_sha256=secrets.digest(letters),
        state=PENDING,
    )
    return Device(secret, f"{letters[:4]}-{letters[4:]}")


def look_up_device(work: Work, actor: Actor, user_code: str) -> Asked | None:
    """What the device wants whose code the person typed; None where there is none. Tries are to be counted."""
    row = _waiting(work, user_code)
    if row is None:
        return None
    _person(work, actor)
    client = oauth_clients.find(work.settings, row.client)
    return Asked(client, tuple(row.scopes), address=row.address)


def check_tries(work: Work, actor: Actor) -> None:
    """RateLimited when this person or address typed too many codes: eight letters must not be guessed."""
    for subject in _subjects(actor):
        signing.check(work, subject, PER_PERSON, WINDOW)


def count_try(work: Work, actor: Actor) -> None:
    """One more code that was none."""
    for subject in _subjects(actor):
        signing.count(work, subject)


def _subjects(actor: Actor) -> tuple[str, str]:
    return f"device:code:account:{actor.name[:64]}", f"device:code:address:{actor.address[:64]}"


def decide_device(work: Work, actor: Actor, user_code: str, *, allowed: bool) -> Client:
    """The person lets the device in, or not. Raises NotFound where nobody waits with that code."""
    account, row = _person(work, actor), _waiting(work, user_code)
    if row is None:
        raise NotFound("no device waits with this code any more; start again on the device")
    client = oauth_clients.find(work.settings, row.client)
    values = {"state": GRANTED if allowed else DENIED, "account_id": account.id, "user_code_sha256": None}
    work.db.execute(sa.update(t.sign_ins).where(t.sign_ins.c.id == row.id).values(**values))
    word = "sign-in.allow" if allowed else "sign-in.deny"
    audit.record(work, actor, word, client.name, channel=account.name, device=row.address, scopes=row.scopes)
    return client


def _waiting(work: Work, user_code: str) -> sa.Row[Any] | None:
    s = t.sign_ins
    letters = re.sub(r"[^A-Z]", "", user_code.upper())
    return work.db.execute(
        sa.select(s).where(
            s.c.user_code_sha256 == secrets.digest(letters), s.c.state == PENDING, s.c.expires_at > work.now
        )
    ).first()


def redeem_device(work: Work, client_id: str, secret: str, *, address: str) -> Answer:
    """The token for a device, or what it has to know: wait, wait longer, too late, refused."""
    s = t.sign_ins
    mine = sa.and_(s.c.secret_sha256 == secrets.digest(secret), s.c.challenge == "", s.c.client == client_id)
    row = work.db.execute(sa.select(s).where(mine)).first()
    if row is None:
        return _refused()
    if row.state == DENIED:
        return Answer(error="access_denied", text="the person refused")
    if row.expires_at <= work.now:
        return Answer(error="expired_token", text="nobody allowed it in time; start again")
    if row.state != PENDING:
        spent = _spend(work, mine)
        if spent is not None:
            return _issue(work, spent, address)
        _end(work, mine, address)
        return _refused()
    early = row.polled_at is not None and work.now - row.polled_at < timedelta(seconds=INTERVAL - 1)
    work.db.execute(sa.update(s).where(s.c.id == row.id).values(polled_at=work.now))
    if early:
        return Answer(error="slow_down", text=f"ask at most every {INTERVAL} seconds")
    return Answer(error="authorization_pending", text="the person has not decided yet")


# -- what anaconda-client does next


def is_fresh(work: Work, use: TokenUse) -> bool:
    """Did this token come of a browser's sign-in, and was not exchanged yet?"""
    s = t.sign_ins
    return work.db.execute(sa.select(s.c.id).where(s.c.token_id == use.id)).first() is not None


def spend(work: Work, use: TokenUse) -> None:
    """The token was exchanged for one that its client named: it ends."""
    s, tk = t.sign_ins, t.tokens
    work.db.execute(sa.update(s).where(s.c.token_id == use.id).values(token_id=None))
    work.db.execute(sa.update(tk).where(tk.c.id == use.id).values(revoked_at=work.now))


def sentences(scopes: Sequence[str]) -> list[str]:
    """What the person allows, in words."""
    # a sign-in is bound to no channel, which the page says above the list
    return [SCOPES[scope].replace(" on this channel", "") for scope in scopes]


def sweep(work: Work) -> int:
    """Forget what is over; returns how many."""
    old = t.sign_ins.c.expires_at <= work.now
    return work.db.execute(sa.delete(t.sign_ins).where(unheld(t.sign_ins, old))).rowcount
