"""Nothing of the domain is forgotten: each worked case, conflict of sources and state has a test of its own."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from string import ascii_lowercase
from types import ModuleType

import pytest

import enrollment
from enrollment.dated import Dated
from enrollment.files.states import IMPORTED_ONLY, State
from tests.enrollment.files.stories import STORIES

PLANS, OUTCOMES = "money.test_worked_plans", "money.test_worked_outcomes"
DEADLINES, PAYING = "files.test_deadlines", "money.test_paying"
CASES = {  # of domain 6, by letter
    "a": (PLANS, "test_a_the_participation_is_a_floor_on_the_cash_not_an_add_on"),
    "b": (PLANS, "test_b_the_participation_is_inside_what_rights_do_not_pay"),
    "c": (PLANS, "test_c_rights_pay_at_most_1500_for_the_specific_register_since_26_february_2026"),
    "d": (PLANS, "test_d_the_participation_is_inside_what_the_cap_leaves"),
    "e": (PLANS, "test_e_a_jobseeker_pays_no_participation"),
    "f": (OUTCOMES, "test_e_f_a_jobseeker_who_gives_up_at_60_percent"),
    "g": (OUTCOMES, "test_g_the_same_with_force_majeure_gets_480_back"),
    "h": (OUTCOMES, "test_h_a_late_cancellation_pays_5_percent_and_leaves_a_credit_note"),
    "i": (PLANS, "test_i_a_price_below_the_participation_is_paid_in_cash_whole"),
    "j": (PLANS, "test_j_a_licence_takes_900_of_rights_where_a_third_party_gives_100"),
    "k": (OUTCOMES, "test_k_given_up_at_40_percent_the_rest_is_1200_of_rights_and_300_of_card"),
    "l": (OUTCOMES, "test_l_a_part_that_goes_back_is_rounded_by_the_largest_remainder"),
    "m": ("money.test_documents", "test_m_a_partial_payment_keeps_the_vat"),
    "n": (PLANS, "test_n_the_participation_is_the_one_of_the_day_of_the_request"),
    "o": (PLANS, "test_o_rights_come_before_contributions"),
    "p": ("money.test_feeding", "test_p_40_hours_of_the_old_system_are_600_euros"),
}
CONFLICTS = {  # by the parameter that can be read otherwise: where the other readings are tested
    "participation-place": (PLANS, "test_b_read_otherwise_the_participation_is_paid_on_top_of_the_gap"),
    "exempt-statuses": (PLANS, "test_rsa_and_disability_exempt_only_as_one_source_reads_it"),
    "assessment-years": (PLANS, "test_another_assessment_within_five_years_is_refused_only_as_one_source_reads_it"),
    "first-to-pay": (PLANS, "test_o_read_otherwise_contributions_come_before_rights"),
    "late-indemnity": (OUTCOMES, "test_h_read_otherwise_the_whole_order_is_due"),
    "given-up": (OUTCOMES, "test_the_bound_of_80_percent_can_be_read_as_excluded"),
    "interrupted": (
        OUTCOMES,
        "test_an_interruption_by_the_organisation_is_paid_for_what_was_done_only_when_it_reschedules",
    ),
    "forfeited-voluntary": (
        OUTCOMES,
        "test_voluntary_money_that_is_lost_stays_voluntary_or_goes_back_to_its_funder",
    ),
    "late-card": (OUTCOMES, "test_h_read_otherwise_the_card_is_lost"),
    "given-up-card": (OUTCOMES, "test_k_read_otherwise_the_card_becomes_a_credit_note"),
    "deposit": (PAYING, "test_a_deposit_is_part_of_what_the_settlement_pays"),
    "below-half-time": ("money.test_feeding", "test_below_half_time_read_otherwise_the_part_is_of_half_time"),
    "answer-with-prerequisites": (DEADLINES, "test_thirty_days_may_be_calendar_days"),
    "withdrawal": (DEADLINES, "test_withdrawal_ends_with_its_last_day_however_the_sources_count"),
    "notice": (DEADLINES, "test_the_notice_may_be_read_inclusive_or_from_the_request"),
    "notice-counted-from": (DEADLINES, "test_the_notice_may_be_read_inclusive_or_from_the_request"),
    "free-cancellation": (
        DEADLINES,
        "test_cancelling_is_free_until_more_than_seven_working_days_before_the_start",
    ),
    "funder-notice": (DEADLINES, "test_the_21_days_of_france_travail_may_count_both_dates"),
    "silence-lapses": (DEADLINES, "test_silence_may_leave_the_learner_to_decide"),
    "bank-account-cooling": ("transfers.test_accounts", "test_the_cooling_time_is_a_dated_parameter"),
}
THE_BOUND = (DEADLINES, "test_a_proposal_of_thursday_3_december_2026_allows_a_start_from_monday_21")


def module_of(named: tuple[str, str]) -> ModuleType:
    return import_module(f"tests.enrollment.{named[0]}")


def parameters() -> Iterator[tuple[str, str, Dated[object]]]:
    """Every dated parameter of the room: where it stands and what it is called there."""
    for found in walk_packages(enrollment.__path__, "enrollment."):
        module = import_module(found.name)
        for name, value in vars(module).items():
            if isinstance(value, Dated):
                yield found.name, name, value


def test_every_worked_case_has_a_test_under_its_letter() -> None:
    assert "".join(CASES) == ascii_lowercase[: ascii_lowercase.index("p") + 1]
    for letter, named in CASES.items():
        assert callable(getattr(module_of(named), named[1])), letter
        assert f"_{letter}_" in named[1]


def test_every_conflict_of_sources_is_tested_both_ways() -> None:
    read_otherwise = {dated.name for _, _, dated in parameters() if dated.alternatives}
    assert set(CONFLICTS) == read_otherwise


@pytest.mark.parametrize("conflict", CONFLICTS)
def test_the_test_of_a_conflict_sets_the_other_reading(conflict: str) -> None:
    named = CONFLICTS[conflict]
    assert callable(getattr(module_of(named), named[1]))
    names = {name for _, name, dated in parameters() if dated.name == conflict}
    source = inspect.getsource(module_of(named))
    assert any(f".reading({name}" in source or f".reading(amounts.{name}" in source for name in names)


def test_every_state_of_4_1_is_reached_by_an_example_or_is_of_imported_histories() -> None:
    assert set(STORIES) | set(IMPORTED_ONLY) == set(State)
    assert not set(STORIES) & set(IMPORTED_ONLY)


def test_the_bound_of_4_2_has_its_test() -> None:
    assert callable(getattr(module_of(THE_BOUND), THE_BOUND[1]))
