"""Run by Alembic for every command; `controller/storage/schema.py` hands it the connection and owns the transaction."""

from alembic import context

from controller.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
)
with context.begin_transaction():
    context.run_migrations()
