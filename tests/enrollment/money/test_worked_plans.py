"""The worked cases of domain 5 and 6 that are plans, each under its letter, and each conflict both ways."""

from __future__ import annotations

from datetime import date

import pytest

from enrollment.dated import Rules
from enrollment.money import amounts
from enrollment.money.kinds import ActionKind, FunderKind, PotKind
from enrollment.money.parties import Agreed, Buyer, Priced
from tests.enrollment.money.buying import EMPLOYEE, EMPLOYER, JOBSEEKER, JUNE_2024, LEARNER, TODAY, planned, shares

ADDED = Rules().reading(amounts.PARTICIPATION_PLACE, "added")
FUNDERS_FIRST = Rules().reading(amounts.GIVES_WAY, "contributions")


@pytest.mark.parametrize(
    ("day", "rights", "cash"),
    [(JUNE_2024, 1_400_00, 100_00), (TODAY, 1_350_00, 150_00), (date(2019, 12, 2), 1_500_00, 0)],
)
def test_a_the_participation_is_a_floor_on_the_cash_not_an_add_on(day: date, rights: int, cash: int) -> None:
    assert shares(planned(1_500_00, 2_000_00, on=day)) == (rights, 0, cash)


@pytest.mark.parametrize("day", [JUNE_2024, TODAY])
def test_b_the_participation_is_inside_what_rights_do_not_pay(day: date) -> None:
    assert shares(planned(2_500_00, 2_000_00, on=day)) == (2_000_00, 0, 500_00)


def test_b_read_otherwise_the_participation_is_paid_on_top_of_the_gap() -> None:
    assert shares(planned(2_500_00, 2_000_00, rules=ADDED)) == (1_850_00, 0, 650_00)
    assert shares(planned(1_500_00, 2_000_00, rules=ADDED)) == (1_350_00, 0, 150_00)


@pytest.mark.parametrize(
    ("day", "rights", "cash"),
    [
        (date(2026, 2, 26), 1_500_00, 1_100_00),
        (TODAY, 1_500_00, 1_100_00),
        (date(2026, 2, 25), 2_496_80, 103_20),
    ],
)
def test_c_rights_pay_at_most_1500_for_the_specific_register_since_26_february_2026(
    day: date, rights: int, cash: int
) -> None:
    assert shares(planned(2_600_00, 5_000_00, on=day, kind=ActionKind.RS)) == (rights, 0, cash)


def test_c_clea_is_not_capped() -> None:
    assert shares(planned(2_600_00, 5_000_00, kind=ActionKind.CLEA)) == (2_450_00, 0, 150_00)


def test_d_the_participation_is_inside_what_the_cap_leaves() -> None:
    assert shares(planned(1_650_00, 5_000_00, kind=ActionKind.RS)) == (1_500_00, 0, 150_00)


def test_d_read_otherwise_it_comes_on_top() -> None:
    assert shares(planned(1_650_00, 5_000_00, kind=ActionKind.RS, rules=ADDED)) == (1_350_00, 0, 300_00)


def test_an_assessment_of_1800_leaves_200_in_cash_the_150_inside() -> None:
    assert shares(planned(1_800_00, 3_000_00, kind=ActionKind.ASSESSMENT)) == (1_600_00, 0, 200_00)


def test_another_assessment_within_five_years_is_refused_only_as_one_source_reads_it() -> None:
    again = Buyer(LEARNER, EMPLOYEE, assessment_funded_on=date(2023, 1, 10))
    made = planned(1_800_00, 3_000_00, kind=ActionKind.ASSESSMENT, buyer=again)
    assert [refusal.code for refusal in made.refusals] == ["assessment-too-soon"]
    assert "10/01/2028" in made.refusals[0].text
    free = Rules().reading(amounts.ASSESSMENT_YEARS, 0)
    assert planned(1_800_00, 3_000_00, kind=ActionKind.ASSESSMENT, buyer=again, rules=free).payable


def test_e_a_jobseeker_pays_no_participation() -> None:
    made = planned(1_200_00, 2_000_00, statuses=JOBSEEKER)
    assert shares(made) == (1_200_00, 0, 0)
    assert made.participation_cents == 0
    assert "demandeur d'emploi" in " ".join(made.notes)


def test_i_a_price_below_the_participation_is_paid_in_cash_whole() -> None:
    assert shares(planned(75_00, 2_000_00, on=JUNE_2024)) == (0, 0, 75_00)
    assert shares(planned(390_00, 350_00, on=JUNE_2024)) == (290_00, 0, 100_00)


def test_j_a_licence_takes_900_of_rights_where_a_third_party_gives_100() -> None:
    made = planned(1_400_00, 2_000_00, kind=ActionKind.LIGHT_LICENCE, agreed=(EMPLOYER,))
    assert made.payable
    assert shares(made) == (900_00, 100_00, 400_00)


def test_j_a_licence_without_a_third_party_is_refused_with_the_reason() -> None:
    made = planned(1_400_00, 2_000_00, kind=ActionKind.LIGHT_LICENCE)
    assert [refusal.code for refusal in made.refusals] == ["licence-cofunding"]
    assert "100,00" in made.refusals[0].text
    assert planned(1_400_00, 2_000_00, kind=ActionKind.LIGHT_LICENCE, statuses=JOBSEEKER).payable
    assert planned(1_400_00, 2_000_00, kind=ActionKind.LIGHT_LICENCE, on=date(2026, 2, 25)).payable


def test_n_the_participation_is_the_one_of_the_day_of_the_request() -> None:
    made = planned(1_500_00, 2_000_00, requested_on=date(2026, 4, 1), on=date(2026, 4, 3))
    assert shares(made) == (1_396_80, 0, 103_20)
    assert shares(planned(1_500_00, 2_000_00, requested_on=date(2026, 4, 2), on=date(2026, 4, 3)))[2] == 150_00


REGION = Agreed("Région", FunderKind.REGION, 1_450_00)


def test_o_rights_come_before_contributions() -> None:
    assert shares(planned(1_500_00, 2_000_00, agreed=(REGION,))) == (1_350_00, 0, 150_00)


def test_o_read_otherwise_contributions_come_before_rights() -> None:
    assert shares(planned(1_500_00, 2_000_00, agreed=(REGION,), rules=FUNDERS_FIRST)) == (0, 1_350_00, 150_00)


@pytest.mark.parametrize(
    ("day", "cents"),
    [
        (date(2024, 5, 1), 0),
        (date(2024, 5, 2), 100_00),
        (date(2024, 12, 31), 100_00),
        (date(2025, 1, 1), 102_23),
        (date(2025, 12, 31), 102_23),
        (date(2026, 1, 1), 103_20),
        (date(2026, 4, 1), 103_20),
        (date(2026, 4, 2), 150_00),
    ],
)
def test_the_participation_of_each_period(day: date, cents: int) -> None:
    made = planned(1_000_00, 5_000_00, on=day)
    assert made.participation_cents == made.cash_cents == cents


def test_rsa_and_disability_exempt_only_as_one_source_reads_it() -> None:
    from enrollment.money.kinds import Status

    alone = frozenset({Status.RSA})
    assert planned(1_000_00, 5_000_00, statuses=alone).cash_cents == 150_00
    wide = Rules().reading(amounts.EXEMPT_STATUSES, amounts.EXEMPT_STATUSES.alternatives[0])
    assert planned(1_000_00, 5_000_00, statuses=alone, rules=wide).cash_cents == 0


def test_a_price_that_nobody_stated_is_refused_not_guessed() -> None:
    made = planned(None, priced=Priced(None, ActionKind.RNCP))
    assert [refusal.code for refusal in made.refusals] == ["price-unknown"]
    assert made.lines == ()


def test_used_work_accident_supplement_and_c2p_points_exempt() -> None:
    from enrollment.money.accounts import rights
    from enrollment.money.parties import Pot

    for kind in (PotKind.C2P, PotKind.ACCIDENT):
        pot = Pot(rights(7, kind), 7_500_00)
        assert shares(planned(2_000_00, 500_00, pot)) == (2_000_00, 0, 0)
        # Annual rights suffice: the supplement is not used, and exempts nobody.
        assert shares(planned(2_000_00, 5_000_00, pot)) == (1_850_00, 0, 150_00)
