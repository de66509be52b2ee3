"""What an operator's Prometheus reads, through ``/metrics``."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import cast

from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from base import audit, jobs
from base.database import unit_of_work
from indexer.follow import catch_up
from indexer.rebuild import rebuild
from parcours.wiring import House
from search.engines.contract import Engine, Health, Signs
from tests.api.client import Client
from tests.indexer.catalogue import put, training

Measured = dict[tuple[str, ...], float]


def measured(client: Client) -> Measured:
    """(name, label values...) -> value."""
    told = client.get("/metrics")
    assert told.status_code == 200
    families = text_string_to_metric_families(told.text)
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


def test_the_lag_of_the_index_is_told_and_ends(own: House, writing: Client) -> None:
    before = measured(writing)
    assert before["parcours_pending_trainings",] == before["parcours_oldest_pending_seconds",] == 0
    put(own.database, training("M"), training("N"))
    behind = measured(writing)
    assert behind["parcours_pending_trainings",] == 2
    assert behind["parcours_oldest_pending_seconds",] > 0
    catch_up(own.database, own.engine, clock=own.wall)
    level = measured(writing)
    assert level["parcours_pending_trainings",] == level["parcours_oldest_pending_seconds",] == 0
    assert level["parcours_index_offers",] == before["parcours_index_offers",] + 2


def test_rebuilds_are_told_with_their_end(own: House, writing: Client) -> None:
    began = own.wall()
    rebuild(own.database, own.engine, clock=own.wall)
    told = measured(writing)
    assert told["parcours_rebuild_success_timestamp_seconds",] >= int(began.timestamp())
    assert told["parcours_rebuild_seconds",] > 0
    assert told["parcours_rebuild_failed",] == 0
    with unit_of_work(own.database) as conn:
        audit.note(conn, at=own.wall(), actor="t", action="rebuild-refused", subject="index embedded", error="x")
    assert measured(writing)["parcours_rebuild_failed",] == 1


def test_jobs_that_wait_are_told_by_kind_with_the_age_of_the_oldest(own: House, writing: Client) -> None:
    now = own.wall()
    with unit_of_work(own.database) as conn:
        jobs.enqueue(conn, "import", {}, now=now - timedelta(seconds=90), run_at=now + timedelta(days=1))
        jobs.enqueue(conn, "import", {}, now=now - timedelta(seconds=30), run_at=now + timedelta(days=1))
    told = measured(writing)
    assert told["parcours_jobs", "import", "queued"] == 2
    assert 90 <= told["parcours_oldest_job_seconds", "import"] < 3600


def test_findings_are_counted_by_code(own: House, writing: Client) -> None:
    found = {key: value for key, value in measured(writing).items() if key[0] == "parcours_findings"}
    assert found  # the sample has some
    assert {severity for _, _, severity in found} <= {"error", "warning"}


def test_an_engine_in_trouble_is_told(own: House) -> None:
    class Away:
        name, waits = "elasticsearch", True

        def health(self) -> Health:
            return Health(False, "", 0, 0, "ne répond pas")

        def signs(self) -> Signs:
            return Signs({"unreachable": 3}, 2, True)

    with Client(create_app(replace(own.services, engine=cast(Engine, Away())))) as client:
        told = measured(client)
        assert client.get("/healthz").status_code == 200
    assert told["parcours_index_ready",] == 0
    assert told["parcours_engine_errors_total", "unreachable"] == 3
    assert told["parcours_engine_retries_total",] == 2
    assert told["parcours_engine_resting",] == 1


def test_labels_stay_few_whatever_is_asked(writing: Client) -> None:
    for number in range(50):
        writing.get(f"/nothing/{number}")
        writing.get(f"/api/v1/offers/{number}")
    counted = [key for key in measured(writing) if key[0] == "parcours_requests_total"]
    assert len(counted) <= 4
