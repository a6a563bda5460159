"""Bring a database to the newest schema, by Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from server.db.engine import normalise_url


def alembic_config(database_url: str, secret_key: str = "") -> Config:
    """Return Alembic's configuration for one database; no ini file is needed."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("sqlalchemy.url", normalise_url(database_url).replace("%", "%%"))
    config.attributes["secret_key"] = secret_key
    return config


def migrate(database_url: str, secret_key: str = "") -> None:
    """Upgrade to head; safe to repeat. `secret_key` seals what older versions left open."""
    command.upgrade(alembic_config(database_url, secret_key), "head")


def head_revision() -> str:
    """Return the schema that this version of the program needs."""
    return ScriptDirectory.from_config(alembic_config("")).get_current_head() or ""


def current_revision(connection: Connection) -> str:
    """Return the schema that a database has; empty for a database never migrated."""
    return MigrationContext.configure(connection).get_current_revision() or ""
