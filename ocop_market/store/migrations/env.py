"""Alembic's entry: runs on the connection that the program hands over."""

from alembic import context

from ocop_market.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True,
    include_name=lambda name, kind, _parents: kind != "table" or name in metadata.tables)
with context.begin_transaction():
    context.run_migrations()
