"""With Stripe the routes are the same: its page, its signed events, and no page of the sandbox."""

from __future__ import annotations

from pathlib import Path

import orjson
from sqlalchemy import Engine, select

from base.database import reading
from enrollment.payments.sandbox.provider import PAGE
from enrollment.payments.signatures import sign
from enrollment.payments.tables import PAYMENT
from parcours.paying import WEBHOOK
from tests.api.counter import open_counter
from tests.enrollment.files.office import TERMS

SECRET = "whsec_tests"


def test_an_order_follows_stripe_s_event(database: Engine, tmp_path: Path, stripe: str) -> None:
    given = {"payments": "stripe", "stripe_api_key": "sk_test_1", "stripe_api_base": stripe, "payment_secret": SECRET}
    with open_counter(database, tmp_path, **given) as counter:
        file = counter.asked()
        counter.act("organisation", file, "propose")
        payment = counter.going(file)
        assert payment["page_url"] is not None
        assert (payment["provider"], payment["state"]["value"]) == ("stripe", "open")
        with reading(database) as conn:
            row = conn.execute(select(PAYMENT)).one()
        session = {
            "id": row.reference,
            "object": "checkout.session",
            "metadata": {"parcours_key": row.key},
            "payment_status": "paid",
            "payment_intent": "pi_1",
            "amount_total": 50_000,
            "currency": "eur",
        }
        told = {"id": "evt_1", "type": "checkout.session.completed", "data": {"object": session}}
        body = orjson.dumps(told)
        address = WEBHOOK.format(provider="stripe")
        good = {"stripe-signature": sign(body, SECRET, counter.services.wall())}
        bad = {"stripe-signature": sign(body, "another", counter.services.wall())}
        assert counter.client.post(address, content=body, headers=bad).status_code == 400
        assert counter.client.post(WEBHOOK.format(provider="sandbox"), content=body, headers=good).status_code == 404
        counter.work()
        assert counter.get("learner", f"/{file}").json()["state"]["value"] == "validated"
        for known in (False, True):
            answer = counter.client.post(address, content=body, headers=good)
            assert (answer.status_code, answer.json()["known"]) == (200, known)
        counter.work()
        accepted = counter.get("learner", f"/{file}").json()
        assert (accepted["state"]["value"], accepted["terms_version"]) == ("accepted", TERMS)
        assert counter.client.get(f"{PAGE}/essai_rien").status_code == 404
