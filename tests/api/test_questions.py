"""Questions over HTTP: the contract of design 6."""

from __future__ import annotations

import math
from typing import Any

import pytest

from geo.distance import distance_km
from tests.api.client import Client

FULL = "/api/v1/offers?q=comptabilit%C3%A9&home=Lyon&work=Villeurbanne&radius_km=100&facets=1&reasons=1"


def ask(client: Client, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    return dict(response.json())


def test_a_full_question_answers_with_every_member_of_the_contract(client: Client) -> None:
    page = ask(client, FULL)
    assert set(page) == {"total", "cards", "hits", "facets", "understood", "next_cursor", "took_ms"}
    hit = page["hits"][0]
    assert {
        "id", "source_id", "score", "training", "organisation", "modality", "entry", "place", "places_count",
        "distance_km", "next_session", "earliest_start", "price_cents", "hours", "eligible_cpf", "funders",
        "accessibility", "rating", "similar", "reasons",
    } <= set(hit)  # fmt: skip
    assert {"id", "title", "certification"} <= set(hit["training"])
    assert page["understood"]["home"]["insee"] == "69123"
    assert set(hit["accessibility"]) == {"premises", "referent", "visual", "hearing", "cognitive", "pace", "remote"}


def test_reasons_sum_to_the_score(client: Client) -> None:
    for hit in ask(client, FULL)["hits"]:
        assert math.isclose(sum(one["value"] for one in hit["reasons"]), hit["score"], abs_tol=1e-9)
        assert all(one["value"] <= one["ceiling"] and one["text"] for one in hit["reasons"])


def test_distances_are_those_of_the_place_from_the_understood_origins(client: Client) -> None:
    page = ask(client, FULL + "&remote=exclude")
    assert page["hits"]
    for hit in page["hits"]:
        for name in ("home", "work"):
            origin, place = page["understood"][name], hit["place"]
            km = distance_km(origin["lat"], origin["lon"], place["lat"], place["lon"])
            assert abs(hit["distance_km"][name] - km) < 0.1


def test_facets_and_reasons_come_only_when_asked_for(client: Client) -> None:
    page = ask(client, "/api/v1/offers?q=anglais")
    assert page["facets"] is None
    assert "reasons" not in page["hits"][0]


def test_the_same_question_in_json_has_the_same_answer(client: Client) -> None:
    body = {"q": "comptabilité", "home": "Lyon", "work": "Villeurbanne", "radius_km": 100, "facets": True, "reasons": 1}
    response = client.post("/api/v1/offers/search", json=body)
    by_json, by_address = dict(response.json()), ask(client, FULL)
    by_json.pop("took_ms"), by_address.pop("took_ms")
    assert by_json == by_address


def test_a_walk_through_all_pages_meets_every_offer_once(client: Client) -> None:
    met: list[str] = []
    cursor = ""
    while True:
        page = ask(client, f"/api/v1/offers?limit=17&group=0&cursor={cursor}")
        met += [hit["id"] for hit in page["hits"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(met) == len(set(met)) == page["total"] > 100


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("nope=1", "nope"),
        ("sort=distance", "sort"),
        ("sort=best", "sort"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=1e3", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("radius_km=-1", "radius_km"),
        ("radius_km=nan", "radius_km"),
        ("radius_km=1e400", "radius_km"),
        ("home=Xyzzyville-les-Bains", "home"),
        ("home=91,181", "home"),
        ("work=%00", "work"),
        ("area=dep:00", "area"),
        ("area=planet:3", "area"),
        ("accessibility=premises", "accessibility"),
        ("accessibility=moon:yes", "accessibility"),
        ("start_from=2026-02-30", "start_from"),
        ("start_from=2026-05-01&start_to=2026-04-01", "start_to"),
        ("ids=1", "ids"),
        ("price_max=-5", "price_max"),
        ("price_max=9" + "9" * 400, "price_max"),
        ("cursor=zzzz", "cursor"),
        ("corridor_km=5", "corridor_km"),
        ("polygon=1", "polygon"),
        ("q=" + "a" * 10_000, "q"),
        ("q=a&q=b", "q"),
        ("rome=" + ",".join(["M1203"] * 101), "rome"),
        ("facets=maybe", "facets"),
        ("%F0%9F%92%A9=1", "💩"),
    ],
)
def test_an_absurd_parameter_is_refused_by_its_name(client: Client, query: str, parameter: str) -> None:
    response = client.get(f"/api/v1/offers?{query}")
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["parameter"] == parameter
    assert problem["status"] == 422
    assert problem["title"]
    assert problem["detail"]


@pytest.mark.parametrize(
    "words",
    [
        "%00", "%ED%A0%80", "%FF%FE", "%F0%9F%92%A9", "%E2%80%AE%E2%80%8B", "'%22;--", "../../etc/passwd", "%0A%0D",
        "a" * 1000, "%20", "+".join(["mot"] * 200), "(((", "*", "c%2B%2B", "%EF%BF%BF", "%CC%81" * 300, "%2C" * 500,
    ],
)  # fmt: skip
def test_odd_words_are_a_question_like_any_other(client: Client, words: str) -> None:
    for name in ("q", "home", "work"):
        assert client.get(f"/api/v1/offers?{name}={words}&facets=1&reasons=1").status_code in (200, 422)
    assert client.get(f"/api/v1/places?q={words}").status_code in (200, 422)
    assert client.get(f"/api/v1/offers/{words}").status_code in (200, 404)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"q"', b'{"q": {}}', b'{"q": [[]]}', b'{"q": "\\ud800"}', b'{"nope": 1}', b"\xff",
        b'{"limit": 1e309}', b'{"limit": 1.5}', b'{"home": true, "radius_km": null, "work": 1e300}', b'{"ids": [1]}',
        b'{"accessibility": {"premises": {"a": 1}}}', b'{"polygon": {"type": "Polygon"}}', b"[" * 5_000,
    ],
)  # fmt: skip
def test_an_absurd_body_is_refused(client: Client, body: bytes) -> None:
    response = client.post("/api/v1/offers/search", content=body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


def test_a_body_beyond_the_limit_is_refused_whatever_its_headers_say(client: Client) -> None:
    async def chunks() -> Any:
        for _ in range(100):
            yield b" " * 1024

    assert client.post("/api/v1/offers/search", content=b" " * 70_000).status_code == 413
    assert client.post("/api/v1/offers/search", content=chunks()).status_code == 413


def test_a_cursor_of_another_question_is_refused(client: Client) -> None:
    cursor = ask(client, "/api/v1/offers?limit=5")["next_cursor"]
    response = client.get(f"/api/v1/offers?limit=5&q=anglais&cursor={cursor}")
    assert response.status_code == 422
    assert response.json()["parameter"] == "cursor"
