"""The address base, against a real server on loopback that speaks its answers."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from catalog.codes.facets import PlacePrecision
from geo.ban import Address, AddressBase, AddressServiceDown, Patience
from geo.distance import round_coordinate

HASTY = Patience(timeout_s=0.3, retries=2, wait_s=0.0, pace_s=0.0)


class Service:
    """Answers ``/geocodage/search`` with what the test puts in ``answers``, in turn; the last one again and again."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: list[tuple[int, bytes]] = []
        self.questions: list[dict[str, list[str]]] = []

    def says(self, *answers: tuple[int, bytes]) -> None:
        self.answers = list(answers)


@pytest.fixture
def service() -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            said.questions.append(parse_qs(parts.query))
            status, body = said.answers.pop(0) if len(said.answers) > 1 else said.answers[0]
            if parts.path != "/geocodage/search":
                status, body = 404, b"{}"
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the library
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    said = Service(f"http://127.0.0.1:{server.server_address[1]}/geocodage")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield said
    server.shutdown()
    thread.join()
    server.server_close()


def answer(**changes: Any) -> tuple[int, bytes]:
    facts = {
        "label": "8 Boulevard du Port 80000 Amiens", "score": 0.93, "housenumber": "8", "type": "housenumber",
        "name": "8 Boulevard du Port", "postcode": "80000", "citycode": "80021", "city": "Amiens",
    } | changes  # fmt: skip
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [2.290084, 49.897442]},
        "properties": facts,
    }
    return 200, json.dumps({"type": "FeatureCollection", "version": "draft", "features": [feature]}).encode()


NOTHING = 200, b'{"type": "FeatureCollection", "version": "draft", "features": []}'


def ask(service: Service) -> Address | None:
    return AddressBase(service.url, HASTY).find("8 bd du Port", postcode="80000", city="Amiens")


def test_a_sure_answer_gives_the_address(service: Service) -> None:
    service.says(answer())
    found = ask(service)
    assert found == Address(
        "8 Boulevard du Port 80000 Amiens", *round_coordinate(49.897442, 2.290084), PlacePrecision.ADDRESS, "80021",
        "80000", 0.93,
    )  # fmt: skip
    assert service.questions == [{"q": ["8 bd du Port 80000 Amiens"], "limit": ["1"]}]


@pytest.mark.parametrize(
    "unsure",
    [answer(score=0.42), answer(postcode="59000", citycode="59350"), answer(type="poi"), NOTHING],
    ids=["low score", "another town", "unknown kind", "nothing found"],
)
def test_an_unsure_answer_is_none(service: Service, unsure: tuple[int, bytes]) -> None:
    service.says(unsure)
    assert ask(service) is None


def test_a_passing_failure_is_tried_again(service: Service) -> None:
    service.says((503, b""), (500, b""), answer())
    assert ask(service)
    assert len(service.questions) == 3


@pytest.mark.parametrize("answered", [(503, b""), (429, b""), (200, b"<html>"), (200, b'{"features": [{}]}')])
def test_a_lasting_failure_says_so_after_bounded_tries(service: Service, answered: tuple[int, bytes]) -> None:
    service.says(answered)
    with pytest.raises(AddressServiceDown):
        ask(service)
    assert len(service.questions) <= 3


@pytest.mark.parametrize("listening", [True, False])
def test_a_server_that_never_answers_is_given_up(listening: bool) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if listening:
            silent.listen()
        base = AddressBase(f"http://127.0.0.1:{silent.getsockname()[1]}", HASTY)
        with pytest.raises(AddressServiceDown):
            base.find("8 bd du Port", postcode="80000", city="Amiens")


def test_a_question_the_service_would_refuse_is_not_asked(service: Service) -> None:
    service.says(answer())
    assert AddressBase(service.url, HASTY).find("", postcode="", city="") is None
    assert service.questions == []


@pytest.mark.parametrize("url", ["", "data.example", "ftp://data.example", "file:///etc/passwd"])
def test_only_a_configured_http_address_is_taken(url: str) -> None:
    with pytest.raises(ValueError):
        AddressBase(url)
