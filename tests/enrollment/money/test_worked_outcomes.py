"""The worked cases of domain 6 that are outcomes, on both databases, each under its letter, conflicts both ways."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from base.database import unit_of_work
from enrollment.dated import Rules
from enrollment.money import (
    ActionKind,
    Buyer,
    Cause,
    NothingHeld,
    Priced,
    amounts,
    forfeit,
    hold,
    plan_for,
    release,
    settle,
)
from enrollment.money.accounts import AccountKind, rights
from enrollment.money.kinds import FunderKind, Nature, PotKind
from enrollment.money.ledger import AlreadyPosted, NotEnough, pots_of
from enrollment.money.parties import Agreed, Pot
from enrollment.money.plan import Plan
from tests.enrollment.money.buying import JOBSEEKER, JUNE_2024, LEARNER, SIRET, TODAY, planned
from tests.enrollment.money.filing import DEFAULT, FILE, filed, give, noon, total

K = AccountKind
LATER = noon(TODAY) + timedelta(days=20)


def case_a(on: date = TODAY) -> Plan:
    return planned(1_500_00, 2_000_00, on=on)


def test_confirmed_rights_are_kept_and_the_card_is_received(database: Engine) -> None:
    with unit_of_work(database) as conn:
        filed(conn, case_a())
        assert total(conn, K.RIGHTS) == 0
        assert total(conn, K.HELD) == 1_350_00
        assert (total(conn, K.CARD), total(conn, K.BANK)) == (150_00, -150_00)


def test_everything_goes_back_to_where_it_came_from_when_a_file_is_released(database: Engine) -> None:
    with unit_of_work(database) as conn:
        filed(conn, case_a())
        release(conn, FILE, LATER)
        assert total(conn, K.RIGHTS) == 1_350_00
        assert total(conn, K.REFUND_DUE) == 150_00
        assert total(conn, K.PAYABLE) == total(conn, K.HELD) == total(conn, K.CARD) == 0


def test_e_f_a_jobseeker_who_gives_up_at_60_percent(database: Engine) -> None:
    with unit_of_work(database) as conn:
        filed(conn, planned(1_200_00, 2_000_00, statuses=JOBSEEKER))
        assert settle(conn, FILE, DEFAULT, 60, Cause.LEARNER_FAULT, LATER) == 720_00
        assert total(conn, K.PAYABLE) == 720_00
        assert total(conn, K.FUND, Nature.MUTUALISED) == 480_00
        assert total(conn, K.RIGHTS) == 0


def test_g_the_same_with_force_majeure_gets_480_back(database: Engine) -> None:
    with unit_of_work(database) as conn:
        filed(conn, planned(1_200_00, 2_000_00, statuses=JOBSEEKER))
        assert settle(conn, FILE, DEFAULT, 60, Cause.FORCE_MAJEURE, LATER) == 720_00
        assert (total(conn, K.PAYABLE), total(conn, K.RIGHTS), total(conn, K.FUND)) == (720_00, 480_00, 0)


@pytest.mark.parametrize(("day", "lost", "note"), [(JUNE_2024, 1_325_00, 100_00), (TODAY, 1_275_00, 150_00)])
def test_h_a_late_cancellation_pays_5_percent_and_leaves_a_credit_note(
    database: Engine, day: date, lost: int, note: int
) -> None:
    with unit_of_work(database) as conn:
        filed(conn, case_a(day))
        assert forfeit(conn, FILE, DEFAULT, noon(day) + timedelta(days=20)) == 75_00
        assert total(conn, K.PAYABLE) == 75_00
        assert total(conn, K.FUND, Nature.MUTUALISED) == lost
        assert total(conn, K.CREDIT_NOTE) == note
        assert total(conn, K.RIGHTS) == total(conn, K.REFUND_DUE) == 0


def test_h_read_otherwise_the_whole_order_is_due(database: Engine) -> None:
    whole = Rules().reading(amounts.LATE_INDEMNITY_PERCENT, 100)
    with unit_of_work(database) as conn:
        filed(conn, case_a())
        assert forfeit(conn, FILE, whole, LATER) == 1_500_00
        assert total(conn, K.PAYABLE) == 1_500_00
        assert total(conn, K.CREDIT_NOTE) == total(conn, K.FUND) == 0


def test_h_read_otherwise_the_card_is_lost(database: Engine) -> None:
    lost = Rules().reading(amounts.LATE_CARD, "lost")
    with unit_of_work(database) as conn:
        filed(conn, case_a())
        forfeit(conn, FILE, lost, LATER)
        assert total(conn, K.CREDIT_NOTE) == 0
        assert total(conn, K.FUND, Nature.LEARNER) == 150_00


def test_k_given_up_at_40_percent_the_rest_is_1200_of_rights_and_300_of_card(database: Engine) -> None:
    with unit_of_work(database) as conn:
        filed(conn, planned(2_500_00, 2_000_00))
        assert settle(conn, FILE, DEFAULT, 40, Cause.LEARNER_FAULT, LATER) == 1_000_00
        assert total(conn, K.FUND, Nature.MUTUALISED) == 1_200_00
        assert total(conn, K.FUND, Nature.LEARNER) == 300_00
        assert total(conn, K.PAYABLE, Nature.MUTUALISED) == 800_00
        assert total(conn, K.PAYABLE, Nature.LEARNER) == 200_00


def test_k_read_otherwise_the_card_becomes_a_credit_note(database: Engine) -> None:
    kept = Rules().reading(amounts.GIVEN_UP_CARD, "credit-note")
    with unit_of_work(database) as conn:
        filed(conn, planned(2_500_00, 2_000_00))
        settle(conn, FILE, kept, 40, Cause.LEARNER_FAULT, LATER)
        assert total(conn, K.CREDIT_NOTE) == 300_00
        assert total(conn, K.FUND, Nature.LEARNER) == 0


def test_l_a_part_that_goes_back_is_rounded_by_the_largest_remainder(database: Engine) -> None:
    first, second, third = (
        Pot(rights(LEARNER, kind, funder=name), cents)
        for kind, name, cents in (
            (PotKind.RESERVED, "98765432100012", 333_33),
            (PotKind.ANNUAL, "", 333_33),
            (PotKind.COMPLEMENTARY, "", 333_34),
        )
    )
    with unit_of_work(database) as conn:
        filed(conn, planned(1_000_00, first, second, third, statuses=JOBSEEKER))
        assert settle(conn, FILE, DEFAULT, 67, Cause.FORCE_MAJEURE, LATER) == 670_00
        assert [pot.cents for pot in pots_of(conn, LEARNER)] == [110_00, 110_00, 110_00]
        assert total(conn, K.PAYABLE) == 670_00


@pytest.mark.parametrize(
    ("rate", "paid"),
    [(0, 300_00), (24, 300_00), (25, 300_00), (26, 312_00), (79, 948_00), (80, 1_200_00), (100, 1_200_00)],
)
def test_given_up_the_organisation_is_paid_by_buckets_of_the_rate(database: Engine, rate: int, paid: int) -> None:
    with unit_of_work(database) as conn:
        filed(conn, planned(1_200_00, 2_000_00, statuses=JOBSEEKER))
        assert settle(conn, FILE, DEFAULT, rate, Cause.LEARNER_FAULT, LATER) == paid


def test_the_bound_of_80_percent_can_be_read_as_excluded(database: Engine) -> None:
    excluded = Rules().reading(amounts.GIVEN_UP, amounts.GIVEN_UP.alternatives[0])
    with unit_of_work(database) as conn:
        filed(conn, planned(1_200_00, 2_000_00, statuses=JOBSEEKER))
        assert settle(conn, FILE, excluded, 80, Cause.LEARNER_FAULT, LATER) == 960_00


@pytest.mark.parametrize(
    ("cause", "reading", "paid"),
    [
        (Cause.COMPLETE, "nothing", 1_200_00),
        (Cause.INTERRUPTED_RESCHEDULED, "nothing", 480_00),
        (Cause.INTERRUPTED, "nothing", 0),
        (Cause.INTERRUPTED, "done", 480_00),
    ],
)
def test_an_interruption_by_the_organisation_is_paid_for_what_was_done_only_when_it_reschedules(
    database: Engine, cause: Cause, reading: str, paid: int
) -> None:
    rules = Rules().reading(amounts.INTERRUPTED, reading)
    with unit_of_work(database) as conn:
        filed(conn, planned(1_200_00, 2_000_00, statuses=JOBSEEKER))
        assert settle(conn, FILE, rules, 100 if cause is Cause.COMPLETE else 40, cause, LATER) == paid
        assert total(conn, K.PAYABLE) == paid
        assert total(conn, K.RIGHTS) == 1_200_00 - paid


@pytest.mark.parametrize(("reading", "kept", "back"), [("fund", 95_00, 0), ("funder", 0, 95_00)])
def test_voluntary_money_that_is_lost_stays_voluntary_or_goes_back_to_its_funder(
    database: Engine, reading: str, kept: int, back: int
) -> None:
    rules = Rules().reading(amounts.FORFEITED_VOLUNTARY, reading)
    region = Agreed("Région", FunderKind.REGION, 100_00)
    with unit_of_work(database) as conn:
        filed(conn, planned(100_00, agreed=(region,), statuses=JOBSEEKER))
        forfeit(conn, FILE, rules, LATER)
        assert total(conn, K.PAYABLE, Nature.VOLUNTARY) == 5_00
        assert total(conn, K.FUND, Nature.VOLUNTARY) == kept
        assert total(conn, K.REFUND_DUE, Nature.VOLUNTARY) == back


def test_a_reserved_pot_that_expired_meanwhile_goes_back_to_its_funder(database: Engine) -> None:
    pot = rights(LEARNER, PotKind.RESERVED, funder=SIRET, funder_kind=FunderKind.EMPLOYER, expires_on=TODAY)
    with unit_of_work(database) as conn:
        filed(conn, planned(100_00, Pot(pot, 100_00)))
        release(conn, FILE, LATER)
        assert total(conn, K.RIGHTS) == 0
        assert total(conn, K.REFUND_DUE, Nature.VOLUNTARY) == 100_00


def test_a_credit_note_is_used_before_the_card_and_comes_back_as_one(database: Engine) -> None:
    with unit_of_work(database) as conn:
        filed(conn, case_a())
        forfeit(conn, FILE, DEFAULT, LATER)
        give(conn, rights(LEARNER, PotKind.ANNUAL), 50_00, LATER, "more")
        made = plan_for(conn, DEFAULT, Buyer(LEARNER), Priced(400_00, ActionKind.RNCP, SIRET), TODAY, TODAY)
        assert [(line.source.value, line.cents) for line in made.lines] == [
            ("rights", 50_00), ("credit_note", 150_00), ("card", 200_00)
        ]  # fmt: skip
        hold(conn, 13, made, LATER)
        assert total(conn, K.CREDIT_NOTE) == 0
        release(conn, 13, LATER)
        assert (total(conn, K.CREDIT_NOTE), total(conn, K.REFUND_DUE)) == (150_00, 200_00)


def test_a_file_is_held_once_and_closed_once(database: Engine) -> None:
    with unit_of_work(database) as conn:
        with pytest.raises(NothingHeld):
            release(conn, FILE, LATER)
        filed(conn, case_a())
        with pytest.raises(AlreadyPosted):
            hold(conn, FILE, case_a(), LATER)
        release(conn, FILE, LATER)
        with pytest.raises(AlreadyPosted):
            settle(conn, FILE, DEFAULT, 100, Cause.COMPLETE, LATER)


def test_rights_that_another_file_took_meanwhile_are_not_there_twice(database: Engine) -> None:
    with unit_of_work(database) as conn:
        filed(conn, case_a())
        with pytest.raises(NotEnough, match="1\u202f350,00"):
            hold(conn, 13, case_a(), LATER)
