"""Thumbnails: the small picture that lists show of a notebook, one for each version."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import sqlalchemy as sa

from ..db import tables as t
from ..errors import NotFound
from ..formats.image import read_picture
from ..models import Actor
from ..permissions import Op
from . import audit, packages
from .work import Work

MAX_BYTES = 96 << 10
"""a thumbnail is kept in its row: it must stay small"""
MAX_SIDE = 640
"""pixels"""


@dataclass(frozen=True)
class Thumbnail:
    """A picture as it is sent."""

    media_type: str
    sha256: str
    content: bytes


def put(work: Work, actor: Actor, owner: str, name: str, version: str, content: bytes) -> None:
    """Give a version its picture, replacing the one it has. Who may upload the version may do this.

    Raises NotFound, Forbidden, and InvalidPackage or TooLarge for what is no small PNG or JPEG.
    """
    found = packages.get(work, actor, owner, name, Op.UPLOAD)
    release = packages.release(work, found, version)
    picture = read_picture(content, max_bytes=MAX_BYTES, max_side=MAX_SIDE)
    pictures = t.thumbnails
    work.db.execute(sa.delete(pictures).where(pictures.c.release_id == release.id))
    work.db.execute(
        sa.insert(pictures).values(
            release_id=release.id,
            media_type=picture.media_type,
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
        )
    )
    title = f"{found.channel.name}/{found.package.name}/{version}"
    audit.record(work, actor, "thumbnail.put", title, channel=found.channel.name)


def get(work: Work, actor: Actor, owner: str, name: str, version: str) -> Thumbnail:
    """The picture of a version, for whoever may download it: it shows what is inside. NotFound."""
    found = packages.get(work, actor, owner, name, Op.DOWNLOAD)
    release, pictures = packages.release(work, found, version), t.thumbnails
    row = work.db.execute(sa.select(pictures).where(pictures.c.release_id == release.id)).first()
    if row is None:
        raise NotFound(f'"{found.channel.name}/{found.package.name}/{version}" has no picture')
    return Thumbnail(row.media_type, row.sha256, row.content)
