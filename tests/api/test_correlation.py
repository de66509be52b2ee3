"""Every request has an id that its answer, its log lines and the work it causes carry."""

from __future__ import annotations

import logging
import re

import pytest

from api.access import LOGGER
from api.app import create_app
from base import jobs
from base.correlation import current
from base.database import reading
from parcours.demo import Prepared
from parcours.wiring import House
from parcours.working import import_next
from tests.api.client import Client


@pytest.mark.parametrize("address", ["/api/v1/offers?q=soudure", "/healthz", "/nothing"])
def test_an_id_is_given_back_or_made(client: Client, address: str) -> None:
    given = client.get(address, headers={"X-Request-ID": "0123-abc.DEF"})
    assert given.headers["x-request-id"] == "0123-abc.DEF"
    made = [client.get(address).headers["x-request-id"] for _ in range(2)]
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in made)
    assert made[0] != made[1]


@pytest.mark.parametrize("strange", ["short", "x" * 65, 'with "quotes"', "back\\slash"])
def test_an_id_that_could_be_read_as_more_is_not_taken(client: Client, strange: str) -> None:
    assert re.fullmatch(
        "[0-9a-f]{16}", client.get("/healthz", headers={"X-Request-ID": strange}).headers["x-request-id"]
    )


@pytest.mark.parametrize("address", ["/api/v1/offers?sort=nothing", "/api/v1/offers/nothing"])
def test_a_problem_names_its_request(client: Client, address: str) -> None:
    told = client.get(address, headers={"X-Request-ID": "asked-here"})
    assert told.status_code >= 400
    assert told.json()["instance"] == "urn:parcours:request:asked-here"


def test_one_line_a_request_without_what_was_asked(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, LOGGER):
        client.get("/api/v1/offers?q=secretaire&home=Lyon")
        client.get("/api/v1/offers/unknown-id?q=secretaire")
    lines = [record.args for record in caplog.records if record.name == LOGGER]
    assert [(line["route"], line["status"]) for line in lines] == [  # type: ignore[index, call-overload]
        ("/api/v1/offers", 200),
        ("/api/v1/offers/{offer_id}", 404),
    ]
    assert "secretaire" not in caplog.text
    assert "unknown-id" not in caplog.text


def test_questions_are_told_where_the_operator_says_so(own: House, caplog: pytest.LogCaptureFixture) -> None:
    asking = House(own.settings.model_copy(update={"log_questions": True}))
    with Client(create_app(asking.services)) as client, caplog.at_level(logging.INFO, LOGGER):
        client.get("/api/v1/offers?q=secretaire")
    assert caplog.records[-1].args["query"] == "q=secretaire"  # type: ignore[index, call-overload]


def test_the_work_of_a_request_is_logged_under_its_id(
    own: House, writing: Client, sample: tuple[House, Prepared], caplog: pytest.LogCaptureFixture
) -> None:
    prepared = sample[1]
    headers = {"X-Request-ID": "deposit-0001", "Authorization": f"Bearer {prepared.key}"}
    route = f"/api/v1/organisations/{prepared.siret}/catalogue"
    assert writing.post(route, content=prepared.example.read_bytes(), headers=headers).status_code == 202
    with reading(own.database) as conn:
        queued = conn.execute(jobs.JOB.select().where(jobs.JOB.c.state == "queued")).one()
    assert queued.payload["request"] == "deposit-0001"
    seen: list[str] = []

    class Seen(logging.Handler):
        def emit(self, _record: logging.LogRecord) -> None:
            seen.append(current())

    log = logging.getLogger("parcours.working")
    handler = Seen()
    log.addHandler(handler)
    with caplog.at_level(logging.INFO, "parcours.working"):
        assert import_next(own, "worker")
    log.removeHandler(handler)
    assert set(seen) == {"deposit-0001"}
    assert current() == ""
