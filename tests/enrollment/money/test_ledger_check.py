"""``parcours ledger check`` proves the invariants, and finds a cent whoever takes it, however well it is hidden."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine

from base.database import reading, unit_of_work
from enrollment.money.check import LAWS, Proof, prove
from tests.enrollment.money import thieves


@pytest.fixture
def told(database: Engine) -> Engine:
    with unit_of_work(database) as conn:
        thieves.stories(conn)
    return database


def proof(database: Engine) -> Proof:
    with reading(database) as conn:
        return prove(conn)


def test_what_the_code_wrote_is_proved(told: Engine) -> None:
    made = proof(told)
    assert made.flaws == ()
    assert made.in_cents == made.held_cents + made.out_cents == 1_000_00
    assert (made.entries, made.out_cents) == (11, 160_00)


def test_an_empty_ledger_is_proved(database: Engine) -> None:
    assert proof(database).flaws == ()


@pytest.mark.parametrize(
    ("theft", "laws"),
    [
        (thieves.one_cent_more, {"balanced", "as-written", "derived", "conserved"}),
        (thieves.one_cent_moved, {"as-written"}),
        (thieves.balance_alone, {"derived"}),
        (thieves.entry_gone, {"whole", "derived", "closed"}),
        (thieves.account_of_another, {"own-name"}),
        (thieves.nature_changed, {"balanced", "own-name"}),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_stolen_cent_is_found(told: Engine, theft: Callable[[Connection], None], laws: set[str]) -> None:
    thieves.rob(told, theft)
    assert laws <= {flaw.law for flaw in proof(told).flaws} <= set(LAWS)
