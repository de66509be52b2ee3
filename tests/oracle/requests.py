"""Seeded random questions as people put them: words of real titles, places as typed, every parameter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import orjson

from search.document import TrainingDocument
from search.plan import Remote, Sort
from search.request import SearchRequest
from tests.oracle.questions import RADII, Questions

_WORD = re.compile(r"[^\W\d_]{3,}")


class Requests:
    """``request(seed)`` depends on the seed and the documents only."""

    def __init__(self, documents: Sequence[TrainingDocument], day: int) -> None:
        self.documents = documents
        self.questions = Questions(documents, day)

    def request(self, seed: int) -> SearchRequest:
        random = Random(seed)
        aim = random.choice(self.documents)
        offer = random.choice(aim.offers)
        shown: dict[str, Any] = orjson.loads(offer.payload)
        home = self._place(random, shown) if random.random() < 0.6 else ""
        work = self._place(random, shown) if random.random() < 0.2 else ""
        sorts = [sort for sort in Sort if home or work or sort is not Sort.DISTANCE]
        filters = self.questions.filters(random, offer) if random.random() < 0.5 else SearchRequest().filters
        return SearchRequest(
            q=self._words(random, shown),
            home=home,
            work=work,
            radius_km=random.choice(RADII),
            areas=self._areas(random, shown, offer.places) if random.random() < 0.15 else (),
            remote=random.choice((*(Remote.INCLUDE,) * 9, Remote.EXCLUDE, Remote.EXCLUDE, Remote.ONLY)),
            filters=replace(filters, bookable_from=None),
            bookable=random.random() < 0.1,
            sort=random.choice((Sort.RELEVANCE, Sort.RELEVANCE, *sorts)),
            limit=random.choice((1, 3, 10, 20, 20, 20, 50, 100)),
            facets=random.random() < 0.3,
            reasons=True,
            group=random.random() < 0.75,
        )

    def _words(self, random: Random, shown: dict[str, Any]) -> str:
        training = shown["training"]
        words = _WORD.findall(random.choice((training["title"], training["certification"]["title"])))
        if not words or random.random() < 0.15:
            return ""
        chosen = random.sample(words, min(len(words), random.choice((1, 1, 2, 2, 3))))
        if random.random() < 0.1:
            chosen.append(random.choice(("zzyzx", "formation", "de", "alternance", training["certification"]["code"])))
        if random.random() < 0.1:
            chosen = [word.upper() for word in chosen]
        return " ".join(chosen)

    def _place(self, random: Random, shown: dict[str, Any]) -> str:
        places = [place for place in shown["places"] if place["lat"] is not None]
        if not places:
            return random.choice(("Lyon", "75011", "Lille", "97400", "45.75,4.85"))
        place = random.choice(places)
        point = f"{place['lat'] + random.gauss(0, 0.05):.5f},{place['lon'] + random.gauss(0, 0.05):.5f}"
        return random.choice(
            [text for text in (place["postcode"], place["insee"], place["city"], point, point) if text]
        )

    def _areas(self, random: Random, shown: dict[str, Any], places: Sequence[Any]) -> tuple[str, ...]:
        if not places:
            return ("dep:69",)
        place = random.choice(places)
        codes = (("dep", place.departement), ("reg", place.region), ("insee", place.insee))
        return tuple(f"{kind}:{code}" for kind, code in random.sample(codes, random.choice((1, 1, 2))) if code)
