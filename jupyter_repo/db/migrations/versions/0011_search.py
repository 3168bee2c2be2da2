"""Search: a document for each package, a full-text index over it, lists in their order, downloads by day.

The index is FTS5 on SQLite, a tsvector with GIN on PostgreSQL; triggers keep it in the transaction of the change.
"""

# ruff: noqa: S608  # all that is put into SQL here are this file's own words

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

COLUMNS = ("name", "channel", "kinds", "summary", "description", "body")
NOUNS = {
    "conda": "conda package",
    "pypi": "Python package",
    "ipynb": "notebook",
    "env": "environment",
    "file": "file",
}


def upgrade() -> None:
    _tables()
    if op.get_bind().dialect.name == "sqlite":
        _fts()
    else:
        _tsvector()
    _fill()
    with op.batch_alter_table("packages", schema=None) as batch_op:
        batch_op.drop_column("search_text")


def _tables() -> None:
    op.create_table(
        "search_documents",
        sa.Column("package_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("channel", sa.String(length=39), nullable=False),
        sa.Column("kinds", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=1000), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["package_id"], ["packages.id"], name=op.f("fk_search_documents_package_id_packages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("package_id", name=op.f("pk_search_documents")),
    )
    op.create_table(
        "listings",
        sa.Column("package_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_listings_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["package_id"], ["packages.id"], name=op.f("fk_listings_package_id_packages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("package_id", "kind", name=op.f("pk_listings")),
    )
    op.create_index("ix_listings_kind", "listings", ["kind", "updated_at", "package_id"])
    op.create_index("ix_listings_channel", "listings", ["account_id", "kind", "updated_at", "package_id"])
    op.create_index("ix_packages_name_key", "packages", ["name_key", "id"])
    op.create_table(
        "daily_downloads",
        sa.Column("package_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["package_id"], ["packages.id"], name=op.f("fk_daily_downloads_package_id_packages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("package_id", "day", name=op.f("pk_daily_downloads")),
    )


def _fts() -> None:
    columns = ", ".join(COLUMNS)
    new, old = (", ".join(f"{row}.{column}" for column in COLUMNS) for row in ("new", "old"))
    add = f"INSERT INTO search_index(rowid, {columns}) VALUES (new.package_id, {new});"
    # the index holds no text of its own: to take words out of it, it must be told which ones
    take = f"INSERT INTO search_index(search_index, rowid, {columns}) VALUES ('delete', old.package_id, {old});"
    op.execute(
        f"CREATE VIRTUAL TABLE search_index USING fts5({columns}, content='search_documents', "
        "content_rowid='package_id', tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
    )
    op.execute(f"CREATE TRIGGER search_documents_new AFTER INSERT ON search_documents BEGIN {add} END")
    op.execute(f"CREATE TRIGGER search_documents_gone AFTER DELETE ON search_documents BEGIN {take} END")
    op.execute(f"CREATE TRIGGER search_documents_changed AFTER UPDATE ON search_documents BEGIN {take} {add} END")


def _tsvector() -> None:
    # words as FTS5 cuts them: letters and digits without their accents; no stemming, for there is no one language
    def words(column: str, weight: str) -> str:
        plain = f"regexp_replace(normalize(new.{column}, NFKD), U&'[\\0300-\\036f]', '', 'g')"
        return f"setweight(to_tsvector('simple', regexp_replace({plain}, '[^[:alnum:]]+', ' ', 'g')), '{weight}')"

    weights = {"name": "A", "channel": "B", "kinds": "B", "summary": "C", "description": "D", "body": "D"}
    document = " || ".join(words(column, weight) for column, weight in weights.items())
    op.execute(
        "CREATE TABLE search_index (package_id BIGINT PRIMARY KEY REFERENCES search_documents ON DELETE CASCADE, "
        "document tsvector NOT NULL)"
    )
    op.execute("CREATE INDEX ix_search_index ON search_index USING gin (document)")
    op.execute(
        "CREATE FUNCTION search_documents_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"INSERT INTO search_index VALUES (new.package_id, {document}) "
        "ON CONFLICT (package_id) DO UPDATE SET document = excluded.document; RETURN new; END $$"
    )
    op.execute(
        "CREATE TRIGGER search_documents_changed AFTER INSERT OR UPDATE ON search_documents "
        "FOR EACH ROW EXECUTE FUNCTION search_documents_changed()"
    )


def _fill() -> None:
    word = "k.kind || ' ' || CASE k.kind " + " ".join(f"WHEN '{k}' THEN '{n}'" for k, n in NOUNS.items()) + " END"
    joined = "group_concat" if op.get_bind().dialect.name == "sqlite" else "string_agg"
    op.execute(
        "INSERT INTO search_documents (package_id, name, channel, kinds, summary, description, body, source) "
        f"SELECT p.id, p.name, a.name, coalesce((SELECT {joined}({word}, ' ') FROM package_kinds k "
        "WHERE k.package_id = p.id), ''), p.summary, "
        "coalesce((SELECT substr(r.description, 1, 50000) FROM releases r "
        "WHERE r.package_id = p.id AND r.version = p.latest_version), ''), p.search_text, '' "
        "FROM packages p JOIN accounts a ON a.id = p.account_id"
    )
    op.execute(
        "INSERT INTO listings (package_id, kind, account_id, updated_at) "
        "SELECT p.id, '', p.account_id, p.updated_at FROM packages p UNION ALL "
        "SELECT p.id, k.kind, p.account_id, p.updated_at FROM packages p JOIN package_kinds k ON k.package_id = p.id "
        "UNION ALL SELECT p.id, 'packages', p.account_id, p.updated_at FROM packages p WHERE EXISTS "
        "(SELECT 1 FROM package_kinds k WHERE k.package_id = p.id AND k.kind IN ('conda', 'pypi'))"
    )


def downgrade() -> None:
    with op.batch_alter_table("packages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("search_text", sa.Text(), server_default="", nullable=False))
    op.execute(
        "UPDATE packages SET search_text = coalesce("
        "(SELECT d.body FROM search_documents d WHERE d.package_id = packages.id), '')"
    )
    op.execute("DROP TABLE search_index")
    op.drop_table("daily_downloads")
    op.drop_index("ix_packages_name_key", "packages")
    op.drop_table("listings")
    op.drop_table("search_documents")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION search_documents_changed")
