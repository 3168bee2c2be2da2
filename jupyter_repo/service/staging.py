"""anaconda-client's upload in three calls: stage (what will come), a form POST of the bytes, commit.

The form POST carries no token: it is authorised by a secret that stage handed out. Between the calls the bytes lie in
the blob store under their digest, named by the staging row; nobody sees them before the commit publishes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from ..db import tables as t
from ..errors import Conflict, InvalidRequest, NotFound
from ..models import Actor, Kind, PackageInfo, Visibility
from ..names import check_label, check_package, check_version
from ..permissions import Op
from ..storage import Upload
from . import accounts, content, plans, secrets, uploads
from . import packages as package_service
from .access import about, require
from .work import Work, unheld

LIFETIME = timedelta(hours=12)
"""anaconda-client gives one upload ten hours"""


@dataclass(frozen=True)
class Staged:
    """An announced upload; `secret` authorises its bytes and is its `dist_id`."""

    secret: str
    package: str
    version: str
    basename: str
    kind: Kind
    labels: tuple[str, ...]
    content: content.Kept | None
    """None: the bytes have not arrived"""


def stage(
    work: Work,
    actor: Actor,
    owner: str,
    name: str,
    version: str,
    basename: str,
    *,
    kind: Kind,
    labels: tuple[str, ...],
    sha256: str | None,
) -> str:
    """Announce a file of an existing release; returns the secret. Rights are checked now, before any byte is sent."""
    found = package_service.get(work, actor, owner, name)
    require(work, actor, Op.UPLOAD, about(found.channel, found.package, [kind]))
    package_service.release(work, found, version)
    if found.package.visibility is Visibility.PRIVATE:
        plans.check_private(work, found.channel)
    for label in labels:
        check_label(label)
    secret = secrets.new_secret()
    assert actor.account is not None  # the gate let nobody anonymous through
    work.db.execute(
        sa.insert(t.stagings).values(
            secret_sha256=secrets.digest(secret),
            account_id=found.channel.id,
            maker_id=actor.account.id,
            package=check_package(found.package.name),
            version=check_version(version),
            basename=basename,
            options={"kind": str(kind), "labels": list(labels)},
            claimed_sha256=sha256,
            created_at=work.now,
        )
    )
    return secret


def find(work: Work, secret: str) -> Staged:
    """The announced upload of that secret; NotFound when there is none or it is too old."""
    row = _row(work, secret)
    return _staged(row, secret)


def announced(work: Work, secret: str, size: int) -> None:
    """Refuse before the bytes come: NotFound where nothing was announced, QuotaExceeded where they don't fit."""
    channel = accounts.by_id(work, _row(work, secret).account_id)
    assert channel is not None  # its stagings go with it
    plans.check_storage(work, channel, size, hold=False)


def receive(work: Work, secret: str, upload: Upload) -> None:
    """The bytes have arrived whole: keep them under the staging row."""
    row = _row(work, secret)
    content.check_digest(upload, row.claimed_sha256, row.basename)
    s = t.stagings
    sha256 = work.keep(upload)
    work.db.execute(sa.update(s).where(s.c.id == row.id).values(sha256=sha256, md5=upload.md5, size=upload.size))


def arrived(work: Work, actor: Actor, basename: str, secret: str) -> Staged:
    """The staged upload, its bytes in the store. Raises NotFound for anybody else's, Conflict when no bytes came."""
    row = _row(work, secret)
    if row.basename != basename or actor.account is None or row.maker_id != actor.account.id:
        raise NotFound(f"there is no staged upload of {basename}; upload it again")
    staged = _staged(row, secret)
    if staged.content is None:
        raise Conflict(f"the bytes of {basename} have not arrived; upload it again")
    return staged


def commit(work: Work, actor: Actor, owner: str, basename: str, secret: str, info: PackageInfo) -> uploads.Published:
    """Publish what was staged and sent; `info` is what `formats` read from its bytes."""
    staged = arrived(work, actor, basename, secret)
    assert staged.content is not None
    if info.version is not None and info.version != staged.version:
        raise InvalidRequest(f"{basename} is version {info.version}, not {staged.version}; upload it as {info.version}")
    wishes = uploads.Wishes(package=staged.package, version=staged.version, labels=staged.labels)
    published = uploads.publish(work, actor, owner, [uploads.Incoming(info, staged.content)], wishes)
    work.db.execute(sa.delete(t.stagings).where(t.stagings.c.secret_sha256 == secrets.digest(secret)))
    return published


def sweep(work: Work) -> int:
    """Forget uploads that were announced and never finished; their bytes fall to the collector."""
    old = t.stagings.c.created_at < work.now - LIFETIME
    return work.db.execute(sa.delete(t.stagings).where(unheld(t.stagings, old))).rowcount


def _row(work: Work, secret: str) -> sa.Row[Any]:
    s = t.stagings
    row = work.db.execute(
        sa.select(s).where(s.c.secret_sha256 == secrets.digest(secret), s.c.created_at >= work.now - LIFETIME)
    ).first()
    if row is None:
        raise NotFound("this upload was not announced, is finished, or is too old; start it again")
    return row


def _staged(row: sa.Row[Any], secret: str) -> Staged:
    return Staged(
        secret=secret,
        package=row.package,
        version=row.version,
        basename=row.basename,
        kind=Kind(row.options["kind"]),
        labels=tuple(row.options["labels"]),
        content=content.Kept(row.sha256, row.md5, row.size) if row.sha256 else None,
    )
