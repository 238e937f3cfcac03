"""Runs the Alembic scripts that lie in `migrations`; imported only when a market is made or upgraded."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from ocop_market.store.engine import begun_to_write

SCRIPTS = Path(__file__).with_name("migrations")


def config() -> Config:
    """Alembic's configuration for the scripts in this package; there is no ini file."""
    made = Config()
    made.set_main_option("script_location", str(SCRIPTS))
    return made


def is_known(version: str) -> bool:
    """Whether a version is one that this program can start from."""
    return version in {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}


def upgrade(engine: Engine, found: str | None, head: str) -> bool:
    """Brings the database to `head`; False, with nothing touched, when `found` is a version unknown to this program."""
    with begun_to_write(engine) as connection:
        return upgrade_on(connection, found, head)


def upgrade_on(connection: Connection, found: str | None, head: str) -> bool:
    """The same as a part of a transaction."""
    if found is not None and not is_known(found):
        return False
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, head)
    return True
