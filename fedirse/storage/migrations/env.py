"""Runs inside Alembic, for storage.migration and scripts/new-migration: on the connection it is given, one transaction a revision."""

from alembic import context

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    transactional_ddl=True,  # Alembic doubts it of SQLite, whose driver is told here not to interfere
    transaction_per_migration=True,
    on_version_apply=attributes.get("on_version_apply"),
    **attributes.get("autogenerate", {}),
)
with context.begin_transaction():
    context.run_migrations()
