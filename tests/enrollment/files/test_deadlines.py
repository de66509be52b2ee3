"""Deadlines to the second in Europe/Paris, over holidays, weekends and the change of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from base.errors import InvalidParameter
from catalog.codes.facets import Answer, Entry
from catalog.records import SessionRecord
from enrollment.dated import Dated, Rules
from enrollment.files.conditions import Moment
from enrollment.files.deadlines import (
    FREE_CANCELLATION,
    FUNDER_NOTICE,
    NOTICE,
    NOTICE_FROM,
    PARAMETERS,
    SILENCE_LAPSES,
    STUDY,
    WITHDRAWAL,
    Bound,
    CountedFrom,
    Delay,
    end_of,
)
from enrollment.files.decide import Impossible, NotAccepted, possible
from enrollment.files.events import Effect, Event
from enrollment.files.file import completion_percent
from enrollment.files.states import Actor, Attention, State
from tests.enrollment.files.office import (
    END,
    START,
    TERMS,
    Office,
    account,
    by_learner,
    offer,
    paris,
    session,
    training,
)
from tests.enrollment.files.stories import accepted, acknowledged, billed, declared, in_training, terminated, waiting

SECOND = timedelta(seconds=1)


def with_session(office: Office, start: date, end: date | None = None) -> Office:
    facts = session(start_on=start, end_on=end or start + timedelta(days=60))
    office.publish(training(offer(sessions=(facts,))))
    return office


def test_a_deadline_ends_with_its_day_in_paris_whatever_the_offset() -> None:
    assert end_of(date(2026, 7, 14)) == datetime(2026, 7, 14, 22, tzinfo=UTC)
    assert end_of(date(2026, 12, 8)) == datetime(2026, 12, 8, 23, tzinfo=UTC)
    assert end_of(date(2026, 3, 29)) - end_of(date(2026, 3, 28)) == timedelta(hours=23)
    assert end_of(date(2026, 10, 25)) - end_of(date(2026, 10, 24)) == timedelta(hours=25)


def test_a_request_late_at_night_counts_from_its_day_in_paris(office: Office) -> None:
    """23:30 UTC of a Wednesday is Thursday in Paris: two working days end on Monday night."""
    office.now = datetime(2026, 12, 2, 23, 30, tzinfo=UTC)
    file = office.request()
    office.now = end_of(date(2026, 12, 7)) - SECOND
    office.sweep()
    assert office.read(file).state is State.NOT_PROCESSED
    office.now += SECOND
    office.sweep()
    assert office.read(file).state is State.REJECTED_WITHOUT_OF_SUITE


@pytest.mark.parametrize(
    ("requested", "last_day"),
    [
        (date(2026, 12, 24), date(2026, 12, 29)),  # Thursday; Christmas is a Friday
        (date(2027, 5, 5), date(2027, 5, 10)),  # Ascension is Thursday 6 May; then Friday and Monday
        (date(2026, 7, 13), date(2026, 7, 16)),  # 14 July
        (date(2026, 11, 28), date(2026, 12, 1)),  # a Saturday
    ],
)
def test_an_unanswered_request_lapses_at_the_midnight_after_its_second_working_day(
    office: Office, requested: date, last_day: date
) -> None:
    with_session(office, requested + timedelta(days=90)).at(requested)
    file = office.request()
    office.now = end_of(last_day) - SECOND
    office.sweep()
    assert office.read(file).state is State.NOT_PROCESSED
    office.now = end_of(last_day)
    office.sweep()
    lapsed = office.read(file)
    assert (lapsed.state, lapsed.since_at) == (State.REJECTED_WITHOUT_OF_SUITE, end_of(last_day))


def test_a_proposal_of_thursday_3_december_2026_allows_a_start_from_monday_21(office: Office) -> None:
    office.at(date(2026, 12, 2))
    file = office.request()
    office.at(date(2026, 12, 3), 23, 59)
    with pytest.raises(NotAccepted, match="11 jours ouvrés"):
        office.proposed(file, starts_on=date(2026, 12, 20))
    with pytest.raises(NotAccepted, match="11 jours ouvrés"):
        office.proposed(file, starts_on=date(2026, 12, 18))
    assert office.proposed(file, starts_on=date(2026, 12, 21)).starts_on == date(2026, 12, 21)


def test_the_notice_may_be_read_inclusive_or_from_the_request(database: Engine) -> None:
    office = Office(database, rules=Rules().reading(NOTICE, Bound(11, inclusive=True)))
    office.at(date(2026, 12, 2))
    file = office.request()
    office.at(date(2026, 12, 3))
    with pytest.raises(NotAccepted):
        office.proposed(file, starts_on=date(2026, 12, 16))
    assert office.proposed(file, starts_on=date(2026, 12, 17)).state is State.VALIDATED
    office.desk = type(office.desk)(Rules().reading(NOTICE_FROM, CountedFrom.REQUEST), office.money, office.desk.wall)
    office.at(date(2026, 12, 2))
    file = office.request("dominique")
    office.at(date(2026, 12, 3))
    assert office.proposed(file, starts_on=date(2026, 12, 18)).state is State.VALIDATED


def test_a_request_too_close_to_the_start_is_refused(office: Office) -> None:
    office.at(date(2026, 12, 31))  # 1 January is a holiday: ten full working days remain before Monday 18
    with pytest.raises(NotAccepted):
        office.request()
    office.at(date(2026, 12, 30))
    assert office.request().state is State.NOT_PROCESSED


def test_prerequisites_give_thirty_working_days_once_acknowledged(office: Office) -> None:
    with_session(office, date(2027, 4, 1))
    office.publish(training(offer(prerequisites=Answer.YES, sessions=(session(start_on=date(2027, 4, 1)),))))
    file = office.act(office.request(), Event.ACKNOWLEDGE, Actor.ORGANISATION)
    last = date(2027, 1, 8)  # from Wednesday 25 November: Christmas and New Year's Day do not count
    assert paris(last + timedelta(days=1), 0) == end_of(last)
    office.now = end_of(last) - SECOND
    office.sweep()
    assert office.read(file).state is State.ACKNOWLEDGED
    office.now = end_of(last)
    office.sweep()
    assert office.read(file).state is State.REJECTED_WITHOUT_OF_SUITE


def test_thirty_days_may_be_calendar_days(database: Engine) -> None:
    office = Office(database, rules=Rules().reading(STUDY, Delay(30, working=False)))
    file = acknowledged(office)
    office.now = end_of(date(2026, 12, 25))
    office.sweep()
    assert office.read(file).since_at == end_of(date(2026, 12, 25))


def test_only_an_offer_with_prerequisites_is_acknowledged(office: Office) -> None:
    with pytest.raises(Impossible, match="prérequis"):
        office.act(office.request(), Event.ACKNOWLEDGE, Actor.ORGANISATION)


def test_a_proposal_lapses_after_four_working_days_and_an_answer_after_it_is_refused_unswept(office: Office) -> None:
    file = office.proposed(office.request())
    office.now = end_of(date(2026, 12, 1)) - SECOND
    assert office.confirmed(file).state is State.ACCEPTED
    office.at(date(2026, 11, 25))
    file = office.proposed(office.request("dominique"))
    office.now = end_of(date(2026, 12, 1))
    other = by_learner(account("dominique"))
    with pytest.raises(Impossible, match="sans suite du titulaire"):
        office.act(file, Event.CONFIRM, Actor.LEARNER, other, terms_version=TERMS)
    office.sweep()
    assert office.read(file).since_at == end_of(date(2026, 12, 1))


def test_silence_may_leave_the_learner_to_decide(database: Engine) -> None:
    office = Office(database, rules=Rules().reading(SILENCE_LAPSES, False))
    file = office.request()
    office.at(date(2026, 12, 20)).sweep()
    kept = office.read(file)
    assert (kept.state, kept.attention) == (State.NOT_PROCESSED, Attention.OVERDUE)
    assert office.act(file, Event.DECLINE, Actor.LEARNER).state is State.REFUSED_BY_ATTENDEE


def test_france_travail_is_asked_21_working_days_before_the_start(office: Office) -> None:
    """Between Tuesday 15 December and Monday 18 January: 21 full working days, without Christmas and New Year."""
    for day, allowed in ((date(2026, 12, 15), True), (date(2026, 12, 16), False)):
        office.at(day)
        file = office.proposed(office.request())
        asked = {"terms_version": TERMS}
        if allowed:
            assert office.act(file, Event.ASK_FUNDER, Actor.LEARNER, **asked).state is State.WAITING_ACCEPTATION
        else:
            with pytest.raises(Impossible, match="21 jours ouvrés"):
                office.act(file, Event.ASK_FUNDER, Actor.LEARNER, **asked)


@pytest.mark.parametrize(
    ("reading", "day", "allowed"),
    [
        (Bound(21), date(2026, 12, 15), True),
        (Bound(21), date(2026, 12, 16), False),
        (Bound(21, inclusive=True), date(2026, 12, 17), True),
        (Bound(21, inclusive=True), date(2026, 12, 18), False),
    ],
)
def test_the_21_days_of_france_travail_may_count_both_dates(
    database: Engine, reading: Bound, day: date, allowed: bool
) -> None:
    office = Office(database, rules=Rules().reading(FUNDER_NOTICE, reading)).at(day)
    file = office.proposed(office.request())
    offered = [each.event for each in possible(file, Moment(office.now, office.desk.rules), Actor.LEARNER)]
    assert (Event.ASK_FUNDER in offered) is allowed
    if allowed:
        office.act(file, Event.ASK_FUNDER, Actor.LEARNER, terms_version=TERMS)


def test_the_silence_of_france_travail_is_approval_after_ten_working_days(office: Office) -> None:
    file = waiting(office)
    last = date(2026, 12, 9)
    office.now = end_of(last) - SECOND
    office.sweep()
    assert office.read(file).state is State.WAITING_ACCEPTATION
    office.at(date(2026, 12, 31)).sweep()
    approved = office.read(file)
    assert (approved.state, approved.accepted_at) == (State.ACCEPTED, end_of(last))


@pytest.mark.parametrize(
    ("reading", "last_day"),
    [
        (Delay(14, working=False), date(2026, 12, 9)),
        (Delay(14), date(2026, 12, 15)),
        (Delay(11), date(2026, 12, 10)),
    ],
    ids=str,
)
def test_withdrawal_ends_with_its_last_day_however_the_sources_count(
    database: Engine, reading: Delay, last_day: date
) -> None:
    """The start is close enough for a cancellation after it to be late."""
    office = Office(database, rules=Rules().reading(WITHDRAWAL, reading))
    with_session(office, date(2026, 12, 16))
    inside, outside = office.accepted(), office.confirmed(office.proposed(office.request()))
    office.now = end_of(last_day) - SECOND
    assert office.act(inside, Event.CANCEL, Actor.LEARNER).state is State.CANCELED_BY_ATTENDEE
    assert office.money.of(inside)[-1] is Effect.RELEASE_MONEY
    office.now = end_of(last_day)
    office.act(outside, Event.CANCEL, Actor.LEARNER)
    assert office.money.of(outside)[-1] is Effect.FORFEIT


def test_withdrawal_is_lost_at_the_start(office: Office) -> None:
    file = accepted(office)
    file = office.at(START, 0, 0).act(file, Event.CANCEL, Actor.LEARNER)
    assert office.money.of(file)[-1] is Effect.FORFEIT


@pytest.mark.parametrize("actor", [Actor.LEARNER, Actor.ORGANISATION])
def test_once_the_day_of_the_start_is_past_nobody_cancels(office: Office, actor: Actor) -> None:
    """An absence is the organisation's to declare; where it says nothing the operator can give all back."""
    file = accepted(office)
    office.at(START + timedelta(days=1))
    with pytest.raises(Impossible, match="l'entrée ou l'absence"):
        office.act(file, Event.CANCEL, actor, reason="trop tard")
    moment = Moment(office.now, office.desk.rules)
    assert {each.event for each in possible(file, moment, Actor.ORGANISATION)} == {Event.ENTER, Event.NO_SHOW}
    given = office.act(file, Event.WITHDRAW_FUNDING, Actor.OPERATOR, reason="l'organisme ne répond plus")
    assert office.money.of(given)[-1] is Effect.RELEASE_MONEY


@pytest.mark.parametrize(
    ("reading", "day", "free"),
    [  # before Monday 18 January
        (Bound(7), date(2027, 1, 5), True),
        (Bound(7), date(2027, 1, 6), False),
        (Bound(7, inclusive=True), date(2027, 1, 7), True),
        (Bound(7, inclusive=True), date(2027, 1, 8), False),
    ],
)
def test_cancelling_is_free_until_more_than_seven_working_days_before_the_start(
    database: Engine, reading: Bound, day: date, free: bool
) -> None:
    office = Office(database, rules=Rules().reading(FREE_CANCELLATION, reading))
    file = accepted(office)
    outcomes = [each.outcome for each in possible(file, Moment(paris(day), office.desk.rules), Actor.LEARNER)]
    office.at(day).act(file, Event.CANCEL, Actor.LEARNER)
    assert office.money.of(file)[-1] is (Effect.RELEASE_MONEY if free else Effect.FORFEIT)
    assert outcomes == [office.history(file)[-1].outcome]
    assert ("libre" if free else "tardive") in outcomes[0]


def test_an_entry_not_declared_in_time_is_reminded_then_queued_and_still_possible(office: Office) -> None:
    file = accepted(office)
    office.now = end_of(date(2027, 1, 21)) - SECOND
    office.sweep()
    assert office.read(file).attention is Attention.NONE
    office.now = end_of(date(2027, 1, 21))
    office.sweep()
    assert office.read(file).attention is Attention.REMINDED
    office.now = end_of(date(2027, 1, 26))
    office.sweep()
    late = office.read(file)
    assert (late.state, late.attention, late.due_at) == (State.ACCEPTED, Attention.OVERDUE, None)
    entered = office.act(file, Event.ENTER, Actor.ORGANISATION, on=START)
    assert (entered.state, entered.attention) == (State.IN_TRAINING, Attention.NONE)


def test_an_exit_and_a_service_not_declared_are_reminded_then_queued(office: Office) -> None:
    file = in_training(office)
    office.now = end_of(date(2027, 3, 24))  # Friday 19 March and three working days
    office.sweep()
    assert office.read(file).attention is Attention.REMINDED
    office.at(date(2027, 4, 30)).sweep()
    assert office.read(file).attention is Attention.OVERDUE
    file = office.act(file, Event.EXIT, Actor.ORGANISATION, on=END)
    assert file.attention is Attention.NONE
    office.sweep()  # its three days were over when it was declared
    assert office.read(file).attention is Attention.OVERDUE


def test_the_service_done_is_validated_after_five_working_days(office: Office) -> None:
    file = declared(office)  # on Friday 19 March; Easter Monday is 29 March
    office.now = end_of(date(2027, 3, 26)) - SECOND
    office.sweep()
    assert office.read(file).state is State.SERVICE_DONE_DECLARED
    office.now += SECOND
    office.sweep()
    assert office.read(file).state is State.SERVICE_DONE_VALIDATED


def test_a_payment_that_is_late_comes_to_the_operator_s_queue(office: Office) -> None:
    file = billed(office)
    day = file.billing_since_at.date()
    office.at(day + timedelta(days=30)).sweep()
    assert office.read(file).attention is Attention.NONE
    office.at(day + timedelta(days=31), 0).sweep()
    assert office.read(file).attention is Attention.OVERDUE


def test_dates_that_make_no_sense_are_refused(office: Office) -> None:
    file = accepted(office)
    office.at(START)
    for day in (None, START - timedelta(days=1), START + timedelta(days=1)):
        with pytest.raises(NotAccepted, match="date d'entrée"):
            office.act(file, Event.ENTER, Actor.ORGANISATION, on=day)
    office.act(file, Event.ENTER, Actor.ORGANISATION, on=START)
    with pytest.raises(NotAccepted, match="interruption"):
        office.act(file, Event.BREAK, Actor.ORGANISATION, on=END, until=START, reason="maladie")
    kept = office.act(file, Event.BREAK, Actor.ORGANISATION, on=START, until=END, reason="maladie")
    assert kept.breaks == ({"from": START.isoformat(), "to": END.isoformat(), "reason": "maladie"},)
    with pytest.raises(NotAccepted, match="date de sortie"):
        office.act(file, Event.EXIT, Actor.ORGANISATION, on=START - timedelta(days=1))


def test_the_rate_is_a_whole_percent_rounded_half_up_and_a_cause_is_asked_below_all(office: Office) -> None:
    assert [completion_percent(done, 200) for done in (0, 1, 2, 3, 199, 200)] == [0, 1, 1, 2, 100, 100]
    assert completion_percent(30, 50) == 60
    file = terminated(office)
    for wrong in (
        {},
        {"done": 1},
        {"done": 141, "planned": 140},
        {"done": 0, "planned": 0},
        {"done": 70, "planned": 140},
    ):
        with pytest.raises(NotAccepted):
            office.act(file, Event.DECLARE_SERVICE, Actor.ORGANISATION, **wrong)


def test_a_session_without_an_end_is_proposed_with_one(office: Office) -> None:
    office.publish(training(offer(sessions=(SessionRecord("s1", START, session().start_precision),))))
    file = office.request()
    with pytest.raises(NotAccepted, match="dernier jour"):
        office.proposed(file)
    assert office.proposed(file, ends_on=END).ends_on == END


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_every_parameter_has_a_source_and_holds_since_the_opening(parameter: Dated[object]) -> None:
    parameter.at(date(2019, 11, 21))
    assert all(value.source for value in parameter.values)


FAR = [date(2030, 1, 7), date(9000, 1, 1), date(9999, 12, 31)]


@pytest.mark.parametrize("day", FAR)
def test_dates_further_than_three_years_are_refused(office: Office, day: date) -> None:
    """9999 had no deadline, and a year like 9000 was counted day by day."""
    file = office.request()
    with pytest.raises(NotAccepted, match="starts_on est à trois ans"):
        office.proposed(file, starts_on=day, ends_on=day)
    with pytest.raises(NotAccepted, match="ends_on à trois ans"):
        office.proposed(file, ends_on=day + (START - date(2026, 11, 25)) if day.year < 9999 else day)
    office.publish(training(offer(entry=Entry.PERMANENT, sessions=())))
    with pytest.raises(InvalidParameter, match="start_on"):
        office.request(session_id=None, start_on=day)
    assert office.request(session_id=None, start_on=START).starts_on == START


def test_a_session_that_ends_in_9999_has_no_end_until_the_proposal_says_one(office: Office) -> None:
    with_session(office, START, date(9999, 12, 31))
    file = office.request()
    assert file.ends_on is None
    with pytest.raises(NotAccepted):
        office.proposed(file)
    assert office.proposed(file, ends_on=END).ends_on == END
