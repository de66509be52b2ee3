"""Statements that SQLite and PostgreSQL share in meaning but not in SQLAlchemy's names.

Bulk writes hand tuples to the driver as they are: through SQLAlchemy's binding the same rows took nearly twice as long
(3,600 against 6,600 trainings a second of processor time). PostgreSQL gets them by COPY (``catalog.store.copying``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, Select, Table
from sqlalchemy.dialects import postgresql, sqlite

from catalog.store.copying import copy_in

CHUNK = 500  # bound values of one IN list

Item = TypeVar("Item")


def insert_into(conn: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what happens on conflict."""
    return postgresql.insert(table) if conn.dialect.name == "postgresql" else sqlite.insert(table)


def upsert(
    conn: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], *, keep: Sequence[str] = ()
) -> None:
    """Insert rows of driver values, or replace every column but the primary key and ``keep``. No key stands twice."""
    keys = tuple(column.name for column in table.primary_key)
    _insert(conn, table, columns, rows, tuple(name for name in columns if name not in keys and name not in keep))


def insert_missing(conn: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    _insert(conn, table, columns, rows, ())


def _insert(
    conn: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], replaced: tuple[str, ...]
) -> None:
    if not rows:
        return
    keys = tuple(column.name for column in table.primary_key)
    if conn.dialect.name == "postgresql":
        copy_in(conn, table, columns, rows, conflict(keys, replaced))
        return
    names = quoted(columns)
    values = ", ".join("?" for _ in columns)
    sql = f'INSERT INTO "{table.name}" ({names}) VALUES ({values}) {conflict(keys, replaced)}'
    conn.exec_driver_sql(sql, list(rows))


def driver_rows(conn: Connection, query: Select[Any]) -> list[tuple[Any, ...]]:
    """Rows as the driver gives them, without SQLAlchemy's conversions of values."""
    cursor = conn.execute(query).cursor
    return [] if cursor is None else list(cursor.fetchall())


def json_text(value: Any) -> str:
    """What a JSON column holds; lists and objects are mostly empty, which needs no encoder."""
    if not value:
        return "{}" if isinstance(value, dict) else "[]"
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def day_text(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def instant(conn: Connection, value: datetime) -> datetime | str:
    """An instant as the driver takes it; SQLite holds text in UTC, the shape ``base.database.Instant`` reads."""
    if conn.dialect.name == "sqlite":
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def conflict(keys: Sequence[str], replaced: Sequence[str]) -> str:
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in replaced)
    return f"ON CONFLICT ({quoted(keys)}) " + (f"DO UPDATE SET {changes}" if replaced else "DO NOTHING")
