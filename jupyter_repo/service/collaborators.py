"""Collaborators of one package: people, and groups of its organization, each with a level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..db import tables as t
from ..errors import InvalidRequest, NotFound
from ..models import Account, AccountKind, Actor
from ..permissions import Op
from . import accounts, audit, notifications, packages
from .groups import level_from
from .packages import Found
from .work import Work

DEFAULT_LEVEL = "read-write"


@dataclass(frozen=True)
class Collaborator:
    """A person or a group, and the level on the package."""

    name: str
    level: str
    is_group: bool = False


def listing(work: Work, actor: Actor, owner: str, name: str) -> list[Collaborator]:
    """The people by name, then the groups."""
    found = packages.get(work, actor, owner, name, Op.MANAGE_COLLABORATORS)
    a, c, g, cg = t.accounts, t.collaborators, t.groups, t.collaborating_groups
    people = work.db.execute(
        sa.select(a.c.name, c.c.level)
        .join(c, c.c.account_id == a.c.id)
        .where(c.c.package_id == found.package.id)
        .order_by(a.c.name_key)
    )
    groups = work.db.execute(
        sa.select(g.c.name, cg.c.level)
        .join(cg, cg.c.group_id == g.c.id)
        .where(cg.c.package_id == found.package.id)
        .order_by(g.c.name_key)
    )
    return [Collaborator(row.name, row.level) for row in people] + [
        Collaborator(row.name, row.level, is_group=True) for row in groups
    ]


def add(work: Work, actor: Actor, owner: str, name: str, user: str, level: str | None = None) -> None:
    """Give a user a level on the package and tell them; again, it is another level."""
    work.hold(owner)
    found = packages.get(work, actor, owner, name, Op.MANAGE_COLLABORATORS)
    person = _person(work, user)
    if person.id == found.channel.id:
        raise InvalidRequest(f"{person.name} owns {found.channel.name} already")
    word = level_from(level or DEFAULT_LEVEL)
    c = t.collaborators
    work.db.execute(sa.delete(c).where(c.c.package_id == found.package.id, c.c.account_id == person.id))
    work.db.execute(sa.insert(c).values(package_id=found.package.id, account_id=person.id, level=word, since=work.now))
    title = _record(work, actor, found, "collaborator.add", person.name, level=word)
    notifications.tell(
        work, person.id, "collaborator", f"{actor.name} made you a collaborator of {title} ({word})", f"/{title}"
    )


def remove(work: Work, actor: Actor, owner: str, name: str, user: str) -> None:
    """End a collaboration. NotFound where there is none."""
    work.hold(owner)
    found = packages.get(work, actor, owner, name, Op.MANAGE_COLLABORATORS)
    person, c = _person(work, user), t.collaborators
    gone = work.db.execute(sa.delete(c).where(c.c.package_id == found.package.id, c.c.account_id == person.id))
    if not gone.rowcount:
        raise NotFound(f"{person.name} is no collaborator of {found.channel.name}/{found.package.name}")
    _record(work, actor, found, "collaborator.remove", person.name)


def add_group(work: Work, actor: Actor, owner: str, name: str, group: str, level: str | None = None) -> None:
    """Give a group of the same organization a level on the package."""
    work.hold(owner)
    found = packages.get(work, actor, owner, name, Op.MANAGE_COLLABORATORS)
    key, shown = _group(work, found.channel, group)
    word, c = level_from(level or DEFAULT_LEVEL), t.collaborating_groups
    work.db.execute(sa.delete(c).where(c.c.package_id == found.package.id, c.c.group_id == key))
    work.db.execute(sa.insert(c).values(package_id=found.package.id, group_id=key, level=word, since=work.now))
    _record(work, actor, found, "collaborator.add-group", shown, level=word)


def remove_group(work: Work, actor: Actor, owner: str, name: str, group: str) -> None:
    """Take a group's level on the package away; what the group lists itself stays."""
    work.hold(owner)
    found = packages.get(work, actor, owner, name, Op.MANAGE_COLLABORATORS)
    key, shown = _group(work, found.channel, group)
    c = t.collaborating_groups
    gone = work.db.execute(sa.delete(c).where(c.c.package_id == found.package.id, c.c.group_id == key))
    if not gone.rowcount:
        raise NotFound(f"the group {shown} is no collaborator of {found.channel.name}/{found.package.name}")
    _record(work, actor, found, "collaborator.remove-group", shown)


def _person(work: Work, name: str) -> Account:
    person = accounts.find(work, name)
    if person is None or person.kind is not AccountKind.USER:
        raise NotFound(f'User "{name}" does not exist')
    return person


def _group(work: Work, channel: Account, name: str) -> tuple[int, str]:
    g = t.groups
    row = work.db.execute(
        sa.select(g.c.id, g.c.name).where(g.c.account_id == channel.id, g.c.name_key == name.lower())
    ).first()
    if row is None:
        raise NotFound(f"{channel.name} has no group called {name}")
    return row.id, row.name


def _record(work: Work, actor: Actor, found: Found, action: str, who: str, **details: Any) -> str:
    title = f"{found.channel.name}/{found.package.name}"
    audit.record(work, actor, action, title, channel=found.channel.name, who=who, **details)
    return title
