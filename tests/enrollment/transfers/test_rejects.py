"""What banks send back is due again once; a row that cannot be taken is a finding and moves nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from base.database import unit_of_work
from base.errors import FileRefused
from base.ids import id_text
from enrollment.dated import Rules
from enrollment.files.events import Event
from enrollment.files.file import File
from enrollment.files.states import Actor, Billing
from enrollment.money import amounts
from enrollment.money.accounts import AccountKind as K
from enrollment.money.sheets import Severity
from enrollment.transfers import incidents
from enrollment.transfers.incidents import Kind
from tests.enrollment.files.office import SIRET, START
from tests.enrollment.transfers.counter import IBANS, OTHER, PRICE_CENTS, Counter


@pytest.fixture
def reference(counter: Counter) -> str:
    """Of a transfer of two files."""
    counter.billed()
    counter.billed()
    counter.declare()
    return f"{counter.pay()[0].reference}-{SIRET}"


def test_a_rejected_transfer_is_due_again_with_an_incident(counter: Counter, reference: str) -> None:
    loaded = counter.rejected(f"{reference};1600,00;AC04;")
    assert (loaded.rows, loaded.taken, loaded.cents, loaded.findings) == (1, 1, 2 * PRICE_CENTS, [])
    assert (counter.total(K.PAYABLE), counter.total(K.PAID)) == (2 * PRICE_CENTS, 0)
    told = counter.standing()
    assert (told.due.cents, told.due.files, told.rejected_cents) == (2 * PRICE_CENTS, 2, 2 * PRICE_CENTS)
    assert [(each.kind, each.text) for each in told.incidents] == [(Kind.REJECTED, "AC04 : compte clos")]


def test_nothing_goes_to_a_rejected_account_until_somebody_saw_to_it(counter: Counter, reference: str) -> None:
    counter.rejected(f"{reference};1600,00;MS03;")
    made, skipped = counter.pay("lot 2")
    assert made.payees == 0
    assert "incident" in skipped[0].why
    (incident,) = counter.standing().incidents
    with unit_of_work(counter.database) as conn:
        incidents.close(conn, incident.id, "la banque confirme le compte", by="op", now=counter.now)
    assert counter.pay("lot 3")[0].total_cents == 2 * PRICE_CENTS
    assert counter.total(K.PAID) == 2 * PRICE_CENTS


def test_a_new_account_is_paid_while_the_incident_of_the_old_one_is_open(counter: Counter, reference: str) -> None:
    counter.rejected(f"{reference};1600,00;AC04;")
    counter.declare(iban=IBANS["new"])
    counter.office.now = counter.now.replace(year=2028)
    assert counter.pay("lot 2")[0].total_cents == 2 * PRICE_CENTS


def test_the_same_reject_twice_counts_once(counter: Counter, reference: str) -> None:
    line = f"{reference};1600,00;AC04;"
    assert [each.code for each in counter.rejected(line, line).findings] == ["already"]
    assert [each.severity for each in counter.rejected(line).findings] == [Severity.WARNING]
    assert counter.total(K.PAYABLE) == 2 * PRICE_CENTS
    assert len(counter.standing().incidents) == 1


def test_a_reject_of_an_earlier_run_leaves_the_later_one_alone(counter: Counter, reference: str) -> None:
    counter.rejected(f"{reference};1600,00;AC04;")
    counter.declare(iban=IBANS["new"])
    counter.office.now = counter.now.replace(year=2028)
    counter.pay("lot 2")
    assert [each.code for each in counter.rejected(f"{reference};1600,00;AC04;").findings] == ["already"]
    assert counter.total(K.PAID) == 2 * PRICE_CENTS


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{};1600,01;AC04;", "other-amount"),
        ("{};mille;AC04;", "amount"),
        ("{};-1600,00;AC04;", "amount"),
        ("{};1600,00 USD;AC04;", "amount"),
        ("{};1600,00;;", "missing"),
        ("{};1600,00;compte clos;", "missing"),
        ("{};1600,00;ac04;", "code"),
        ("autre;1600,00;AC04;", "unknown-transfer"),
        (";1600,00;AC04;", "missing"),
        ("{};1600,00;AC04", "columns"),
    ],
)
def test_a_row_that_cannot_be_taken_is_a_finding(counter: Counter, reference: str, line: str, code: str) -> None:
    loaded = counter.rejected(line.format(reference))
    assert [(each.code, each.line, each.severity) for each in loaded.findings] == [(code, 2, Severity.ERROR)]
    assert (loaded.taken, counter.total(K.PAYABLE), counter.total(K.PAID)) == (0, 0, 2 * PRICE_CENTS)


def test_good_rows_are_taken_beside_bad_ones(counter: Counter, reference: str) -> None:
    loaded = counter.rejected("autre;1,00;AC04;", f"{reference};1600,00;ZZ99;raison de la banque")
    assert (loaded.taken, [each.line for each in loaded.findings]) == (1, [2])
    assert counter.standing().incidents[0].text == "ZZ99 : raison de la banque"


def test_a_file_that_is_no_such_sheet_is_refused_whole(counter: Counter, reference: str) -> None:
    with pytest.raises(FileRefused):
        counter.rejected(f"{reference};1600,00", heading="reference;montant")
    assert counter.total(K.PAID) == 2 * PRICE_CENTS


def test_only_the_files_of_the_rejected_transfer_are_due_again(counter: Counter, reference: str) -> None:
    other = counter.billed(OTHER)
    counter.declare(OTHER)
    counter.pay("lot 2")
    counter.rejected(f"{reference};1600,00;AC04;")
    assert counter.office.read(other).billing is Billing.PAID
    assert counter.standing(OTHER).due.cents == 0


def undue(counter: Counter, file: File, cents: int) -> None:
    counter.office.act(file, Event.CONTROL, Actor.OPERATOR, reason="signalement")
    counter.office.act(file, Event.END_CONTROL, Actor.OPERATOR, reason="feuilles fausses", undue_cents=cents)


def test_what_a_control_took_back_is_settled_by_the_reject_and_only_the_rest_is_due(counter: Counter) -> None:
    files = [counter.billed(), counter.billed()]
    counter.declare()
    made, _ = counter.pay()
    undue(counter, files[0], 300_00)
    loaded = counter.rejected(f"{made.reference}-{SIRET};1600,00;AC04;")
    assert (loaded.taken, loaded.findings) == (1, [])
    assert [counter.office.read(each).billing for each in files] == [Billing.BILLED, Billing.BILLED]
    assert (counter.total(K.PAYABLE), counter.total(K.PAID), counter.total(K.RECOVERY)) == (1300_00, 0, 0)


def test_a_file_that_moved_on_holds_back_none_of_the_others(counter: Counter) -> None:
    """All of it was undue: nothing is due again, and the operator is told."""
    files = [counter.billed(), counter.billed()]
    counter.declare()
    made, _ = counter.pay()
    undue(counter, files[0], PRICE_CENTS)
    loaded = counter.rejected(f"{made.reference}-{SIRET};1600,00;AC04;")
    assert (loaded.taken, loaded.cents) == (1, 2 * PRICE_CENTS)
    assert [(each.code, each.severity) for each in loaded.findings] == [("file-moved-on", Severity.WARNING)]
    assert [counter.office.read(each).billing for each in files] == [Billing.PAID, Billing.BILLED]
    assert (counter.total(K.PAYABLE), counter.total(K.PAID), counter.total(K.RECOVERY)) == (PRICE_CENTS, 0, PRICE_CENTS)
    told = [each.text for each in counter.standing().incidents]
    assert len(told) == 2
    assert any(id_text(files[0].id) in text for text in told)


@pytest.mark.parametrize("billed", [False, True])
def test_a_deposit_whose_transfer_comes_back_after_the_service_is_paid_with_the_rest(
    database: Engine, billed: bool
) -> None:
    rules = Rules().reading(amounts.DEPOSIT_PERCENT, 25)
    counter = Counter(database, Rules({**rules.overrides, amounts.DEPOSIT_LEAST_DAYS.name: 30}))
    file = counter.in_training()
    counter.declare()
    made, _ = counter.pay(on=START)
    counter.done(file)
    if billed:
        counter.office.act(file, Event.BILL, Actor.ORGANISATION, bill_number="F-1")
    loaded = counter.rejected(f"{made.reference}-{SIRET};200,00;AC04;")
    assert (loaded.taken, loaded.findings) == (1, [])
    assert counter.office.read(file).billing is (Billing.BILLED if billed else Billing.TO_BILL)
    assert (counter.total(K.PAYABLE), counter.total(K.PAID)) == (PRICE_CENTS, 0)
