"""Migrated, empty databases for tests, copied from a template: migrating takes longer than most tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from base.database import open_database
from base.migrate import upgrade


class SqliteDatabases:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    @contextmanager
    def fresh(self) -> Iterator[Engine]:
        path = self._folder / f"{next(self._numbers)}.db"
        shutil.copy(self._template(), path)
        engine = open_database(f"sqlite:///{path}")
        try:
            yield engine
        finally:
            engine.dispose()
            path.unlink()

    def _template(self) -> Path:
        path = self._folder / "template.db"
        if not path.exists():
            engine = open_database(f"sqlite:///{path}")
            upgrade(engine)
            engine.dispose()
        return path


class PostgresqlDatabases(AbstractContextManager["PostgresqlDatabases"]):
    """Databases under a name of this run's own; as a context it drops their template at the end."""

    def __init__(self, address: str) -> None:
        self._address = make_url(address)
        self._name = f"parcours_test_{uuid4().hex[:12]}"
        self._server = open_database(address).execution_options(isolation_level="AUTOCOMMIT")
        self._numbers = count(1)

    def prepare(self) -> None:
        """``OSError`` when the server does not answer."""
        try:
            self._do(f'CREATE DATABASE "{self._name}"')
        except OperationalError as error:
            raise OSError(str(error.orig)) from error
        engine = open_database(self._url(self._name))
        upgrade(engine)
        engine.dispose()

    @contextmanager
    def fresh_url(self, copied_from: str = "") -> Iterator[str]:
        """``copied_from``: address of another database of this server, that nobody is connected to."""
        name = f"{self._name}_{next(self._numbers)}"
        template = make_url(copied_from).database if copied_from else self._name
        self._do(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield self._url(name)
        finally:
            self._do(f'DROP DATABASE "{name}" WITH (FORCE)')

    @contextmanager
    def fresh(self) -> Iterator[Engine]:
        with self.fresh_url() as url:
            engine = open_database(url)
            try:
                yield engine
            finally:
                engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._do(f'DROP DATABASE "{self._name}" WITH (FORCE)')
        self._server.dispose()

    def _url(self, name: str) -> str:
        return self._address.set(database=name).render_as_string(hide_password=False)

    def _do(self, statement: str) -> None:
        with self._server.connect() as connection:
            connection.exec_driver_sql(statement)
