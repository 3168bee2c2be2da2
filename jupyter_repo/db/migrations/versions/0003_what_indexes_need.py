"""What indexes need: which package each change touched, run_exports, yanking, provenance, project status, notices.

Records written before get the moment of their upload as `indexed_timestamp` (CEP 47).
"""

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("name_key", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_changes_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "generation", name=op.f("pk_changes")),
    )
    with op.batch_alter_table("changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_changes_at"), ["at"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.String(length=1000), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_notices_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_account_id"), ["account_id"], unique=False)
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.add_column(sa.Column("run_exports", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("yanked", sa.String(length=1000), nullable=True))
        batch_op.add_column(sa.Column("provenance_sha256", sa.String(length=64), nullable=True))
    with op.batch_alter_table("packages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("status", sa.String(length=16), server_default="active", nullable=False))
        batch_op.add_column(sa.Column("status_reason", sa.String(length=1000), server_default="", nullable=False))
    _stamp_records()


def _stamp_records() -> None:
    connection = op.get_bind()
    files = sa.table(
        "files",
        sa.column("id", sa.BigInteger),
        sa.column("kind", sa.String),
        sa.column("record", sa.LargeBinary),
        sa.column("uploaded_at", sa.DateTime(timezone=True)),
    )
    found = connection.execute(
        sa.select(files.c.id, files.c.record, files.c.uploaded_at).where(files.c.kind == "conda")
    )
    stamped = []
    for key, record, uploaded_at in found:
        moment = uploaded_at if isinstance(uploaded_at, datetime) else datetime.fromisoformat(str(uploaded_at))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        whole = {**json.loads(record), "indexed_timestamp": int(moment.timestamp() * 1000)}
        packed = json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        stamped.append({"key": key, "packed": packed})
    if stamped:
        change = sa.update(files).where(files.c.id == sa.bindparam("key")).values(record=sa.bindparam("packed"))
        connection.execute(change, stamped)


def downgrade() -> None:
    with op.batch_alter_table("packages", schema=None) as batch_op:
        batch_op.drop_column("status_reason")
        batch_op.drop_column("status")
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.drop_column("provenance_sha256")
        batch_op.drop_column("yanked")
        batch_op.drop_column("run_exports")
    op.drop_table("notices")
    op.drop_table("changes")
