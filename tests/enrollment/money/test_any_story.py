"""Whatever happens to files, in whatever order: the ledger is proved after each step; what is refused moves nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)
from sqlalchemy import Connection

from base.database import reading, unit_of_work
from base.errors import Conflict
from enrollment.dated import Rules
from enrollment.money import (
    ActionKind,
    Agreed,
    Buyer,
    Cause,
    FunderKind,
    PotKind,
    Priced,
    Status,
    amounts,
    claim_undue,
    deposit,
    forfeit,
    give_back_late_card,
    hold,
    pay,
    plan_for,
    recover,
    refund,
    refunds_due,
    reject,
    release,
    settle,
)
from enrollment.money.accounts import AccountKind, rights
from enrollment.money.check import prove
from enrollment.money.contracts import balances_of, held_for, owing
from enrollment.money.expiring import expire
from enrollment.money.kinds import Nature
from tests.enrollment.machines import run_stories
from tests.enrollment.money.buying import SIRET
from tests.enrollment.money.filing import give, noon, total
from tests.servers.fixtures import FreshDatabase

START = date(2026, 11, 25)
LEARNERS = (1, 2)
CENTS = st.integers(1, 3_000_00)
RULES = st.sampled_from(
    [
        Rules(),
        Rules()
        .reading(amounts.DEPOSIT_PERCENT, 25)
        .reading(amounts.FORFEITED_VOLUNTARY, "funder")
        .reading(amounts.GIVES_WAY, "contributions"),
        Rules()
        .reading(amounts.DEPOSIT_PERCENT, 25)
        .reading(amounts.LATE_CARD, "lost")
        .reading(amounts.GIVEN_UP_CARD, "credit-note")
        .reading(amounts.INTERRUPTED, "done")
        .reading(amounts.PARTICIPATION_PLACE, "added"),
    ]
)


class Story(RuleBasedStateMachine):
    files: Bundle[int] = Bundle("files")

    def __init__(self, fresh_database: FreshDatabase) -> None:
        super().__init__()
        self._stack = ExitStack()
        self._database = self._stack.enter_context(fresh_database())
        self._day = START
        self._number = 0

    def teardown(self) -> None:
        self._stack.close()

    def _try(self, work: Callable[[Connection], object]) -> bool:
        """Whether it was possible; what is refused is told, and nothing else escapes."""
        try:
            with unit_of_work(self._database) as conn:
                work(conn)
        except Conflict:
            return False
        return True

    @initialize(cents=CENTS)
    def begin(self, cents: int) -> None:
        for learner in LEARNERS:
            self.fed(learner, PotKind.ANNUAL, cents, 0)

    @rule(learner=st.sampled_from(LEARNERS), pot=st.sampled_from(PotKind), cents=CENTS, days=st.integers(0, 60))
    def fed(self, learner: int, pot: PotKind, cents: int, days: int) -> None:
        self._number += 1
        reserved = pot is PotKind.RESERVED
        account = rights(
            learner,
            pot,
            funder="employer" if reserved else "",
            funder_kind=FunderKind.EMPLOYER if reserved else None,
            expires_on=self._day + timedelta(days=days) if reserved else None,
        )
        assert self._try(lambda conn: give(conn, account, cents, noon(self._day), f"given:{self._number}"))

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self._day += timedelta(days=days)

    @rule(
        target=files,
        learner=st.sampled_from(LEARNERS),
        price=st.integers(1, 4_000_00),
        kind=st.sampled_from(ActionKind),
        jobseeker=st.booleans(),
        region=st.integers(0, 500_00),
        employer=st.integers(0, 500_00),
        rules=RULES,
        france_travail=st.booleans(),
    )
    def confirmed(
        self,
        learner: int,
        price: int,
        kind: ActionKind,
        jobseeker: bool,
        region: int,
        employer: int,
        rules: Rules,
        france_travail: bool,
    ) -> MultipleResults[int]:
        self._number += 1
        number = self._number
        buyer = Buyer(learner, frozenset({Status.JOBSEEKER if jobseeker else Status.EMPLOYEE}))
        agreed = (Agreed("region", FunderKind.REGION, region), Agreed("employer", FunderKind.EMPLOYER, employer))

        def confirm(conn: Connection) -> None:
            plan = plan_for(
                conn,
                rules,
                buyer,
                Priced(price, kind, SIRET),
                self._day,
                self._day,
                agreed=agreed,
                ask_france_travail=france_travail,
            )
            assert sum(line.cents for line in plan.lines) == price
            assert all(line.cents > 0 for line in plan.lines)
            if plan.participation_cents:
                assert plan.cash_cents >= min(plan.participation_cents, price)
            if plan.payable:
                hold(conn, number, plan, noon(self._day))
                held.append(number)

        held: list[int] = []
        assert self._try(confirm)
        return multiple(*held)

    @rule(number=files)
    def confirmed_again(self, number: int) -> None:
        before = self._totals()

        def again(conn: Connection) -> None:
            contract, _ = held_for(conn, number)
            buyer = Buyer(contract.learner_id, frozenset({Status.JOBSEEKER}))
            priced = Priced(1_00, ActionKind.RNCP, SIRET)
            hold(conn, number, plan_for(conn, Rules(), buyer, priced, self._day, self._day), noon(self._day))

        assert not self._try(again)
        assert self._totals() == before

    @rule(number=files)
    def released(self, number: int) -> None:
        self._closes_once(number, lambda conn: release(conn, number, noon(self._day)))

    @rule(number=files, rules=RULES)
    def forfeited(self, number: int, rules: Rules) -> None:
        self._closes_once(number, lambda conn: forfeit(conn, number, rules, noon(self._day)))

    @rule(number=files, rules=RULES, cause=st.sampled_from(Cause), rate=st.integers(0, 100))
    def settled(self, number: int, rules: Rules, cause: Cause, rate: int) -> None:
        self._closes_once(number, lambda conn: settle(conn, number, rules, rate, cause, noon(self._day)))

    def _closes_once(self, number: int, work: Callable[[Connection], object]) -> None:
        if self._try(work):
            assert not self._try(work)
            with reading(self._database) as conn:
                assert not sum(_kept(conn, number))

    @rule(number=files, rules=RULES)
    def deposited(self, number: int, rules: Rules) -> None:
        self._try(lambda conn: deposit(conn, number, rules, 365, noon(self._day)))

    @rule(number=files)
    def paid(self, number: int) -> None:
        self._number += 1
        run = f"run-{self._number}"
        if self._try(lambda conn: pay(conn, number, run, noon(self._day))):
            with reading(self._database) as conn:
                assert owing(conn, number) == {}

    @rule(number=files, run=st.integers(1, 60))
    def rejected(self, number: int, run: int) -> None:
        self._try(lambda conn: reject(conn, number, f"run-{run}", "AC04", noon(self._day)))

    @rule(number=files, cents=st.integers(1, 4_000_00))
    def found_undue(self, number: int, cents: int) -> None:
        self._number += 1
        self._try(lambda conn: claim_undue(conn, number, cents, f"c{self._number}", noon(self._day)))

    @rule(number=files, reference=st.one_of(st.just("closed"), st.integers(1, 60).map("c{}".format)))
    def recovered(self, number: int, reference: str) -> None:
        self._try(lambda conn: recover(conn, number, reference, noon(self._day)))

    @rule(number=files)
    def refunded(self, number: int) -> None:
        self._number += 1

        def give_all(conn: Connection) -> None:
            for due, cents in refunds_due(conn, number):
                refund(conn, due, cents, f"r{self._number}", noon(self._day))
            assert refunds_due(conn, number) == []

        assert self._try(give_all)

    @rule(learner=st.sampled_from(LEARNERS), cents=CENTS)
    def card_too_late(self, learner: int, cents: int) -> None:
        self._number += 1
        number = self._number
        assert self._try(lambda conn: give_back_late_card(conn, number, learner, cents, f"pi{number}", noon(self._day)))

    @rule()
    def rights_expire(self) -> None:
        assert self._try(lambda conn: expire(conn, noon(self._day)))

    @invariant()
    def proved(self) -> None:
        with reading(self._database) as conn:
            proof = prove(conn)
        assert proof.flaws == ()
        assert proof.in_cents == proof.held_cents + proof.out_cents

    def _totals(self) -> dict[tuple[AccountKind, Nature], int]:
        with reading(self._database) as conn:
            return {(kind, nature): total(conn, kind, nature) for kind in AccountKind for nature in Nature}


def _kept(conn: Connection, number: int) -> list[int]:
    kinds = (AccountKind.HELD, AccountKind.PLEDGED, AccountKind.CARD)
    return [cents for kind in kinds for _, cents in balances_of(conn, number, kind)]


def tell_stories(fresh_database: FreshDatabase, examples: int, steps: int, *, same: bool) -> None:
    """``same``: those of every run, else others each time."""

    class Told(Story):
        def __init__(self) -> None:
            super().__init__(fresh_database)

    run_stories(Told, examples, steps, same=same)


def test_the_ledger_is_proved_whatever_happens(fresh_database: FreshDatabase) -> None:
    tell_stories(fresh_database, 25, 40, same=True)
