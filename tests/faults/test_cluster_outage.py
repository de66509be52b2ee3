"""A cluster that is killed, frozen and comes back, while questions are asked and the catalogue changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest

from api.app import create_app
from base.database import reading
from catalog.store import marks
from indexer import follow as following
from indexer.rebuild import rebuild
from parcours.settings import Settings
from parcours.wiring import House
from tests.api.client import Client
from tests.faults.node import Node, a_node
from tests.indexer.catalogue import put, training
from tests.parcours.prepared import DAY

pytestmark = [pytest.mark.elasticsearch, pytest.mark.slow]
ASKED = "/api/v1/offers?q=soudure"
AT_MOST_SECONDS = 120


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with a_node() as node:
        yield node


@pytest.fixture
def house(node: Node, tmp_path: Path) -> House:
    settings = Settings(
        data_dir=tmp_path, today=DAY, worker=False, engine="elasticsearch", elasticsearch_url=node.address,
        elasticsearch_prefix=f"outage-{tmp_path.name[-20:]}".replace("_", "-"),
    )  # fmt: skip
    house = House(settings)
    put(house.database, training("A"))
    rebuild(house.database, house.engine, clock=house.wall)
    return house


@contextmanager
def followed(house: House) -> Iterator[None]:
    """A worker's following, in a thread."""
    stop = Event()
    thread = Thread(target=following.follow, args=(house.database, house.engine, stop), kwargs={"clock": house.wall})
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def until(what: str, holds: Callable[[], bool]) -> None:
    end = time.monotonic() + AT_MOST_SECONDS
    while not holds():
        assert time.monotonic() < end, f"not within {AT_MOST_SECONDS} s: {what}"


def pending(house: House) -> int:
    with reading(house.database) as conn:
        return marks.pending(conn)


def refused(response: httpx.Response) -> bool:
    assert response.status_code in (200, 503), response.text
    if response.status_code == 200:
        return False
    assert response.headers["retry-after"] == "2"
    assert response.json()["title"] == "Service momentanément indisponible"
    assert "PARCOURS_ELASTICSEARCH_URL" not in response.text  # the operator's business
    return True


def timed(client: Client, address: str = ASKED) -> tuple[httpx.Response, float]:
    began = time.monotonic()
    return client.get(address), time.monotonic() - began


def test_a_killed_node_comes_back_and_nothing_was_lost(house: House, node: Node) -> None:
    with Client(create_app(house.services)) as client, followed(house):
        page = client.get(f"{ASKED}&limit=1&group=0").json()
        assert page["total"] == 1
        put(house.database, training("B"))
        until("the change is found", lambda: bool(client.get(ASKED).json()["total"] == 2))
        cursor = client.get(f"{ASKED}&limit=1&group=0").json()["next_cursor"]

        node.kill()
        put(house.database, training("C"), training("D"))
        times = []
        for number in range(40):
            response, seconds = timed(client)
            assert refused(response)
            times.append(seconds)
            put(house.database, training(f"N{number}"))
        assert client.get("/healthz").status_code == 200
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert "PARCOURS_ELASTICSEARCH_URL" in ready.json()["index"]["detail"]
        assert pending(house) == 42
        assert house.engine.signs().errors["unreachable"] > 0
        print(f"\nkilled: 503 after at most {max(times) * 1000:.1f} ms, median {sorted(times)[20] * 1000:.2f} ms")

        began = time.monotonic()
        node.start()
        up = time.monotonic() - began
        until("questions are answered again", lambda: not refused(client.get(ASKED)))
        print(f"node up after {up:.1f} s, first answer {time.monotonic() - began - up:.2f} s later")
        until("every change is found", lambda: bool(client.get(ASKED).json().get("total") == 44))
        print(f"all changes found {time.monotonic() - began - up:.2f} s after it was up")
        until("no mark waits", lambda: pending(house) == 0)
        assert client.get("/readyz").status_code == 200
        gone = client.get(f"{ASKED}&limit=1&group=0&cursor={cursor}")
        assert gone.status_code == 410
        assert gone.json()["restart"]


def test_a_frozen_node_keeps_nobody_waiting(house: House, node: Node) -> None:
    with Client(create_app(house.services)) as client:
        assert not refused(client.get(ASKED))
        node.freeze()
        try:
            with ThreadPoolExecutor(30) as asking:  # all at once, as they come
                waits = list(asking.map(lambda _: timed_without_a_loop(house), range(30)))
            assert all(waits)
            after = [timed(client) for _ in range(10)]
            assert all(refused(response) for response, _ in after)
            assert client.get("/healthz").status_code == 200
            print(
                f"\nfrozen: 30 at once refused after at most {max(waits):.2f} s, then {max(s for _, s in after):.3f} s"
            )
        finally:
            node.thaw()
        until("questions are answered again", lambda: not refused(client.get(ASKED)))


def timed_without_a_loop(house: House) -> float:
    """Seconds until a question is refused; 0 when it was answered."""
    with Client(create_app(house.services)) as client:
        response, seconds = timed(client)
        return seconds if refused(response) else 0.0
