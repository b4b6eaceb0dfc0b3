from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

from budget_align.store import tables

assert tables  # imported so that the metadata knows every table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
