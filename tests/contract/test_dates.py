"""Start windows, bookable offers, the open part, and the next start."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.codes.facets import Entry
from search.document import OfferDocument
from search.plan import Sort
from tests.contract.builders import DAY, ask, each_alone, found, offer, session
from tests.contract.conftest import Build


def permanent(number: int, earliest: int | None = None, **facts: Any) -> OfferDocument:
    start = None if earliest is None else DAY + earliest
    return offer(number, entry=Entry.PERMANENT, earliest_start=start, **facts)


def test_a_window_is_met_by_a_session_that_may_start_inside_it(build: Build) -> None:
    engine = build(
        each_alone(
            offer(1, sessions=(session(10),)),
            offer(2, sessions=(session(20, 40),)),  # only the month is known
            offer(3, sessions=(session(5), session(60))),
            offer(4),
        )
    )

    def between(start: int | None, end: int | None) -> set[int]:
        return found(
            engine,
            start_from=None if start is None else DAY + start,
            start_to=None if end is None else DAY + end,
        )

    assert between(10, 10) == {1}
    assert between(11, 19) == set()
    assert between(30, 35) == {2}
    assert between(40, None) == {2, 3}
    assert between(41, None) == {3}
    assert between(None, 5) == {3}
    assert between(None, 4) == set()
    assert between(6, 59) == {1, 2}


def test_one_session_must_meet_both_ends_of_a_window(build: Build) -> None:
    engine = build(each_alone(offer(1, sessions=(session(0), session(100)))))
    assert found(engine, start_from=DAY + 10, start_to=DAY + 90) == set()


def test_closed_and_past_sessions_meet_a_window_too(build: Build) -> None:
    engine = build(each_alone(offer(1, sessions=(session(-30, closed=True),))))
    assert found(engine, start_from=DAY - 31, start_to=DAY - 29) == {1}


def test_a_permanent_entry_meets_windows_that_end_after_its_earliest_start(build: Build) -> None:
    engine = build(each_alone(permanent(1), permanent(2, 30), permanent(3, -300)))
    assert found(engine, start_from=DAY + 500) == {1, 2, 3}
    assert found(engine, start_to=DAY + 29) == {1, 3}
    assert found(engine, start_to=DAY + 30) == {1, 2, 3}
    assert found(engine, start_from=DAY + 5, start_to=DAY + 10) == {1, 3}
    assert found(engine, start_to=DAY) == {1, 3}
    assert found(engine, start_to=DAY - 1) == set()


def test_dated_sessions_of_a_permanent_entry_count_as_well(build: Build) -> None:
    engine = build(each_alone(permanent(1, 30, sessions=(session(-10),))))
    assert found(engine, start_to=DAY - 5) == {1}


def test_undated_sessions_meet_no_window(build: Build) -> None:
    engine = build(each_alone(offer(1, open_undated=True)))
    assert found(engine, start_from=DAY) == set()
    assert found(engine, start_to=DAY + 9_999) == set()


def test_bookable_needs_an_open_session_in_time_or_a_permanent_entry(build: Build) -> None:
    engine = build(
        each_alone(
            offer(1, sessions=(session(15),)),
            offer(2, sessions=(session(14),)),
            offer(3, sessions=(session(30, closed=True),)),
            offer(4, open_undated=True),
            offer(5, sessions=(session(1, 28),)),
            offer(6, sessions=(session(2), session(30, closed=True), session(40))),
            permanent(7, 400),
        )
    )
    assert found(engine, bookable_from=DAY + 15) == {1, 5, 6, 7}
    assert found(engine, bookable_from=DAY + 41) == {7}


def test_open_is_a_session_that_can_still_be_joined(build: Build) -> None:
    engine = build(
        each_alone(
            offer(1, sessions=(session(0),)),
            offer(2, sessions=(session(-1),)),
            offer(3, sessions=(session(-5, 0),)),
            offer(4, sessions=(session(30, closed=True),)),
            offer(5, open_undated=True),
            permanent(6, 400),
            offer(7),
            offer(8, sessions=(session(-9), session(4, closed=True))),
        )
    )
    page = ask(engine)
    assert {hit.offer: hit.open for hit in page.described} == {1: 1, 2: 0, 3: 1, 4: 0, 5: 1, 6: 1, 7: 0, 8: 0}
    assert set(page.ids[:4]) == {1, 3, 5, 6}
    assert all(hit.score == pytest.approx(0.1 * hit.open + 0.006 * hit.turn, abs=1e-12) for hit in page.described)


def test_next_start_is_the_first_open_one_from_today_on(build: Build) -> None:
    engine = build(
        each_alone(
            offer(1, sessions=(session(-9), session(9, closed=True), session(20))),
            offer(2, sessions=(session(-20, 12),)),  # in course of its month: may still start today
            offer(3, sessions=(session(5),)),
            permanent(4, 7),
            permanent(5, 50, sessions=(session(3),)),
            offer(6, sessions=(session(-1),)),
            offer(7, open_undated=True),
        )
    )
    page = ask(engine, sort=Sort.START)
    assert page.ids[:5] == [2, 5, 3, 4, 1]
    assert set(page.ids[5:]) == {6, 7}
    assert page.ids[5] == 7  # open, so it scores more


def test_a_permanent_entry_without_date_starts_today(build: Build) -> None:
    engine = build(each_alone(offer(1, sessions=(session(1),)), permanent(2), offer(3, sessions=(session(0),))))
    assert set(ask(engine, sort=Sort.START).ids[:2]) == {2, 3}
    assert ask(engine, sort=Sort.START).ids[2] == 1


def test_the_day_is_the_questions_not_the_indexs(build: Build) -> None:
    engine = build(each_alone(offer(1, sessions=(session(5),)), offer(2, sessions=(session(15),))))
    assert ask(engine, sort=Sort.START, day=DAY).ids == [1, 2]
    assert ask(engine, sort=Sort.START, day=DAY + 10).ids == [2, 1]
    assert {hit.offer: hit.open for hit in ask(engine, day=DAY + 20).described} == {1: 0, 2: 0}


def test_nothing_is_open_once_its_certification_has_ended(build: Build) -> None:
    """domain.md, 13: an expired certification is found and marked, and cannot be enrolled on."""
    ended, last_day = {"valid_until": DAY - 1}, {"valid_until": DAY}
    engine = build(
        each_alone(
            offer(1, sessions=(session(30),), **ended),
            offer(2, open_undated=True, **ended),
            permanent(3, **ended),
            offer(4, sessions=(session(30),), **last_day),
            offer(5, open_undated=True, **last_day),
            permanent(6, **last_day),
            offer(7, **last_day),
        )
    )
    page = ask(engine)
    assert {hit.offer: hit.open for hit in page.described} == {1: 0, 2: 0, 3: 0, 4: 1, 5: 1, 6: 1, 7: 0}
    assert set(page.ids[:3]) == {4, 5, 6}
    assert all(hit.score == pytest.approx(0.1 * hit.open + 0.006 * hit.turn, abs=1e-12) for hit in page.described)
    assert {hit.open for hit in ask(engine, day=DAY + 1).described} == {0}
    assert {hit.offer for hit in ask(engine, day=DAY - 1).described if hit.open} == {1, 2, 3, 4, 5, 6}


def test_nothing_can_be_booked_for_a_day_after_its_certification(build: Build) -> None:
    held = {"valid_until": DAY + 20}
    engine = build(each_alone(offer(1, sessions=(session(30),), **held), permanent(2, **held), permanent(3)))
    assert found(engine, bookable_from=DAY + 20) == {1, 2, 3}
    assert found(engine, bookable_from=DAY + 21) == {3}


def test_what_is_past_its_certification_has_no_next_start(build: Build) -> None:
    engine = build(
        each_alone(
            offer(1, sessions=(session(5),), valid_until=DAY - 1),
            permanent(2, 7, valid_until=DAY - 1),
            offer(3, sessions=(session(-3, 3), session(4)), valid_until=DAY - 1),
            offer(4, sessions=(session(50), session(60)), valid_until=DAY + 10),
            offer(5, sessions=(session(-20, 12), session(70)), valid_until=DAY),
            permanent(6, 40, valid_until=DAY + 10),
            offer(7, sessions=(session(90),)),
        )
    )
    page = ask(engine, sort=Sort.START)
    assert page.ids[:4] == [5, 6, 4, 7]
    assert set(page.ids[4:]) == {1, 2, 3}
    assert ask(engine, sort=Sort.START, day=DAY + 11).ids[0] == 7
