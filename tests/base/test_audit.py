"""What was noted is read back, newest first, by subject."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from base import audit
from base.database import reading, unit_of_work

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_entries_are_read_newest_first(database: Engine) -> None:
    with unit_of_work(database) as conn:
        for number in range(4):
            at = NOON + timedelta(minutes=number)
            audit.note(conn, at=at, actor="ada", action="counted", subject=f"s{number % 2}", number=number)
    with reading(database) as conn:
        assert [each.detail["number"] for each in audit.entries(conn)] == [3, 2, 1, 0]
        assert [each.detail["number"] for each in audit.entries(conn, subject="s1")] == [3, 1]
        (last,) = audit.entries(conn, limit=1)
    assert (last.at, last.actor, last.action, last.subject) == (NOON + timedelta(minutes=3), "ada", "counted", "s1")


def test_what_is_noted_is_stored_with_what_it_tells_or_not_at_all(database: Engine) -> None:
    def fail() -> None:
        with unit_of_work(database) as conn:
            audit.note(conn, at=NOON, actor="ada", action="divided", subject="s")
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        fail()
    with reading(database) as conn:
        assert audit.entries(conn) == []
