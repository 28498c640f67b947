"""Alembic's environment: migrations run over a connection that `lms migrate` hands in."""

from alembic import context

from lms import tables
from lms.kernel.db import metadata

tables.load()

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
