"""The one door to the database: SQLite by default, PostgreSQL by another address, the same code for both.

Functions of a room's store take a ``Connection`` and never commit: the caller's unit of work does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from random import uniform
from types import TracebackType
from typing import Any, Self, TypeVar

import orjson
from sqlalchemy import URL, BigInteger, Connection, DateTime, Dialect, Engine, Integer, create_engine, event, text
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator, TypeEngine

from base.errors import Conflict
from base.prepared import without_row

# 63-bit key. SQLite only makes a column its row number when it is called INTEGER.
KEY: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")

_BEGIN = "parcours_begin"
_DEADLOCK, _CHANGED_MEANWHILE = "40P01", "40001"
_MEETINGS = 5  # in a row; each needs another writer at the same rows at the same time
_PAUSE_SECONDS = 0.05
_IDLE_SECONDS = 1.0
_SINCE = "idle since"

Result = TypeVar("Result")


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite has no zones, so it holds UTC without saying so."""

    impl = DateTime(timezone=True)
    cache_ok = True

    # Whole processors, not ``process_bind_param``: a file has nine instants, and three calls for each show.
    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], datetime | str | None]:
        return _instant_text if dialect.name == "sqlite" else _in_utc

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], datetime | None]:
        return _instant_of_text if dialect.name == "sqlite" else _in_utc


@lru_cache(maxsize=1024)  # what happens in one moment is written many times
def _instant_text(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat(" ", "microseconds")[:26]


@lru_cache(maxsize=1024)
def _instant_of_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def open_database(url: str) -> Engine:
    """``url`` is an SQLAlchemy address (``sqlite:///var/parcours.db``, ``postgresql+psycopg://...``)."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        if address.database:
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        engine = _engine(address)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    engine = _engine(address)
    event.listen(engine, "checkout", _still_there(engine.dialect))
    event.listen(engine, "checkin", _laid_by)
    return engine


def _engine(address: URL) -> Engine:
    # What a failed statement held (a person, an account of a bank) has no business in logs and in what jobs keep.
    engine = create_engine(address, json_serializer=_to_json, json_deserializer=orjson.loads, hide_parameters=True)
    event.listen(engine, "handle_error", _without_row)
    return engine


def _without_row(context: ExceptionContext) -> None:
    said = context.original_exception
    if without_row(said) and context.sqlalchemy_exception is not None:  # made before, of all that the server said
        context.sqlalchemy_exception.args = (f"({type(said).__module__}.{type(said).__name__}) {said}",)


@contextmanager
def own_schema(url: str, name: str) -> Iterator[str]:
    """Address of an empty schema of a PostgreSQL database, made anew: whatever it held is gone. ``Conflict`` while
    another process is in such a block."""
    address = make_url(url)
    engine = open_database(url)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as held:  # the lock ends with it
            if not held.execute(text("SELECT pg_try_advisory_lock(hashtext(:name))"), {"name": name}).scalar_one():
                raise Conflict(
                    f"Un programme en cours se sert déjà du schéma {name} de cette base : rien n'est effacé. "
                    "Arrêtez-le (Ctrl-C) avant de recommencer, ou donnez une autre base par PARCOURS_DATABASE_URL."
                )
            with unit_of_work(engine) as connection:
                connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')
                connection.exec_driver_sql(f'CREATE SCHEMA "{name}"')
            options = " ".join((*address.normalized_query.get("options", ()), f"-csearch_path={name}"))
            yield address.update_query_dict({"options": options}).render_as_string(hide_password=False)
    finally:
        engine.dispose()


@contextmanager
def unit_of_work(engine: Engine) -> Iterator[Connection]:
    """One writing transaction: all of it is stored, or nothing.

    SQLite takes the write lock at once: a transaction that reads first and asks for the lock later fails with
    "database is locked" however long it may wait.
    """
    with engine.connect().execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}) as connection, connection.begin():
        yield connection


def stored(engine: Engine, work: Callable[[Connection], Result]) -> Result:
    """What ``work`` gives in a unit of work of its own; done again when the server ended it for meeting another writer.

    For writers that touch many rows of others; ``work`` may run several times and must only matter once.
    """
    for meeting in range(_MEETINGS):
        try:
            with unit_of_work(engine) as connection:
                return work(connection)
        except OperationalError as error:
            if not met_another(error):
                raise
        time.sleep(uniform(0, _PAUSE_SECONDS * 2**meeting))  # at once, we would meet the same writer again
    with unit_of_work(engine) as connection:
        return work(connection)


def met_another(error: OperationalError) -> bool:
    """It is no fault: the server ended a transaction that met another's."""
    return getattr(error.orig, "sqlstate", None) in (_DEADLOCK, _CHANGED_MEANWHILE)


def stored_as_read(engine: Engine, work: Callable[[Connection], Result]) -> Result:
    """As ``stored``, for what is decided from many rows: they are of one state, and changing one that has changed since
    begins anew. SQLite's units of work are like that by themselves."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    return stored(engine, work)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One frozen state of the database for as long as the block lasts; nothing is stored."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin() as transaction:
            yield connection
            transaction.rollback()


class DataVersion:
    """Tells cheaply (microseconds) whether another connection, of any process, has committed since the last look."""

    def __init__(self, engine: Engine) -> None:
        # SQLite's counter only has a meaning on the connection that reads it, so the watch keeps one of its own.
        self._connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._sql = text(
            "PRAGMA data_version" if engine.dialect.name == "sqlite" else "SELECT pg_current_wal_insert_lsn()::text"
        )
        self._last: Any = None

    def changed(self) -> bool:
        """True the first time and after each commit elsewhere (PostgreSQL: after any write, so sometimes in vain)."""
        try:
            now = self._connection.execute(self._sql).scalar_one()
        except DBAPIError:
            self._connection.rollback()  # or it would not be opened again once the server is back
            raise
        changed = bool(now != self._last)
        self._last = now
        return changed

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def data_version(engine: Engine) -> DataVersion:
    return DataVersion(engine)


def _still_there(dialect: Dialect) -> Callable[[Any, ConnectionPoolEntry, Any], None]:
    """A connection that has lain idle is asked whether its server is still there; asking each time was a sixth of what
    a reservation costs."""

    def ask(connection: Any, entry: ConnectionPoolEntry, _proxy: Any) -> None:
        if time.monotonic() - entry.info.get(_SINCE, time.monotonic()) < _IDLE_SECONDS:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # the pool opens another

    return ask


def _laid_by(_connection: Any, entry: ConnectionPoolEntry) -> None:
    entry.info[_SINCE] = time.monotonic()


def _to_json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver would begin transactions on its own; _begin_sqlite does it
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 15000")
    cursor.execute("PRAGMA journal_mode = WAL")
    # FULL, not NORMAL: money and enrollments live in this file and an acknowledged commit must survive a power cut.
    # An import pays one fsync per 500 trainings for it, which does not show.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA cache_size = -32768")  # KiB; a bulk import touches random pages of every index
    # Keys are hashes, so an import dirties the same scattered pages again and again: fold 32 MiB of log at a time.
    cursor.execute("PRAGMA wal_autocheckpoint = 8192")
    cursor.execute("PRAGMA temp_store = MEMORY")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # With AUTOCOMMIT SQLAlchemy emits no begin either, but still tells its listeners.
    options = connection.get_execution_options()
    if options.get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql(options.get(_BEGIN, "BEGIN"))
