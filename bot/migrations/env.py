"""Runs the steps on the connection that `bot.storage.schema` hands over."""

from __future__ import annotations

from alembic import context

from bot.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
