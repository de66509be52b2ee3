"""A document opens in a browser by the link that its reader was given: that one, for an hour, while his key lives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import Engine

from api.keys import API_KEY, revoke
from api.links import Link, until
from base.database import reading, unit_of_work
from tests.api.counter import Counter

HTML = {"accept": "text/html"}


@pytest.fixture
def filed(counter: Counter) -> str:
    return counter.billed()


def links(counter: Counter, whose: str, file: str) -> dict[str, str]:
    documents = counter.get(whose, f"/{file}/documents").json()["documents"]
    return {each["kind"]: each["page_url"].removeprefix(counter.services.address) for each in documents}


def opened(counter: Counter, address: str) -> httpx.Response:
    """As a browser does: without a key."""
    return counter.client.get(address, headers=HTML)


def key_of(counter: Counter, whose: str) -> str:
    return counter.keys[whose].split("_")[1]


def digest(database: Engine, public: str) -> str:
    with reading(database) as conn:
        return str(conn.execute(API_KEY.select().where(API_KEY.c.public == public)).one().digest)


def wrong(link: str) -> Iterator[str]:
    """Of a link to a recap: another's file, another document, a later end, another signature."""
    _, _, file, _, kind, key, ends, signature = link.split("/")
    yield link.replace(file, file[::-1])
    yield link.replace(kind, "confirmation")
    yield link.replace(ends, str(int(ends) + 3600))
    yield link.replace(signature, signature[::-1])
    yield link.replace(signature, "é")
    yield link.replace(key, "0" * 12)
    yield f"{link}?reference=autre"


def test_a_link_opens_the_page_of_each_document_that_its_reader_has(counter: Counter, filed: str) -> None:
    for whose in ("learner", "organisation", "operator"):
        for kind, address in links(counter, whose, filed).items():
            shown = opened(counter, address)
            assert shown.status_code == 200, (whose, kind)
            own = counter.call(whose, "GET", f"/enrollments/{filed}/documents/{kind}", **HTML)
            assert shown.text == own.text
            assert shown.headers["cache-control"] == "no-store"
            assert shown.headers["referrer-policy"] == "no-referrer"
            assert "set-cookie" not in shown.headers


def test_a_link_that_was_altered_opens_nothing(counter: Counter, filed: str) -> None:
    link = links(counter, "learner", filed)["recap"]
    for altered in wrong(link):
        assert opened(counter, altered).status_code == 404, altered
    assert opened(counter, link).status_code == 200


def test_a_link_is_over_after_an_hour_and_with_its_key(counter: Counter, filed: str) -> None:
    public, now = key_of(counter, "learner"), counter.services.wall()
    signs = digest(counter.office.database, public)
    live = Link(filed, "recap", "", public, until(now))
    assert opened(counter, live.address(signs)).status_code == 200
    over = replace(live, until=until(now - timedelta(hours=1)))
    assert opened(counter, over.address(signs)).status_code == 404
    with unit_of_work(counter.office.database) as conn:
        assert revoke(conn, public, now=now)
    assert opened(counter, live.address(signs)).status_code == 404


def test_whoever_signs_with_his_own_key_sees_his_own_files_alone(counter: Counter, filed: str) -> None:
    public = key_of(counter, "other learner")
    link = Link(filed, "recap", "", public, until(counter.services.wall()))
    assert opened(counter, link.address(digest(counter.office.database, public))).status_code == 404
