"""Seats are never sold twice, held from the proposal and given back when it comes to nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier

import pytest

from base.database import reading
from base.ids import training_id
from catalog.codes.facets import Entry
from catalog.store import marks
from catalog.store.indexed import read_indexed
from catalog.store.read import offer_detail
from enrollment.files.deadlines import end_of
from enrollment.files.decide import Impossible
from enrollment.files.events import Event
from enrollment.files.file import File
from enrollment.files.seats import SessionFull
from enrollment.files.states import Actor, State
from tests.enrollment.files.office import LEARNER, OFFER, SIRET, START, TERMS, Office, offer, session, training
from tests.enrollment.files.rush import over_http, rounds, rush


def with_seats(office: Office, total: int | None = None, left: int | None = None) -> Office:
    office.publish(training(offer(sessions=(session(seats_total=total, seats_left=left),))))
    return office


def proposals(office: Office, learners: int) -> int:
    """How many of so many learners get a proposal, one after the other."""
    sold = 0
    for number in range(learners):
        try:
            office.proposed(office.request(f"learner-{number}-{office.now}"))
        except SessionFull:
            continue
        sold += 1
    return sold


def test_where_no_capacity_is_known_nothing_is_counted(office: Office) -> None:
    assert proposals(office, 20) == 20


def test_a_known_total_is_sold_once(office: Office) -> None:
    assert proposals(with_seats(office, total=3), 5) == 3


def test_what_the_organisation_says_is_left_bounds_what_is_sold_here(office: Office) -> None:
    assert proposals(with_seats(office, total=12, left=2), 5) == 2


def test_a_new_statement_counts_what_was_sold_here_before(office: Office) -> None:
    assert proposals(with_seats(office, total=12, left=4), 3) == 3
    assert proposals(with_seats(office, total=12, left=2), 5) == 2


def test_a_seat_that_is_held_is_counted_in_what_is_stated_anew_and_kept(office: Office) -> None:
    file = with_seats(office, left=1).proposed(office.request())
    with_seats(office, left=0)
    assert office.confirmed(file).state is State.ACCEPTED
    assert proposals(office, 1) == 0


def test_a_seat_that_was_counted_in_what_is_stated_anew_comes_back_with_a_refusal(office: Office) -> None:
    file = with_seats(office, left=1).proposed(office.request())
    with_seats(office, left=0)
    office.act(file, Event.DECLINE, Actor.LEARNER)
    assert proposals(office, 2) == 1


def test_a_total_that_is_lowered_takes_no_seat_from_who_holds_one(office: Office) -> None:
    files = [with_seats(office, total=10).proposed(office.request(f"learner-{number}")) for number in range(4)]
    with_seats(office, total=2)
    assert proposals(office, 1) == 0
    assert {office.confirmed(file).state for file in files} == {State.ACCEPTED}
    office.act(files[0], Event.CANCEL, Actor.ORGANISATION, reason="groupe réduit")
    assert proposals(office, 1) == 0


@pytest.mark.parametrize("price_cents", [150_000, 690_000])
def test_a_file_that_time_grants_or_hands_back_keeps_its_seat(office: Office, price_cents: int) -> None:
    """At 6,900.00 the rights that another file takes are what France Travail's 6,000.00 needed."""
    office.publish(training(offer(price_cents=price_cents, sessions=(session(seats_total=2),))))
    file = office.proposed(office.request())
    office.act(file, Event.ASK_FUNDER, Actor.LEARNER, terms_version=TERMS)
    if price_cents == 690_000:
        office.confirmed(office.proposed(office.request()))
    office.publish(training(offer(price_cents=price_cents, sessions=(session(seats_total=0),))))
    assert office.at(date(2026, 12, 10)).sweep().failed == ()
    assert office.read(file).state is (State.ACCEPTED if price_cents == 150_000 else State.VALIDATED)


def test_holds_that_ran_out_are_told_free_by_whoever_takes_a_seat_before_the_sweep(office: Office) -> None:
    with_seats(office, total=2)
    late = office.at(date(2026, 12, 1)).request("dominique")
    office.at(date(2026, 11, 25))
    for learner in ("alix", "sacha"):
        office.proposed(office.request(learner))
    assert shown(office)[0] == 0
    office.now = end_of(date(2026, 12, 1))
    office.proposed(late)
    office.sweep()
    assert shown(office)[0] is None


@pytest.mark.parametrize(
    ("event", "actor", "said"),
    [
        (Event.DECLINE, Actor.LEARNER, {}),
        (Event.REFUSE, Actor.ORGANISATION, {"reason": "groupe annulé"}),
    ],
)
def test_a_seat_comes_back_with_a_refusal(office: Office, event: Event, actor: Actor, said: dict[str, str]) -> None:
    with_seats(office, total=1)
    file = office.proposed(office.request())
    assert proposals(office, 1) == 0
    office.act(file, event, actor, **said)
    assert proposals(office, 2) == 1


def test_a_seat_comes_back_with_a_cancellation_and_stays_with_an_order(office: Office) -> None:
    with_seats(office, total=1)
    file = office.accepted()
    assert proposals(office.at(date(2026, 12, 10)), 1) == 0
    office.act(file, Event.CANCEL, Actor.ORGANISATION, reason="formateur absent")
    assert proposals(office, 2) == 1


def test_a_seat_of_a_proposal_that_lapsed_is_free_at_that_instant_unswept(office: Office) -> None:
    with_seats(office, total=1)
    office.proposed(office.request())
    other = office.at(date(2026, 12, 1)).request("dominique")
    with pytest.raises(SessionFull):
        office.proposed(other)
    office.now = end_of(date(2026, 12, 1))
    assert office.proposed(other).state is State.VALIDATED
    office.sweep()
    assert proposals(office, 1) == 0


def test_a_clock_that_ran_ahead_and_back_sells_no_seat_twice(office: Office) -> None:
    with_seats(office, total=1)
    file = office.proposed(office.request())
    other = office.request("dominique")
    office.now = end_of(date(2026, 12, 1))
    with pytest.raises(Exception, match="sans suite"):  # the other organisation answer lapsed first
        office.proposed(other)
    late = office.request("alix")
    office.proposed(late)
    office.at(date(2026, 11, 26))
    with pytest.raises(SessionFull):
        office.confirmed(file)


def test_a_file_being_examined_keeps_its_seat(office: Office) -> None:
    with_seats(office, total=1)
    file = office.proposed(office.request())
    office.act(file, Event.ASK_FUNDER, Actor.LEARNER, terms_version=TERMS)
    assert proposals(office.at(date(2026, 12, 9)), 1) == 0
    office.act(file, Event.TURN_DOWN, Actor.FUNDER, reason="non")
    assert proposals(office, 1) == 1


def test_permanent_entry_without_session_needs_a_chosen_start(office: Office) -> None:
    office.publish(training(offer(entry=Entry.PERMANENT, sessions=(), earliest_start_on=date(2027, 1, 4))))
    with pytest.raises(Exception, match="Choisissez"):
        office.request(session_id=None)
    with pytest.raises(Exception, match="04/01/2027"):
        office.request(session_id=None, start_on=date(2026, 12, 30))
    file = office.request(session_id=None, start_on=START)
    assert office.proposed(file, ends_on=date(2027, 6, 1)).starts_on == START


def test_many_at_once_for_the_last_seats_get_exactly_those(office: Office) -> None:
    with_seats(office, total=5)
    assert rush(office, learners=12) == 5


@pytest.mark.slow
def test_many_organisations_at_once_over_http_get_exactly_the_last_seats(office: Office, tmp_path: Path) -> None:
    with over_http(office, tmp_path) as propose:
        assert list(rounds(office, propose, count=3, learners=16, seats=5)) == [5, 5, 5]


def test_five_requests_at_once_are_the_most_on_one_offer(office: Office) -> None:
    office.fed(LEARNER)
    start = Barrier(8)

    def ask(_: int) -> File | None:
        start.wait()
        try:
            return office.request()
        except Impossible:
            return None

    with ThreadPoolExecutor(8) as pool:
        made = [file for file in pool.map(ask, range(8)) if file]
    assert len(made) == 5
    office.act(made[0], Event.DECLINE, Actor.LEARNER)
    office.request()


def shown(office: Office) -> tuple[int | None, int]:
    """Seats left as an index shows them, and the version of the training."""
    training = training_id(SIRET, "T1")
    with reading(office.database) as conn:
        (found,) = read_indexed(conn, [training])
        offer, _ = offer_detail(conn, OFFER)
        left = found.offers[0].sessions[0][-1]
        assert offer.sessions[0].seats_left == left  # its page says the same
        return left, marks.versions(conn, [training])[training]


def test_a_search_is_told_when_the_last_seat_goes_and_when_one_comes_back_and_of_no_other(office: Office) -> None:
    with_seats(office, total=12, left=3)
    first = office.proposed(office.request("alix"))
    office.proposed(office.request("dominique"))
    left, version = shown(office)
    assert left == 3
    last = office.proposed(office.request("sacha"))
    assert shown(office) == (0, version + 1)
    office.act(first, Event.DECLINE, Actor.LEARNER)
    assert shown(office) == (3, version + 2)
    office.act(last, Event.DECLINE, Actor.LEARNER)
    assert shown(office) == (3, version + 2)


def test_a_session_is_free_in_search_when_a_proposal_for_its_last_seat_lapsed_and_was_swept(office: Office) -> None:
    with_seats(office, total=1)
    office.proposed(office.request())
    assert shown(office)[0] == 0
    office.now = end_of(date(2026, 12, 1))
    office.sweep()
    assert shown(office)[0] is None


def test_what_an_organisation_states_anew_is_shown_at_once(office: Office) -> None:
    with_seats(office, total=12, left=1)
    office.proposed(office.request())
    assert shown(office)[0] == 0
    assert shown(with_seats(office, total=12, left=2))[0] == 2


def test_an_order_keeps_a_full_session_full(office: Office) -> None:
    with_seats(office, total=1)
    office.accepted()
    assert shown(office)[0] == 0
    assert proposals(office, 1) == 0


def test_a_seat_that_was_not_taken_after_all_is_not_told(office: Office) -> None:
    with_seats(office, total=2, left=1)
    file, before = office.request(), shown(office)
    with pytest.raises(Impossible):
        office.proposed(file, price_cents=0)
    assert shown(office) == before
