"""Suggestions: a notebook as a reader would have it, sent to those who may publish it, who take it or don't."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from .. import formats
from ..db import tables as t
from ..errors import Conflict, Forbidden, InvalidRequest, NotFound, RepoError, Unauthenticated
from ..models import Account, Actor, Kind, PackageInfo
from ..names import MAIN_LABEL
from ..permissions import Op
from . import accounts, audit, copying, notifications, packages, uploads
from .access import about, decide, require, visible
from .content import Content, Kept
from .packages import Found
from .uploads import Incoming, Wishes
from .work import Work

OPEN, ACCEPTED, DECLINED, WITHDRAWN = "open", "accepted", "declined", "withdrawn"
STATES = (OPEN, ACCEPTED, DECLINED, WITHDRAWN)
OPEN_LIMIT = 10
"""open suggestions of one person to one notebook"""
MAX_BYTES = 64 << 20
WORDS = 2_000


@dataclass(frozen=True)
class Suggestion:
    """One suggestion; `can` says what the viewer may do with it."""

    id: int
    channel: str
    package: str
    base_version: str
    author: str
    message: str
    state: str
    word: str
    made_version: str | None
    created_at: datetime
    decided_at: datetime | None
    decided_by: str
    filename: str
    sha256: str
    size: int
    latest_version: str | None
    can: tuple[str, ...]


def allow(work: Work, actor: Actor, owner: str, name: str) -> None:
    """Refuse before the bytes come: Unauthenticated, Forbidden, or NotFound for what the actor may not read."""
    require(work, actor, Op.SUGGEST, about(_me(actor)))
    packages.get(work, actor, owner, name, Op.DOWNLOAD)


def suggest(
    work: Work, actor: Actor, owner: str, name: str, info: PackageInfo, upload: Content, *, base: str, message: str
) -> Suggestion:
    """Suggest the notebook in `upload` as a next version, made from the version `base` (the latest if empty).

    Whoever may publish hears of it. The publish guard has been asked before. Raises NotFound, InvalidRequest, Conflict.
    """
    work.hold(owner)  # the notebook must be there to the end, and their number be counted
    allow(work, actor, owner, name)
    me, found = _me(actor), packages.get(work, actor, owner, name, Op.DOWNLOAD)
    title = f"{found.channel.name}/{found.package.name}"
    if Kind.NOTEBOOK not in found.package.kinds or info.kind is not Kind.NOTEBOOK:
        raise InvalidRequest(f"changes are suggested to notebooks, with a notebook; {title} or {info.basename} is none")
    base = base or found.package.latest_version or ""
    packages.release(work, found, base)
    message = message.strip()
    if not message or len(message) > WORDS:
        raise InvalidRequest(f"say in up to {WORDS} characters what the suggestion changes, and why")
    s = t.suggestions
    mine = sa.and_(s.c.package_id == found.package.id, s.c.author_id == me.id, s.c.state == OPEN)
    if len(work.db.scalars(sa.select(s.c.id).where(mine)).all()) >= OPEN_LIMIT:
        raise Conflict(f"you have {OPEN_LIMIT} open suggestions to {title}: wait for a word, or withdraw one")
    key = work.db.execute(
        sa.insert(s)
        .values(
            package_id=found.package.id,
            author_id=me.id,
            base_version=base,
            message=message,
            sha256=work.keep(upload),
            size=upload.size,
            filename=info.basename,
            state=OPEN,
            created_at=work.now,
        )
        .returning(s.c.id)
    ).scalar_one()
    audit.record(work, actor, "suggestion.create", f"{title}/{base}", channel=found.channel.name, suggestion=key)
    for person in _deciders(work, found) - {me.id}:
        notifications.tell(
            work, person, "suggestion", f"{me.name} suggests a change to {title}: {message}", f"/{title}"
        )
    return get(work, actor, key)


def get(work: Work, actor: Actor, key: int) -> Suggestion:
    """One suggestion, for its author and for those who may publish the notebook; NotFound for everybody else."""
    return _one(work, actor, key)[0]


def listing(
    work: Work, actor: Actor, *, box: str, full_name: str = "", state: str = "", limit: int = 200
) -> list[Suggestion]:
    """The suggestions to decide (`box` in) or of one's own (out), newest first, `full_name` and `state` narrow them."""
    me = _me(actor)
    require(work, actor, Op.READ_ACCOUNT, about(me))
    if box not in ("in", "out") or (state and state not in STATES):
        raise InvalidRequest(f"box must be in or out, state one of {', '.join(STATES)}")
    s = t.suggestions
    query = _ROWS.where(visible(actor, Op.DOWNLOAD, listed=False)).order_by(s.c.id.desc())
    query = query.where(s.c.author_id == me.id if box == "out" else s.c.author_id != me.id)
    if state:
        query = query.where(s.c.state == state)
    if full_name:
        owner, _, name = full_name.partition("/")
        found = packages.get(work, actor, owner, name)
        query = query.where(s.c.package_id == found.package.id)
    shown = []
    for row in work.db.execute(query.limit(limit * 5)):
        found = packages.get(work, actor, row.channel, row.package)
        one = _model(row, _can(work, actor, row, found))
        if box == "out" or _may_decide(work, actor, found):
            shown.append(one)
        if len(shown) == limit:
            break
    return shown


def accept(work: Work, actor: Actor, key: int, word: str = "") -> Suggestion:
    """Publish what was suggested as the next version, with the environment of the version it was made from."""
    one, found = _decide(work, actor, key)
    with work.store.open(one.sha256) as file:
        info = formats.read(one.filename, file, kind=Kind.NOTEBOOK)
        file.seek(0)
        digest = hashlib.md5(file.read(), usedforsecurity=False)
        kept = Kept(one.sha256, digest.hexdigest(), one.size)
    incoming = [Incoming(info, kept)]
    published = uploads.publish(work, actor, one.channel, incoming, Wishes(package=one.package))
    home = Found(found.channel, published.package.package)
    for beside in packages.files(work, found.package, version=one.base_version):
        if beside.kind is not Kind.NOTEBOOK:
            copying.place(work, actor, home, replace(beside, version=published.release.version), MAIN_LABEL)
    packages.settle(work, home)
    return _settle(work, actor, one, ACCEPTED, word, made=published.release.version)


def decline(work: Work, actor: Actor, key: int, word: str = "") -> Suggestion:
    """Say no, in a word or without."""
    one, _ = _decide(work, actor, key)
    return _settle(work, actor, one, DECLINED, word)


def withdraw(work: Work, actor: Actor, key: int) -> Suggestion:
    """Take one's own suggestion back."""
    one, _ = _one(work, actor, key)
    _must_be_open(one)
    if "withdraw" not in one.can:
        raise Forbidden(f"only {one.author} may withdraw this suggestion; you may decline it", code="right_missing")
    return _settle(work, actor, one, WITHDRAWN, "")


_a, _d = t.accounts.alias("author"), t.accounts.alias("decider")
_ROWS = (
    sa.select(
        t.suggestions,
        t.accounts.c.name.label("channel"),
        t.packages.c.name.label("package"),
        t.packages.c.latest_version,
        _a.c.name.label("author"),
        _d.c.name.label("decider"),
    )
    .join(t.packages, t.packages.c.id == t.suggestions.c.package_id)
    .join(t.accounts, t.accounts.c.id == t.packages.c.account_id)
    .join(_a, _a.c.id == t.suggestions.c.author_id)
    .outerjoin(_d, _d.c.id == t.suggestions.c.decided_by)
)


def _one(work: Work, actor: Actor, key: int) -> tuple[Suggestion, Found]:
    me = _me(actor)
    row = work.db.execute(_ROWS.where(t.suggestions.c.id == key)).first()
    absent = NotFound(f"there is no suggestion {key}")
    if row is None:
        raise absent
    try:
        found = packages.get(work, actor, row.channel, row.package, Op.DOWNLOAD)
    except NotFound:
        raise absent from None
    if row.author_id != me.id and not _may_decide(work, actor, found):
        raise absent
    require(work, actor, Op.READ_ACCOUNT if row.author_id == me.id else Op.UPLOAD, _target(me, found, row))
    return _model(row, _can(work, actor, row, found)), found


def _target(me: Account, found: Found, row: Any) -> Any:
    return about(me) if row.author_id == me.id else about(found.channel, found.package, [Kind.NOTEBOOK])


def _decide(work: Work, actor: Actor, key: int) -> tuple[Suggestion, Found]:
    work.hold(_one(work, actor, key)[1].channel.id)
    # once more: meanwhile the notebook may have gone, or become another channel's
    one, found = _one(work, actor, key)
    require(work, actor, Op.UPLOAD, about(found.channel, found.package, [Kind.NOTEBOOK]))
    _must_be_open(one)
    return one, found


def _must_be_open(one: Suggestion) -> None:
    if one.state != OPEN:
        raise Conflict(f"this suggestion is {one.state} already" + (f" by {one.decided_by}" if one.decided_by else ""))


def _may_decide(work: Work, actor: Actor, found: Found) -> bool:
    return decide(work, actor, Op.UPLOAD, about(found.channel, found.package, [Kind.NOTEBOOK])).allowed


def _can(work: Work, actor: Actor, row: Any, found: Found) -> tuple[str, ...]:
    if row.state != OPEN:
        return ()
    can = ["accept", "decline"] if _may_decide(work, actor, found) else []
    if actor.account is not None and row.author_id == actor.account.id:
        can.append("withdraw")
    return tuple(can)


def _settle(work: Work, actor: Actor, one: Suggestion, state: str, word: str, made: str | None = None) -> Suggestion:
    me, s, title = _me(actor), t.suggestions, f"{one.channel}/{one.package}"
    if len(word) > WORDS:
        raise InvalidRequest(f"a word has at most {WORDS} characters")
    values = {"state": state, "word": word.strip(), "decided_at": work.now, "decided_by": me.id, "made_version": made}
    # again with the state as it was: of two who decide at once, one is told
    changed = work.db.execute(sa.update(s).where(s.c.id == one.id, s.c.state == OPEN).values(**values))
    if not changed.rowcount:
        raise Conflict("somebody has decided about this suggestion in this moment")
    audit.record(work, actor, f"suggestion.{state}", title, channel=one.channel, suggestion=one.id, version=made)
    _tell_author(work, me, one, state, word.strip())
    return get(work, actor, one.id)


def _tell_author(work: Work, me: Account, one: Suggestion, state: str, word: str) -> None:
    """Tell the author what was decided, if the notebook is not absent for them by now."""
    author = accounts.find(work, one.author)
    if author is None or author.id == me.id:
        return
    try:
        packages.get(work, Actor(author), one.channel, one.package)
    except RepoError:
        return
    title, said = f"{one.channel}/{one.package}", f": {word}" if word else ""
    notifications.tell(
        work, author.id, "suggestion", f"{me.name} {state} your suggestion to {title}{said}", f"/{title}"
    )


def _deciders(work: Work, found: Found) -> set[int]:
    """Who is told: the person whose channel it is, or the organization's owners, and collaborators who may upload."""
    o, c = t.owners, t.collaborators
    people = set(work.db.scalars(sa.select(o.c.account_id).where(o.c.organization_id == found.channel.id)))
    writers = sa.select(c.c.account_id).where(
        c.c.package_id == found.package.id, c.c.level.in_(["read-write", "admin"])
    )
    return (people or {found.channel.id}) | set(work.db.scalars(writers))


def _me(actor: Actor) -> Account:
    if actor.account is None:
        raise Unauthenticated("sign in first")
    return actor.account


def _model(row: Any, can: tuple[str, ...]) -> Suggestion:
    names = ("id", "channel", "package", "base_version", "author", "message", "state", "word", "made_version")
    more = ("created_at", "decided_at", "filename", "sha256", "size", "latest_version")
    return Suggestion(**{name: getattr(row, name) for name in (*names, *more)}, decided_by=row.decider or "", can=can)
