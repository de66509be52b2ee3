"""An engine that does not answer, and an older index that does: whoever asks is answered, and told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from indexer.follow import catch_up
from indexer.rebuild import rebuild
from parcours.application import application
from parcours.wiring import House
from search.engines.embedded import EmbeddedEngine
from search.standby import Standby
from tests.api.client import Client
from tests.api.test_measures import measured
from tests.indexer.catalogue import put, training

ASKED = "/api/v1/offers?q=anglais"
AGE = timedelta(minutes=7)
HEADER, AGE_HEADER = "parcours-fallback", "parcours-fallback-age"


@dataclass
class Two:
    """The index of the sample stands in for one that is not there yet."""

    house: House
    client: Client
    standby: Standby
    away: EmbeddedEngine

    def comes_back(self) -> None:
        rebuild(self.house.database, self.away, clock=self.house.wall)


@pytest.fixture
def two(own: House, tmp_path: Path) -> Iterator[Two]:
    standby = Standby(own.engine, own.settings.index_dir, own.wall)
    standby.up_to_date(own.wall() - AGE)
    away = EmbeddedEngine(tmp_path / "away", own.clock)
    own.engine = away
    own.standby = standby
    with Client(application(own)) as client:
        yield Two(own, client, standby, away)


def test_a_question_is_answered_by_the_standby_and_says_so(two: Two) -> None:
    for answer in (two.client.get(ASKED), two.client.post("/api/v1/offers/search", json={"q": "anglais"})):
        assert answer.status_code == 200
        assert answer.headers[HEADER] == "embedded"
        assert int(answer.headers[AGE_HEADER]) >= AGE.total_seconds()
        told = answer.json()
        assert told["total"] > 0
        assert told["fallback"]["engine"] == "embedded"
        assert told["fallback"]["age_seconds"] >= AGE.total_seconds()
        assert "index de secours, à jour le" in told["fallback"]["text"]
    two.comes_back()
    answer = two.client.get(ASKED)
    assert HEADER not in answer.headers
    assert "fallback" not in answer.json()


def test_without_an_up_to_date_standby_the_503_stays(two: Two, tmp_path: Path) -> None:
    none = Standby(EmbeddedEngine(tmp_path / "none", two.house.clock), tmp_path / "none", two.house.wall)
    never = Standby(two.standby.engine, tmp_path, two.house.wall)  # a whole index that nobody keeps
    (tmp_path / "none").mkdir()
    none.up_to_date(two.house.wall())
    for standby in (none, never, None):
        two.house.standby = standby
        with Client(application(two.house)) as client:
            answer = client.get(ASKED)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
            assert client.get("/readyz").status_code == 503
            assert client.get("/", headers={"Accept": "text/html"}).status_code == 503


def test_a_question_that_is_wrong_is_told_so(two: Two) -> None:
    assert two.client.get("/api/v1/offers?home=Nullepart-sur-Rien").status_code == 422


def test_a_walk_goes_on_while_it_lasts_and_begins_again_afterwards(two: Two) -> None:
    small = f"{ASKED}&limit=1&group=0"
    first = two.client.get(small).json()
    second = two.client.get(f"{small}&cursor={first['next_cursor']}")
    assert second.status_code == 200
    assert second.headers[HEADER] == "embedded"
    assert second.json()["hits"][0]["id"] != first["hits"][0]["id"]
    two.comes_back()
    gone = two.client.get(f"{small}&cursor={first['next_cursor']}")
    assert gone.status_code == 410
    again = two.client.get(gone.json()["restart"])
    assert again.status_code == 200
    assert HEADER not in again.headers


def test_a_walk_that_the_engine_began_begins_again_with_the_standby(two: Two) -> None:
    two.comes_back()
    small = f"{ASKED}&limit=1&group=0"
    cursor = two.client.get(small).json()["next_cursor"]
    two.house.engine = EmbeddedEngine(two.house.settings.data_dir / "lost", two.house.clock)
    with Client(application(two.house)) as client:
        gone = client.get(f"{small}&cursor={cursor}")
        assert gone.status_code == 410
        assert client.get(gone.json()["restart"]).headers[HEADER] == "embedded"


def test_the_service_is_ready_degraded_and_tells_both_indexes(two: Two) -> None:
    ready = two.client.get("/readyz")
    told = ready.json()
    assert (ready.status_code, told["ready"], told["degraded"]) == (200, True, True)
    assert not told["index"]["ready"]
    assert told["fallback"]["ready"]
    assert told["fallback"]["offers"] > 0
    assert told["fallback"]["age_seconds"] >= AGE.total_seconds()
    two.comes_back()
    told = two.client.get("/readyz").json()
    assert (told["ready"], told["degraded"], told["index"]["ready"]) == (True, False, True)


def test_its_answers_and_its_age_are_measured(two: Two) -> None:
    before = measured(two.client)
    two.client.get(ASKED)
    two.client.get("/?q=anglais")
    two.client.get("/api/v1/offers?home=Nullepart-sur-Rien")
    after = measured(two.client)
    assert before["parcours_fallback_answers_total",] == 0
    assert after["parcours_fallback_answers_total",] == 2
    assert after["parcours_fallback_ready",] == 1
    assert after["parcours_fallback_age_seconds",] >= AGE.total_seconds()
    assert after["parcours_index_ready",] == 0


def test_where_none_was_chosen_nothing_is_told_of_it(own: House) -> None:
    with Client(application(own)) as client:
        assert "parcours_fallback" not in client.get("/metrics").text
        told = client.get("/readyz").json()
        assert (told["fallback"], told["degraded"]) == (None, False)


def test_a_person_reads_it_on_the_pages(two: Two) -> None:
    for address in ("/", "/?q=anglais"):
        page = two.client.get(address, headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert page.text.count("index de secours, à jour le") == 1
    two.comes_back()
    for address in ("/", "/?q=anglais"):
        assert "secours" not in two.client.get(address, headers={"Accept": "text/html"}).text


def test_a_damaged_engine_is_stood_in_for_and_a_damaged_standby_hides_nothing(two: Two, tmp_path: Path) -> None:
    two.comes_back()
    put(two.house.database, training("M"))
    catch_up(two.house.database, two.away, clock=two.house.wall)
    (tmp_path / "away" / "manifest.json").write_bytes(b"00000000\n{}")
    assert two.client.get(ASKED).headers[HEADER] == "embedded"
    (two.house.settings.index_dir / "manifest.json").write_bytes(b"00000000\n{}")
    answer = two.client.get(ASKED)
    assert answer.status_code == 503
    assert answer.json()["code"] == "index-damaged"
    assert two.client.get("/readyz").status_code == 503
    assert measured(two.client)["parcours_fallback_ready",] == 0
