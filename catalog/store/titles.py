"""Titles that came from a certification follow the reference: a load changes them as it changes levels and trades."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, Text, bindparam, cast, select, update

from catalog.codes.titles import TITLE_FROM, title_of_certification
from catalog.store.certifications import certifications
from catalog.tables import TRAINING


def follow_certifications(conn: Connection, codes: Collection[str]) -> int:
    """Give the trainings named after one of these certifications their title of today; how many changed.

    The hash of a training leaves such a title out, so the same file again still changes nothing.
    """
    wanted = frozenset(codes)
    columns = (
        TRAINING.c.id,
        TRAINING.c.certification,
        TRAINING.c.certification_codes,
        TRAINING.c.certification_title,
        TRAINING.c.title,
    )
    named = select(*columns).where(cast(TRAINING.c.details, Text).contains(f'"{TITLE_FROM}"'))
    found = [row for row in conn.execute(named) if not wanted.isdisjoint(row.certification_codes)]
    known = certifications(conn, {code for row in found for code in row.certification_codes})
    changed = []
    for row in found:
        told = next((known[code].title for code in row.certification_codes if code in known), "")
        title = title_of_certification(row.certification, told, row.certification_title)
        if title != row.title:
            changed.append({"training": row.id, "new": title})
    if changed:
        conn.execute(
            update(TRAINING).where(TRAINING.c.id == bindparam("training")).values(title=bindparam("new")), changed
        )
    return len(changed)
