"""Domain 5.4: funders give to files by agreed criteria; their agreement is proposed by itself in the plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from base.database import reading, unit_of_work
from enrollment.money import ActionKind, Buyer, FunderKind, Priced, Status, plan_for
from enrollment.money.agreements import Agreement, agreed_by, agreements_on, put_agreements
from enrollment.money.declarations import load_sheet
from tests.enrollment.money.buying import JOBSEEKER, TODAY, shares
from tests.enrollment.money.filing import DEFAULT, noon

AT = noon(TODAY)
OPEN = Agreement("A1", "Région", FunderKind.REGION, date(2026, 1, 1), None, 400_00)
BUYER = Buyer(7, JOBSEEKER, employer="12345678900011", region="84")
PRICED = Priced(1_000_00, ActionKind.RNCP, certification="RNCP34441")


def given(agreement: Agreement, buyer: Buyer = BUYER, priced: Priced = PRICED, on: date = TODAY) -> int:
    return sum(one.cents for one in agreed_by([agreement], buyer, priced, on))


@pytest.mark.parametrize(
    ("agreement", "cents"),
    [
        (OPEN, 400_00),
        (replace(OPEN, share_percent=20), 200_00),
        (replace(OPEN, from_on=date(2026, 11, 26)), 0),
        (replace(OPEN, to_on=TODAY), 400_00),
        (replace(OPEN, to_on=date(2026, 11, 24)), 0),
        (replace(OPEN, statuses=(Status.JOBSEEKER, Status.ESAT)), 400_00),
        (replace(OPEN, statuses=(Status.ESAT,)), 0),
        (replace(OPEN, actions=(ActionKind.RNCP,)), 400_00),
        (replace(OPEN, actions=(ActionKind.VAE,)), 0),
        (replace(OPEN, certifications=("RNCP34441",)), 400_00),
        (replace(OPEN, certifications=("RNCP1",)), 0),
        (replace(OPEN, regions=("84",)), 400_00),
        (replace(OPEN, regions=("11",)), 0),
        (replace(OPEN, employer="12345678900011"), 400_00),
        (replace(OPEN, employer="12345678900029"), 0),
        (replace(OPEN, learner_id=7), 400_00),
        (replace(OPEN, learner_id=8), 0),
    ],
)
def test_an_agreement_gives_where_every_criterion_is_met(agreement: Agreement, cents: int) -> None:
    assert given(agreement) == cents


def test_what_is_not_known_of_a_learner_or_an_offer_meets_no_criterion() -> None:
    assert given(replace(OPEN, regions=("84",)), Buyer()) == 0
    assert given(replace(OPEN, employer="12345678900011"), Buyer()) == 0
    assert given(OPEN, priced=Priced(None, ActionKind.RNCP)) == 0


def test_of_one_funder_the_agreement_that_gives_most_is_taken() -> None:
    both = [OPEN, replace(OPEN, reference="A2", most_cents=500_00), replace(OPEN, reference="A3", most_cents=100_00)]
    assert [one.cents for one in agreed_by(both, BUYER, PRICED, TODAY)] == [500_00]


def test_an_agreement_is_in_the_plan_by_itself_and_read_back_as_it_was(database: Engine) -> None:
    whole = Agreement(
        reference="A1",
        funder="Région",
        kind=FunderKind.REGION,
        from_on=date(2026, 1, 1),
        to_on=date(2026, 12, 31),
        most_cents=400_00,
        share_percent=90,
        statuses=(Status.JOBSEEKER,),
        actions=(ActionKind.RNCP,),
        certifications=("RNCP34441",),
        regions=("84",),
        employer="12345678900011",
        learner_id=7,
    )
    with unit_of_work(database) as conn:
        put_agreements(conn, [OPEN], AT)
        put_agreements(conn, [whole], AT)
        assert agreements_on(conn, TODAY) == [whole]
        assert shares(plan_for(conn, DEFAULT, BUYER, PRICED, TODAY, TODAY)) == (0, 400_00, 600_00)
        assert agreements_on(conn, date(2027, 1, 1)) == []


HEADING = "reference;financeur;type;du;au;montant_max;pourcent;publics;actions;regions;employeur;titulaire\n"


def test_agreements_are_loaded_from_a_sheet(database: Engine) -> None:
    sheet = HEADING + "R-1;Région;region;2026-01-01;2026-12-31;400;50;jobseeker|esat;rncp,vae;84;;\n"
    with unit_of_work(database) as conn:
        loaded = load_sheet(conn, DEFAULT, sheet.encode(), AT)
    assert (loaded.taken, loaded.findings) == (1, [])
    with reading(database) as conn:
        (made,) = agreements_on(conn, TODAY)
    assert made.statuses == (Status.JOBSEEKER, Status.ESAT)
    assert (made.most_cents, made.share_percent, made.actions) == (
        400_00, 50, (ActionKind.RNCP, ActionKind.VAE)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("R-1;Région;region;;;400;;;;;;", "missing"),
        ("R-1;Région;region;2026-01-01;2025-12-31;400;;;;;;", "date"),
        ("R-1;Région;mairie;2026-01-01;;400;;;;;;", "code"),
        ("R-1;Région;region;2026-01-01;;400;;riches;;;;", "code"),
        ("R-1;Région;region;2026-01-01;;0;;;;;;", "amount"),
        ("R-1;Région;region;2026-01-01;;-400;;;;;;", "amount"),
        ("R-1;Région;region;2026-01-01;;400;150;;;;;", "number"),
        ("R-1;Région;region;2026-01-01;;400;;;;;12;", "siret"),
        (";Région;region;2026-01-01;;400;;;;;;", "missing"),
    ],
)
def test_an_agreement_that_cannot_be_understood_is_a_finding(database: Engine, row: str, code: str) -> None:
    with unit_of_work(database) as conn:
        loaded = load_sheet(conn, DEFAULT, (HEADING + row).encode(), AT)
        assert [finding.code for finding in loaded.findings] == [code]
        assert agreements_on(conn, TODAY) == []
