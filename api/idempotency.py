"""A request that is sent twice is done once: the first answer is kept with its key and given again.

The key's row is written in the transaction of what it protects, so both are stored or neither. A repeat that comes
while the first is under way waits for it (the row is the lock); one with another body is refused. Keys are a caller's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import cast

import orjson
from sqlalchemy import JSON, Column, Connection, Index, LargeBinary, Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

from api.problems import MEDIA_TYPE, document
from base.database import Instant
from base.errors import InvalidParameter, ParcoursError
from base.prepared import Prepared
from base.writing import savepoint

KEPT = timedelta(hours=24)
_MOST_CHARACTERS = 255


class IdempotencyKey(SQLModel, table=True):
    __tablename__ = "idempotency_key"
    __table_args__ = (Index("ix_idempotency_key_created", "created_at"),)

    caller: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: str
    status: int = 0
    headers: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))


IDEMPOTENCY_KEY = cast(Table, IdempotencyKey.__table__)  # type: ignore[attr-defined]
_ITS_ROW = (IDEMPOTENCY_KEY.c.caller == bindparam("of_caller"), IDEMPOTENCY_KEY.c.key == bindparam("of_key"))
_COLUMNS = ("caller", "key", "fingerprint", "status", "headers", "body", "created_at")
_ADD = Prepared(
    lambda dialect: (
        (postgresql if dialect == "postgresql" else sqlite).insert(IDEMPOTENCY_KEY).on_conflict_do_nothing()
    ),
    _COLUMNS,
)
_KEEP = Prepared(lambda _: update(IDEMPOTENCY_KEY).where(*_ITS_ROW), ("status", "headers", "body"))
_READ = Prepared(lambda _: select(IDEMPOTENCY_KEY).where(*_ITS_ROW))


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class OtherRequest(ParcoursError):
    status = 422
    code = "idempotency-key-reused"
    title = "Clé d'idempotence déjà utilisée"


def checked(key: str) -> str:
    """As sent; ``""`` when none was."""
    if key and not (len(key) <= _MOST_CHARACTERS and key.isascii() and key.isprintable()):
        raise InvalidParameter(
            "Idempotency-Key", f"Idempotency-Key : au plus {_MOST_CHARACTERS} caractères ASCII imprimables."
        )
    return key


def fingerprint(method: str, path: str, body: bytes) -> str:
    return sha256(b"\x1f".join((method.encode(), path.encode(), body))).hexdigest()


def once(
    conn: Connection, caller: str, key: str, printed: str, now: datetime, act: Callable[[Connection], Answer]
) -> Answer:
    """What ``act`` answers, or what it answered when this key came first. Refusals are answers too and are kept; a
    failure of ours is not, so that it can be tried again."""
    if not key:
        return act(conn)
    if not _first(conn, caller, key, printed, now):
        return _kept(conn, caller, key, printed)
    try:
        with savepoint(conn):  # a refusal undoes what was begun, and not the key
            answer = act(conn)
    except ParcoursError as error:
        if error.status >= 500:
            raise
        answer = Answer(error.status, {"content-type": MEDIA_TYPE}, orjson.dumps(document(error), default=str))
    told = {"status": answer.status, "headers": answer.headers, "body": answer.body}
    _KEEP.run(conn, {"of_caller": caller, "of_key": key, **told})
    return answer


def prune(conn: Connection, now: datetime) -> int:
    """How many keys were too old to be kept."""
    return conn.execute(delete(IDEMPOTENCY_KEY).where(IDEMPOTENCY_KEY.c.created_at < now - KEPT)).rowcount


def _first(conn: Connection, caller: str, key: str, printed: str, now: datetime) -> bool:
    row = {"caller": caller, "key": key, "fingerprint": printed, "status": 0, "headers": {}, "body": b""}
    return _ADD.run(conn, {**row, "created_at": now}) == 1


def _kept(conn: Connection, caller: str, key: str, printed: str) -> Answer:
    row = _READ.first(conn, {"of_caller": caller, "of_key": key})
    if row.fingerprint != printed:
        raise OtherRequest("Cette clé d'idempotence a déjà servi à une autre requête : prenez-en une nouvelle.")
    return Answer(row.status, {**row.headers, "idempotency-replayed": "true"}, bytes(row.body))
