"""Bring a database to the newest schema, by Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config

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
