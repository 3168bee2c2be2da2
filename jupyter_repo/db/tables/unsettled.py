"""Small blobs whose files nobody has flushed to the disk yet: their bytes are kept here, too."""

from __future__ import annotations

import sqlalchemy as sa

from .columns import Moment, key, metadata

unsettled_blobs = sa.Table(  # a log: the same bytes may stand in it several times, each row for one placing
    "unsettled_blobs",
    metadata,
    key(),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("at", Moment, nullable=False),
    # a key is never given again: who settled a row must not forget a later one
    sqlite_autoincrement=True,
)
