"""What was: changes, closed intervals, what was deleted, and the audit log."""

from __future__ import annotations

import sqlalchemy as sa

from .columns import Moment, key, metadata, to

changes = sa.Table(  # which package each generation of a channel changed: what is kept in memory is brought up by these
    "changes",
    metadata,
    to("accounts", "account_id", primary_key=True),
    sa.Column("generation", sa.BigInteger, primary_key=True, autoincrement=False),
    # empty: it may have been anything
    sa.Column("name_key", sa.String(128), nullable=False),
    sa.Column("at", Moment, nullable=False, index=True),
)


def _of_a_file() -> tuple[sa.Column[int], sa.Column[int]]:
    """A file that lives, or one that was deleted: one of the two is set."""
    return tuple(
        sa.Column(name, sa.BigInteger, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), index=True)
        for table, name in (("files", "file_id"), ("deleted_files", "deleted_id"))
    )  # type: ignore[return-value]  # two, as the pairs above


past_labels = sa.Table(  # closed intervals: when a channel listed a file under a label that it carries no longer
    "past_labels",
    metadata,
    key(),
    # the channel it was in then
    to("accounts", "account_id"),
    *_of_a_file(),
    # empty: being in the channel at all
    sa.Column("label", sa.String(128), nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Index("ix_past_labels_channel", "account_id", "until"),
)

past_yanks = sa.Table(  # how a file was yanked, or not (NULL), until that moment
    "past_yanks",
    metadata,
    key(),
    *_of_a_file(),
    sa.Column("yanked", sa.String(1000)),
    sa.Column("until", Moment, nullable=False),
)

deleted_files = sa.Table(  # what was deleted or replaced, kept for a while; the collector spares its bytes
    "deleted_files",
    metadata,
    key(),
    to("accounts", "account_id"),
    # NULL: it is gone, or nobody knows
    to("packages", "package_id", nullable=True, index=True),
    sa.Column("package", sa.String(128), nullable=False),
    sa.Column("package_key", sa.String(128), nullable=False),
    sa.Column("visibility", sa.String(16), nullable=False),
    sa.Column("version", sa.String(128), nullable=False),
    sa.Column("basename", sa.String(250), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False, index=True),
    sa.Column("metadata_sha256", sa.String(64)),
    # the row as it was, its record in base64, its labels
    sa.Column("row", sa.JSON, nullable=False),
    to("accounts", "deleted_by", nullable=True),
    # by the site's administrator: nobody else restores it
    sa.Column("taken_down", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("deleted_at", Moment, nullable=False, index=True),
    sa.Index("ix_deleted_files_package", "account_id", "package_key"),
)

audit = sa.Table(  # append-only, held by triggers; names and not keys, so that it outlives what it speaks of
    "audit",
    metadata,
    key(),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("token", sa.String(200)),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("channel", sa.String(39)),
    sa.Column("action", sa.String(64), nullable=False),
    sa.Column("target", sa.String(600), nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Index("ix_audit_channel", "channel", "id"),
)
