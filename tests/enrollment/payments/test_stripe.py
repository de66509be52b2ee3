"""Stripe by its own library: what we ask is what its API describes (its mock checks), what it tells is understood."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from base.errors import Conflict
from enrollment.payments.port import NotUnderstood, Progress, ProviderAway, Seen, SeenRefund, Wanted
from enrollment.payments.stripe_checkout import Stripe, closing

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
KEY = "0000000000001-un"
WANTED = Wanted(
    KEY, 500_00, "Comptabilité", "camille@exemple.test", "http://127.0.0.1:8000/d", NOW, NOW + timedelta(days=4)
)


def at(address: str) -> Stripe:
    return Stripe("sk_test_123", ("whsec_1",), address)


def test_a_page_is_asked_as_stripe_describes_it(stripe: str) -> None:
    opened = at(stripe).open(WANTED)
    assert opened.reference.startswith("cs_")


@pytest.mark.parametrize(("lapses", "closes"), [(96, 23), (5, 5), (-1, 5 / 6)])
def test_a_page_closes_with_its_file_within_what_stripe_allows(lapses: float, closes: float) -> None:
    """In hours after it was made, also when it is asked for later."""
    assert closing(replace(WANTED, expires_at=NOW + timedelta(hours=lapses))) == NOW + timedelta(hours=closes)


def test_a_refund_is_asked_as_stripe_describes_it(stripe: str) -> None:
    refund = at(stripe).refund("pi_123", 500_00, "remb-1")
    assert (refund.key, refund.progress) == ("remb-1", Progress.DONE)


def test_a_payment_is_read(stripe: str) -> None:
    seen = at(stripe).read("cs_test_123")
    assert seen.reference.startswith("cs_")


def test_what_stripe_refuses_is_told_apart_from_a_stripe_that_is_away(stripe: str) -> None:
    with pytest.raises(Conflict):
        at(stripe).open(replace(WANTED, email="", cents="many"))  # type: ignore[arg-type]
    with pytest.raises(ProviderAway):
        at("http://127.0.0.1:9").open(WANTED)


def event(kind: str, **object_: Any) -> bytes:
    return orjson.dumps({"id": "evt_1", "object": "event", "type": kind, "data": {"object": object_}})


def understood(body: bytes) -> Seen | SeenRefund | None:
    return Stripe("sk_test_123", ()).understand(body).about


SESSION = {
    "id": "cs_1",
    "metadata": {"parcours_key": KEY},
    "amount_total": 50_000,
    "currency": "eur",
    "payment_intent": "pi_1",
    "payment_status": "paid",
}
PAID = Seen(KEY, "cs_1", Progress.DONE, 500_00, "eur", "pi_1")


@pytest.mark.parametrize("kind", ["checkout.session.completed", "checkout.session.async_payment_succeeded"])
def test_a_paid_session_is_a_payment(kind: str) -> None:
    assert understood(event(kind, **SESSION)) == PAID


@pytest.mark.parametrize(
    ("kind", "progress"),
    [
        ("checkout.session.completed", Progress.OPEN),  # by transfer: the money comes later
        ("checkout.session.expired", Progress.EXPIRED),
        ("checkout.session.async_payment_failed", Progress.DECLINED),
    ],
)
def test_a_session_that_is_not_paid_is_none_yet(kind: str, progress: Progress) -> None:
    seen = understood(event(kind, **{**SESSION, "payment_status": "unpaid", "payment_intent": None}))
    assert isinstance(seen, Seen)
    assert (seen.progress, seen.charge) == (progress, "")


def test_a_declined_card_leaves_the_page_open_for_another() -> None:
    intent = {"id": "pi_1", "metadata": {"parcours_key": KEY}, "amount": 50_000, "currency": "eur"}
    assert understood(event("payment_intent.payment_failed", **intent)) == Seen(
        KEY, "", Progress.DECLINED, 500_00, "eur"
    )


@pytest.mark.parametrize(
    ("status", "progress"),
    [("succeeded", Progress.DONE), ("pending", Progress.OPEN), ("failed", Progress.DECLINED)],
)
def test_a_refund_is_told_with_our_key(status: str, progress: Progress) -> None:
    refund = {"id": "re_1", "metadata": {"parcours_key": "r1"}, "amount": 100, "currency": "eur", "status": status}
    assert understood(event("refund.updated", **refund)) == SeenRefund("r1", "re_1", progress, 100, "eur")


def test_what_is_not_ours_is_of_no_interest() -> None:
    assert understood(event("checkout.session.completed", **{**SESSION, "metadata": {}})) is None
    assert understood(event("customer.created", id="cus_1")) is None


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", event("refund.updated", id="re_1"), b'{"id": 1, "type": "x"}'])
def test_what_makes_no_sense_is_refused(body: bytes) -> None:
    with pytest.raises(NotUnderstood):
        understood(body)
