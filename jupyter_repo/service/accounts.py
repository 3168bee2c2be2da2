"""Accounts: users and organizations; finding, making, naming, and signing in by password."""

from __future__ import annotations

import re

import sqlalchemy as sa

from ..db import tables as t
from ..errors import AlreadyExists, Conflict, Forbidden, InvalidRequest, NotFound, Unauthenticated
from ..models import Account, AccountKind, Actor, Kind
from ..names import account_from, account_key, check_account
from ..permissions import Op, Role, allows
from . import rows, secrets
from .access import about, granted, require, visible
from .slices import Slice, by_name
from .work import Work

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_BY_KEY = sa.select(t.accounts).where(t.accounts.c.name_key == sa.bindparam("key"))
_BY_ID = sa.select(t.accounts).where(t.accounts.c.id == sa.bindparam("key"))


def find(work: Work, name: str) -> Account | None:
    """The account called `name`, whatever its case."""
    row = work.db.execute(_BY_KEY, {"key": account_key(name)}).first()
    return rows.account(row) if row else None


def by_id(work: Work, account_id: int) -> Account | None:
    """The account of that key."""
    row = work.db.execute(_BY_ID, {"key": account_id}).first()
    return rows.account(row) if row else None


def get(work: Work, name: str) -> Account:
    """The account called `name`; NotFound otherwise. For administration: it asks no gate."""
    account = find(work, name)
    if account is None:
        raise NotFound(f'User "{name}" does not exist')
    return account


def channel(work: Work, actor: Actor, name: str) -> Account:
    """The channel `name` as this actor may know it.

    To nobody in particular a channel that shows nothing and one that does not exist are the same (Unauthenticated);
    to the signed-in, accounts exist, and only what is in them is hidden. Raises NotFound, Unauthenticated.
    """
    account = find(work, name)
    if account is not None and (actor.account is not None or shows(work, actor, account)):
        return account
    if actor.account is None:
        raise Unauthenticated(f'"{name}" needs you to sign in, or does not exist')
    raise NotFound(f'User "{name}" does not exist')


def shows(work: Work, actor: Actor, account: Account, kind: Kind | None = None) -> bool:
    """Is there anything of this channel that the actor may know of, or download?

    `kind` is what an index is about: a token that only downloads such files knows of nothing else.
    """
    if granted(work, actor, account.id):
        return True
    p, m = t.packages, t.mirrors
    known = sa.or_(visible(actor), visible(actor, Op.DOWNLOAD, kind=kind))
    some = sa.select(p.c.id).where(p.c.account_id == account.id, known).limit(1)
    open_to = ["public"] if actor.account is None else ["public", "authenticated"]
    mirror = sa.select(m.c.kind).where(m.c.account_id == account.id, m.c.visibility.in_(open_to)).limit(1)
    return any(work.db.execute(query).first() is not None for query in (some, mirror))


def create_user(
    work: Work, name: str, *, email: str = "", password: str | None = None, admin: bool = False, display_name: str = ""
) -> Account:
    """A new user. Raises InvalidName, InvalidRequest (e-mail, password), AlreadyExists."""
    return _create(
        work,
        check_account(name),
        AccountKind.USER,
        email=email,
        password_hash=secrets.hash_password(password) if password is not None else None,
        is_admin=admin,
        display_name=display_name,
    )


def create_organization(work: Work, name: str, owner: Account, *, email: str = "") -> Account:
    """A new organization whose first owner is `owner`, a user."""
    if owner.kind is not AccountKind.USER:
        raise InvalidRequest(f"{owner.name} is an organization; only a user can own {name}")
    organization = _create(work, check_account(name, organization=True), AccountKind.ORGANIZATION, email=email)
    work.db.execute(sa.insert(t.owners).values(organization_id=organization.id, account_id=owner.id, since=work.now))
    return organization


def _create(work: Work, name: str, kind: AccountKind, *, email: str, **columns: object) -> Account:
    if email:
        check_email(email)
    _refuse_taken(work, name)
    row = work.db.execute(
        sa.insert(t.accounts)
        .values(name=name, name_key=account_key(name), kind=str(kind), email=email, created_at=work.now, **columns)
        .returning(t.accounts)
    ).one()
    return rows.account(row)


def _refuse_taken(work: Work, name: str) -> None:
    r = t.reserved_names
    reserved = sa.select(r.c.until).where(r.c.name_key == account_key(name), r.c.until > work.now)
    if find(work, name) is not None or work.db.execute(reserved).first():
        raise AlreadyExists(f"the name {name} is taken; choose another")


def first_user(work: Work, system_name: str) -> Account:
    """The administrator of an embedded repository: the first account, made from the operating system's user name."""
    row = work.db.execute(
        sa.select(t.accounts).where(t.accounts.c.kind == str(AccountKind.USER)).order_by(t.accounts.c.id).limit(1)
    ).first()
    return rows.account(row) if row else create_user(work, account_from(system_name), admin=True)


def check_email(email: str) -> str:
    """`email` if it may be one; InvalidRequest otherwise."""
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise InvalidRequest(f"{email!r} is not an e-mail address")
    return email


def set_email(work: Work, account: Account, email: str) -> None:
    """Another address, which nobody has confirmed yet."""
    place_email(work, account, check_email(email), confirmed=False)


def place_email(work: Work, account: Account, email: str, *, confirmed: bool) -> None:
    """Make this the account's address; links to a new password that were mailed to another one open nothing more."""
    a, m = t.accounts, t.mail_links
    values = {"email": email, "email_confirmed_at": work.now if confirmed else None}
    work.db.execute(sa.update(a).where(a.c.id == account.id).values(**values))
    elsewhere = (m.c.account_id == account.id, m.c.purpose == "reset", m.c.email.not_in(("", email)))
    work.db.execute(sa.delete(m).where(*elsewhere))


def email_confirmed(work: Work, account: Account) -> bool:
    """Did a link sent to the account's address come back?"""
    a = t.accounts
    return work.db.scalar(sa.select(a.c.email_confirmed_at).where(a.c.id == account.id)) is not None


def edit_organization(
    work: Work, actor: Actor, name: str, *, email: str | None = None, display_name: str | None = None
) -> Account:
    """Change an organization's e-mail or the name people read. Raises NotFound, Forbidden, InvalidRequest."""
    organization = channel(work, actor, name)
    require(work, actor, Op.EDIT_ORGANIZATION, about(organization))
    if organization.kind is not AccountKind.ORGANIZATION:
        raise InvalidRequest(f"{organization.name} is a person; change your own account in its settings")
    changes: dict[str, object] = {}
    if email is not None:
        changes["email"] = check_email(email)
    if display_name is not None:
        changes["display_name"] = display_name.strip()[:200]
    if changes:
        work.db.execute(sa.update(t.accounts).where(t.accounts.c.id == organization.id).values(**changes))
    return get(work, name)


def published_anything(work: Work, account: Account) -> bool:
    """Does the channel hold a package?"""
    p = t.packages
    return work.db.execute(sa.select(p.c.id).where(p.c.account_id == account.id).limit(1)).first() is not None


def rename(work: Work, account: Account, name: str) -> Account:
    """Give a channel another name, as long as no address of it was ever handed out.

    Raises Conflict once something was published, AlreadyExists when the name is taken.
    """
    check_account(name, organization=account.kind is AccountKind.ORGANIZATION)
    if published_anything(work, account):
        raise Conflict(f"{account.name} has published packages: their addresses would break under another name")
    other = find(work, name)
    if other is not None and other.id != account.id:
        raise AlreadyExists(f"the name {name} is taken; choose another")
    row = work.db.execute(
        sa.update(t.accounts)
        .where(t.accounts.c.id == account.id)
        .values(name=name, name_key=account_key(name))
        .returning(t.accounts)
    ).one()
    return rows.account(row)


def set_password(work: Work, account: Account, password: str) -> None:
    """Replace the password; what somebody who knew the old one may have begun ends.

    That is every browser session, every reset link, a sign-in by browser that was allowed and not fetched yet, and the
    confirmation of another address.
    """
    if account.kind is not AccountKind.USER:
        raise InvalidRequest(f"{account.name} is an organization: its owners sign in with their own passwords")
    hashed, a = secrets.hash_password(password), t.accounts
    changed = sa.update(a).where(a.c.id == account.id).values(password_hash=hashed, must_change_password=False)
    email = work.db.scalar(changed.returning(a.c.email))
    m, s = t.mail_links, t.sign_ins
    begun = sa.or_(m.c.purpose == "reset", m.c.email != email)
    work.db.execute(sa.delete(m).where(m.c.account_id == account.id, begun))
    work.db.execute(sa.delete(t.sessions).where(t.sessions.c.account_id == account.id))
    # a spent one stays: shown again, its code ends the token that it gave
    work.db.execute(sa.delete(s).where(s.c.account_id == account.id, s.c.token_id.is_(None)))


def channels_of(work: Work, actor: Actor) -> list[Account]:
    """The channels in which the actor may create packages: their own, then their organizations by name."""
    if actor.account is None:
        return []
    a, o = t.accounts, t.owners
    found = work.db.execute(
        sa.select(a)
        .where(
            sa.or_(
                a.c.id == actor.account.id,
                a.c.id.in_(sa.select(o.c.organization_id).where(o.c.account_id == actor.account.id)),
            )
        )
        .order_by(a.c.id != actor.account.id, a.c.name_key)
    )
    only = actor.token.channel_id if actor.token and not actor.token.everywhere else None
    return [rows.account(row) for row in found if only is None or row.id == only]


def organizations_of(work: Work, account: Account, part: Slice | None = None) -> list[Account]:
    """The organizations a user owns, by name."""
    a, o = t.accounts, t.owners
    query = sa.select(a).join(o, o.c.organization_id == a.c.id).where(o.c.account_id == account.id)
    return [rows.account(row) for row in work.db.execute(by_name(query, a.c.name_key, part))]


def me(work: Work, actor: Actor) -> Account:
    """The signed-in account. Raises Unauthenticated, or Forbidden when the token may not read the account."""
    if actor.account is None:
        raise Unauthenticated("you are not signed in; use anaconda login, the Repository panel, or a token")
    bound = actor.token.channel_id if actor.token and not actor.token.everywhere else None
    if bound in (None, actor.account.id):
        require(work, actor, Op.READ_ACCOUNT, about(actor.account))
        return actor.account
    owner = by_id(work, bound) if bound is not None else None
    if owner is None:
        raise NotFound("the channel of this token is gone")
    # the account is the maker's own: what is asked of a token for somebody else's channel are its scopes
    decision = allows(actor, Role.OWNER, Op.READ_ACCOUNT, about(owner))
    if not decision.allowed:
        raise Forbidden(decision.reason, code="scope_missing")
    return actor.account
