"""A log of small blobs that were not flushed to the disk: the commit that names them keeps them."""

import os

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unsettled_blobs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsettled_blobs")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    os.sync()  # the files are in their places: from now on only they hold these bytes
    op.drop_table("unsettled_blobs")
