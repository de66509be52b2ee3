"""The simulation: a plan without account, explained; what cannot be understood is refused and nothing is guessed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.client import Client

ADDRESS = "/api/v1/financing/simulate"
CASE_A = {"price_cents": 1_500_00, "certification": "RNCP34441", "rights": [{"cents": 2_000_00}]}


def ask(client: Client, **said: Any) -> Any:
    answer = client.post(ADDRESS, json=said)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_price_is_shared_between_rights_and_card_and_each_line_says_why(client: Client) -> None:
    told = ask(client, **CASE_A, requested_on="2026-11-25")
    assert (told["payable"], told["rights_cents"], told["cash_cents"]) == (True, 1_350_00, 150_00)
    assert [line["source"] for line in told["lines"]] == ["rights", "card"]
    assert sum(line["cents"] for line in told["lines"]) == told["price_cents"]
    assert "participation obligatoire" in told["lines"][1]["text"]


def test_the_day_of_the_request_decides_the_participation(client: Client) -> None:
    told = ask(client, **CASE_A, requested_on="2026-04-01", on="2026-04-03")
    assert told["participation_cents"] == 103_20


def test_a_licence_without_cofunding_cannot_be_paid_and_is_told_why(client: Client) -> None:
    licence = {"price_cents": 1_400_00, "certification": "CPF206", "rights": [{"cents": 2_000_00}]}
    told = ask(client, **licence, requested_on="2026-11-25", statuses=["employee"])
    assert told["payable"] is False
    assert [refusal["code"] for refusal in told["refusals"]] == ["licence-cofunding"]
    helped = ask(client, **licence, requested_on="2026-11-25", contributions=[{"funder": "employer", "cents": 100_00}])
    assert (helped["payable"], helped["cash_cents"]) == (True, 400_00)


def test_an_offer_of_the_catalogue_is_planned_at_its_own_price(client: Client) -> None:
    hits = client.get("/api/v1/offers?limit=100").json()["hits"]
    hit = next(hit for hit in hits if hit["price_cents"] and hit["eligible_cpf"] == "yes")
    told = ask(client, offer=hit["id"], rights=[{"cents": 100_000_00}])
    assert told["price_cents"] == hit["price_cents"]
    assert sum(line["cents"] for line in told["lines"]) == hit["price_cents"]


def test_an_offer_without_price_is_refused_not_guessed(client: Client) -> None:
    assert ask(client, certification="RNCP34441")["refusals"][0]["code"] == "price-unknown"


@pytest.mark.parametrize(
    ("said", "parameter"),
    [
        ({"price_cents": "1500,00"}, "price_cents"),
        ({"price_cents": "150000"}, "price_cents"),
        ({"price_cents": 1500.5}, "price_cents"),
        ({"price_cents": -1}, "price_cents"),
        ({"price_cents": 1_500_00, "currency": "USD"}, "currency"),
        ({"price_cents": 1_500_00, "rights": [{"cents": -5}]}, "rights.0.cents"),
        ({"price_cents": 1_500_00, "statuses": ["millionaire"]}, "statuses.0"),
        ({"price_cents": 1_500_00, "prize": 3}, "prize"),
        ({"price_cents": 1_500_00, "requested_on": "2026-11-25", "on": "2026-11-24"}, "on"),
        ({"offer": "x", "price_cents": 1}, "offer"),
    ],
)
def test_what_cannot_be_understood_is_refused_by_name(client: Client, said: dict[str, Any], parameter: str) -> None:
    answer = client.post(ADDRESS, json=said)
    assert (answer.status_code, answer.json()["parameter"]) == (422, parameter)


def test_a_body_that_is_no_json_is_refused(client: Client) -> None:
    assert client.post(ADDRESS, content=b"{").status_code == 422


def test_a_day_before_the_rules_is_refused(client: Client) -> None:
    answer = client.post(ADDRESS, json={**CASE_A, "requested_on": "2019-01-01"})
    assert (answer.status_code, answer.json()["code"]) == (422, "no-rule-yet")


@pytest.mark.parametrize("offer", ["zzz", "0000000000000"])
def test_an_unknown_offer_is_not_found(client: Client, offer: str) -> None:
    assert client.post(ADDRESS, json={"offer": offer}).status_code == 404


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2008-02-29"])
def test_any_day_of_birth_is_answered(client: Client, day: str) -> None:
    ask(client, **CASE_A, birth_on=day, assessment_funded_on=day)
