"""Alembic's door: runs migrations on the connection it is given. Opens no database and leaves logging alone."""

from alembic import context

from incidentbot.store.schema.tables import Row

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Row.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
