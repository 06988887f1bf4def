"""Run by Alembic for every command; `controller/storage/schema.py` hands it the connection."""

from alembic import context

from controller.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite rolls DDL back like anything else once the driver does not commit behind our back (connections.py).
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
