"""Mirrors of upstreams: what a channel takes, what was said and fetched last, and names that stay the channel's own."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id"], ["accounts.id"], name=op.f(f"fk_{table}_account_id_accounts"), ondelete="CASCADE"
    )


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "mirrors",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("url", sa.String(length=600), nullable=False),
        sa.Column("include", sa.JSON(), nullable=False),
        sa.Column("exclude", sa.JSON(), nullable=False),
        sa.Column("visibility", sa.String(length=16), nullable=False),
        sa.Column("credential", sa.String(length=600), server_default="", nullable=False),
        sa.Column("created_at", moment, nullable=False),
        _account("mirrors"),
        sa.PrimaryKeyConstraint("account_id", "kind", name=op.f("pk_mirrors")),
    )
    op.create_table(
        "mirror_documents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("path", sa.String(length=128), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("etag", sa.String(length=300), server_default="", nullable=False),
        sa.Column("error", sa.String(length=300), server_default="", nullable=False),
        sa.Column("checked_at", moment, nullable=False),
        sa.Column("leased_until", moment, nullable=True),
        _account("mirror_documents"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirror_documents")),
        sa.UniqueConstraint("account_id", "kind", "path", name=op.f("uq_mirror_documents_account_id_kind_path")),
    )
    op.create_index(op.f("ix_mirror_documents_sha256"), "mirror_documents", ["sha256"], unique=False)
    op.create_table(
        "mirror_files",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("address", sa.String(length=520), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("fetched_at", moment, nullable=False),
        _account("mirror_files"),
        sa.PrimaryKeyConstraint("account_id", "kind", "address", name=op.f("pk_mirror_files")),
    )
    op.create_index(op.f("ix_mirror_files_sha256"), "mirror_files", ["sha256"], unique=False)
    op.create_table(
        "retired_names",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name_key", sa.String(length=128), nullable=False),
        sa.Column("at", moment, nullable=False),
        _account("retired_names"),
        sa.PrimaryKeyConstraint("account_id", "name_key", name=op.f("pk_retired_names")),
    )


def downgrade() -> None:
    op.drop_table("retired_names")
    op.drop_table("mirror_files")
    op.drop_table("mirror_documents")
    op.drop_table("mirrors")
