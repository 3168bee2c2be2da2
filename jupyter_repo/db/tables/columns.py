"""What all tables are made with: the metadata, moments in UTC, keys and references."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={  # named constraints: a batch migration on SQLite can only drop what has a name
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite forgets the zone, so it is put back on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse naive times before they are stored."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Give the zone back."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def key() -> sa.Column[int]:
    """The column `id`: a 64-bit key on PostgreSQL, SQLite's rowid on SQLite."""
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True)


def to(table: str, name: str, *, nullable: bool = False, **column: Any) -> sa.Column[int]:
    """A reference: what belongs to the other row goes with it; who did something is forgotten with their account."""
    rule = "SET NULL" if nullable else "CASCADE"
    return sa.Column(name, sa.BigInteger, sa.ForeignKey(f"{table}.id", ondelete=rule), nullable=nullable, **column)
