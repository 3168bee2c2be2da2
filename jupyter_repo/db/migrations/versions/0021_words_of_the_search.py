"""The words of the full-text index as a table: they are looked up, instead of put together by their beginning.

It holds nothing: FTS5 reads it from the index. PostgreSQL has no such thing.
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE search_index_words USING fts5vocab('search_index', 'instance')")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index_words")
