"""Mirrors: which names of a channel come from an upstream, and why; a name owned here never does.

Owned is every name that a package of the channel has, of any kind and whoever may see it, in its normal form; and every
name that one had: a deleted package's name does not become a stranger's. An owner can give such a name free again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import sqlalchemy as sa

from ..db import tables as t
from ..errors import InvalidRequest, NotFound
from ..models import Account, Actor, Kind, Visibility
from ..names import package_key
from ..permissions import Op
from ..upstream.fetching import Fetcher, Upstream
from . import accounts, audit
from .access import about, decide, require, visible
from .work import Settings, Work

KINDS = (Kind.CONDA, Kind.PYPI)
VISIBILITIES = (Visibility.PUBLIC, Visibility.AUTHENTICATED, Visibility.PRIVATE)
MOST_PATTERNS = 1000


@dataclass(frozen=True)
class Mirror:
    """What a channel takes from an upstream; `visibility` says who sees it (private: the channel's owners)."""

    account_id: int
    kind: Kind
    upstream: Upstream
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    visibility: str

    def takes(self, key: str) -> bool:
        """Do the patterns let this name (in its normal form) in?"""
        wanted = not self.include or any(fnmatchcase(key, pattern) for pattern in self.include)
        return wanted and not any(fnmatchcase(key, pattern) for pattern in self.exclude)


@dataclass(frozen=True)
class Resolution:
    """Where a name of a channel comes from: `here`, `upstream` or `nowhere`; and why, in a sentence."""

    name: str
    where: str
    why: str


def fetcher(settings: Settings) -> Fetcher:
    """Who asks upstreams, within what the administrator allows."""
    return Fetcher(tuple(settings.mirror_hosts), settings.mirror_private)


_OF = sa.select(t.mirrors).where(
    t.mirrors.c.account_id == sa.bindparam("channel"), t.mirrors.c.kind == sa.bindparam("kind")
)


def of(work: Work, channel_id: int, kind: Kind) -> Mirror | None:
    """The channel's mirror for files of a kind."""
    row = work.db.execute(_OF, {"channel": channel_id, "kind": str(kind)}).first()
    return _mirror(row) if row is not None else None


def _mirror(row: sa.Row[Any]) -> Mirror:
    upstream = Upstream(row.url, row.credential)
    return Mirror(row.account_id, Kind(row.kind), upstream, tuple(row.include), tuple(row.exclude), row.visibility)


def shown(work: Work, actor: Actor, channel: Account, mirror: Mirror) -> bool:
    """May the actor see what comes from the upstream?"""
    if mirror.visibility == Visibility.PUBLIC:
        return True
    if mirror.visibility == Visibility.AUTHENTICATED and actor.account is not None:
        return True
    return _owns(work, actor, channel, mirror.kind)


def _owns(work: Work, actor: Actor, channel: Account, kind: Kind) -> bool:
    return decide(work, actor, Op.DOWNLOAD, about(channel, kinds=[kind])).allowed


def listing(work: Work, actor: Actor, owner: str) -> list[Mirror]:
    """The mirrors of a channel, for its owners. Raises NotFound, Forbidden."""
    channel = accounts.channel(work, actor, owner)
    require(work, actor, Op.MANAGE_MIRRORS, about(channel))
    m = t.mirrors
    return [
        _mirror(row) for row in work.db.execute(sa.select(m).where(m.c.account_id == channel.id).order_by(m.c.kind))
    ]


def put(
    work: Work,
    actor: Actor,
    owner: str,
    kind: Kind,
    url: str,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    visibility: Visibility | None = None,
    credential: str | None = None,
) -> Mirror:
    """Make the channel a mirror of `url` for files of a kind, or change what it takes.

    Without a credential the one of before stays, as long as the upstream is the same; with one, what comes from there
    is private unless said otherwise. Raises Forbidden (for a host the administrator did not allow, too),
    InvalidRequest.
    """
    work.hold(owner)
    channel = accounts.channel(work, actor, owner)
    require(work, actor, Op.MANAGE_MIRRORS, about(channel))
    _check_kind(kind)
    url = url.strip().rstrip("/")
    parts = fetcher(work.settings).check(url)
    if parts.query or parts.fragment or "/t/" in parts.path:
        raise InvalidRequest("leave tokens and queries out of the address; give a token as the credential")
    patterns = [_patterns(one) for one in (include, exclude)]
    before = of(work, channel.id, kind)
    same = before is not None and before.upstream.url == url
    secret = credential if credential is not None else (before.upstream.secret if before and same else "")
    if "\n" in secret or "\r" in secret or len(secret) > 600 or len(url) > 600:
        raise InvalidRequest("the credential or the address is too long, or holds a line break")
    if visibility is not None and visibility not in VISIBILITIES:
        raise InvalidRequest(f"what is mirrored can be {', '.join(VISIBILITIES)}")
    kept = before.visibility if before and same else (Visibility.PRIVATE if secret else Visibility.PUBLIC)
    values: dict[str, object] = {
        "url": url,
        "include": patterns[0],
        "exclude": patterns[1],
        "visibility": str(visibility or kept),
        "credential": secret,
    }
    m = t.mirrors
    if before is None:
        work.db.execute(sa.insert(m).values(account_id=channel.id, kind=str(kind), created_at=work.now, **values))
    else:
        work.db.execute(sa.update(m).where(m.c.account_id == channel.id, m.c.kind == str(kind)).values(**values))
    if not same:
        _forget(work, channel, kind)
    work.bump(channel.id)
    details: dict[str, Any] = {key: value for key, value in values.items() if key != "credential"}
    audit.record(work, actor, "mirror.set", f"{channel.name}: {kind}", channel=channel.name, **details)
    found = of(work, channel.id, kind)
    assert found is not None
    return found


def remove(work: Work, actor: Actor, owner: str, kind: Kind) -> None:
    """End a mirror; what was fetched goes with it. NotFound where there is none."""
    work.hold(owner)
    channel = accounts.channel(work, actor, owner)
    require(work, actor, Op.MANAGE_MIRRORS, about(channel))
    m = t.mirrors
    done = work.db.execute(sa.delete(m).where(m.c.account_id == channel.id, m.c.kind == str(kind)))
    if not done.rowcount:
        raise NotFound(f"{channel.name} mirrors nothing for {kind}")
    _forget(work, channel, kind)
    work.bump(channel.id)
    audit.record(work, actor, "mirror.remove", f"{channel.name}: {kind}", channel=channel.name)


def _forget(work: Work, channel: Account, kind: Kind) -> None:
    for table in (t.mirror_documents, t.mirror_files):
        work.db.execute(sa.delete(table).where(table.c.account_id == channel.id, table.c.kind == str(kind)))


def _check_kind(kind: Kind) -> None:
    if kind not in KINDS:
        raise InvalidRequest(f"only {' and '.join(KINDS)} can be mirrored, not {kind}")


def _patterns(found: Sequence[str]) -> list[str]:
    cleaned = [package_key(one.strip()) for one in found if one.strip()]
    if len(cleaned) > MOST_PATTERNS or any(len(one) > 200 for one in cleaned):
        raise InvalidRequest(f"at most {MOST_PATTERNS} patterns of at most 200 characters")
    return cleaned


def retire(work: Work, channel: Account, name: str) -> None:
    """A package of that name has left the channel; its name stays the channel's own."""
    r, key = t.retired_names, package_key(name)
    work.db.execute(sa.delete(r).where(r.c.account_id == channel.id, r.c.name_key == key))
    work.db.execute(sa.insert(r).values(account_id=channel.id, name_key=key, at=work.now))


def release(work: Work, actor: Actor, owner: str, name: str) -> None:
    """Give the name of a package that is gone free again, so that it may come from upstream. NotFound."""
    work.hold(owner)
    channel = accounts.channel(work, actor, owner)
    require(work, actor, Op.MANAGE_MIRRORS, about(channel))
    r, key = t.retired_names, package_key(name)
    done = work.db.execute(sa.delete(r).where(r.c.account_id == channel.id, r.c.name_key == key))
    if not done.rowcount:
        raise NotFound(f"{channel.name} keeps no name {key} of a package that is gone")
    work.bump(channel.id, name)
    audit.record(work, actor, "mirror.release", f"{channel.name}/{key}", channel=channel.name)


def owned(work: Work, channel_id: int, names: Collection[str] | None = None) -> set[str]:
    """The normal forms that are the channel's own, or those of `names` that are."""
    p, r = t.packages, t.retired_names
    here = sa.select(p.c.name_key).where(p.c.account_id == channel_id)
    gone = sa.select(r.c.name_key).where(r.c.account_id == channel_id)
    if names is not None:
        here, gone = here.where(p.c.name_key.in_(names)), gone.where(r.c.name_key.in_(names))
    return set(work.db.scalars(here)) | set(work.db.scalars(gone))


def takes(work: Work, mirror: Mirror, key: str) -> bool:
    """May this name come from the upstream?"""
    return mirror.takes(key) and not owned(work, mirror.account_id, [key])


def resolve(work: Work, actor: Actor, owner: str, kind: Kind, name: str) -> Resolution:
    """Where a name comes from, and why; as much of it as the actor may know. Raises NotFound, InvalidRequest.

    To those who may not see a package, its name is one of those that are kept from the upstream, whatever the reason.
    """
    _check_kind(kind)
    channel = accounts.channel(work, actor, owner)
    key = package_key(name)
    p, r = t.packages, t.retired_names
    mirror = of(work, channel.id, kind)
    may_manage = decide(work, actor, Op.MANAGE_MIRRORS, about(channel)).allowed
    mine = sa.select(p.c.name).where(p.c.account_id == channel.id, p.c.name_key == key)
    if work.db.execute(mine.where(visible(actor, Op.DOWNLOAD, kind=kind))).first() is not None:
        return Resolution(key, "here", f"{channel.name} has a package of this name, and that always comes first.")
    if mirror is None or not (may_manage or shown(work, actor, channel, mirror)):
        return Resolution(key, "nowhere", f"{channel.name} has no such package, and takes none from elsewhere.")
    there = f"at {mirror.upstream.url}" if may_manage else "upstream"
    if takes(work, mirror, key):
        why = f"{channel.name} has no package of this name; it is looked for {there}."
        return Resolution(key, "upstream", f"{why} {_said(work, channel, kind, key)}" if may_manage else why)
    if not may_manage:
        return Resolution(key, "nowhere", f"{channel.name} does not take this name from its upstream.")
    if work.db.execute(mine).first() is not None:
        why = f"{channel.name} has a package of this name that this token does not open; it never comes from upstream."
    elif work.db.execute(sa.select(r.c.at).where(r.c.account_id == channel.id, r.c.name_key == key)).first():
        why = "A package of this name was here and is gone; release the name to let it come from upstream."
    else:
        why = "The patterns of the mirror leave this name out."
    return Resolution(key, "nowhere", why)


def _said(work: Work, channel: Account, kind: Kind, key: str) -> str:
    """What the upstream said when it was asked last: of that name (PyPI), of a platform (conda)."""
    d = t.mirror_documents
    asked = sa.select(d).where(d.c.account_id == channel.id, d.c.kind == str(kind))
    asked = asked.where(d.c.path == key) if kind is Kind.PYPI else asked
    # of several platforms the one with a trouble, and of those the latest
    row = work.db.execute(asked.order_by(d.c.error == "", d.c.checked_at.desc()).limit(1)).first()
    if row is None:
        return "Nobody has asked for it yet."
    when = f"{row.checked_at:%Y-%m-%d %H:%M} UTC"
    if row.error:
        kept = "what was kept before is given on" if row.sha256 is not None else "nothing of it is kept"
        return f"The upstream could not be reached at {when} ({row.error}); {kept}."
    if kind is Kind.PYPI:
        return f"The upstream {'has it' if row.sha256 is not None else 'does not have it'}, as it said at {when}."
    return f"The upstream's index is of {when}."
