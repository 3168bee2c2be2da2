"""People whom JupyterHub signs in: whose account is whose, and a token for who runs a server there.

An account belongs to the hub user for whom it was made, by their exact name in the hub. An account that merely has that
name may be somebody else's: the newcomer's gets a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from ..db import tables as t
from ..errors import AlreadyExists, Conflict, Forbidden, NotFound, Unauthenticated
from ..models import Account, Actor
from ..names import account_from
from ..upstream.hub import Hub
from . import accounts, audit, rows, signing, tokens
from .work import Settings, Work

LIFETIME = timedelta(days=7)
"""of a server's token; the server asks for another when it ends"""
SERVER = "JupyterHub server"
"""how the tokens of servers are called, before the server's name"""
NAMES_TRIED = 50
REFUSED_TOKENS = 100
"""of an address within `signing.WINDOW`; all servers of a hub may have one address"""


@dataclass(frozen=True)
class Person:
    """A user of the hub; `admin` is None where the hub did not say."""

    name: str
    admin: bool | None = None


def of(settings: Settings) -> Hub:
    """The hub; NotFound where the repository has none."""
    if settings.hub is None:
        raise NotFound("no JupyterHub signs people in here")
    return settings.hub


def person_of(document: Mapping[str, Any]) -> Person:
    """Whom the hub's document is about. Unauthenticated for a service, which is nobody."""
    name, admin = document.get("name"), document.get("admin")
    if document.get("kind") != "user" or not isinstance(name, str) or not 0 < len(name) <= 255:
        raise Unauthenticated("JupyterHub says that this is no person", code="hub_refused")
    return Person(name, admin if isinstance(admin, bool) else None)


def server_of(document: Mapping[str, Any]) -> str:
    """The name of the person's server that a token opens; empty: their only one, or all of them.

    Forbidden where it opens none: a token that the hub gave to some other program, to say who somebody is, must not
    make that program the person here. Who can open a person's server can act as them anyway.
    """
    name, scopes = person_of(document).name, document.get("scopes")
    for scope in scopes if isinstance(scopes, list) else []:
        what, _, whose = str(scope).partition("!")
        if what != "access:servers":
            continue
        if whose in ("", f"user={name}"):
            return ""
        if whose.startswith(f"server={name}/"):
            return whose.removeprefix(f"server={name}/")
    raise Forbidden("this token of JupyterHub opens no server of its owner; use the server's own", code="hub_scope")


def sign_in(work: Work, person: Person, *, address: str = "") -> Account:
    """The person's account, made the first time. Forbidden for a disabled one."""
    row = work.db.execute(sa.select(t.accounts).where(t.accounts.c.hub_user == person.name)).first()
    if row is None:
        account = _create(work, person, address)
    elif row.disabled:
        raise Forbidden(
            f"the account {row.name} is disabled here; ask the administrator of the repository", code="account_disabled"
        )
    else:
        account = rows.account(row)
    return _with_office(work, account, person, address)


def _create(work: Work, person: Person, address: str) -> Account:
    plain = account_from(person.name)
    for number in range(1, NAMES_TRIED):
        name = plain if number == 1 else f"{plain[:36].rstrip('-_.')}-{number}"
        try:
            account = accounts.create_user(work, name)
        except AlreadyExists:
            continue
        a = t.accounts
        work.db.execute(sa.update(a).where(a.c.id == account.id).values(hub_user=person.name))
        actor = Actor(account, None, address)
        audit.record(work, actor, "account.sign-up", name, channel=name, hub_user=person.name)
        return account
    raise Conflict(f"no name like {plain} is free; ask the administrator of the repository")


def _with_office(work: Work, account: Account, person: Person, address: str) -> Account:
    """The account, a site administrator or none as the hub says, where that counts."""
    if not of(work.settings).admins or person.admin is None or person.admin == account.is_admin:
        return account
    a = t.accounts
    changed = sa.update(a).where(a.c.id == account.id).values(is_admin=person.admin).returning(a)
    row = work.db.execute(changed).first()
    if row is None:
        raise Conflict(f"the account {account.name} was deleted in this moment; sign in again")
    word = "account.admin" if person.admin else "account.no-admin"
    audit.record(work, Actor(account, None, address), word, account.name, channel=account.name, by="JupyterHub")
    return rows.account(row)


def trade(work: Work, document: Mapping[str, Any], *, address: str = "") -> str:
    """A token for the server whose hub token the document is of; it replaces the one that this server had.

    The document must come from the hub, just now.
    """
    server = server_of(document)
    account = sign_in(work, person_of(document), address=address)
    cap = work.settings.max_token_days
    _, secret = tokens.create(
        work,
        Actor(account, None, address),
        account,
        f"{SERVER} {server}"[:200].strip(),
        scopes=["all"],
        lifetime=min(LIFETIME, timedelta(days=cap)) if cap else LIFETIME,
        replace=True,
        login=True,
        hostname="JupyterHub",
    )
    return secret


def check_tries(work: Work, address: str) -> None:
    """RateLimited where too many tokens from this address were refused: the hub is not asked about any number."""
    signing.check(work, _tries(address), REFUSED_TOKENS, signing.WINDOW)


def count_refused(work: Work, address: str) -> None:
    """One more refused token from this address."""
    signing.count(work, _tries(address))


def _tries(address: str) -> str:
    return f"hub-token:address:{address[:64]}"


def confirms(work: Work, account: Account) -> bool:
    """Is it the hub that is asked again who this is? Where the account is a hub user's, and there is a hub."""
    a = t.accounts
    theirs = work.db.scalar(sa.select(a.c.hub_user).where(a.c.id == account.id)) is not None
    return theirs and work.settings.hub is not None
