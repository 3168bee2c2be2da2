"""The gate: loads what the table of `permissions.py` needs, asks it, and turns a refusal into the right error.

Two forms of one rule stand here: `require` for one thing, `visible` as a WHERE clause for lists, search and indexes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from ..db import tables as t
from ..errors import Forbidden, NotFound, Unauthenticated
from ..models import Account, AccountKind, Actor, Kind, Package, Visibility
from ..permissions import LEVELS, PUBLIC_OPERATIONS, RULES, Decision, Op, Role, Target, allows, site_power
from .work import Work

SIGN_IN = "sign in first (anaconda login, the Repository panel, or a token)"


def about(channel: Account, package: Package | None = None, kinds: Iterable[Kind] = ()) -> Target:
    """The target of an operation on `channel`, or on one of its packages.

    `kinds` narrows it to the file at hand where a package holds more than one kind.
    """
    return Target(
        channel=channel.name,
        channel_id=channel.id,
        package=package.name if package else None,
        package_id=package.id if package else None,
        kinds=frozenset(kinds) or frozenset(package.kinds if package else ()),
        visibility=package.visibility if package else None,
    )


def granted(work: Work, actor: Actor, channel_id: int, package_id: int | None = None) -> Role:
    """What the actor is on the channel, or on one package of it: the strongest of ownership, groups, collaboration.

    Visibility is left aside.
    """
    if actor.account is None:
        return Role.NONE
    if actor.account.id == channel_id:
        return Role.OWNER
    who = actor.account.id
    if work.db.execute(_OWNS, {"channel": channel_id, "who": who}).first():
        return Role.OWNER
    if package_id is None:
        return Role.NONE
    words = work.db.scalars(_LEVELS_ON, {"package": package_id, "who": who})
    return max((LEVELS[word] for word in words), default=Role.NONE)


def granted_in(work: Work, actor: Actor, channel_id: int) -> Role:
    """The most that the actor is on the channel or on any one package of it."""
    role = granted(work, actor, channel_id)
    if role is Role.OWNER or actor.account is None:
        return role
    words = work.db.scalars(_LEVELS_IN, {"channel": channel_id, "who": actor.account.id})
    return max((LEVELS[word] for word in words), default=Role.NONE)


def _granted_for(work: Work, actor: Actor, operation: Op, target: Target) -> Role:
    if RULES[operation].anywhere and target.package_id is None:
        return granted_in(work, actor, target.channel_id)
    return granted(work, actor, target.channel_id, target.package_id)


def granted_on(work: Work, actor: Actor, packages: Mapping[int, int]) -> dict[int, Role]:
    """`granted` for many packages (package key -> channel key) by two queries, for lists."""
    channels = owned_channels(actor)
    if channels is None or actor.account is None:
        return dict.fromkeys(packages, Role.NONE)
    owned: set[Any] = set(work.db.scalars(channels))
    grants = _grants(actor.account.id).subquery()
    levels: dict[int, Role] = {}
    for key, word in work.db.execute(sa.select(grants.c.package_id, grants.c.level)):
        levels[key] = max(levels.get(key, Role.NONE), LEVELS[word])
    return {key: Role.OWNER if channel in owned else levels.get(key, Role.NONE) for key, channel in packages.items()}


def _grants(account_id: int | sa.BindParameter[int]) -> sa.CompoundSelect[tuple[int, str]]:
    """The levels given to an account, by package: as collaborator, by groups that list it, by groups added to it."""
    c, g, m = t.collaborators, t.groups, t.group_members
    listed, added = t.group_packages, t.collaborating_groups
    return sa.union_all(
        sa.select(c.c.package_id, c.c.level).where(c.c.account_id == account_id),
        sa.select(listed.c.package_id, g.c.level)
        .join(g, g.c.id == listed.c.group_id)
        .join(m, m.c.group_id == g.c.id)
        .where(m.c.account_id == account_id),
        sa.select(added.c.package_id, added.c.level)
        .join(m, m.c.group_id == added.c.group_id)
        .where(m.c.account_id == account_id),
    )


# built once: building them costs many times what the database takes to answer
_OWNS = sa.select(t.owners.c.account_id).where(
    t.owners.c.organization_id == sa.bindparam("channel"), t.owners.c.account_id == sa.bindparam("who")
)
_GIVEN = _grants(sa.bindparam("who", type_=sa.Integer)).subquery()
_LEVELS_ON = sa.select(_GIVEN.c.level).where(_GIVEN.c.package_id == sa.bindparam("package"))
_LEVELS_IN = (
    sa.select(_GIVEN.c.level)
    .join(t.packages, t.packages.c.id == _GIVEN.c.package_id)
    .where(t.packages.c.account_id == sa.bindparam("channel"))
    .distinct()
)


def decide(work: Work, actor: Actor, operation: Op, target: Target) -> Decision:
    """The table's answer for this actor now."""
    return allows(actor, _granted_for(work, actor, operation, target), operation, target)


def require(work: Work, actor: Actor, operation: Op, target: Target) -> None:
    """Return if allowed, else raise what this caller may know.

    NotFound where the package may not even be seen (a private package is absent), Unauthenticated where signing in may
    help, Forbidden with the missing right or scope otherwise.
    """
    role = _granted_for(work, actor, operation, target)
    decision = allows(actor, role, operation, target)
    if decision.allowed:
        return
    if target.package is not None and not _may_know(actor, role, target):
        raise NotFound(f'"{target.title}" could not be found')
    if actor.account is None:
        raise Unauthenticated(f"{RULES[operation].says.rstrip('.')}: {SIGN_IN}.")
    raise Forbidden(
        f"{decision.reason} {ask(work, target, operation)}".strip(),
        code="scope_missing" if decision.missing_scope else "right_missing",
    )


def _may_know(actor: Actor, role: Role, target: Target) -> bool:
    # what a token does not open does not exist for its holder, who need not be its maker
    return any(allows(actor, role, operation, target).allowed for operation in PUBLIC_OPERATIONS)


def ask(work: Work, target: Target, operation: Op) -> str:
    """Who can give what is missing, as a sentence; empty where nobody of the channel can."""
    if not RULES[operation].least:
        return ""
    o, a = t.owners, t.accounts
    names = work.db.scalars(
        sa.select(a.c.name)
        .join(o, o.c.account_id == a.c.id)
        .where(o.c.organization_id == target.channel_id)
        .order_by(a.c.name_key)
        .limit(3)
    ).all()
    if names:
        return f"Ask an owner of {target.channel}: {', '.join(names)}."
    kind = work.db.scalar(sa.select(a.c.kind).where(a.c.id == target.channel_id))
    return f"Ask {target.channel}." if kind == AccountKind.USER else ""


def owned_channels(actor: Actor) -> sa.Select[tuple[int]] | None:
    """The ids of the channels where the actor is OWNER, as a query; None for nobody."""
    if actor.account is None:
        return None
    return sa.union_all(
        sa.select(sa.literal(actor.account.id)),
        sa.select(t.owners.c.organization_id).where(t.owners.c.account_id == actor.account.id),
    )  # type: ignore[return-value]  # a compound select is a select to every caller here


def visible(
    actor: Actor, operation: Op = Op.SEE, *, kind: Kind | None = None, listed: bool = True
) -> sa.ColumnElement[bool]:
    """`allows(actor, …, operation, package)` as a WHERE clause on `packages`, for SEE, LIST_FILES and DOWNLOAD.

    `kind` says that only files of this kind are asked for; `listed` leaves out what is unlisted, but for those who
    hold a right on it. Equal to the gate by a test over generated worlds.
    """
    p = t.packages
    open_to = [Visibility.PUBLIC] + ([] if listed else [Visibility.UNLISTED])
    if actor.account is not None:
        open_to.append(Visibility.AUTHENTICATED)
    opened = p.c.visibility.in_([str(v) for v in open_to])
    own = held(actor, operation, kind)
    return opened if own is None else sa.or_(opened, own)


def held(actor: Actor, operation: Op, kind: Kind | None = None) -> sa.ColumnElement[bool] | None:
    """`visible` without what visibility opens: the packages on which the actor has the right itself; None for none."""
    channels = owned_channels(actor)
    if channels is None or actor.account is None:
        return None
    if site_power(actor, operation):
        return sa.true()
    p, k = t.packages, t.package_kinds
    rule = RULES[operation]
    grants = _grants(actor.account.id).subquery()
    enough = [word for word, role in LEVELS.items() if role >= rule.least]
    given = sa.select(grants.c.package_id).where(grants.c.level.in_(enough))
    own: sa.ColumnElement[bool] = sa.or_(p.c.account_id.in_(channels), p.c.id.in_(given))
    token = actor.token
    if token is None:
        return own
    reach = [rule.scopes[scope] for scope in token.scopes if scope in rule.scopes]
    if not reach:
        return None
    if not token.everywhere:
        own = sa.and_(own, p.c.account_id == token.channel_id)
    if any(kinds == frozenset(Kind) for kinds in reach):
        return own
    if kind is not None:
        return own if any(kind in kinds for kinds in reach) else None
    # one scope must reach all kinds of the package; an empty package has none to reach
    some = sa.exists(sa.select(1).where(k.c.package_id == p.c.id))
    within = [
        ~sa.exists(sa.select(1).where(k.c.package_id == p.c.id, k.c.kind.not_in([str(one) for one in kinds])))
        for kinds in reach
    ]
    return sa.and_(own, some, sa.or_(*within))


def require_site(work: Work, actor: Actor) -> None:
    """Return if the actor administers the site, signed in by password; Unauthenticated or Forbidden otherwise."""
    require(work, actor, Op.ADMINISTER, Target("the site", 0))
