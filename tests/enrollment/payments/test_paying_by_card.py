"""From the page to the order, or the money back: one payment, one order, one refund."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from base.database import unit_of_work
from base.errors import InvalidParameter
from base.ids import session_id
from enrollment import money
from enrollment.files.deadlines import CONFIRMATION_DUE
from enrollment.files.decide import Impossible
from enrollment.files.events import Event
from enrollment.files.states import Actor
from enrollment.files.states import State as FileState
from enrollment.files.store import NoSuchFile
from enrollment.money.accounts import AccountKind as K
from enrollment.payments import refunds, store
from enrollment.payments.checkout import Asked, OtherPayment, ask, open_page
from enrollment.payments.confirming import CardFirst, go_and_pay
from enrollment.payments.port import Opened, ProviderAway, Seen, Told, Wanted
from enrollment.payments.sandbox import Sandbox
from enrollment.payments.sandbox.cards import CODE, Card, Stage
from enrollment.payments.states import RefundState, State
from tests.enrollment.files.office import (
    OFFER,
    OTHER_LEARNER,
    TERMS,
    account,
    by_learner,
    offer,
    session,
    training,
)
from tests.enrollment.payments.till import ADDRESS, CASH_CENTS, Till


def test_a_file_is_an_order_once_its_card_payment_is_told(till: Till) -> None:
    file = till.proposed()
    payment = till.opened(file)
    assert (payment.state, payment.cents) == (State.OPEN, CASH_CENTS)
    assert payment.page_url == f"{ADDRESS}/paiement-essai/{payment.reference}"
    till.provider.present(payment.reference, Card.PAYS)
    assert till.office.read(file).state is FileState.VALIDATED
    till.told()
    assert till.office.read(file).state is FileState.ACCEPTED
    assert till.read(payment).state is State.TAKEN
    assert till.ledger(K.CARD, K.HELD, K.RIGHTS, K.BANK) == (CASH_CENTS, 1_000_00, 0, -CASH_CENTS)


def test_nothing_is_an_order_before_its_card_payment(till: Till) -> None:
    file = till.proposed()
    till.opened(file)
    with pytest.raises(CardFirst) as refused:
        till.office.confirmed(file)
    assert refused.value.extra["card_cents"] == CASH_CENTS
    assert till.office.read(file).state is FileState.VALIDATED
    assert till.ledger(K.CARD, K.HELD) == (0, 0)


def test_another_card_may_be_tried_after_a_refusal(till: Till) -> None:
    file = till.proposed()
    payment = till.paid(file, card=Card.DECLINED)
    till.told()
    assert till.read(payment).state is State.DECLINED
    till.provider.present(payment.reference, Card.PAYS)
    till.told()
    assert till.office.read(file).state is FileState.ACCEPTED


@pytest.mark.parametrize(
    ("code", "stage", "state"),
    [(CODE, Stage.PAID, FileState.ACCEPTED), ("000000", Stage.DECLINED, FileState.VALIDATED)],
)
def test_a_challenged_card_waits_for_the_code_of_its_bank(
    till: Till, code: str, stage: Stage, state: FileState
) -> None:
    file = till.proposed()
    payment = till.paid(file, card=Card.CHALLENGED)
    assert till.bodies() == []
    assert till.provider.answer(payment.reference, code).stage is stage
    till.told()
    assert till.office.read(file).state is state


def test_a_page_that_was_left_takes_no_money_and_another_may_be_opened(till: Till) -> None:
    file = till.proposed()
    left = till.opened(file)
    assert till.provider.leave(left.reference).stage is Stage.EXPIRED
    till.told()
    assert till.read(left).state is State.EXPIRED
    assert till.provider.present(left.reference, Card.PAYS).stage is Stage.EXPIRED
    again = till.paid(file, "deux")
    assert again.id != left.id
    till.told()
    assert till.office.read(file).state is FileState.ACCEPTED


def test_two_tabs_pay_on_one_page(till: Till) -> None:
    file = till.proposed()
    first, second = till.opened(file, "un"), till.opened(file, "deux")
    assert first.id == second.id


def test_a_page_that_could_not_be_opened_in_a_day_is_asked_for_anew(till: Till) -> None:
    file = till.proposed()
    first = till.asked(file)
    till.later(hours=23)
    assert till.asked(file, "deux").id == first.id
    till.later(hours=1)
    assert till.asked(file, "trois").id != first.id


def test_other_terms_are_not_accepted_by_a_payment_that_waits(till: Till) -> None:
    file = till.proposed()
    first = till.opened(file)
    lapses = first.expires_at
    with unit_of_work(till.database) as conn:
        asked = Asked("other", file.id, file.learner_id, CASH_CENTS, "v16", "x", "x", "x", lapses)
        other = ask(conn, asked, till.provider, till.clock(), till.clock())
        assert (other.id != first.id, other.terms_version) == (True, "v16")
        with pytest.raises(OtherPayment):
            ask(conn, replace(asked, key=first.key), till.provider, till.clock(), till.clock())


def test_the_same_key_gives_the_same_payment_and_never_one_of_another_amount(till: Till) -> None:
    file = till.proposed()
    first = till.paid(file)
    till.told()
    with pytest.raises(Impossible):  # it is an order already
        till.asked(file)
    assert till.read(first).state is State.TAKEN
    other = till.office.proposed(till.office.request(OTHER_LEARNER))
    asked = Asked(first.key, other.id, other.learner_id, 1, TERMS, "x", "x", "x", till.clock())
    with unit_of_work(till.database) as conn, pytest.raises(OtherPayment):
        ask(conn, asked, till.provider, till.clock(), till.clock())


def test_nobody_pays_for_another_s_file(till: Till) -> None:
    file = till.proposed()
    with unit_of_work(till.database) as conn, pytest.raises(NoSuchFile):
        go_and_pay(
            conn, till.desk, till.provider, file.id, by_learner(account(OTHER_LEARNER)),
            key="un", terms_version=TERMS, back_url=ADDRESS, now=till.clock(),
        )  # fmt: skip


def test_a_file_without_cash_needs_no_page(till: Till) -> None:
    file = till.office.proposed(till.office.request(), price_cents=800_00)
    with pytest.raises(InvalidParameter):
        till.asked(file)
    till.office.confirmed(file)
    assert till.ledger(K.HELD, K.CARD) == (800_00, 0)


@pytest.mark.parametrize(("price", "by_card"), [(1_500_00, 1_000_00), (400_00, 0)])
def test_a_credit_note_is_paid_with_once_and_the_card_pays_the_rest(till: Till, price: int, by_card: int) -> None:
    later = session(numero="s2", start_on=date(2027, 5, 10), end_on=date(2027, 6, 11))
    till.office.publish(training(offer(sessions=(session(), later))))
    first = till.proposed()
    till.paid(first)
    till.told()
    till.office.at(date(2027, 1, 15)).act(first, Event.CANCEL, Actor.LEARNER)
    assert till.ledger(K.CREDIT_NOTE, K.RIGHTS, K.BANK) == (CASH_CENTS, 0, -CASH_CENTS)
    file = till.office.request(session_id=session_id(OFFER, "s2"))
    file = till.office.proposed(file, price_cents=price)
    assert (file.plan["cash_cents"], file.plan["card_cents"]) == (price, by_card)
    if by_card:
        assert till.paid(file).cents == by_card
        till.told()
    else:
        with pytest.raises(InvalidParameter):
            till.asked(file)
        till.office.act(file, Event.CONFIRM, Actor.LEARNER, terms_version=TERMS, cash_cents=price)
    assert till.office.read(file).state is FileState.ACCEPTED
    assert till.ledger(K.BANK, K.CREDIT_NOTE) == (-CASH_CENTS - by_card, CASH_CENTS - (price - by_card))


def test_a_page_closes_no_later_than_the_file_lapses(till: Till) -> None:
    file = till.proposed()
    payment = till.opened(file)
    assert payment.expires_at == CONFIRMATION_DUE.at(till.office.read(file), till.desk.rules)
    till.office.now = payment.expires_at
    assert till.provider.present(payment.reference, Card.PAYS).stage is Stage.EXPIRED


def test_a_payment_that_succeeds_after_its_file_lapsed_is_refunded_by_itself(till: Till) -> None:
    file = till.proposed()
    payment = till.paid(file)  # in time, but told when it is too late
    till.later(days=30)
    till.office.sweep()
    assert till.office.read(file).state is FileState.REJECTED_WITHOUT_TITULAIRE_SUITE
    till.told()
    returned = till.read(payment)
    assert returned.state is State.RETURNED
    assert returned.why
    assert till.refunds(payment) == [(CASH_CENTS, RefundState.DONE)]
    assert till.ledger(K.CARD, K.REFUND_DUE, K.REFUNDED, K.RIGHTS) == (0, 0, CASH_CENTS, 1_000_00)
    till.told()  # the provider tells of the refund too
    assert till.swept() == 0
    assert till.ledger(K.REFUND_DUE, K.REFUNDED) == (0, CASH_CENTS)


def test_a_payment_is_returned_when_time_itself_was_not_swept(till: Till) -> None:
    file = till.proposed()
    payment = till.paid(file)
    till.later(days=30)
    till.told()
    assert till.read(payment).state is State.RETURNED
    assert till.refunds(payment) == [(CASH_CENTS, RefundState.DONE)]


def test_a_payment_of_a_plan_that_changed_meanwhile_is_returned(till: Till) -> None:
    till.office.publish()
    file = till.proposed()
    other = till.office.proposed(till.office.request(), price_cents=800_00)
    payment = till.paid(file)
    till.office.confirmed(other)  # the same rights, gone
    till.told()
    assert till.read(payment).state is State.RETURNED
    assert till.office.read(file).state is FileState.VALIDATED
    assert till.ledger(K.HELD, K.REFUNDED) == (800_00, CASH_CENTS)


def test_the_second_of_two_payments_of_one_file_goes_back(till: Till) -> None:
    file = till.proposed()
    first = till.paid(file, "un")
    till.provider.leave(first.reference)
    bodies = till.bodies()
    # The page says paid, its event is held back; an older page expires, so another is opened and paid.
    with unit_of_work(till.database) as conn:
        store.change(conn, first.id, till.clock(), state=State.EXPIRED.value)
    second = till.paid(file, "deux")
    till.told()
    till.told(bodies)
    assert (till.read(second).state, till.read(first).state) == (State.TAKEN, State.RETURNED)
    assert till.refunds(first) == [(CASH_CENTS, RefundState.DONE)]
    assert till.refunds(second) == []
    assert till.ledger(K.CARD, K.REFUNDED, K.REFUND_DUE) == (CASH_CENTS, CASH_CENTS, 0)


def test_a_withdrawal_gives_the_card_its_money_back_once(till: Till) -> None:
    file = till.proposed()
    payment = till.paid(file)
    till.told()
    till.office.act(till.office.read(file), Event.CANCEL, Actor.LEARNER)
    till.work()
    assert till.refunds(payment) == [(CASH_CENTS, RefundState.DONE)]
    assert till.ledger(K.RIGHTS, K.CARD, K.REFUND_DUE, K.REFUNDED) == (1_000_00, 0, 0, CASH_CENTS)
    assert till.swept() == 0


def test_the_sweep_finds_what_is_due_whoever_made_it_due(till: Till) -> None:
    file = till.proposed()
    payment = till.paid(file)
    till.told()
    with unit_of_work(till.database) as conn:
        money.release(conn, file.id, till.clock())
    assert till.swept() == 1
    assert till.refunds(payment) == [(CASH_CENTS, RefundState.DONE)]
    assert till.ledger(K.REFUND_DUE, K.REFUNDED) == (0, CASH_CENTS)


def test_a_refund_that_is_sent_twice_gives_back_once(till: Till) -> None:
    file = till.proposed()
    payment = till.paid(file)
    till.told()
    till.office.act(till.office.read(file), Event.CANCEL, Actor.LEARNER)
    with unit_of_work(till.database) as conn:
        (refund,) = store.refunds_of(conn, [payment.id])
    for _ in range(2):  # killed after the provider's answer, before ours was stored
        till.provider.refund(payment.reference, refund.cents, refund.key)
    for _ in range(2):
        refunds.send(till.database, till.provider, refund.id, till.clock())
    till.told()
    assert till.ledger(K.REFUND_DUE, K.REFUNDED) == (0, CASH_CENTS)


def test_what_the_provider_reads_is_what_it_tells(till: Till) -> None:
    payment = till.paid(till.proposed())
    (body,) = till.bodies()
    told = till.provider.understand(body)
    assert isinstance(told, Told)
    assert isinstance(told.about, Seen)
    assert till.provider.read(payment.reference) == told.about


@dataclass
class Forgetful:
    """Its answer is lost the first time."""

    sandbox: Sandbox
    wanted: list[Wanted] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sandbox, name)

    def open(self, wanted: Wanted) -> Opened:
        self.wanted.append(wanted)
        opened = self.sandbox.open(wanted)
        if len(self.wanted) == 1:
            raise ProviderAway("Le prestataire ne répond pas.")
        return opened


def test_a_page_is_asked_for_again_with_the_very_same(till: Till) -> None:
    provider = Forgetful(till.provider)
    till.counter = replace(till.counter, provider=provider)
    payment = till.asked(till.proposed())
    with pytest.raises(ProviderAway):
        till.work()
    till.done.clear()
    till.later(minutes=5)
    till.work()
    assert provider.wanted[0] == provider.wanted[1]
    assert till.read(payment).state is State.OPEN


def test_a_page_of_a_provider_that_was_asked_twice_is_one_page(till: Till) -> None:
    payment = till.asked(till.proposed())
    first = open_page(till.database, till.provider, payment.id, till.clock())
    again = open_page(till.database, till.provider, payment.id, till.clock() + timedelta(seconds=1))
    assert (first.reference, first.page_url) == (again.reference, again.page_url)
