"""``PARCOURS_LOG``: a form and a level."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from api import access
from base.correlation import carrying
from base.errors import InvalidParameter
from parcours import logs


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:], _ = before, root.setLevel(level)


def test_json_tells_every_request_with_its_id(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json")
    with carrying("asked-here"):
        access.note({"method": "GET"}, "/api/v1/offers", 200, 0.0012)
        logging.getLogger("indexer.follow").warning("L'index %s", "attend")
    asked, other = map(json.loads, capsys.readouterr().err.splitlines())
    assert (asked["request"], asked["route"], asked["status"], asked["ms"]) == (
        "asked-here",
        "/api/v1/offers",
        200,
        1.2,
    )
    assert (other["request"], other["level"], other["message"]) == ("asked-here", "WARNING", "L'index attend")
    assert asked["at"][:4] == other["at"][:4]


def test_by_default_warnings_alone_are_told_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("")
    access.note({"method": "GET"}, "/", 200, 0.1)
    logging.getLogger("x").warning("attention")
    assert capsys.readouterr().err == "WARNING attention\n"


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="PARCOURS_LOG"):
        logs.set_up("loud")
