"""Whole questions in one process: parameters in, JSON bytes out, on an index with tombstones and a live delta."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import orjson

from base.clock import fixed_clock
from bench.clock import Samples, measure, warm
from bench.questions import askable_words, questions
from bench.synthetic import vocabulary
from bench.towns import towns
from geo.gazetteer import Gazetteer
from search.engines.embedded.compiled.loading import load
from search.engines.embedded.engine import EmbeddedEngine
from search.parameters import parse
from search.places import RememberedPlaces
from search.service import answer


def measure_in_process(
    folder: Path, size: str, kinds: Sequence[str], count: int, today: date, seed: int
) -> Iterator[Samples]:
    gazetteer = RememberedPlaces(Gazetteer.open(None))
    places = towns()
    engine = EmbeddedEngine(folder / "index", fixed_clock(today), kernel=load(folder.parent / "compiled").kernel)
    words = askable_words(vocabulary(), engine.snapshot().lexicon)
    for kind in kinds:
        asked = questions(kind, count, places, words, today, seed)

        def call(index: int, asked: list[list[tuple[str, str]]] = asked) -> bytes:
            return answer(parse(asked[index]), engine=engine, gazetteer=gazetteer, day=today)

        warm(call, min(count, 300))
        gc.collect()
        gc.freeze()  # as the service does
        samples = measure(f"{kind} {size}, in process", call, range(count))
        samples.totals = [orjson.loads(call(index))["total"] for index in range(0, count, 10)]
        yield samples
