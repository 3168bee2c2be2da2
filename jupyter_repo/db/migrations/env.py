"""Alembic's entry: runs on the connection that `db.migrate.upgrade` hands over, in its transaction."""

import sqlalchemy as sa
from alembic import context

from jupyter_repo.db.tables import metadata


def run(connection: sa.Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
