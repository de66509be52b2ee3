"""Who checks an address asks for its head: the same status and headers as the answer, without a body."""

from __future__ import annotations

import logging

import pytest

from parcours.application import application
from parcours.demo import Prepared
from parcours.wiring import House
from tests.api.client import Client


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/healthz", 200),
        ("/readyz", 200),
        ("/metrics", 200),
        ("/api/v1/openapi.json", 200),
        ("/api/v1/ranking", 200),
        ("/api/v1/places?q=lyon", 200),
        ("/api/v1/offers?q=anglais", 200),
        ("/api/v1/offers?radius_km=x", 422),
        ("/api/v1/offers/0000000000000", 404),
        ("/nowhere", 404),
    ],
)
def test_a_head_has_the_status_and_headers_of_the_answer(client: Client, address: str, status: int) -> None:
    told, head = client.get(address), client.request("HEAD", address)
    assert (head.status_code, head.content) == (status, b"")
    assert told.status_code == status
    assert head.headers["content-type"] == told.headers["content-type"]
    assert int(head.headers["content-length"]) > 0


@pytest.mark.parametrize("address", ["/", "/?q=anglais", "/classement", "/static/parcours.css"])
def test_a_page_can_be_asked_for_its_head_alone(sample: tuple[House, Prepared], address: str) -> None:
    with Client(application(sample[0])) as site:
        head = site.request("HEAD", address)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == site.get(address).headers["content-type"]


def test_what_is_only_sent_to_has_no_head(client: Client) -> None:
    response = client.request("HEAD", "/api/v1/organisations/98765432100017/catalogue")
    assert response.status_code == 405


def test_the_access_line_tells_what_was_asked(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        client.request("HEAD", "/healthz")
        client.request("HEAD", "/api/v1/offers?q=anglais")
    assert [line.getMessage().split()[:2] for line in caplog.records if "ms" in line.getMessage()] == [
        ["HEAD", "/healthz"],
        ["HEAD", "/api/v1/offers"],
    ]
