"""Transferring a package to another account that the same person controls."""

from __future__ import annotations

import sqlalchemy as sa

from ..db import tables as t
from ..errors import AlreadyExists, Forbidden, InvalidRequest
from ..models import Actor, Visibility
from ..permissions import Op, Role
from . import accounts, audit, history, indexing, labels, mirrors, notifications, packages, plans
from .access import granted
from .packages import Found
from .work import Work


def transfer(work: Work, actor: Actor, owner: str, name: str, to: str, *, confirm: str) -> Found:
    """Give a package, with its files and people, to the channel `to`.

    The double check: Admin on the package *and* Owner of the target, and the full name typed in `confirm`. Groups stay
    with their organization. Raises NotFound, Forbidden, InvalidRequest, AlreadyExists.
    """
    work.hold(owner, to)
    found = packages.get(work, actor, owner, name, Op.TRANSFER)
    title = f"{found.channel.name}/{found.package.name}"
    if confirm != title:
        raise InvalidRequest(f"type the full name, {title}, to confirm the transfer", code="not_confirmed")
    target = accounts.channel(work, actor, to)
    # the person's own right: the token was weighed on the package, and is bound to its channel
    if granted(work, actor, target.id) < Role.OWNER:
        raise Forbidden(
            f"Transfer a package to another account: this needs Owner on {target.name}; ask its owners to take it",
            code="right_missing",
        )
    if target.id == found.channel.id:
        raise InvalidRequest(f"{title} is there already")
    if packages.lookup(work, target, found.package.name) is not None:
        raise AlreadyExists(f"{target.name} has a package called {found.package.name} already")
    if found.package.visibility is Visibility.PRIVATE:
        plans.check_private(work, target, adding=1)
    plans.check_storage(work, target, sum(one.size for one in packages.files(work, found.package)))
    f, p, g, cg, c = t.files, t.packages, t.group_packages, t.collaborating_groups, t.collaborators
    here = f.c.package_id == found.package.id
    labels.refuse_locked_files(work, found.channel, here)
    carried = sa.select(t.file_labels.c.label).join(f, f.c.id == t.file_labels.c.file_id).where(here).distinct()
    labels.refuse_locked(work, target, work.db.scalars(carried))
    for table in (g, cg):
        work.db.execute(sa.delete(table).where(table.c.package_id == found.package.id))
    work.db.execute(sa.delete(c).where(c.c.package_id == found.package.id, c.c.account_id == target.id))
    history.move(work, found.package.id)
    work.db.execute(sa.update(f).where(here).values(account_id=target.id))
    labels.follow(work, found.package.id, target)
    work.db.execute(sa.update(p).where(p.c.id == found.package.id).values(account_id=target.id, updated_at=work.now))
    mirrors.retire(work, found.channel, found.package.name)
    indexing.refresh(work, found.package.id)
    for channel in (found.channel, target):
        work.bump(channel.id, found.package.name)
        audit.record(work, actor, "package.transfer", title, channel=channel.name, to=target.name)
    _tell(work, actor, target.id, title, f"{target.name}/{found.package.name}")
    moved = packages.lookup(work, target, found.package.name)
    assert moved is not None  # this transaction moved it
    return Found(target, moved)


def _tell(work: Work, actor: Actor, target_id: int, old: str, new: str) -> None:
    o = t.owners
    people = set(work.db.scalars(sa.select(o.c.account_id).where(o.c.organization_id == target_id))) or {target_id}
    for person in people - {actor.account.id if actor.account else 0}:
        notifications.tell(work, person, "transfer", f"{actor.name} transferred {old} to {new}", f"/{new}")
