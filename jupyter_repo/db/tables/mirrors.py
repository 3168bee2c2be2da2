"""What channels take from upstreams, and what they tell those who use them."""

from __future__ import annotations

import sqlalchemy as sa

from .columns import Moment, key, metadata, to

mirrors = sa.Table(  # what a channel takes from an upstream, for the names that are not its own
    "mirrors",
    metadata,
    to("accounts", "account_id", primary_key=True),
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("url", sa.String(600), nullable=False),
    # patterns of names; nothing to include: all
    sa.Column("include", sa.JSON, nullable=False),
    sa.Column("exclude", sa.JSON, nullable=False),
    # who sees what comes from there: public, authenticated, private
    sa.Column("visibility", sa.String(16), nullable=False),
    # sent to the upstream, so kept as it is; never shown
    sa.Column("credential", sa.String(600), nullable=False, server_default=""),
    sa.Column("created_at", Moment, nullable=False),
)

mirror_documents = sa.Table(  # what an upstream said last: a platform's records (conda), a project's files (PyPI)
    "mirror_documents",
    metadata,
    key(),
    to("accounts", "account_id"),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("path", sa.String(128), nullable=False),
    # the blob of what was taken from it; NULL: it has none, or (with an error) was never reached
    sa.Column("sha256", sa.String(64), index=True),
    sa.Column("etag", sa.String(300), nullable=False, server_default=""),
    sa.Column("error", sa.String(300), nullable=False, server_default=""),
    sa.Column("checked_at", Moment, nullable=False),
    # a process asks the upstream until then; the others wait or serve what is kept
    sa.Column("leased_until", Moment),
    sa.UniqueConstraint("account_id", "kind", "path"),
)

mirror_files = sa.Table(  # an upstream's files that were fetched and verified
    "mirror_files",
    metadata,
    to("accounts", "account_id", primary_key=True),
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("address", sa.String(520), primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False, index=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("fetched_at", Moment, nullable=False),
)

retired_names = sa.Table(  # names that a channel had and has no longer: they do not fall through to an upstream
    "retired_names",
    metadata,
    to("accounts", "account_id", primary_key=True),
    sa.Column("name_key", sa.String(128), primary_key=True),
    sa.Column("at", Moment, nullable=False),
)

notices = sa.Table(  # what conda tells those who use the channel
    "notices",
    metadata,
    key(),
    to("accounts", "account_id", index=True),
    sa.Column("message", sa.String(1000), nullable=False),
    sa.Column("level", sa.String(8), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
)
