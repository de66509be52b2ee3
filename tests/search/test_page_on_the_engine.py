"""The same pages on the embedded engine as on the reference, through the door of the room."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from base.clock import fixed_clock
from geo.gazetteer import Gazetteer
from search.engines.embedded.engine import EmbeddedEngine
from search.parameters import parse
from search.service import page
from tests.search.builders import DAY, LYON, PARIS, VILLEURBANNE, engine_of, session, training

_TITLES = ("CAP boulanger", "Vente en boulangerie", "Comptabilité générale", "Paie et comptabilité", "C++ avancé")
_DOCUMENTS = [
    training(
        number,
        _TITLES[number % 5],
        siren=f"{number % 7:09d}",
        at=[(LYON, PARIS, VILLEURBANNE)[number % 3]],
        sessions=[session(number, number % 90 - 30)],
    )
    for number in range(1, 301)
]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"q": "boulangère xyzzy"},
        {"q": "comptabilité", "home": "Lyon", "facets": "1", "reasons": "1"},
        {"q": "c++", "sort": "distance", "work": "Paris", "area": "reg:11", "facets": "1"},
        {"q": "de la"},
        {"q": "???"},
    ],
)
def test_both_engines_give_the_same_page(asked: dict[str, str], gazetteer: Gazetteer, tmp_path: Path) -> None:
    reference = engine_of(*_DOCUMENTS)
    embedded = EmbeddedEngine(tmp_path / "index", fixed_clock(DAY))
    embedded.rebuild(_DOCUMENTS, reference.snapshot().lexicon)

    def shown(engine: Any) -> dict[str, Any]:
        made = page(parse(asked.items()), engine=engine, gazetteer=gazetteer, day=DAY)
        for hit in made["hits"]:
            hit["score"] = round(hit["score"], 9)
            for reason in hit.get("reasons", ()):
                reason["value"] = round(reason["value"], 9)
        return {**made, "took_ms": 0, "next_cursor": bool(made["next_cursor"])}

    assert shown(embedded) == shown(reference)
