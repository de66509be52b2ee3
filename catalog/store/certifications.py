"""Certifications as the reference knows them, and what they add to a training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from catalog.codes.referentials import Scheme
from catalog.rows import CatalogueCertification, CertificationRow
from catalog.store.statements import chunks
from catalog.tables import CERTIFICATION

UNKNOWN = "unknown"


def certifications(conn: Connection, codes: Iterable[str]) -> dict[str, CertificationRow]:
    """By code; codes the reference does not know are left out."""
    found: dict[str, CertificationRow] = {}
    for chunk in chunks(dict.fromkeys(codes)):
        for row in conn.execute(select(*COLUMNS).where(CERTIFICATION.c.code.in_(chunk))):
            found[row[0]] = certification_row(row)
    return found


def certification_row(row: Sequence[Any]) -> CertificationRow:
    code, kind, title, level, valid_until, rome, formacodes, nsf, successors, details = row
    return CertificationRow(
        code,
        kind,
        title,
        level,
        valid_until,
        tuple(rome),
        tuple(formacodes),
        tuple(nsf),
        tuple(successors),
        details,
    )


def joined(
    codes: tuple[str, ...], kind: str, title: str, level: str, known: Mapping[str, CertificationRow | None]
) -> CatalogueCertification:
    """One view of all codes of a training; ``kind``, ``title`` and ``level`` are what its file gave."""
    rows = [row for code in codes if (row := known.get(code)) is not None]
    first = rows[0] if rows else None
    # A register code may cover dozens of diplomas; the Certif Info code is the one diploma meant.
    finest = sorted(rows, key=lambda row: not row.code.startswith(Scheme.CERTIFINFO.value))
    return CatalogueCertification(
        code=codes[0] if codes else "",
        codes=codes,
        kind=kind if kind != UNKNOWN else next((row.kind for row in rows if row.kind != UNKNOWN), UNKNOWN),
        title=next((row.title for row in rows if row.title), title),
        level=next((row.level for row in rows if row.level != UNKNOWN), level),
        valid_until=first.valid_until if first else None,
        known=first is not None,
        rome=next((row.rome for row in finest if row.rome), ()),
        formacodes=next((row.formacodes for row in finest if row.formacodes), ()),
        nsf=next((row.nsf for row in finest if row.nsf), ()),
        successors=next((row.successors for row in rows if row.successors), ()),
    )


COLUMNS = (
    CERTIFICATION.c.code,
    CERTIFICATION.c.kind,
    CERTIFICATION.c.title,
    CERTIFICATION.c.level,
    CERTIFICATION.c.valid_until,
    CERTIFICATION.c.rome,
    CERTIFICATION.c.formacodes,
    CERTIFICATION.c.nsf,
    CERTIFICATION.c.successors,
    CERTIFICATION.c.details,
)
