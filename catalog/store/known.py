"""What ``ingest`` compares a file with, read once before an import: validity of certifications, Qualiopi."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection, select

from catalog.tables import CERTIFICATION, LABEL, ORGANISATION


def certification_validity(conn: Connection) -> Iterator[tuple[str, str, date | None]]:
    """(code, title, last day of validity) of every certification of the reference."""
    query = select(CERTIFICATION.c.code, CERTIFICATION.c.title, CERTIFICATION.c.valid_until)
    return ((row[0], row[1], row[2]) for row in conn.execute(query))


def label_codes(conn: Connection, scheme: str) -> list[str]:
    """Codes of a vocabulary: rome, formacode, nsf; empty when it is not loaded."""
    return list(conn.scalars(select(LABEL.c.code).where(LABEL.c.scheme == scheme)))


def sirets_by_qualiopi(conn: Connection, answer: str) -> list[str]:
    return list(conn.scalars(select(ORGANISATION.c.siret).where(ORGANISATION.c.qualiopi == answer)))
