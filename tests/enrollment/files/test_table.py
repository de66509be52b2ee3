"""The table as a whole: every state is reached, none is a dead end, nothing else is possible."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from base.database import unit_of_work
from catalog.codes.edof import CpfCode
from enrollment.dated import Rules
from enrollment.files import acts, store
from enrollment.files.conditions import Moment
from enrollment.files.deadlines import SILENCE_LAPSES
from enrollment.files.decide import Impossible, NotAccepted, decide, next_timer, possible
from enrollment.files.events import Effect, Event
from enrollment.files.file import Said
from enrollment.files.financing import NotPayable, PlanChanged
from enrollment.files.states import IMPORTED_ONLY, Actor, Attention, Billing, Control, State
from enrollment.files.transitions import TABLE, Rule
from enrollment.money import Cause, amounts
from tests.enrollment.files.office import BYS, END, REQUESTED, RUN, Office, offer, session, training
from tests.enrollment.files.stories import STORIES, Story, billed, declared, in_training, late, paid, validated, waiting

DAYS_AHEAD = (0, 1, 3, 7, 14, 40, 100, 400, 4000)


@pytest.mark.parametrize("state", STORIES, ids=lambda state: state.value)
def test_every_state_is_reached_by_an_example(office: Office, state: State) -> None:
    file = STORIES[state](office)
    assert file.state is state
    assert office.read(file) == file
    assert office.history(file)[-1].state is state
    assert [each.number for each in office.history(file)] == list(range(1, file.version + 1))


def test_states_that_only_histories_of_elsewhere_have_are_taken_over_and_nothing_leads_to_them(office: Office) -> None:
    assert set(STORIES) | set(IMPORTED_ONLY) == set(State)
    assert {rule.event for rule in TABLE if rule.to in IMPORTED_ONLY} == {Event.IMPORT}
    made = office.request()
    for state in IMPORTED_ONLY:
        history = replace(made, id=store.new_id(), version=1, state=state)
        with unit_of_work(office.database) as conn:
            acts.import_history(conn, office.desk, history, BYS[Actor.OPERATOR])
        assert office.read(history).state is state
    ordered = replace(made, id=store.new_id(), version=1, state=State.ACCEPTED)
    with pytest.raises(Impossible), unit_of_work(office.database) as conn:
        acts.import_history(conn, office.desk, ordered, BYS[Actor.OPERATOR])


@pytest.mark.parametrize("state", [state for state in STORIES if not state.final], ids=lambda state: state.value)
@pytest.mark.parametrize("rules", [Rules(), Rules().reading(SILENCE_LAPSES, False)], ids=["lapses", "waits"])
def test_no_open_state_is_a_dead_end_at_any_clock(database: Engine, state: State, rules: Rules) -> None:
    office = Office(database, rules=rules)
    file = STORIES[state](office)
    for control in Control:
        for attention in Attention:
            kept = replace(file, control=control, attention=attention)
            for days in DAYS_AHEAD:
                now = office.now + timedelta(days=days)
                timer = next_timer(kept, rules)
                assert list(possible(kept, Moment(now, rules))) or timer is not None


@pytest.mark.parametrize("story", [late, billed, paid])
def test_a_final_file_whose_billing_goes_on_waits_for_somebody(office: Office, story: Story) -> None:
    file = story(office)
    assert file.state.final
    assert file.billing is not Billing.NOT_BILLABLE
    assert list(possible(file, Moment(office.now, Rules())))


def test_what_was_never_ordered_ends_for_good(office: Office) -> None:
    for state in (State.REFUSED_BY_ORGANISM, State.CANCELED_BY_ORGANISM, State.REFUSED_BY_ATTENDEE):
        file = STORIES[state](office)
        assert list(possible(file, Moment(office.now, Rules()))) == []
        assert next_timer(file, Rules()) is None


@pytest.mark.parametrize("state", STORIES, ids=lambda state: state.value)
def test_every_event_that_the_table_does_not_name_is_refused_and_changes_nothing(office: Office, state: State) -> None:
    file = STORIES[state](office)
    moment = Moment(office.now, Rules())
    allowed = {(rule.event, actor) for rule in TABLE if rule.meets(file.position) for actor in rule.actors}
    for event in Event:
        for actor in Actor:
            if (event, actor) in allowed:
                continue
            with pytest.raises(Impossible) as refused:
                decide(file, event, actor, Said(), moment)
            assert refused.value.status == 409
            assert file.state.label in refused.value.detail
            assert refused.value.extra["state"] == state.value
            assert {each.event for each in refused.value.possible} <= {event for event, who in allowed if who is actor}
    assert office.read(file) == file


def test_a_refused_event_tells_why_and_what_is_possible_now(office: Office) -> None:
    file = validated(office)
    with pytest.raises(Impossible) as refused:
        office.act(file, Event.ENTER, Actor.ORGANISATION)
    assert [each.event for each in refused.value.possible] == [Event.REFUSE]
    assert refused.value.extra["possible"][0]["label"] == "refuser"
    with pytest.raises(NotAccepted) as incomplete:
        office.act(file, Event.REFUSE, Actor.ORGANISATION)
    assert incomplete.value.status == 422
    assert incomplete.value.detail == "Un motif est demandé."


@pytest.mark.parametrize("rule", [rule for rule in TABLE if rule.sources], ids=lambda rule: rule.event.value)
def test_every_rule_leads_from_open_states_or_serves_billing_and_control(rule: Rule) -> None:
    if any(state.final for state in rule.sources):
        assert rule.to is None
        assert rule.billing or rule.control
    if rule.event in (Event.REMIND, Event.LAPSE, Event.QUEUE, Event.VALIDATE):
        assert rule.due is not None
    moved = (rule.to, rule.to_billing, rule.to_control, rule.to_attendance, rule.to_attention)
    assert rule.effects or any(each is not None for each in moved)


def test_money_is_held_before_it_is_moved_and_moved_once(office: Office) -> None:
    assert office.money.of(paid(office)) == [Effect.HOLD_MONEY, Effect.SETTLE, Effect.BILL, Effect.PAY]
    assert office.money.of(late(office.at(REQUESTED))) == [Effect.HOLD_MONEY, Effect.FORFEIT]


def test_an_act_whose_money_is_refused_leaves_the_file_as_it_was(office: Office) -> None:
    file = validated(office)
    office.money.fails = lambda _: True
    with pytest.raises(RuntimeError):
        office.confirmed(file)
    assert office.read(file) == file
    assert [each.event for each in office.history(file)] == [Event.REQUEST, Event.PROPOSE]


def test_two_confirmations_make_one_order(office: Office) -> None:
    file = validated(office)
    office.confirmed(file)
    with pytest.raises(Impossible):
        office.confirmed(file)
    assert office.money.of(file) == [Effect.HOLD_MONEY]


def test_billing_goes_by_the_deposit_where_the_rule_is_on(database: Engine) -> None:
    """25 %, from ninety days."""
    long = offer(sessions=(session(end_on=date(2027, 5, 28)),))
    office = Office(database, training(long), rules=Rules().reading(amounts.DEPOSIT_PERCENT, 25))
    file = in_training(office)
    assert file.billing is Billing.DEPOSIT_WAIT
    file = office.act(file, Event.PAY_DEPOSIT, Actor.OPERATOR, reference=RUN)
    assert file.billing is Billing.DEPOSIT_PAID
    assert office.money.of(file) == [Effect.HOLD_MONEY, Effect.DEPOSIT, Effect.PAY]


def test_an_organisation_to_which_nothing_is_due_bills_nothing(office: Office) -> None:
    file = declared(office, 70, Cause.INTERRUPTED)
    office.at(END + timedelta(days=30)).sweep()
    done = office.read(file)
    assert (done.state, done.billing) == (State.SERVICE_DONE_VALIDATED, Billing.NOT_BILLABLE)
    assert office.history(done)[-1].outcome == "rien n'est dû à l'organisme"
    with pytest.raises(Impossible):
        office.act(done, Event.BILL, Actor.ORGANISATION, bill_number="F-1")


def test_an_approval_that_the_rights_no_longer_allow_is_handed_back_to_the_learner(office: Office) -> None:
    """France Travail pays 6,000.00 at most; the rights that made it enough went to another file meanwhile."""
    office.publish(training(offer(price_cents=690_000)))
    file = waiting(office)
    office.confirmed(office.proposed(office.request(), price_cents=690_000))
    office.at(date(2026, 12, 10)).sweep()
    back = office.read(file)
    assert (back.state, back.funder, back.plan) == (State.VALIDATED, "", {})
    assert office.confirmed(back).state is State.ACCEPTED
    assert office.read(file).plan["cash_cents"] == 690_000


@pytest.mark.parametrize("spent_cents", [0, 400_00])
def test_a_funder_pays_no_more_than_he_examined(office: Office, spent_cents: int) -> None:
    """500.00 of 1,500.00 were missing; rights that went to another file would make it 900.00."""
    file = waiting(office)
    if spent_cents:
        office.confirmed(office.proposed(office.request(), price_cents=spent_cents))
        with pytest.raises(PlanChanged, match="900,00"):
            office.act(file, Event.GRANT, Actor.FUNDER)
        assert office.read(file) == file
    office.at(date(2026, 12, 10)).sweep()
    assert office.read(file).state is (State.VALIDATED if spent_cents else State.ACCEPTED)


def test_a_rejected_transfer_is_due_again(office: Office) -> None:
    file = office.act(paid(office), Event.PAYMENT_REJECTED, Actor.OPERATOR, reason="compte clos", reference=RUN)
    assert file.billing is Billing.BILLED
    assert office.act(file, Event.PAY, Actor.OPERATOR, reference="virement-2").billing is Billing.PAID


def test_a_dispute_stops_the_validation_until_the_control_ends(office: Office) -> None:
    file = declared(office)
    file = office.act(file, Event.DISPUTE, Actor.LEARNER, reason="je n'ai suivi que la moitié")
    assert file.control is Control.IN_CONTROL
    assert file.due_at is None
    office.at(office.now.date() + timedelta(days=60)).sweep()
    assert office.read(file).state is State.SERVICE_DONE_DECLARED
    ended = office.act(
        file, Event.END_CONTROL, Actor.OPERATOR, reason="feuilles vues", done=70, planned=140, cause=Cause.LEARNER_FAULT
    )
    assert (ended.control, ended.rate_percent) == (Control.RELEASED, 50)
    office.sweep()  # its five days have passed meanwhile
    assert office.read(file).state is State.SERVICE_DONE_VALIDATED


def test_a_control_holds_back_the_payment(office: Office) -> None:
    file = office.act(billed(office), Event.CONTROL, Actor.OPERATOR, reason="signalement")
    with pytest.raises(Impossible):
        office.act(file, Event.PAY, Actor.OPERATOR, reference=RUN)
    file = office.act(file, Event.END_CONTROL, Actor.OPERATOR, reason="rien à redire")
    file = office.act(file, Event.PAY, Actor.OPERATOR, reference=RUN)
    file = office.act(file, Event.CONTROL, Actor.OPERATOR, reason="contrôle après paiement")
    file = office.act(file, Event.END_CONTROL, Actor.OPERATOR, reason="feuilles fausses", undue_cents=30_000)
    assert office.money.of(file)[-1] is Effect.RECOVER


def test_an_assessment_of_fewer_hours_than_the_least_cannot_be_ordered(office: Office) -> None:
    """An adviser cannot give more of them than there are."""
    code = CpfCode.SKILLS_ASSESSMENT.value
    facts: dict[str, Any] = {"certification": code, "certification_codes": (code,)}
    office.publish(training(offer(hours=12), **facts))
    with pytest.raises(NotPayable, match="celui-ci en annonce 12"):
        office.request()
    office.publish(training(offer(hours=24), **facts))
    assert office.request().state is State.NOT_PROCESSED
