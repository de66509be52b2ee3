"""Refunds that the provider refused, on the operator's machine."""

from __future__ import annotations

from base.ids import id_text
from parcours.settings import Settings
from parcours.wiring import House
from tests.enrollment.payments.test_failed_refunds import refused
from tests.enrollment.payments.till import CASH_CENTS, Till
from tests.parcours.conftest import Run


def test_a_failed_refund_is_listed_until_somebody_has_seen_to_it(parcours: Run) -> None:
    assert parcours("refunds", "failed", "--json").json == {"refunds": []}
    payment, refund = refused(Till(House(Settings()).database))  # of the folder that the command has made
    told = {"id": id_text(refund.id), "enrollment": id_text(payment.file_id), "cents": CASH_CENTS}
    assert parcours("refunds", "failed", "--json").json == {"refunds": [told]}
    assert told["id"] in parcours("refunds", "failed").out
    assert parcours("refunds", "repaid", told["id"], "V-7").status == 0
    assert parcours("refunds", "failed", "--json").json == {"refunds": []}
    again = parcours("refunds", "retry", told["id"])
    assert (again.status, "rendu par virement" in again.err) == (1, True)
    assert parcours("refunds", "retry", "x").status == 1
