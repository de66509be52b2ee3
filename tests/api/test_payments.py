"""The cash part of a file by the API: to the page, through the provider's webhooks, to the order or the money back."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from base.database import reading
from enrollment.money.check import prove
from enrollment.payments.sandbox import Sandbox
from enrollment.payments.sandbox.cards import Card
from enrollment.payments.sandbox.delivery import signed
from parcours.paying import WEBHOOK
from tests.api.counter import Counter
from tests.enrollment.files.office import TERMS

HOOK = WEBHOOK.format(provider="sandbox")


def proposed(counter: Counter) -> str:
    file = counter.asked()
    counter.act("organisation", file, "propose")
    return file


def test_a_learner_goes_to_the_page_and_his_file_is_an_order_once_he_has_paid(counter: Counter) -> None:
    file = proposed(counter)
    answer = counter.post("learner", f"/{file}/payments", {"terms_version": TERMS})
    assert (answer.status_code, answer.json()["page_url"], answer.json()["cents"]) == (201, None, 50_000)
    assert counter.get("learner", f"/{file}").json()["state"]["value"] == "validated"
    told = counter.paid(file)
    assert (told["state"]["value"], told["terms_version"]) == ("accepted", TERMS)
    (payment,) = counter.get("learner", f"/{file}/payments").json()["payments"]
    assert (payment["state"]["value"], payment["refunds"]) == ("taken", [])


def test_the_same_key_and_another_tab_lead_to_one_page(counter: Counter) -> None:
    file, body = proposed(counter), {"terms_version": TERMS}
    first = counter.post("learner", f"/{file}/payments", body, idempotency_key="k")
    again = counter.post("learner", f"/{file}/payments", body, idempotency_key="k")
    assert (again.content, again.headers["idempotency-replayed"]) == (first.content, "true")
    assert counter.post("learner", f"/{file}/payments", body).json()["id"] == first.json()["id"]
    other = counter.post("learner", f"/{file}/payments", {"terms_version": "v14"}, idempotency_key="k")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


def test_whoever_pays_has_read_the_file_as_it_is(counter: Counter) -> None:
    file, body = proposed(counter), {"terms_version": TERMS}
    stale = counter.post("learner", f"/{file}/payments", body, if_match='"1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "changed-meanwhile")
    assert counter.post("learner", f"/{file}/payments", body, if_match='"2"').status_code == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"terms_version": "v1"}, 422),
        ({"terms_version": TERMS, "cents": 1}, 422),
        ({"terms_version": TERMS, "back_url": "javascript:alert(1)"}, 422),
        ({"terms_version": TERMS, "back_url": "//ailleurs.test"}, 422),
    ],
)
def test_what_makes_no_sense_opens_no_page(counter: Counter, body: Any, status: int) -> None:
    file = proposed(counter)
    assert counter.post("learner", f"/{file}/payments", body).status_code == status
    assert counter.get("learner", f"/{file}/payments").json()["payments"] == []


def test_a_file_that_nothing_is_to_be_paid_for_has_no_page(counter: Counter) -> None:
    file = counter.asked()
    assert counter.post("learner", f"/{file}/payments", {"terms_version": TERMS}).status_code == 409
    counter.act("organisation", file, "propose", price_cents=100_000)
    refused = counter.post("learner", f"/{file}/payments", {"terms_version": TERMS})
    assert (refused.status_code, refused.json()["parameter"]) == (422, "cents")


def test_only_the_learner_and_the_operator_see_how_he_pays(counter: Counter) -> None:
    file = proposed(counter)
    payment = counter.going(file)
    assert counter.get("operator", f"/{file}/payments").json()["payments"] == [payment]
    assert counter.get("organisation", f"/{file}/payments").status_code == 403
    assert counter.post("organisation", f"/{file}/payments", {"terms_version": TERMS}).status_code == 403
    another = proposed(counter)
    assert counter.get("learner", f"/{another}/payments/{payment['id']}").status_code == 404


def test_a_declined_card_leaves_the_file_and_another_one_pays(counter: Counter) -> None:
    file = proposed(counter)
    assert counter.paid(file, Card.DECLINED.value)["state"]["value"] == "validated"
    assert counter.get("learner", f"/{file}/payments").json()["payments"][0]["state"]["value"] == "declined"
    assert counter.paid(file)["state"]["value"] == "accepted"


def test_what_was_paid_is_given_back_when_the_order_is_withdrawn(counter: Counter) -> None:
    file = proposed(counter)
    counter.paid(file)
    counter.act("learner", file, "cancel")
    counter.work()
    (payment,) = counter.get("learner", f"/{file}/payments").json()["payments"]
    assert [(each["cents"], each["state"]["value"]) for each in payment["refunds"]] == [(50_000, "done")]
    with reading(counter.office.database) as conn:
        assert prove(conn).flaws == ()


def test_webhooks_that_are_not_the_provider_s_move_nothing(counter: Counter) -> None:
    file = proposed(counter)
    payment = counter.going(file)
    sandbox = counter.services.provider
    assert isinstance(sandbox, Sandbox)
    about = {"reference": payment["page_url"].rpartition("/")[2], "key": "", "cents": 50_000, "currency": "eur",
             "progress": "done"}  # fmt: skip
    body = orjson.dumps({"id": "evt_1", "kind": "payment.paid", "payment": about}).decode()
    good = signed(sandbox, body)
    for content, headers, status, code in (
        (body, {}, 400, "bad-signature"),
        (body, {**good, "parcours-signature": good["parcours-signature"][:-1] + "0"}, 400, "bad-signature"),
        (body + " ", good, 400, "bad-signature"),
        ("{", signed(sandbox, "{"), 400, "webhook-not-understood"),
        (body, good, 404, "unknown-payment"),
    ):
        answer = counter.client.post(HOOK, content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert counter.client.post(WEBHOOK.format(provider="stripe"), content=body, headers=good).status_code == 404
    assert counter.client.post(HOOK, content="x" * 300_000).status_code == 413
    counter.work()
    assert counter.get("learner", f"/{file}").json()["state"]["value"] == "validated"


def test_a_webhook_that_comes_twice_is_kept_once(counter: Counter) -> None:
    file = proposed(counter)
    payment = counter.going(file)
    sandbox = counter.services.provider
    assert isinstance(sandbox, Sandbox)
    told: list[tuple[str, bool]] = []

    def deliver(_: Sandbox, body: str, __: str) -> None:
        for _again in range(2):
            answer = counter.client.post(HOOK, content=body, headers=signed(sandbox, body))
            told.append((body, answer.json()["known"]))

    counter._deliver = deliver  # type: ignore[method-assign]
    counter.client.post(payment["page_url"], data={"action": "carte", "carte": Card.PAYS.value})
    counter.work()
    assert [known for _, known in told] == [False, True]
    assert counter.get("learner", f"/{file}").json()["state"]["value"] == "accepted"
    with reading(counter.office.database) as conn:
        assert prove(conn).flaws == ()
