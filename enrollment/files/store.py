"""Files in and out of the database. Nothing here commits, and nothing here decides."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache
from hashlib import blake2b
from typing import Any, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)

from base.database import Instant
from base.errors import NotFound
from base.ids import id_number, id_text
from base.prepared import Prepared
from enrollment.files.events import Event
from enrollment.files.file import MEMBERS, File, Said, members
from enrollment.files.states import Actor, Attendance, Attention, Billing, Control, FileKind, State
from enrollment.files.tables import EVENT, FILE
from enrollment.money import Cause

_NAMES = MEMBERS
_CODES: dict[str, type[Enum]] = {
    "kind": FileKind,
    "state": State,
    "billing": Billing,
    "control": Control,
    "attendance": Attendance,
    "attention": Attention,
    "cause": Cause,
}
C = TypeVar("C", bound=Enum)
_UNDECIDED = [
    state.value for state in (State.NOT_PROCESSED, State.ACKNOWLEDGED, State.VALIDATED, State.WAITING_ACCEPTATION)
]
_COLUMNS = tuple(FILE.c[name] for name in _NAMES)
_CODED = tuple((_NAMES.index(name), codes) for name, codes in _CODES.items())
_BREAKS = _NAMES.index("breaks")
_PUT = Prepared(lambda _: insert(FILE), _NAMES)
_READ = Prepared(lambda _: select(*_COLUMNS).where(FILE.c.id == bindparam("file")))
_LOCK = Prepared(lambda _: select(*_COLUMNS).where(FILE.c.id == bindparam("file")).with_for_update())
_DUE = FILE.c.due_at <= bindparam("now", type_=Instant)
_HEAVY = ("contact", "buyer", "offer", "plan")  # nine tenths of a file, and time looks at none of it
_LIGHT = tuple(literal_column("NULL").label(name) if name in _HEAVY else FILE.c[name] for name in _NAMES)
_HEAVY_PLACES = tuple(_NAMES.index(name) for name in _HEAVY)
_CLAIM = Prepared(
    lambda _: (
        select(*_LIGHT)
        .where(_DUE)
        .order_by(FILE.c.due_at, FILE.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )
)
_NOTE = Prepared(lambda _: insert(EVENT), [column.name for column in EVENT.c])
_ALONE = Prepared(lambda _: text("SELECT pg_advisory_xact_lock(:alone)"))
_COUNT = Prepared(
    lambda _: select(func.count().label("files")).where(
        FILE.c.learner_id == bindparam("learner"),
        FILE.c.offer_id == bindparam("offer"),
        or_(*(FILE.c.state == state for state in _UNDECIDED)),
    )
)


class NoSuchFile(NotFound):
    """Or one that is not the caller's: nobody learns of another's."""

    title = "Dossier introuvable"

    def __init__(self) -> None:
        super().__init__("Ce dossier n'existe pas, ou il n'est pas le vôtre.")


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, on whose behalf: an account's id as text, a SIRET, a funder's code; nobody's for operators and time."""

    actor: Actor
    subject: str
    name: str  # as the history keeps it


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the history."""

    number: int
    at: datetime
    noted_at: datetime
    event: Event
    actor: Actor
    by: str
    state: State
    billing: Billing
    control: Control
    attendance: Attendance
    attention: Attention
    said: dict[str, Any]
    outcome: str


def new_id() -> int:
    """Not to be guessed, and not to be counted up."""
    return secrets.randbits(62) + 1


def put(conn: Connection, file: File) -> None:
    _PUT.run(conn, _coded(dict(zip(_NAMES, members(file), strict=True))))


def change(conn: Connection, before: File, made: File) -> None:
    change_each(conn, [(before, made)])


def change_each(conn: Connection, pairs: Sequence[tuple[File, File]]) -> None:
    """Of locked files, what differs: a file holds some kilobytes, and most changes touch a dozen numbers and words."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for before, made in pairs:
        both = zip(_NAMES, members(before), members(made), strict=True)
        values = {name: value for name, old, value in both if value is not old and value != old}
        told = {**_coded(values), "of_file": before.id, "of_version": before.version}
        alike.setdefault(tuple(values), []).append(told)
    for names, rows in alike.items():
        if _changing(names).run_each(conn, rows) != len(rows):
            raise RuntimeError(f"files {[row['of_file'] for row in rows]} changed while they were locked")


@lru_cache(maxsize=256)
def _changing(names: tuple[str, ...]) -> Prepared:
    same = (FILE.c.id == bindparam("of_file"), FILE.c.version == bindparam("of_version"))
    return Prepared(lambda _: update(FILE).where(*same), names)


def note(conn: Connection, made: File, event: Event, by: By, said: Said, outcome: str, noted_at: datetime) -> None:
    _NOTE.run(conn, line_of(made, event, by, said, outcome, noted_at))


def note_each(conn: Connection, lines: Sequence[dict[str, Any]]) -> None:
    _NOTE.run_each(conn, lines)


def line_of(made: File, event: Event, by: By, said: Said, outcome: str, noted_at: datetime) -> dict[str, Any]:
    """Of the history, as ``note_each`` takes it."""
    return {
        "file_id": made.id,
        "number": made.version,
        "at": made.changed_at,
        "noted_at": noted_at,
        "event": event._value_,
        "actor": by.actor._value_,
        "by": by.name,
        "state": made.state._value_,
        "billing": made.billing._value_,
        "control": made.control._value_,
        "attendance": made.attendance._value_,
        "attention": made.attention._value_,
        "said": said.kept(),
        "outcome": outcome,
    }


def locked(conn: Connection, file_id: int) -> File:
    """The file, which nobody else changes until the transaction ends; ``NoSuchFile``."""
    return _one(_LOCK.first(conn, {"file": file_id}))


def read(conn: Connection, file_id: int) -> File:
    return _one(_READ.first(conn, {"file": file_id}))


def history(conn: Connection, file_id: int) -> list[Happened]:
    """Oldest first."""
    rows = conn.execute(select(EVENT).where(EVENT.c.file_id == file_id).order_by(EVENT.c.number))
    return [_happened(row) for row in rows]


def happened(conn: Connection, file_id: int, number: int) -> Happened:
    """One line of it."""
    return _happened(conn.execute(select(EVENT).where(EVENT.c.file_id == file_id, EVENT.c.number == number)).one())


def _happened(row: Row[Any]) -> Happened:
    return Happened(
        row.number, row.at, row.noted_at, _member(Event, row.event), _member(Actor, row.actor), row.by,
        _member(State, row.state), _member(Billing, row.billing), _member(Control, row.control),
        _member(Attendance, row.attendance), _member(Attention, row.attention), row.said, row.outcome,
    )  # fmt: skip


def visible(by: By) -> ColumnElement[bool]:
    """Which files are his."""
    match by.actor:
        case Actor.LEARNER:
            return FILE.c.learner_id == id_number(by.subject)
        case Actor.ORGANISATION:
            return and_(FILE.c.siret == by.subject, FILE.c.siret != "")
        case Actor.FUNDER:
            return and_(FILE.c.funder == by.subject, FILE.c.funder != "")
    return FILE.c.id.is_not(None)


def is_visible(file: File, by: By) -> bool:
    match by.actor:
        case Actor.LEARNER:
            return by.subject == id_text(file.learner_id)
        case Actor.ORGANISATION:
            return bool(by.subject) and by.subject == file.siret
        case Actor.FUNDER:
            return bool(by.subject) and by.subject == file.funder
    return True


def page(
    conn: Connection, by: By, *, after: int = 0, limit: int = 50, states: Collection[State] = (), queue: bool = False
) -> list[File]:
    """His files by id; ``queue``: those that wait for the operator."""
    query = select(*_COLUMNS).where(visible(by), FILE.c.id > after)
    if states:
        query = query.where(FILE.c.state.in_([state.value for state in states]))
    if queue:
        late = FILE.c.attention == Attention.OVERDUE.value
        query = query.where(or_(late, FILE.c.control == Control.IN_CONTROL.value))
    return [_file(row) for row in conn.execute(query.order_by(FILE.c.id).limit(limit))]


def undecided(conn: Connection, learner_id: int, offer_id: int) -> int:
    """Requests of a learner on an offer that nobody has settled; the next one waits for this transaction."""
    if conn.dialect.name == "postgresql":
        digest = blake2b(f"{learner_id}\x1f{offer_id}".encode(), digest_size=8).digest()
        _ALONE.run(conn, {"alone": int.from_bytes(digest, signed=True)})
    return int(_COUNT.first(conn, {"learner": learner_id, "offer": offer_id}).files)


def due(conn: Connection, now: datetime) -> bool:
    """Whether ``claim_due`` is worth its write lock; a reading connection will do."""
    return conn.execute(select(FILE.c.id).where(FILE.c.due_at <= now).limit(1)).first() is not None


def claim_due(conn: Connection, now: datetime, limit: int, without: Sequence[int] = ()) -> list[File]:
    """Files on which time has to act, the longest waiting first, locked; those that another has locked are left out.
    What was offered to whom, and who pays, is not read with them: ``locked`` reads it."""
    if not without:
        return [_light(row) for row in _CLAIM.rows(conn, {"now": now, "most": limit})]
    query = select(*_LIGHT).where(FILE.c.due_at <= now, FILE.c.id.not_in(without))
    query = query.order_by(FILE.c.due_at, FILE.c.id).limit(limit).with_for_update(skip_locked=True)
    return [_light(row) for row in conn.execute(query)]


class _NotRead(dict[str, Any]):
    """In the place of what was not read: whoever looks into it is told, rather than that there is nothing."""

    def __getitem__(self, name: str) -> Any:
        raise LookupError(f"{name} of a claimed file was not read")

    def get(self, name: str, default: Any = None) -> Any:
        return self[name]


_NOT_READ = _NotRead()


def _light(row: Sequence[Any]) -> File:
    cells = list(row)
    for place in _HEAVY_PLACES:
        cells[place] = _NOT_READ
    return _file(cells)


def _member(codes: type[C], code: str) -> C:
    return cast(C, codes._value2member_map_[code])


def _one(row: Sequence[Any] | None) -> File:
    if row is None:
        raise NoSuchFile
    return _file(row)


def _file(row: Sequence[Any]) -> File:
    """Of columns in the order of its members."""
    cells = list(row)
    for place, codes in _CODED:
        if cells[place] is not None:
            cells[place] = _member(codes, cells[place])
    cells[_BREAKS] = tuple(cells[_BREAKS])
    return File(*cells)


def _coded(members: dict[str, Any]) -> dict[str, Any]:
    """As their columns hold them."""
    for name, value in members.items():
        if name in _CODES:
            members[name] = None if value is None else value._value_  # ``value`` costs four times as much
        elif name == "breaks":
            members[name] = list(value)
    return members
