"""What goes wrong on a cluster that runs: told in one line that names the way out, and mended where it can be."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.app import create_app
from base.database import reading
from base.errors import IndexDamaged, ParcoursError, Unavailable
from base.leases import LeaseHeld
from catalog.store import marks
from indexer import follow as following
from indexer.follow import catch_up
from indexer.rebuild import rebuild
from parcours.settings import Settings
from parcours.wiring import House
from search.engines.contract import Engine
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.elasticsearch.builds import Builds
from search.engines.elasticsearch.names import Names
from search.engines.elasticsearch.refusals import ReadOnly
from tests.api.client import Client
from tests.faults.node import Node, a_node
from tests.indexer.catalogue import put, training
from tests.parcours.conftest import Run
from tests.parcours.prepared import DAY

pytestmark = [pytest.mark.elasticsearch, pytest.mark.slow]

NARROW = {
    "thread_pool.search.size": "1",
    "thread_pool.search.queue_size": "1",
    "thread_pool.write.size": "1",
    "thread_pool.write.queue_size": "1",
}


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with a_node("elasticsearch-narrow", NARROW) as node:
        yield node


@pytest.fixture
def cluster(node: Node) -> Iterator[httpx.Client]:
    """The operator's own door."""
    with httpx.Client(base_url=node.address, timeout=30) as client:
        yield client


@pytest.fixture
def house(node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    given = {
        "PARCOURS_ENGINE": "elasticsearch",
        "PARCOURS_ELASTICSEARCH_URL": node.address,
        "PARCOURS_ELASTICSEARCH_PREFIX": f"t{uuid4().hex[:8]}",
        "PARCOURS_DATA_DIR": str(tmp_path / "data"),
        "PARCOURS_DATABASE_URL": "",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    house = House(Settings(today=DAY, worker=False))
    put(house.database, training("A"))
    rebuild(house.database, house.engine, clock=house.wall)
    return house


def prefix(house: House) -> str:
    return house.settings.elasticsearch_prefix


def served(house: House) -> tuple[str, str]:
    """Indices of the served build: offers, companion."""
    names, build = Names(prefix(house)), house.engine.builds()[0].name
    return names.offers(build), names.companion(build)


def ok(response: httpx.Response) -> Any:
    assert response.is_success, response.text
    return response.json()


def follow_until_it_says(house: House, engine: Engine, caplog: pytest.LogCaptureFixture) -> str:
    """What the worker logs first of all; it is stopped then."""
    stop, seen = Event(), Event()

    class Seen(logging.Handler):
        def emit(self, _record: logging.LogRecord) -> None:
            seen.set()

    log = logging.getLogger(following.__name__)
    handler = Seen()
    log.addHandler(handler)
    thread = Thread(target=following.follow, args=(house.database, engine, stop), kwargs={"clock": house.wall})
    thread.start()
    said = seen.wait(60)
    stop.set()
    thread.join()
    log.removeHandler(handler)
    assert said
    return caplog.records[-1].getMessage()


@pytest.mark.parametrize("of_cluster", [False, True])
def test_a_cluster_in_read_only_serves_and_its_changes_wait(
    house: House, cluster: httpx.Client, parcours: Run, caplog: pytest.LogCaptureFixture, of_cluster: bool
) -> None:
    def block(held: bool | None) -> None:
        if of_cluster:
            ok(cluster.put("/_cluster/settings", json={"persistent": {"cluster.blocks.read_only": held}}))
        else:  # what Elasticsearch does by itself past the flood stage of a disk
            body = {"index.blocks.read_only_allow_delete": held}
            ok(cluster.put(f"/{','.join(served(house))}/_settings", json=body))

    block(True)
    try:
        put(house.database, training("B"))
        with pytest.raises(ReadOnly):
            catch_up(house.database, house.engine, clock=house.wall)
        with Client(create_app(house.services)) as client:
            assert client.get("/api/v1/offers?q=soudure").json()["total"] == 1
            ready = client.get("/readyz")
        assert ready.status_code == 200
        assert "lecture seule" in ready.json()["index"]["detail"]
        logged = follow_until_it_says(house, house.engine, caplog)
        assert "lecture seule" in logged
        assert "de la place sur le disque" in logged
        if of_cluster:
            told = parcours("reindex")
            assert told.status == 1
            assert "read_only_allow_delete" in told.err
        with reading(house.database) as conn:
            assert marks.pending(conn) == 1
    finally:
        block(None)
    catch_up(house.database, house.engine, clock=house.wall)
    assert house.engine.health().offers == 2
    assert house.engine.health().detail == ""


def remake(cluster: httpx.Client, index: str, change: Any) -> None:
    """The index anew and empty, with another mapping, as a tool or a template would."""
    before = ok(cluster.get(f"/{index}"))[index]
    made, settings = before["mappings"], {"number_of_replicas": 0}
    change(made)
    ok(cluster.delete(f"/{index}"))
    ok(cluster.put(f"/{index}", json={"mappings": made, "settings": settings, "aliases": before["aliases"]}))


def test_a_mapping_that_is_not_ours_is_mended_by_a_rebuild(
    house: House, cluster: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    remake(cluster, served(house)[0], lambda mapping: mapping["properties"].pop("hours"))
    ok(cluster.put(f"/{served(house)[0]}/_doc/1?refresh=true", json={"id": 1, "lead": True}))  # it is not empty
    put(house.database, training("B"))
    with pytest.raises(IndexDamaged) as damaged:
        following.keep_up(house.database, house.engine, clock=house.wall)
    assert "mapping" in damaged.value.advice
    assert "parcours reindex" in damaged.value.advice
    assert "Reconstruction en cours" in follow_until_it_says(house, house.engine, caplog)
    assert house.engine.health().offers == 2


def lose_the_alias(house: House, cluster: httpx.Client) -> None:
    ok(cluster.delete(f"/{served(house)[1]}/_alias/{prefix(house)}-lexicon"))


def alias_two(house: House, cluster: httpx.Client) -> None:
    before = served(house)[1]
    rebuild(house.database, house.engine, clock=house.wall)
    actions = [{"add": {"index": before, "alias": f"{prefix(house)}-lexicon"}}]
    ok(cluster.post("/_aliases", json={"actions": actions}))


def lose_the_offers(house: House, cluster: httpx.Client) -> None:
    ok(cluster.delete(f"/{served(house)[0]}"))


def let_the_cluster_make_it(house: House, cluster: httpx.Client) -> None:
    """A change that came after the offers were lost: the cluster makes an index of it by itself."""
    index = served(house)[0]
    ok(cluster.delete(f"/{index}"))
    ok(cluster.put(f"/{index}/_doc/1", json={"id": 1}))


@pytest.mark.parametrize("broken", [lose_the_alias, alias_two, lose_the_offers, let_the_cluster_make_it])
def test_a_half_written_swap_is_told_and_mended(
    house: House, cluster: httpx.Client, broken: Any, parcours: Run
) -> None:
    broken(house, cluster)
    fresh = House(house.settings)
    with Client(create_app(fresh.services)) as client:
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert "n'est pas entier" in ready.json()["index"]["detail"]
        assert "parcours reindex" in ready.json()["index"]["detail"]
        asked = client.get("/api/v1/offers?q=soudure")
        assert asked.status_code == 503
        told = parcours("search", "soudure")
        assert told.status == 1
        assert "parcours reindex" in told.err
        catch_up(fresh.database, fresh.engine, clock=fresh.wall)  # what a worker does
        assert client.get("/readyz").status_code == 200
        assert client.get("/api/v1/offers?q=soudure").json()["total"] == 1


def test_two_rebuilds_at_once_and_the_second_is_told(house: House, parcours: Run) -> None:
    told: list[Any] = []

    def meanwhile(what: str, _done: int, _total: int) -> None:
        if what.startswith("Contrôle"):
            with pytest.raises(LeaseHeld):
                rebuild(house.database, house.engine, clock=house.wall)
            told.append(parcours("reindex"))

    rebuild(house.database, house.engine, clock=house.wall, progress=meanwhile)
    assert told[0].status == 1
    assert "Déjà en cours" in told[0].err
    assert len(house.engine.builds()) == 2


def test_nothing_that_is_not_ours_is_deleted(house: House, cluster: httpx.Client) -> None:
    own, build = prefix(house), house.engine.builds()[0].name
    foreign = [
        f"{own}-offers-v1-20261125t001812-ours",
        f"{own}x-{build}",
        f"{own}-customers",
        f"other-{build}",
        f"{own}-offers-v1-20261125t001812-3f9a0c1b-copy",
    ]
    for index in foreign:
        ok(cluster.put(f"/{index}", json={"aliases": {f"{own}-lexicon-old": {}}}))
    for _ in range(3):
        rebuild(house.database, house.engine, clock=house.wall)
    assert isinstance(house.engine, ElasticsearchEngine)
    house.engine.prune(0)
    builds: Builds = house.engine._builds
    for index in [*foreign, "*", "_all", f"{build},{own}-customers", f"../{build}", f"{build}*", ""]:
        with pytest.raises(ValueError):
            builds.delete(index)
    house.engine.delete_everything()
    assert set(foreign) <= set(ok(cluster.get("/_aliases")))
    assert not house.engine.builds()


def test_a_storm_of_429_passes(house: House) -> None:
    put(house.database, *[training(f"T{number}") for number in range(300)])
    app = create_app(house.services)

    def ask(_number: int) -> int:
        with Client(app) as client:
            response = client.get("/api/v1/offers?q=soudure&facets=1&limit=50")
            if response.status_code == 503:
                assert response.headers["retry-after"]
            return response.status_code

    with ThreadPoolExecutor(24) as asking:
        bringing = asking.submit(catch_up, house.database, house.engine, clock=house.wall)
        statuses: list[int] = []
        while not house.engine.signs().errors.get("overloaded"):
            statuses += asking.map(ask, range(24))
            assert len(statuses) < 24 * 200, "no queue was ever full"
        assert bringing.result() == 300  # what waits rides it out
    assert set(statuses) <= {200, 503}
    print(f"\n429 storm: {statuses.count(200)} answered, {statuses.count(503)} refused, {house.engine.signs()}")
    for _ in range(100_000):
        if ask(0) == 200:
            break
    assert ask(0) == 200
    assert house.engine.health().offers == 301


def test_a_server_of_another_major_version_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parcours: Run, caplog: pytest.LogCaptureFixture
) -> None:
    with a_node("elasticsearch-older", version="8.19.0") as older:
        monkeypatch.setenv("PARCOURS_ENGINE", "elasticsearch")
        monkeypatch.setenv("PARCOURS_ELASTICSEARCH_URL", older.address)
        house = House(Settings(data_dir=tmp_path / "data", today=DAY, worker=False, database_url=""))
        put(house.database, training("A"))
        wanted = "est Elasticsearch 8 ; il faut Elasticsearch 9"
        with pytest.raises(Unavailable):
            house.engine.snapshot()
        with Client(create_app(house.services)) as client:
            assert wanted in client.get("/readyz").json()["index"]["detail"]
            asked = client.get("/api/v1/offers?q=soudure")
        assert asked.status_code == 503
        assert "8.19" not in asked.text
        told = parcours("reindex")
        assert told.status == 1
        assert wanted in " ".join(told.err.split())
        assert wanted in follow_until_it_says(house, house.engine, caplog)
        with pytest.raises(ParcoursError):
            rebuild(house.database, house.engine, clock=house.wall)
        with httpx.Client(base_url=older.address) as cluster:
            assert ok(cluster.get("/_aliases")) == {}  # nothing was written
