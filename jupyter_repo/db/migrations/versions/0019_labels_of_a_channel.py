"""The channel of a labelled file beside the label: a channel's labels are found without reading all of its files."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("file_labels", schema=None) as batch_op:
        batch_op.add_column(sa.Column("account_id", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE file_labels SET account_id = (SELECT account_id FROM files WHERE files.id = file_labels.file_id)"
    )
    with op.batch_alter_table("file_labels", schema=None) as batch_op:
        batch_op.alter_column("account_id", existing_type=sa.BigInteger(), nullable=False)
        batch_op.create_index("ix_file_labels_channel", ["account_id", "label", "file_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("file_labels", schema=None) as batch_op:
        batch_op.drop_index("ix_file_labels_channel")
        batch_op.drop_column("account_id")
