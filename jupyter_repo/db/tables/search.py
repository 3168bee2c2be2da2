"""What is searched, and what lists are read from."""

from __future__ import annotations

import sqlalchemy as sa

from .columns import Moment, metadata, to

search_documents = sa.Table(  # what is searched of a package; triggers keep the full-text index over it (0011)
    "search_documents",
    metadata,
    to("packages", "package_id", primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(128), nullable=False),
    sa.Column("channel", sa.String(39), nullable=False),
    # each kind's word and noun
    sa.Column("kinds", sa.String(200), nullable=False),
    sa.Column("summary", sa.String(1000), nullable=False),
    # of the latest release; and the words of its notebooks and environments, which only those who may download it find
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    # the files that `body` was made from: it is made anew when they are others
    sa.Column("source", sa.String(64), nullable=False),
)

# what lists are read from, in their order: a row for each kind of a package, one (empty) for all, and `packages` for
# what conda or pip installs
listings = sa.Table(
    "listings",
    metadata,
    to("packages", "package_id", primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(8), primary_key=True),
    to("accounts", "account_id"),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Index("ix_listings_kind", "kind", "updated_at", "package_id"),
    sa.Index("ix_listings_channel", "account_id", "kind", "updated_at", "package_id"),
)
