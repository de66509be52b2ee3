"""A cluster that freezes and dies under a service that has an index to fall back on: real processes, real questions."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from base.database import reading
from catalog.store import marks
from indexer.rebuild import rebuild
from parcours.settings import Settings
from parcours.wiring import House
from tests.faults.node import Node, a_node
from tests.indexer.catalogue import put, training
from tests.parcours.prepared import DAY
from tests.parcours.service import Service, until

pytestmark = [pytest.mark.elasticsearch, pytest.mark.slow, pytest.mark.timeout(600)]
ASKED = "/api/v1/offers?q=soudure"
HEADER = "parcours-fallback"


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with a_node("elasticsearch-fallback") as node:
        yield node


@pytest.fixture
def house(node: Node, tmp_path: Path) -> House:
    settings = Settings(
        data_dir=tmp_path, today=DAY, database_url="", worker=False, engine="elasticsearch", fallback="embedded",
        elasticsearch_url=node.address, elasticsearch_prefix=f"fallback-{tmp_path.name[-12:]}".replace("_", "-"),
    )  # fmt: skip
    house = House(settings)
    put(house.database, training("A"), training("B"))
    rebuild(house.database, house.engine, clock=house.wall)
    return house


@pytest.fixture
def service(house: House) -> Iterator[Service]:
    settings = house.settings
    service = Service(
        settings.data_dir, engine="elasticsearch", fallback="embedded", fallback_minutes="0.01",
        elasticsearch_url=settings.elasticsearch_url, elasticsearch_prefix=settings.elasticsearch_prefix,
    )  # fmt: skip
    try:
        until(service.ready, "ready")
        yield service
    finally:
        service.process.kill()
        service.process.wait()
        assert service.process.stderr is not None
        service.process.stderr.close()


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.address, timeout=30) as client:
        yield client


def seconds_of(client: httpx.Client) -> float:
    """That a question takes; it may come from either index, and is answered."""
    began = time.monotonic()
    answer = client.get(ASKED)
    assert answer.status_code == 200, answer.text
    return time.monotonic() - began


def pending(house: House) -> int:
    with reading(house.database) as conn:
        return marks.pending(conn)


def test_a_frozen_and_a_killed_cluster_cost_no_question(
    house: House, node: Node, service: Service, client: httpx.Client
) -> None:
    until(lambda: bool(client.get("/readyz").json()["fallback"]["ready"]), "an index to fall back on")
    small = f"{ASKED}&limit=1&group=0"
    before = client.get(small)
    assert HEADER not in before.headers
    assert before.json()["total"] == 2

    node.freeze()
    try:
        with ThreadPoolExecutor(30) as asking:
            waits = list(asking.map(lambda _: seconds_of(client), range(30)))
        later = sorted(seconds_of(client) for _ in range(100))
        print(
            f"\nfrozen: 30 at once answered after {max(waits):.2f} s at most; then {later[50] * 1000:.1f} ms at the "
            f"median, {later[-1]:.2f} s at most"
        )
        until(lambda: HEADER in client.get(ASKED).headers, "the standby answers")
        told = client.get("/readyz").json()
        assert (told["ready"], told["degraded"], told["index"]["ready"]) == (True, True, False)
        assert client.get(f"{small}&cursor={before.json()['next_cursor']}").status_code == 410
        # What changes is in the index to fall back on, and waits for the cluster under its mark.
        put(house.database, training("C"))
        until(lambda: bool(client.get(ASKED).json()["total"] == 3), "a change is found")
        assert pending(house) == 1
        first = client.get(small)
        assert first.headers[HEADER] == "embedded"
        second = client.get(f"{small}&cursor={first.json()['next_cursor']}")
        assert (second.status_code, second.headers[HEADER]) == (200, "embedded")
    finally:
        node.thaw()
    until(lambda: HEADER not in client.get(ASKED).headers, "the cluster answers")
    until(lambda: pending(house) == 0 and client.get(ASKED).json()["total"] == 3, "what waited is in the cluster")
    assert client.get(f"{small}&cursor={first.json()['next_cursor']}").status_code == 410
    assert not client.get("/readyz").json()["degraded"]

    node.kill()
    worker = service.worker()
    assert worker is not None
    worker.kill()  # whatever it was doing to the index
    for _ in range(20):
        seconds_of(client)
    for _ in range(20):
        seconds_of(client)
    assert client.get(ASKED).headers[HEADER] == "embedded"
    until(lambda: service.worker() is not None, "another worker")
    put(house.database, training("D"))
    until(lambda: bool(client.get(ASKED).json()["total"] == 4), "a change is found")
    node.start()
    until(lambda: HEADER not in client.get(ASKED).headers, "the cluster answers again")
    until(lambda: pending(house) == 0 and client.get(ASKED).json()["total"] == 4, "nothing was lost")
