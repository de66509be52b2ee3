"""What a statement that failed was given is not in the error: errors go to logs, and jobs keep them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.exc import IntegrityError

from base.database import unit_of_work
from base.jobs import JOB
from base.prepared import Prepared, together

SECRET = "FR7630006000011234567890189"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROW = {
    "id": 7,
    "kind": SECRET,
    "payload": {"iban": SECRET},
    "state": "queued",
    "run_at": NOON,
    "attempts": 0,
    "claimed_by": SECRET,
    "error": SECRET,
    "created_at": NOON,
}
PREPARED = Prepared(lambda _: insert(JOB), list(ROW))


def add(database: Engine, prepared: bool, row: dict[str, Any]) -> None:
    with unit_of_work(database) as conn, together(conn):
        if prepared:
            PREPARED.run(conn, row)
        else:
            conn.execute(insert(JOB).values(**row))


def refused(database: Engine, prepared: bool, **other: object) -> str:
    """As a traceback tells it."""
    add(database, prepared, ROW)
    with pytest.raises(IntegrityError) as refusal:
        add(database, prepared, {**ROW, **other})
    return f"{refusal.value} / {refusal.value.__cause__}"


@pytest.mark.parametrize("prepared", [False, True])
def test_a_key_that_is_there_already_is_told_without_the_row(database: Engine, prepared: bool) -> None:
    told = refused(database, prepared)
    assert "job" in told
    assert SECRET not in told


@pytest.mark.parametrize("prepared", [False, True])
def test_a_row_that_lacks_something_is_told_without_what_it_has(database: Engine, prepared: bool) -> None:
    told = refused(database, prepared, id=8, state=None)
    assert "state" in told
    assert SECRET not in told
