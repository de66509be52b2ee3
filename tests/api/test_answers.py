"""Everything but questions and submissions: one offer, places, ranking, health, errors, the description."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from api.app import create_app
from api.services import Services
from parcours.application import application
from parcours.settings import Settings
from parcours.wiring import House
from tests.api.client import Client
from tests.parcours.prepared import DAY


def first_hit(client: Client, query: str = "q=comptabilité") -> dict[str, Any]:
    return dict(client.get(f"/api/v1/offers?{query}").json()["hits"][0])


def test_one_offer_tells_all_that_is_known_of_it(client: Client) -> None:
    hit = first_hit(client)
    detail = client.get(f"/api/v1/offers/{hit['id']}").json()
    assert {
        "training", "organisation", "prerequisites", "admission", "exam", "fees_not_covered", "equipment", "timetable",
        "contacts", "places", "sessions", "texts", "accessibility", "details",
    } <= set(detail)  # fmt: skip
    assert detail["source_id"] == hit["source_id"]
    assert {"valid_until", "expired", "successors"} <= set(detail["training"]["certification"])
    assert detail["training"]["objective"]
    assert detail["contacts"]
    assert detail["contacts"][0]["phones"]
    assert detail["sessions"]


@pytest.mark.parametrize("offer", ["0000000000000", "zzzzzzzzzzzzz", "abc", "%00", "é" * 13, "1" * 400])
def test_an_unknown_offer_is_not_found(client: Client, offer: str) -> None:
    response = client.get(f"/api/v1/offers/{offer}")
    assert response.status_code == 404
    assert response.json()["code"] == "not-found"


def test_places_are_suggested_as_typed(client: Client) -> None:
    found = client.get("/api/v1/places?q=villeurb").json()["places"]
    assert found[0]["insee"] == "69266"
    assert client.get("/api/v1/places?q=").status_code == 422
    assert client.get("/api/v1/places?q=a&limit=9999").json()["parameter"] == "limit"


def test_the_ranking_is_published_with_its_weights(client: Client) -> None:
    told = client.get("/api/v1/ranking").json()
    assert [part["part"] for part in told["parts"]] == ["text", "near", "open", "turn"]
    ceilings = {one["part"]: one["ceiling"] for one in first_hit(client, "q=anglais&reasons=1")["reasons"]}
    assert {part["part"]: part["weight"] for part in told["parts"]} == ceilings


def test_what_comes_later_says_so(client: Client) -> None:
    for address in ("/api/v1/suggest?q=bou", "/api/v1/offers/0000000000000/rank?q=a"):
        response = client.get(address)
        assert response.status_code == 422
        assert response.json()["code"] == "not-built-yet"


def test_unknown_addresses_and_methods_are_problems_too(client: Client) -> None:
    for method, address, status in (
        ("GET", "/nulle-part", 404),
        ("GET", "/docs", 404),
        ("DELETE", "/api/v1/offers", 405),
    ):
        response = client.request(method, address)
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["status"] == status


def test_a_failure_of_ours_is_noted_and_tells_nothing_of_the_inside(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        name = "broken"
        waits = False

        def snapshot(self, generation: str | None = None) -> Any:
            raise RuntimeError("secret inside")

    with Client(create_app(replace(services, engine=Broken()))) as client, caplog.at_level(logging.ERROR):  # type: ignore[arg-type]
        response = client.get("/api/v1/offers?q=a")
    assert response.status_code == 500
    assert response.json()["code"] == "internal"
    assert "secret" not in response.text
    assert "secret inside" in caplog.text


def test_ready_only_with_a_migrated_database_and_a_complete_index(client: Client, tmp_path: Path) -> None:
    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["index"]["offers"] > 100
    bare = House(Settings(data_dir=tmp_path, today=DAY, database_url="", worker=False))
    with Client(create_app(bare.services)) as empty:
        response = empty.get("/readyz")
        assert response.status_code == 503
        assert response.json()["database"]["migrated"]
        assert response.headers["retry-after"]
        assert "parcours" in response.json()["index"]["detail"]
        assert empty.get("/healthz").status_code == 200
        assert empty.get("/metrics").status_code == 200


def test_what_cannot_be_answered_now_says_when_to_come_back(tmp_path: Path) -> None:
    bare = House(Settings(data_dir=tmp_path, today=DAY, database_url="", worker=False))
    bare.settings.index_dir.mkdir(parents=True)
    (bare.settings.index_dir / "manifest.json").write_bytes(b"{ torn")
    with Client(application(bare)) as damaged:
        for address in ("/api/v1/offers?q=anglais", "/?q=anglais"):
            response = damaged.get(address, headers={"Accept": "text/html"})
            assert response.status_code == 503
            assert response.headers["retry-after"] == "2"


def test_measures_tell_latencies_by_class_of_question(client: Client) -> None:
    client.get("/api/v1/offers?q=anglais&home=Lyon")
    client.get("/api/v1/offers?home=Lyon")
    text = client.get("/metrics").text
    assert 'parcours_question_seconds_count{class="full"}' in text
    assert 'parcours_question_seconds_count{class="browse"}' in text
    assert 'route="/api/v1/offers"' in text


def test_answers_fit_the_description(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    operation = document["paths"]["/api/v1/offers"]["get"]
    names = {one["name"] for one in operation["parameters"]}
    assert {"q", "home", "work", "radius_km", "accessibility", "cursor", "facets"} <= names

    def fits(answer: Any, path: str, method: str = "get", status: str = "200") -> None:
        schema = document["paths"][path][method]["responses"][status]["content"]["application/json"]["schema"]
        jsonschema.validate(answer, {**schema, "components": document["components"]})

    page = client.get("/api/v1/offers?q=comptabilité&home=Lyon&facets=1&reasons=1").json()
    fits(page, "/api/v1/offers")
    fits(client.get("/api/v1/offers?home=idf&limit=50").json(), "/api/v1/offers")
    for hit in page["hits"]:
        fits(client.get(f"/api/v1/offers/{hit['id']}").json(), "/api/v1/offers/{offer_id}")
    fits(client.get("/api/v1/places?q=lyon").json(), "/api/v1/places")
    fits(client.get("/api/v1/ranking").json(), "/api/v1/ranking")


def test_the_format_of_a_catalogue_is_published(client: Client) -> None:
    answer = client.get("/api/v1/catalogue.schema.json")
    assert answer.headers["content-type"] == "application/schema+json"
    jsonschema.Draft202012Validator.check_schema(answer.json())
    assert answer.json()["$id"] == "urn:parcours:catalogue:1"


def test_every_answer_carries_the_headers_of_safety(client: Client) -> None:
    for address in ("/api/v1/offers", "/nulle-part", "/healthz"):
        assert client.get(address).headers["x-content-type-options"] == "nosniff"
