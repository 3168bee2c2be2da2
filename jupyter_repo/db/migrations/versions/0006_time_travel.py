"""When a file and each of its labels came into a channel, and the intervals that have ended: for time travel.

Of rows that exist nobody wrote down when they were labelled, so their intervals begin with their upload.
"""

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.add_column(sa.Column("since", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("file_labels", schema=None) as batch_op:
        batch_op.add_column(sa.Column("since", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE files SET since = uploaded_at")
    op.execute("UPDATE file_labels SET since = (SELECT uploaded_at FROM files WHERE files.id = file_labels.file_id)")
    for table in ("files", "file_labels"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("since", existing_type=sa.DateTime(timezone=True), nullable=False)
    with op.batch_alter_table("deleted_files", schema=None) as batch_op:
        batch_op.add_column(sa.Column("package_id", sa.BigInteger(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_deleted_files_package_id_packages"), "packages", ["package_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_index(batch_op.f("ix_deleted_files_package_id"), ["package_id"], unique=False)
    op.create_table(
        "past_labels",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("deleted_id", sa.BigInteger(), nullable=True),
        sa.Column("label", sa.String(length=128), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_past_labels_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_past_labels_file_id_files"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["deleted_id"],
            ["deleted_files.id"],
            name=op.f("fk_past_labels_deleted_id_deleted_files"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_labels")),
    )
    with op.batch_alter_table("past_labels", schema=None) as batch_op:
        batch_op.create_index("ix_past_labels_channel", ["account_id", "until"], unique=False)
        batch_op.create_index(batch_op.f("ix_past_labels_file_id"), ["file_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_past_labels_deleted_id"), ["deleted_id"], unique=False)
    op.create_table(
        "past_yanks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("deleted_id", sa.BigInteger(), nullable=True),
        sa.Column("yanked", sa.String(length=1000), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_past_yanks_file_id_files"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["deleted_id"],
            ["deleted_files.id"],
            name=op.f("fk_past_yanks_deleted_id_deleted_files"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_yanks")),
    )
    with op.batch_alter_table("past_yanks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_past_yanks_file_id"), ["file_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_past_yanks_deleted_id"), ["deleted_id"], unique=False)
    _remember_deleted()


def _remember_deleted() -> None:
    """What was deleted and can still be restored was listed from its upload until then."""
    connection = op.get_bind()
    moment = sa.DateTime(timezone=True)
    deleted = sa.table(
        "deleted_files",
        sa.column("id", sa.BigInteger),
        sa.column("account_id", sa.BigInteger),
        sa.column("row", sa.JSON),
        sa.column("deleted_at", moment),
    )
    past = sa.table(
        "past_labels",
        sa.column("account_id", sa.BigInteger),
        sa.column("deleted_id", sa.BigInteger),
        sa.column("label", sa.String),
        sa.column("since", moment),
        sa.column("until", moment),
    )
    spans = []
    for key, account, row, until in connection.execute(sa.select(deleted)):
        whole = row if isinstance(row, dict) else json.loads(row)
        since = datetime.fromisoformat(whole["columns"]["uploaded_at"]).astimezone(UTC)
        span = {"account_id": account, "deleted_id": key, "since": since, "until": until}
        spans += [{**span, "label": label} for label in ("", *whole["labels"])]
    if spans:
        connection.execute(sa.insert(past), spans)


def downgrade() -> None:
    op.drop_table("past_yanks")
    op.drop_table("past_labels")
    with op.batch_alter_table("deleted_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deleted_files_package_id"))
        batch_op.drop_constraint(batch_op.f("fk_deleted_files_package_id_packages"), type_="foreignkey")
        batch_op.drop_column("package_id")
    for table in ("file_labels", "files"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("since")
