"""Jobs: how the last run of each went; and when a signed-in browser was seen last."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("started_at", MOMENT),
        sa.Column("seconds", sa.Float()),
        sa.Column("said", sa.String(length=600), server_default="", nullable=False),
        sa.Column("failed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("next_at", MOMENT),
        sa.Column("leased_until", MOMENT),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_jobs")),
    )
    # the list of a channel's tokens, newest first
    op.create_index("ix_tokens_channel", "tokens", ["channel_id", "id"])
    op.add_column("sessions", sa.Column("seen_at", MOMENT))
    op.add_column("sessions", sa.Column("seen_from", sa.String(length=64), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("sessions", "seen_from")
    op.drop_column("sessions", "seen_at")
    op.drop_index("ix_tokens_channel", table_name="tokens")
    op.drop_table("jobs")
