"""The downloads of a package beside it, and an index in their order: sorting by them adds up no files.

On PostgreSQL the index for search knows no weights: names, and what lists show, get indexes of their own, or a word
that is in all descriptions is looked up in all of them to find it in a name.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

SHOWN = {"ix_search_index_name": "{a}", "ix_search_index_about": "{a,b,c}"}


def upgrade() -> None:
    with op.batch_alter_table("packages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("downloads", sa.BigInteger(), server_default="0", nullable=False))
    op.execute(
        "UPDATE packages SET downloads = (SELECT sum(f.downloads) FROM files f WHERE f.package_id = packages.id) "
        "WHERE EXISTS (SELECT 1 FROM files f WHERE f.package_id = packages.id AND f.downloads > 0)"
    )
    op.create_index("ix_packages_downloads", "packages", ["downloads", "id"])
    if op.get_bind().dialect.name == "postgresql":
        for name, weights in SHOWN.items():
            op.execute(f"CREATE INDEX {name} ON search_index USING gin (ts_filter(document, '{weights}'))")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in SHOWN:
            op.execute(f"DROP INDEX {name}")
    op.drop_index("ix_packages_downloads", "packages")
    with op.batch_alter_table("packages", schema=None) as batch_op:
        batch_op.drop_column("downloads")
