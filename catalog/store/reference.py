"""Certifications and vocabularies in, with the trainings that depend on what changed marked.

What each kind of file says of a code is kept beside the row (``details``), so that files may be loaded in any order,
again, or one by one; the row holds the first statement in the order of ``PRECEDENCE``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from catalog.codes.referentials import kind_of
from catalog.rows import LabelRow
from catalog.store import marks
from catalog.store.statements import chunks, instant, json_text, upsert
from catalog.store.titles import follow_certifications
from catalog.tables import CERTIFICATION, LABEL, REFERENCE_FILE

# Our own list is written on purpose; the register decides on its codes; Certif Info completes.
PRECEDENCE = ("list", "register", "register_rome", "register_nsf", "register_formacode", "certifinfo")

_LISTS = ("rome", "formacodes", "nsf", "successors")
_COLUMNS = ("code", "kind", "title", "level", "valid_until", *_LISTS, "details", "updated_at")


def put_certifications(
    conn: Connection, kind: str, facts: Mapping[str, Mapping[str, Any]], *, now: datetime
) -> set[str]:
    """Store what one kind of file says, by code; the codes whose row changed. Codes it does not name keep theirs."""
    changed: set[str] = set()
    at = instant(conn, now)
    for chunk in chunks(facts):
        stored = {row.code: row for row in conn.execute(select(CERTIFICATION).where(CERTIFICATION.c.code.in_(chunk)))}
        rows = []
        for code in chunk:
            before = stored.get(code)
            details = {**(before.details if before is not None else {}), kind: dict(facts[code])}
            row = _resolved(code, details)
            if before is None or any(row[name] != _plain(getattr(before, name)) for name in row):
                values = [json_text(row[name]) if name in (*_LISTS, "details") else row[name] for name in _COLUMNS[:-1]]
                rows.append((*values, at))
                changed.add(code)
        upsert(conn, CERTIFICATION, _COLUMNS, rows)
    return changed


def put_labels(conn: Connection, scheme: str, labels: Iterable[LabelRow]) -> set[str]:
    """Store the labels of a scheme; the codes that changed. Codes that are not given keep their label."""
    known = {
        row[0]: (row[1], row[2], tuple(row[3]))
        for row in conn.execute(
            select(LABEL.c.code, LABEL.c.label, LABEL.c.parent, LABEL.c.synonyms).where(LABEL.c.scheme == scheme)
        )
    }
    changed = [label for label in labels if known.get(label.code) != (label.label, label.parent, label.synonyms)]
    rows = [(scheme, label.code, label.label, label.parent, json_text(label.synonyms)) for label in changed]
    upsert(conn, LABEL, ("scheme", "code", "label", "parent", "synonyms"), rows)
    return {label.code for label in changed}


def mark_dependents(
    conn: Connection,
    *,
    certifications: Collection[str] = (),
    rome: Collection[str] = (),
    formacodes: Collection[str] = (),
    nsf: Collection[str] = (),
) -> int:
    """Mark the trainings that show one of these, by their file or by their certification; how many.

    Titles that came from a changed certification are changed with it.
    """
    follow_certifications(conn, certifications)
    codes = set(certifications)
    if rome or formacodes or nsf:
        wanted = frozenset(rome), frozenset(formacodes), frozenset(nsf)
        columns = (CERTIFICATION.c.rome, CERTIFICATION.c.formacodes, CERTIFICATION.c.nsf)
        for code, *lists in conn.execute(select(CERTIFICATION.c.code, *columns)):
            if any(not changed.isdisjoint(held) for changed, held in zip(wanted, lists, strict=True)):
                codes.add(code)
    return marks.mark_by_facts(conn, codes=codes, rome=rome, formacodes=formacodes, nsf=nsf)


def note_file(conn: Connection, *, kind: str, name: str, sha256: str, rows: int, now: datetime) -> None:
    """Remember that a file was loaded, once per content."""
    known = select(REFERENCE_FILE.c.id).where(
        REFERENCE_FILE.c.kind == kind, REFERENCE_FILE.c.name == name, REFERENCE_FILE.c.sha256 == sha256
    )
    if conn.scalar(known) is None:
        conn.execute(insert(REFERENCE_FILE).values(kind=kind, name=name, sha256=sha256, rows=rows, loaded_at=now))


def _resolved(code: str, details: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    said = [details[kind] for kind in PRECEDENCE if kind in details]

    def first(name: str, empty: Any) -> Any:
        return next((facts[name] for facts in said if facts.get(name) not in (None, "", "unknown", [])), empty)

    row = {
        "code": code,
        "kind": first("kind", kind_of(code).value),
        "title": first("title", ""),
        "level": first("level", "unknown"),
        "valid_until": first("valid_until", None),
    }
    return row | {name: first(name, []) for name in _LISTS} | {"details": dict(details)}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
