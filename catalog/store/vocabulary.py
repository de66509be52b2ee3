"""A few codes in words, for one page."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from catalog.store.statements import chunks
from catalog.tables import LABEL


def labels_of(conn: Connection, scheme: str, codes: Collection[str]) -> dict[str, str]:
    """Code -> label; codes that are not loaded are left out."""
    found: dict[str, str] = {}
    for chunk in chunks(sorted(codes)):
        query = select(LABEL.c.code, LABEL.c.label).where(LABEL.c.scheme == scheme, LABEL.c.code.in_(chunk))
        found.update((code, label) for code, label in conn.execute(query))
    return found
