"""Bring a database to the newest shape. The scripts are the package ``migrations``; no table is imported here."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from base.database import unit_of_work


def upgrade(engine: Engine) -> None:
    """Apply what is missing, in one transaction; nothing to do costs one small query."""
    if is_current(engine):
        return
    with unit_of_work(engine) as connection:
        if connection.dialect.name == "postgresql":  # SQLite's unit of work is already alone
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(1885434479)")
        command.upgrade(configuration(connection), "head")


def is_current(engine: Engine) -> bool:
    """Whether the database has the shape this program expects (readiness)."""
    heads = set(ScriptDirectory.from_config(configuration()).get_heads())
    with engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == heads


def is_new(engine: Engine) -> bool:
    """Nothing was ever stored in it. A SQLite file is not opened for that: opening makes it."""
    if engine.dialect.name == "sqlite" and not (engine.url.database and Path(engine.url.database).exists()):
        return True
    with engine.connect() as connection:
        return not MigrationContext.configure(connection).get_current_heads()


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's settings without its ini file, so that an installed program finds its scripts."""
    spec = find_spec("migrations")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("the package migrations is not installed")
    config = Config()
    config.set_main_option("script_location", str(Path(next(iter(spec.submodule_search_locations)))).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
