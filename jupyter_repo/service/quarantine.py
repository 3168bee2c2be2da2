"""What a site administrator takes out of sight at once: a quarantined package offers no files and can't be changed.

A take-down goes further and is a deletion (`trash.delete`) by somebody without a right of their own: what was taken
down its owners do not restore.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ..db import tables as t
from ..errors import InvalidRequest, NotFound
from ..models import Account, Actor, Package
from . import accounts, audit, notifications, packages, projects, rows
from .access import require_site
from .packages import Found
from .work import Work


@dataclass(frozen=True)
class Held:
    """One package that the site holds."""

    channel: str
    name: str
    reason: str
    since: datetime


def hold(work: Work, actor: Actor, owner: str, name: str, reason: str) -> None:
    """Close a package, whatever its visibility; its owners hear why. Raises NotFound, InvalidRequest, Forbidden."""
    found, said = _found(work, actor, owner, name), " ".join(reason.split())[:1000]
    if not said:
        raise InvalidRequest("say why: the owners of the package read it", field="reason")
    _mark(work, found, projects.Status.QUARANTINED, said, held=True)
    _record(work, actor, found, "package.quarantine", f"was quarantined: {said}", reason=said)


def release(work: Work, actor: Actor, owner: str, name: str) -> None:
    """Open it again. Raises NotFound where the site does not hold it."""
    found = _found(work, actor, owner, name)
    if not found.package.held_by_site:
        raise NotFound(f"{found.channel.name}/{found.package.name} is not held by this site")
    _mark(work, found, projects.Status.ACTIVE, "", held=False)
    _record(work, actor, found, "package.release", "is out of quarantine")


def listing(work: Work, actor: Actor) -> list[Held]:
    """All that is held, newest first; for site administrators."""
    require_site(work, actor)
    p = t.packages
    found = work.db.execute(rows.PACKAGES.where(p.c.held_by_site).order_by(p.c.updated_at.desc(), p.c.id.desc()))
    return [_held(rows.package(row)) for row in found]


def _held(package: Package) -> Held:
    return Held(package.channel, package.name, package.status_reason, package.updated_at)


def _found(work: Work, actor: Actor, owner: str, name: str) -> Found:
    require_site(work, actor)
    work.hold(owner)
    channel: Account = accounts.get(work, owner)
    package = packages.lookup(work, channel, name)
    if package is None:
        raise NotFound(f'"{owner}/{name}" could not be found')
    return Found(channel, package)


def _mark(work: Work, found: Found, status: str, reason: str, *, held: bool) -> None:
    p = t.packages
    values = {"status": str(status), "status_reason": reason, "held_by_site": held, "updated_at": work.now}
    work.db.execute(sa.update(p).where(p.c.id == found.package.id).values(**values))
    work.bump(found.channel.id, found.package.name)


def _record(work: Work, actor: Actor, found: Found, action: str, text: str, **details: str) -> None:
    title = f"{found.channel.name}/{found.package.name}"
    audit.record(work, actor, action, title, channel=found.channel.name, **details)
    notifications.tell_owners(work, found.channel.id, "quarantine", f"{title} {text}", f"/{title}")
