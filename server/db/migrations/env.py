"""Alembic's environment: the address comes from the caller or from DUBAN_DATABASE_URL."""

from alembic import context

from server.db import tables  # noqa: F401 - fills the metadata
from server.db.base import metadata
from server.db.engine import make_engine

config = context.config


def run() -> None:
    """Run the migrations in one transaction each."""
    engine = make_engine(config.get_main_option("sqlalchemy.url") or "")
    try:
        with engine.connect() as connection:
            context.configure(
                connection=connection, target_metadata=metadata, transaction_per_migration=True
            )
            with context.begin_transaction():
                context.run_migrations()
    finally:
        engine.dispose()


run()
