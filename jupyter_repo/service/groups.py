"""Groups of an organization: members who share one level on the packages the group lists; and the built-in Owners.

Owners is a group like the others to look at, but its members are the co-owners: it is never empty, never deleted,
lists no packages (it reaches them all), and needs a right of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..db import tables as t
from ..errors import AlreadyExists, Conflict, InvalidName, InvalidRequest, NotFound
from ..models import Account, AccountKind, Actor, Group, Package
from ..names import account_key, check_account
from ..permissions import LEVEL_ALIASES, LEVELS, Op
from . import accounts, audit, notifications, rows
from .access import about, require
from .packages import lookup
from .slices import Slice, by_name
from .work import Work

OWNERS = "Owners"
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 _.-]*[A-Za-z0-9])?")


def level_from(word: str) -> str:
    """The level of that word, anaconda-client's `write` included; InvalidRequest lists the words."""
    level = LEVEL_ALIASES.get(word.lower(), word.lower())
    if level not in LEVELS:
        raise InvalidRequest(f"{word!r} is no level; use one of: {', '.join(LEVELS)}")
    return level


def is_owners(name: str) -> bool:
    """Is it the built-in group?"""
    return name.lower() == OWNERS.lower()


def create(work: Work, actor: Actor, organization: str, name: str, level: str = "read") -> Group:
    """A new, empty group. Raises AlreadyExists, InvalidName, Forbidden."""
    org = _changing(work, actor, organization, Op.MODIFY_GROUPS)
    if len(name) > 64 or not _NAME.fullmatch(name):
        raise InvalidName(f"{name!r} can't be the name of a group: use letters, digits, spaces, '.', '_' and '-'")
    if is_owners(name) or _row(work, org, name) is not None:
        raise AlreadyExists(f"{org.name} has a group called {name} already")
    work.db.execute(
        sa.insert(t.groups).values(
            account_id=org.id, name=name, name_key=name.lower(), level=level_from(level), created_at=work.now
        )
    )
    _record(work, actor, org, "group.create", name, level=level_from(level))
    return get(work, actor, organization, name)


def get(work: Work, actor: Actor, organization: str, name: str) -> Group:
    """One group; NotFound."""
    org = _organization(work, actor, organization, Op.READ_GROUPS)
    if is_owners(name):
        return _owners(work, org)
    return _model(org, _need(work, org, name))


def listing(work: Work, actor: Actor, organization: str, part: Slice | None = None) -> list[Group]:
    """The groups: at the beginning Owners, then the others by name."""
    org = _organization(work, actor, organization, Op.READ_GROUPS)
    query = by_name(_GROUPS.where(t.groups.c.account_id == org.id), t.groups.c.name_key, part)
    first = [] if part and part.after else [_owners(work, org)]
    return first + [_model(org, row) for row in work.db.execute(query)]


def edit(work: Work, actor: Actor, organization: str, name: str, *, level: str) -> Group:
    """Give a group another level, at once on all its packages."""
    org = _changing(work, actor, organization, Op.MODIFY_GROUPS)
    row = _need_plain(work, org, name)
    work.db.execute(sa.update(t.groups).where(t.groups.c.id == row.id).values(level=level_from(level)))
    _record(work, actor, org, "group.edit", row.name, level=level_from(level))
    return get(work, actor, organization, name)


def delete(work: Work, actor: Actor, organization: str, name: str) -> None:
    """Delete a group; what its members had through it is gone with it."""
    org = _changing(work, actor, organization, Op.DELETE_GROUPS)
    row = _need_plain(work, org, name)
    work.db.execute(sa.delete(t.groups).where(t.groups.c.id == row.id))
    _record(work, actor, org, "group.delete", row.name)


def members(work: Work, actor: Actor, organization: str, name: str, part: Slice | None = None) -> list[Account]:
    """The members of a group, by name."""
    org = _organization(work, actor, organization, Op.READ_GROUPS)
    a, m, o = t.accounts, t.group_members, t.owners
    query = sa.select(a)
    if is_owners(name):
        query = query.join(o, o.c.account_id == a.c.id).where(o.c.organization_id == org.id)
    else:
        query = query.join(m, m.c.account_id == a.c.id).where(m.c.group_id == _need(work, org, name).id)
    return [rows.account(row) for row in work.db.execute(by_name(query, a.c.name_key, part))]


@dataclass(frozen=True)
class Person:
    """Somebody with a part in an organization, and the groups that give it; none: a collaborator of packages."""

    account: Account
    groups: tuple[str, ...]


def people(work: Work, actor: Actor, organization: str, part: Slice | None = None) -> list[Person]:
    """Everybody with a part in the organization, by name: owners, members of groups, collaborators of its packages."""
    org = _organization(work, actor, organization, Op.READ_GROUPS)
    a, o, m, g, c, p = t.accounts, t.owners, t.group_members, t.groups, t.collaborators, t.packages
    parts = sa.union_all(
        sa.select(o.c.account_id, sa.literal(OWNERS).label("part")).where(o.c.organization_id == org.id),
        sa.select(m.c.account_id, g.c.name).join(g, g.c.id == m.c.group_id).where(g.c.account_id == org.id),
        sa.select(c.c.account_id, sa.literal("")).join(p, p.c.id == c.c.package_id).where(p.c.account_id == org.id),
    ).subquery()
    some = by_name(sa.select(a).where(a.c.id.in_(sa.select(parts.c.account_id))), a.c.name_key, part).subquery()
    query = sa.select(some, parts.c.part).join(parts, parts.c.account_id == some.c.id)
    query = query.order_by(some.c.name_key, parts.c.part)
    found: dict[int, tuple[Account, set[str]]] = {}
    for row in work.db.execute(query):
        found.setdefault(row.id, (rows.account(row), set()))[1].add(row.part)
    return [Person(account, tuple(sorted(parts - {""}))) for account, parts in found.values()]


def need_member(work: Work, actor: Actor, organization: str, name: str, user: str) -> None:
    """NotFound unless the user is in the group."""
    if not any(account_key(one.name) == account_key(user) for one in members(work, actor, organization, name)):
        raise NotFound(f"{user} is not in the group {name} of {organization}")


def expel(work: Work, actor: Actor, organization: str, user: str) -> None:
    """End every membership of a user in the organization: Owners, all groups, and its packages' collaborations.

    Their tokens for the organization lose their rights in the same moment. Conflict for the last owner.
    """
    org = _changing(work, actor, organization, Op.MANAGE_OWNERS)
    person = _person(work, user)
    o, m, g, c, p = t.owners, t.group_members, t.groups, t.collaborators, t.packages
    owner = sa.select(o.c.since).where(o.c.organization_id == org.id, o.c.account_id == person.id)
    if work.db.execute(owner).first():
        _keep_an_owner(work, org, person)
    gone = [
        work.db.execute(statement).rowcount
        for statement in (
            sa.delete(o).where(o.c.organization_id == org.id, o.c.account_id == person.id),
            sa.delete(m).where(
                m.c.account_id == person.id, m.c.group_id.in_(sa.select(g.c.id).where(g.c.account_id == org.id))
            ),
            sa.delete(c).where(
                c.c.account_id == person.id, c.c.package_id.in_(sa.select(p.c.id).where(p.c.account_id == org.id))
            ),
        )
    ]
    if not any(gone):
        raise NotFound(f"{person.name} has no part in {org.name}")
    _record(work, actor, org, "organization.expel", person.name)


def add_member(work: Work, actor: Actor, organization: str, name: str, user: str) -> None:
    """Make a user a member (of Owners: a co-owner) and tell them. No error when they are one already."""
    org = _changing(work, actor, organization, _membership(name))
    person = _person(work, user)
    table, values, shown = _place(work, org, name, person)
    if not work.add(table, **values, since=work.now):
        return
    _record(work, actor, org, "group.add-member", f"{shown}/{person.name}")
    notifications.tell(
        work,
        person.id,
        "organization" if is_owners(name) else "group",
        f"{actor.name} made you an owner of {org.name}"
        if is_owners(name)
        else f"{actor.name} added you to the group {shown} of {org.name}",
        f"/{org.name}",
    )


def remove_member(work: Work, actor: Actor, organization: str, name: str, user: str) -> None:
    """End a membership. Conflict for the last owner: an organization always keeps one."""
    org = _changing(work, actor, organization, _membership(name))
    person = _person(work, user)
    table, values, shown = _place(work, org, name, person)
    if work.db.execute(_there(table, values)).first() is None:
        raise NotFound(f"{person.name} is not in the group {shown} of {org.name}")
    if is_owners(name):
        _keep_an_owner(work, org, person)
    work.db.execute(sa.delete(table).where(*(table.c[key] == value for key, value in values.items())))
    _record(work, actor, org, "group.remove-member", f"{shown}/{person.name}")


def _keep_an_owner(work: Work, org: Account, leaving: Account) -> None:
    o = t.owners
    others = sa.select(o.c.account_id).where(o.c.organization_id == org.id, o.c.account_id != leaving.id)
    if work.db.execute(others.limit(1)).first() is None:
        raise Conflict(
            f"{leaving.name} is the last owner of {org.name}; make somebody else an owner first, or delete it",
            code="last_owner",
        )


def packages(work: Work, actor: Actor, organization: str, name: str, part: Slice | None = None) -> list[Package]:
    """The packages a group lists, by name; Owners reaches all of them and lists none."""
    org = _organization(work, actor, organization, Op.READ_GROUPS)
    if is_owners(name):
        return []
    g, p = t.group_packages, t.packages
    query = rows.PACKAGES.join(g, g.c.package_id == p.c.id).where(g.c.group_id == _need(work, org, name).id)
    return [rows.package(row) for row in work.db.execute(by_name(query, p.c.name_key, part))]


def add_package(work: Work, actor: Actor, organization: str, name: str, package: str) -> None:
    """List a package of the organization in a group. No error when it is listed already."""
    org = _changing(work, actor, organization, Op.MODIFY_GROUPS)
    row, found = _need_plain(work, org, name), _package(work, org, package)
    if work.add(t.group_packages, group_id=row.id, package_id=found.id, since=work.now):
        _record(work, actor, org, "group.add-package", f"{row.name}/{found.name}")


def remove_package(work: Work, actor: Actor, organization: str, name: str, package: str) -> None:
    """Take a package off a group's list."""
    org = _changing(work, actor, organization, Op.MODIFY_GROUPS)
    row, found = _need_plain(work, org, name), _package(work, org, package)
    g = t.group_packages
    gone = work.db.execute(sa.delete(g).where(g.c.group_id == row.id, g.c.package_id == found.id))
    if not gone.rowcount:
        raise NotFound(f"the group {row.name} of {org.name} does not list {found.name}")
    _record(work, actor, org, "group.remove-package", f"{row.name}/{found.name}")


def of(work: Work, account: Account, part: Slice | None = None) -> list[Group]:
    """The groups a user is in, by organization, Owners included; of Group membership's list."""
    g, m, org, o = t.groups, t.group_members, t.accounts.alias("organization"), t.owners
    # Owners first in each organization; no key of a name holds the slash between the parts
    member = (
        sa.select(
            g.c.id, org.c.name.label("org"), g.c.name, g.c.level, (org.c.name_key + "/1/" + g.c.name_key).label("at")
        )
        .join_from(m, g, g.c.id == m.c.group_id)
        .join(org, org.c.id == g.c.account_id)
        .where(m.c.account_id == account.id)
    )
    owned = (
        sa.select(sa.literal(0), org.c.name, sa.literal(OWNERS), sa.literal("owner"), org.c.name_key + "/0/owners")
        .join_from(o, org, org.c.id == o.c.organization_id)
        .where(o.c.account_id == account.id)
    )
    both = sa.union_all(member, owned).subquery()
    found = work.db.execute(by_name(sa.select(both), both.c.at, part))
    return [Group(row.id, row.org, row.name, row.level) for row in found]


def membership_key(group: Group) -> str:
    """Where a group of `of` stands, as a slice's `after` has it."""
    return f"{group.organization.lower()}/{int(group.level != 'owner')}/{group.name.lower()}"


_GROUPS = sa.select(
    t.groups,
    sa.select(sa.func.count()).where(t.group_members.c.group_id == t.groups.c.id).scalar_subquery().label("members"),
    sa.select(sa.func.count()).where(t.group_packages.c.group_id == t.groups.c.id).scalar_subquery().label("packages"),
)


def _row(work: Work, org: Account, name: str) -> sa.Row[Any] | None:
    return work.db.execute(_GROUPS.where(t.groups.c.account_id == org.id, t.groups.c.name_key == name.lower())).first()


def _need(work: Work, org: Account, name: str) -> sa.Row[Any]:
    row = _row(work, org, name)
    if row is None:
        raise NotFound(f"{org.name} has no group called {name}")
    return row


def _need_plain(work: Work, org: Account, name: str) -> sa.Row[Any]:
    if is_owners(name):
        raise InvalidRequest(
            f"{OWNERS} is built in: it reaches all packages of {org.name}, and only its members change"
        )
    return _need(work, org, name)


def _model(org: Account, row: sa.Row[Any]) -> Group:
    return Group(row.id, org.name, row.name, row.level, row.members, row.packages)


def _owners(work: Work, org: Account) -> Group:
    count = work.db.scalar(sa.select(sa.func.count()).where(t.owners.c.organization_id == org.id))
    return Group(0, org.name, OWNERS, "owner", int(count or 0), 0)


def _changing(work: Work, actor: Actor, name: str, operation: Op) -> Account:
    """The organization, which nobody else changes until the transaction ends.

    Of two owners who leave at once the one must not be the other's remainder, and no group must be given what is being
    transferred to another channel.
    """
    work.hold(name)
    return _organization(work, actor, name, operation)


def _organization(work: Work, actor: Actor, name: str, operation: Op) -> Account:
    org = accounts.channel(work, actor, name)
    require(work, actor, operation, about(org))
    if org.kind is not AccountKind.ORGANIZATION:
        raise InvalidRequest(f"{org.name} is a person: only organizations have groups")
    return org


def _membership(name: str) -> Op:
    return Op.MANAGE_OWNERS if is_owners(name) else Op.MODIFY_GROUPS


def _person(work: Work, name: str) -> Account:
    person = accounts.find(work, name)
    if person is None or person.kind is not AccountKind.USER:
        check_account(name)
        raise NotFound(f'User "{name}" does not exist')
    return person


def _package(work: Work, org: Account, name: str) -> Package:
    found = lookup(work, org, name)
    if found is None:
        raise NotFound(f'"{org.name}/{name}" could not be found')
    return found


def _place(work: Work, org: Account, name: str, person: Account) -> tuple[sa.Table, dict[str, int], str]:
    if is_owners(name):
        return t.owners, {"organization_id": org.id, "account_id": person.id}, OWNERS
    row = _need(work, org, name)
    return t.group_members, {"group_id": row.id, "account_id": person.id}, row.name


def _there(table: sa.Table, values: dict[str, int]) -> sa.Select[Any]:
    return sa.select(sa.literal(1)).select_from(table).where(*(table.c[key] == value for key, value in values.items()))


def _record(work: Work, actor: Actor, org: Account, action: str, target: str, **details: Any) -> None:
    audit.record(work, actor, action, f"{org.name}/{target}", channel=org.name, **details)
