"""Alembic's entry: runs the versions on the connection that store.migrate opens."""

from alembic import context

from hotline.store import (  # noqa: F401  of the metadata
    tables_channels,
    tables_console,
    tables_routing,
)
from hotline.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, include_schemas=True)
with context.begin_transaction():
    context.run_migrations()
