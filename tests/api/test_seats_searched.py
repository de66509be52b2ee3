"""The last seat of a session goes, or comes back: whoever searches next finds it so, through marks and the worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from base.database import reading
from catalog.store.marks import pending
from indexer.follow import follow_once
from indexer.rebuild import rebuild
from tests.api.counter import Counter
from tests.enrollment.files.office import offer, session, training

Found = tuple[int, int | None]
FREE = (1, 2)  # what its organisation stated; only full and free make a new document


@pytest.fixture
def found(counter: Counter) -> Callable[[], Found]:
    """Offers with a seat, and the seats that are shown of the one; after the worker did what was marked."""
    counter.office.publish(training(offer(sessions=(session(seats_total=2, seats_left=2),))))
    house = counter.house
    rebuild(house.database, house.engine, clock=house.wall)

    def ask() -> Found:
        with reading(house.database) as conn:
            marked = pending(conn)
        assert follow_once(house.database, house.engine) == marked
        answers: list[Any] = [
            counter.call("", "GET", f"/offers?sort=start{more}").json() for more in ("", "&seats_min=1")
        ]
        (hit,) = answers[0]["hits"]
        return answers[1]["total"], hit["next_session"]["seats_left"]

    return ask


def test_a_search_knows_when_the_last_seat_is_taken_and_given_back(
    counter: Counter, found: Callable[[], Found]
) -> None:
    assert found() == FREE
    files = [counter.asked() for _ in range(2)]
    counter.act("organisation", files[0], "propose")
    assert found() == FREE
    counter.act("organisation", files[1], "propose")
    assert found() == (0, 0)
    third = counter.asked()
    refused = counter.post("organisation", f"/{third}/events/propose")
    assert (refused.status_code, refused.json()["code"]) == (409, "session-full")
    counter.act("learner", files[0], "decline")
    assert found() == FREE


def test_a_seat_that_time_gives_back_is_found_again(counter: Counter, found: Callable[[], Found]) -> None:
    assert found() == FREE
    for _ in range(2):
        counter.act("organisation", counter.asked(), "propose")
    assert found() == (0, 0)
    counter.office.now += timedelta(days=10)  # nobody confirmed
    assert counter.office.sweep().files == 2
    assert found() == FREE


def test_what_an_organisation_states_anew_counts_from_then_on(counter: Counter, found: Callable[[], Found]) -> None:
    for _ in range(2):
        counter.act("organisation", counter.asked(), "propose")
    assert found() == (0, 0)
    counter.office.publish(training(offer(sessions=(session(seats_total=5, seats_left=3),))))
    assert found() == (1, 3)
