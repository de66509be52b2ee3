"""An account is changed with a cooling time and a notice to both sides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from base.database import reading, unit_of_work
from base.errors import Conflict, InvalidParameter, NotFound
from base.jobs import JOB
from enrollment.dated import Rules
from enrollment.files.deadlines import Delay
from enrollment.transfers import accounts
from enrollment.transfers.accounts import COOLING, MAIL_JOB, Standing
from enrollment.transfers.banking import checked
from tests.enrollment.files.office import SIRET
from tests.enrollment.transfers.counter import IBANS, Counter


def mails(counter: Counter) -> list[tuple[str, str]]:
    query = select(JOB.c.payload).where(JOB.c.kind == MAIL_JOB).order_by(JOB.c.id)
    with reading(counter.database) as conn:
        return [(payload["to"], payload["subject"]) for (payload,) in conn.execute(query)]


def effective(counter: Counter) -> str | None:
    with reading(counter.database) as conn:
        account = accounts.effective(accounts.of(conn, SIRET), counter.now)
    return None if account is None else account.coordinates.iban


def standings(counter: Counter) -> list[Standing]:
    with reading(counter.database) as conn:
        known = accounts.of(conn, SIRET)
        return [accounts.standing(account, known, counter.now) for account in known]


def test_the_first_account_counts_at_once(counter: Counter) -> None:
    assert effective(counter) is None
    counter.declare()
    assert effective(counter) == IBANS[SIRET]
    assert mails(counter) == [("compta@organisme.test", "Compte bancaire enregistré")]


def test_a_change_waits_five_working_days_and_is_told_to_the_old_and_the_new_address(counter: Counter) -> None:
    counter.declare()
    changed = counter.declare(iban=IBANS["new"], email="autre@organisme.test")
    told = [address for address, subject in mails(counter) if subject == "Changement de compte bancaire"]
    assert told == ["compta@organisme.test", "autre@organisme.test"]
    assert changed.effective_at.isoformat() == "2026-12-02T23:00:00+00:00"  # from Wed 25 November, whole days
    counter.office.at(date(2026, 12, 2), 23, 59)
    assert (effective(counter), standings(counter)) == (IBANS[SIRET], [Standing.EFFECTIVE, Standing.PENDING])
    counter.office.at(date(2026, 12, 3), 0)
    assert (effective(counter), standings(counter)) == (IBANS["new"], [Standing.REPLACED, Standing.EFFECTIVE])


@pytest.mark.parametrize(("days", "day"), [(2, date(2026, 11, 28)), (10, date(2026, 12, 10))])
def test_the_cooling_time_is_a_dated_parameter(counter: Counter, days: int, day: date) -> None:
    counter.rules = Rules().reading(COOLING, Delay(days))
    counter.declare()
    counter.declare(iban=IBANS["new"])
    counter.office.at(day - timedelta(days=1))
    assert effective(counter) == IBANS[SIRET]
    counter.office.at(day)
    assert effective(counter) == IBANS["new"]


def test_a_change_that_waits_can_be_given_up(counter: Counter) -> None:
    counter.declare()
    counter.declare(iban=IBANS["new"], email="autre@organisme.test")
    with unit_of_work(counter.database) as conn:
        accounts.withdraw(conn, SIRET, by="clé", now=counter.now, wall=counter.now)
    counter.office.at(date(2026, 12, 10))
    assert (effective(counter), standings(counter)) == (IBANS[SIRET], [Standing.EFFECTIVE, Standing.WITHDRAWN])
    assert [address for address, _ in mails(counter)[-2:]] == ["compta@organisme.test", "autre@organisme.test"]
    with unit_of_work(counter.database) as conn, pytest.raises(NotFound):
        accounts.withdraw(conn, SIRET, by="clé", now=counter.now, wall=counter.now)


def test_another_change_takes_the_place_of_one_that_waits_and_waits_anew(counter: Counter) -> None:
    counter.declare()
    counter.declare(iban=IBANS["new"])
    counter.office.at(date(2026, 12, 1))
    counter.declare(iban="FR7630006000011234567890189")
    counter.office.at(date(2026, 12, 4))
    assert effective(counter) == IBANS[SIRET]
    counter.office.at(date(2026, 12, 9))
    assert effective(counter) == "FR7630006000011234567890189"


def test_declaring_the_same_account_again_is_refused(counter: Counter) -> None:
    counter.declare()
    with pytest.raises(Conflict):
        counter.declare()
    counter.declare(iban=IBANS["new"])
    with pytest.raises(Conflict):
        counter.declare(iban=IBANS["new"])


@pytest.mark.parametrize("holder", ["", "  ", "x" * 71])
def test_an_account_has_a_holder(counter: Counter, holder: str) -> None:
    with unit_of_work(counter.database) as conn, pytest.raises(InvalidParameter):
        accounts.declare(
            conn, Rules(), SIRET, checked(IBANS[SIRET]),
            holder=holder, email="compta@organisme.test", by="clé", now=counter.now, wall=counter.now,
        )  # fmt: skip


def test_an_account_has_an_address_so_that_its_change_is_told_to_whose_it_was(counter: Counter) -> None:
    for nobody in ("", " "):
        with pytest.raises(InvalidParameter, match="email"):
            counter.declare(email=nobody)
    assert effective(counter) is None


def test_nobody_is_told_the_whole_number(counter: Counter) -> None:
    counter.declare()
    with reading(counter.database) as conn:
        (payload,) = conn.scalars(select(JOB.c.payload).where(JOB.c.kind == MAIL_JOB)).all()
    assert IBANS[SIRET] not in payload["text"]
    assert "FR14 … 2606" in payload["text"]
