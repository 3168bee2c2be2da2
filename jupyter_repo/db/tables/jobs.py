"""Housekeeping: when each job ran last, what came of it, when it is due."""

from __future__ import annotations

import sqlalchemy as sa

from .columns import Moment, metadata

jobs = sa.Table(  # the jobs themselves are code; a row says how the last run went, in whichever process
    "jobs",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("started_at", Moment),
    sa.Column("seconds", sa.Float),
    # what was done, or what went wrong; holds no secrets
    sa.Column("said", sa.String(600), nullable=False, server_default=""),
    sa.Column("failed", sa.Boolean, nullable=False, server_default=sa.false()),
    # NULL: nothing runs it by itself
    sa.Column("next_at", Moment),
    # a process is at it until then, unless it died
    sa.Column("leased_until", Moment),
)
