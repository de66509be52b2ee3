"""Payments and transfers as they are set: what cannot work is said at once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from base import jobs
from base.database import unit_of_work
from base.errors import InvalidParameter
from enrollment.money import FunderKind, PotKind
from enrollment.money.accounts import AccountKind, rights
from enrollment.payments.checkout import OPEN_JOB
from enrollment.payments.sandbox import Sandbox
from enrollment.payments.stripe_checkout import Stripe
from parcours.filing import expire_rights
from parcours.paying import GIVEN_UP, SWEEP, counter_of, sweep_payments, work_next
from parcours.settings import Settings
from parcours.wiring import House
from tests.api.counter import PREFIX, open_counter
from tests.enrollment.files.office import TERMS
from tests.enrollment.money.filing import give, noon, total


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({"payments": "stripe"}, "PARCOURS_PAYMENTS"),
        ({"payments": "stripe", "stripe_api_key": "sk_test_1"}, "PARCOURS_PAYMENTS"),
        ({"debtor_iban": "FR7630006000011234567890188", "debtor_name": "Caisse"}, "PARCOURS_DEBTOR_IBAN"),
        ({"debtor_iban": "FR7630006000011234567890189"}, "PARCOURS_DEBTOR_NAME"),
    ],
)
def test_a_setting_that_cannot_work_is_named(tmp_path: Path, given: dict[str, str], parameter: str) -> None:
    house = House(Settings(data_dir=tmp_path, **given))  # type: ignore[arg-type]
    with pytest.raises(InvalidParameter) as refused:
        _ = house.services
    assert refused.value.parameter == parameter


def test_stripe_takes_the_place_of_the_sandbox_with_every_secret_in_use(tmp_path: Path) -> None:
    given = {"payments": "stripe", "stripe_api_key": "sk_test_1", "payment_secret": "whsec_new, whsec_old"}
    provider = House(Settings(data_dir=tmp_path, **given)).provider  # type: ignore[arg-type]
    assert isinstance(provider, Stripe)
    assert provider.secrets == ("whsec_new", "whsec_old")


def test_the_sandbox_s_secret_is_one_for_the_service_and_its_workers(tmp_path: Path) -> None:
    found: list[str] = []

    def look() -> None:
        provider = House(Settings(data_dir=tmp_path)).provider
        assert isinstance(provider, Sandbox)
        found.append(provider.secret)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert len(found[0]) > 30
    assert (tmp_path / "payment-secret").stat().st_mode & 0o777 == 0o600


def test_rights_past_their_last_day_leave_by_the_worker(database: Engine, tmp_path: Path) -> None:
    last = date(2026, 12, 31)
    house = House(Settings(data_dir=tmp_path, database_url=database.url.render_as_string(hide_password=False)))
    pot = rights(
        1, PotKind.RESERVED, funder="employer", funder_kind=FunderKind.EMPLOYER, certification="RNCP1", expires_on=last
    )
    with unit_of_work(database) as conn:
        give(conn, pot, 600_00, noon(last))
    house.clock = lambda: noon(last)
    assert expire_rights(house) == 0
    house.clock = lambda: noon(last + timedelta(days=1))
    assert (expire_rights(house), expire_rights(house)) == (1, 0)
    with unit_of_work(database) as conn:
        assert (total(conn, AccountKind.RIGHTS), total(conn, AccountKind.REFUND_DUE)) == (0, 600_00)
    house.database.dispose()


def test_what_failed_while_the_provider_was_away_is_tried_again(database: Engine, tmp_path: Path) -> None:
    with open_counter(database, tmp_path) as counter:
        file = counter.asked()
        counter.act("organisation", file, "propose")
        answer = counter.post("learner", f"/{file}/payments", {"terms_version": TERMS})
        now = counter.services.wall()
        for attempt in range(jobs.MAX_ATTEMPTS):
            with unit_of_work(database) as conn:
                job = jobs.claim(conn, "w", now + timedelta(hours=attempt), kinds=[OPEN_JOB])
                assert job is not None
                jobs.fail(conn, job, "away", now=now)
        working = counter_of(counter.house)
        later = replace(working, wall=lambda: now + SWEEP)
        assert (work_next(working, "w"), sweep_payments(working), sweep_payments(later)) == (False, 0, 1)
        assert work_next(later, "w")
        page = counter.call("learner", "GET", answer.headers["location"].removeprefix(PREFIX)).json()["page_url"]
        assert page is not None
        assert sweep_payments(replace(working, wall=lambda: now + GIVEN_UP + SWEEP)) == 0
