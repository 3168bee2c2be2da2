"""People of JupyterHub: by which of its users an account is signed in to."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("hub_user", sa.String(length=255), nullable=True))
    op.create_index(op.f("ix_accounts_hub_user"), "accounts", ["hub_user"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_accounts_hub_user"), table_name="accounts")
    op.drop_column("accounts", "hub_user")
