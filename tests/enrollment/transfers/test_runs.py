"""One run pays each organisation once; twice, killed or beside another it pays nobody twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from base.database import reading, unit_of_work
from base.errors import Conflict, InvalidParameter
from base.ids import id_text
from enrollment.files.events import Event
from enrollment.files.states import Actor, Billing
from enrollment.money.accounts import AccountKind as K
from enrollment.transfers import incidents, run
from enrollment.transfers.incidents import Kind
from enrollment.transfers.run import RunState
from tests.enrollment.files.office import SIRET
from tests.enrollment.transfers.counter import IBANS, OPERATOR, OTHER, PRICE_CENTS, Counter, credits_of


def test_a_run_pays_each_organisation_with_one_transfer(counter: Counter) -> None:
    files = [counter.billed(), counter.billed(), counter.billed(OTHER)]
    counter.declare()
    counter.declare(OTHER)
    made, skipped = counter.pay()
    assert (made.state, made.payees, made.total_cents, skipped) == (RunState.SEALED, 2, 3 * PRICE_CENTS, [])
    assert credits_of(made.document) == [
        (f"{made.reference}-{SIRET}", "1600.00", IBANS[SIRET]),
        (f"{made.reference}-{OTHER}", "800.00", IBANS[OTHER]),
    ]
    assert [said for said in ("2 dossiers, lot", "1 dossier, lot") if said not in made.document] == []
    assert {counter.office.read(file).billing for file in files} == {Billing.PAID}
    assert (counter.total(K.PAYABLE), counter.total(K.PAID)) == (0, 3 * PRICE_CENTS)


def test_the_same_run_again_pays_nobody_again_and_gives_the_same_bytes(counter: Counter) -> None:
    counter.billed()
    counter.declare()
    made, _ = counter.pay()
    late = counter.billed()
    again, _ = counter.pay()
    assert again == made
    assert counter.office.read(late).billing is Billing.BILLED
    following, _ = counter.pay("lot 2")
    assert (following.payees, following.total_cents) == (1, PRICE_CENTS)
    assert counter.total(K.PAID) == 2 * PRICE_CENTS


def test_a_run_with_nothing_due_is_empty(counter: Counter) -> None:
    counter.declare()
    made, _ = counter.pay()
    assert (made.state, made.payees, made.total_cents, made.document) == (RunState.SEALED, 0, 0, "")


class Killed(Exception):
    pass


def killed_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process ends instead of the step-th transaction."""
    real, seen = run.stored, 0

    def stored(*arguments: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == step:
            raise Killed
        return real(*arguments)

    monkeypatch.setattr(run, "stored", stored)


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_a_run_that_was_killed_goes_on_where_it_was(
    counter: Counter, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for siret in (SIRET, SIRET, OTHER):
        counter.billed(siret)
    counter.declare()
    counter.declare(OTHER)
    with monkeypatch.context() as patched:
        killed_at(step, patched)
        with pytest.raises(Killed):
            counter.pay()
    made, _ = counter.pay()
    assert (made.payees, made.total_cents) == (2, 3 * PRICE_CENTS)
    assert (counter.total(K.PAYABLE), counter.total(K.PAID)) == (0, 3 * PRICE_CENTS)


def test_what_came_due_after_a_kill_waits_for_the_next_run(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    counter.billed()
    counter.declare()
    with monkeypatch.context() as patched:
        killed_at(3, patched)  # paid, not sealed
        with pytest.raises(Killed):
            counter.pay()
    late = counter.billed()
    with pytest.raises(Conflict) as refused:
        counter.pay("lot 2")
    assert refused.value.extra["key"] == "lot 1"
    made, _ = counter.pay()
    assert made.total_cents == PRICE_CENTS
    assert counter.office.read(late).billing is Billing.BILLED
    assert counter.pay("lot 2")[0].total_cents == PRICE_CENTS


def test_two_processes_on_one_run_pay_once(counter: Counter) -> None:
    for siret in (SIRET, OTHER, SIRET, OTHER, SIRET):
        counter.billed(siret)
    counter.declare()
    counter.declare(OTHER)
    with ThreadPoolExecutor(4) as pool:
        made = [each.result()[0] for each in [pool.submit(counter.pay) for _ in range(4)]]
    assert len({each.document for each in made}) == 1
    assert made[0].total_cents == 5 * PRICE_CENTS
    assert (counter.total(K.PAYABLE), counter.total(K.PAID)) == (0, 5 * PRICE_CENTS)


def test_an_organisation_without_an_account_is_an_incident_until_it_has_one(counter: Counter) -> None:
    counter.billed()
    for key in ("lot 1", "lot 2"):
        made, skipped = counter.pay(key)
        assert (made.payees, [each.siret for each in skipped]) == (0, [SIRET])
    assert [each.kind for each in counter.standing().incidents] == [Kind.NO_ACCOUNT]
    counter.declare()
    assert counter.pay("lot 3")[0].payees == 1
    assert counter.standing().incidents == []


def test_a_change_of_account_that_still_cools_gets_nothing(counter: Counter) -> None:
    counter.billed()
    counter.declare()
    counter.declare(iban=IBANS["new"])
    made, _ = counter.pay()
    assert [iban for _, _, iban in credits_of(made.document)] == [IBANS[SIRET]]


def test_a_file_in_control_is_not_paid(counter: Counter) -> None:
    kept, file = counter.billed(), counter.billed()
    counter.declare()
    counter.office.act(file, Event.CONTROL, Actor.OPERATOR, OPERATOR, reason="vérification")
    made, _ = counter.pay()
    assert made.total_cents == PRICE_CENTS
    assert (counter.office.read(kept).billing, counter.office.read(file).billing) == (Billing.PAID, Billing.BILLED)
    assert counter.standing().blocked.cents == PRICE_CENTS


def test_a_key_names_one_day(counter: Counter) -> None:
    counter.pay()
    with pytest.raises(Conflict):
        counter.pay(on=date(2027, 4, 16))
    with pytest.raises(InvalidParameter):
        counter.pay("")


def test_an_incident_is_closed_once_and_says_how(counter: Counter) -> None:
    counter.billed()
    counter.pay()
    (incident,) = counter.standing().incidents
    with unit_of_work(counter.database) as conn, pytest.raises(InvalidParameter):
        incidents.close(conn, incident.id, " ", by="op", now=counter.now)
    with unit_of_work(counter.database) as conn:
        assert incidents.close(conn, incident.id, "appelé", by="op", now=counter.now).resolution == "appelé"
    with reading(counter.database) as conn:
        assert incidents.opened(conn) == []
        assert [each.key for each in run.latest(conn)] == ["lot 1"]
        assert id_text(run.latest(conn)[0].id) == run.latest(conn)[0].reference
