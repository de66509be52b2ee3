"""Without an index nothing known must not look like nothing found: API and pages say that they cannot answer yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from parcours.application import application
from parcours.settings import Settings
from parcours.wiring import House
from tests.api.client import Client
from tests.parcours.prepared import DAY, sample_house


def _no_index(_folder: Path) -> None:
    """Nothing was ever imported."""


def _lost_manifest(folder: Path) -> None:
    sample_house(folder)
    (folder / "index" / "manifest.json").unlink()


@pytest.fixture(params=[_no_index, _lost_manifest])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Client]:
    prepare: Callable[[Path], None] = request.param
    prepare(tmp_path)
    house = House(Settings(data_dir=tmp_path, today=DAY, database_url="", worker=False))
    with Client(application(house)) as client:
        yield client


def test_a_question_is_told_that_the_service_is_not_ready(client: Client) -> None:
    assert client.get("/readyz").status_code == 503
    for answer in (client.get("/api/v1/offers?q=anglais"), client.post("/api/v1/offers/search", json={"q": "anglais"})):
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["retry-after"]
        assert "parcours reindex" in answer.json()["detail"]


@pytest.mark.parametrize("address", ["/", "/?q=anglais"])
def test_so_is_a_person_in_other_words(client: Client, address: str) -> None:
    page = client.get(address, headers={"Accept": "text/html"})
    assert page.status_code == 503
    assert page.headers["retry-after"]
    assert "réessayez" in page.text
    assert "reindex" not in page.text
