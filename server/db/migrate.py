"""Bring a database to the newest schema, by Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from server.db.engine import normalise_url


def alembic_config(database_url: str) -> Config:
    """Return Alembic's configuration for one database; no ini file is needed."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("sqlalchemy.url", normalise_url(database_url).replace("%", "%%"))
    return config


def migrate(database_url: str) -> None:
    """Upgrade to head; safe to repeat."""
    command.upgrade(alembic_config(database_url), "head")


def head_revision() -> str:
    """Return the schema that this version of the program needs."""
    return ScriptDirectory.from_config(alembic_config("")).get_current_head() or ""


def current_revision(connection: Connection) -> str:
    """Return the schema that a database has; empty for a database never migrated."""
    return MigrationContext.configure(connection).get_current_revision() or ""
