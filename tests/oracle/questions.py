"""Seeded random plans over given documents, drawn from what the documents hold so that most find something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

from catalog.codes.facets import (
    Answer,
    Audience,
    CertificationKind,
    Entry,
    Funder,
    Level,
    Modality,
    Need,
    Rhythm,
)
from geo.distance import round_coordinate
from search.document import OfferDocument, TrainingDocument
from search.plan import Alternative, Area, AreaKind, Filters, Plan, Point, Remote, Sort, Word

RADII = (0.0, 1.0, 5.0, 10.0, 20.0, *(30.0,) * 6, 50.0, 50.0, 100.0, 100.0, 300.0, 2_000.0, 25_000.0)
LIMITS = (0, 1, 5, 20, 20, 20, 20, 50, 100, 200, 1_000)


class Questions:
    """``plan(seed)`` depends on the seed and the documents only: a failing question is asked again by its seed."""

    def __init__(self, documents: Sequence[TrainingDocument], day: int) -> None:
        self.documents = documents
        self.day = day
        frequency = Counter(term for document in documents for term, _ in document.terms)
        self.frequent = [term for term, _ in frequency.most_common(60)]
        self.terms = sorted(frequency)
        places = {place for document in documents for offer in document.offers for place in offer.places}
        self.places = sorted(places, key=lambda place: (place.lat, place.lon, place.insee))
        self.languages = sorted({code for d in documents for offer in d.offers for code in offer.languages}) or ["fr"]

    def plan(self, seed: int) -> Plan:
        random = Random(seed)
        aim = random.choice(self.documents)  # what the question looks for: its facts are likelier than others'
        offer = random.choice(aim.offers)
        words = self._words(random, aim)
        home, work = self._origins(random, offer)
        sorts = [sort for sort in Sort if home or work or sort is not Sort.DISTANCE]
        return Plan(
            words=words,
            home=home,
            work=work,
            radius_km=random.choice(RADII) if home or work else None,
            areas=self._areas(random, offer) if random.random() < 0.2 else (),
            remote=random.choice((*(Remote.INCLUDE,) * 9, Remote.EXCLUDE, Remote.EXCLUDE, Remote.ONLY)),
            filters=self.filters(random, offer),
            sort=random.choice((Sort.RELEVANCE, Sort.RELEVANCE, *sorts)),
            group=random.random() < 0.7,
            day=self.day + random.choice((0, 0, 0, -400, 30, 365)),
            seed=random.getrandbits(32),
            facets=random.random() < 0.6,
            offset=random.choice((0, 0, 0, 0, 1, 20, 40, 200, 100_000)),
            limit=random.choice(LIMITS),
        )

    def _words(self, random: Random, aim: TrainingDocument) -> tuple[Word, ...]:
        count = min(random.choice((0, 0, 1, 1, 1, 2, 2, 3, 5)), len(aim.terms))
        if not count:
            return ()
        chosen = [term for term, _ in random.sample(list(aim.terms), count)]
        if random.random() < 0.25:
            chosen[0] = random.choice(
                (random.choice(self.frequent or ["rien"]), random.choice(self.terms), "~introuvable")
            )
        shares = [random.uniform(0.05, 1.0) for _ in chosen]
        return tuple(
            Word(term, share / sum(shares), self._alternatives(random, term), required=random.random() < 0.85)
            for term, share in zip(chosen, shares, strict=True)
        )

    def _alternatives(self, random: Random, term: str) -> tuple[Alternative, ...]:
        others = [random.choice(self.terms) for _ in range(random.choice((0, 0, 1, 1, 2, 4)))]
        found = {term: 1.0} | {other: random.choice((0.9, 0.8, 0.5, 0.3)) for other in others if other != term}
        return tuple(Alternative(each, weight) for each, weight in found.items())

    def _origins(self, random: Random, offer: OfferDocument) -> tuple[Point | None, Point | None]:
        drawn = random.random()
        home = self._point(random, offer) if drawn < 0.6 else None
        work = self._point(random, offer) if drawn < 0.2 or drawn > 0.95 else None
        return home, work

    def _point(self, random: Random, offer: OfferDocument) -> Point:
        near = random.choice(offer.places or self.places) if self.places else None
        if near is None or random.random() < 0.05:
            return Point(*round_coordinate(random.uniform(-90, 90), random.uniform(-180, 180)))
        if random.random() < 0.3:
            return Point(near.lat, near.lon)
        if random.random() < 0.2:
            near = random.choice(self.places)
        lat = max(-90.0, min(90.0, near.lat + random.gauss(0, 0.15)))
        return Point(*round_coordinate(lat, (near.lon + random.gauss(0, 0.15) + 180) % 360 - 180))

    def _areas(self, random: Random, offer: OfferDocument) -> tuple[Area, ...]:
        if not self.places:
            return ()
        areas = []
        for _ in range(random.choice((1, 1, 2))):
            place = random.choice(offer.places or self.places)
            other = random.choice(self.places)
            kind = random.choice(list(AreaKind))
            code = {AreaKind.DEPARTEMENT: "departement", AreaKind.REGION: "region", AreaKind.INSEE: "insee"}[kind]
            codes = {getattr(place, code)} | ({getattr(other, code)} if random.random() < 0.3 else set())
            areas.append(Area(kind, frozenset(codes - {""}) or frozenset({"none"})))
        return tuple(areas)

    def filters(self, random: Random, offer: OfferDocument) -> Filters:
        """Two of the twenty-odd conditions on average, mostly met by the offer that is looked for."""
        asked: dict[str, Any] = {}

        def maybe(name: str, chance: float, held: list[Any], every: list[Any]) -> None:
            if random.random() < chance:
                aimed = held if held and random.random() < 0.8 else every
                if aimed:
                    more = random.sample(every, random.choice((0, 0, 1, 2)) % (len(every) + 1))
                    asked[name] = frozenset({random.choice(aimed), *more})

        states: list[Any] = [Answer.UNKNOWN]
        maybe("modality", 0.12, [offer.modality], list(Modality))
        maybe("entry", 0.1, [offer.entry], list(Entry))
        maybe("level", 0.1, [offer.level], list(Level))
        maybe("certification_kind", 0.1, [offer.certification_kind], list(CertificationKind))
        maybe("rhythm", 0.08, sorted(offer.rhythms) or states, states + list(Rhythm))
        maybe("language", 0.08, sorted(offer.languages) or ["unknown"], ["unknown", *self.languages])
        maybe("funder", 0.08, sorted(offer.funders) or states, states + list(Funder))
        maybe("prerequisites", 0.08, [offer.prerequisites], list(Answer))
        maybe("guaranteed", 0.06, [Answer.NO], list(Answer))
        maybe("certification", 0.04, [*offer.certifications], [])
        maybe("rome", 0.04, [*offer.rome], [])
        maybe("formacode", 0.04, [*offer.formacodes], [])
        maybe("nsf", 0.04, [*offer.nsf], [])
        maybe("organisation", 0.03, [offer.siret], [])
        if random.random() < 0.02:
            asked["ids"] = frozenset(random.choice(d.offers).id for d in random.sample(list(self.documents), 1)) | {
                offer.id
            }
        asked["accessibility"] = {
            need: frozenset({offer.accessibility[at], random.choice(list(Answer))})
            for at, need in enumerate(Need)
            if random.random() < 0.03
        }
        asked["audience"] = random.choice((Audience.EVERYONE, Audience.EVERYONE, *Audience))
        return Filters(**asked, **self._bounds(random, offer), **self._dates(random, offer))

    def _bounds(self, random: Random, offer: OfferDocument) -> dict[str, Any]:
        asked: dict[str, Any] = {}
        if random.random() < (0.015 if offer.price_cents is None else 0.06):
            asked["price_max_cents"] = random.choice((offer.price_cents or 0, 150_000, 0, 500_000))
        if random.random() < (0.015 if offer.hours is None else 0.06):
            asked["hours_max"] = random.choice((offer.hours or 0, 35, 400))
        if random.random() < (0.01 if offer.rating is None else 0.05):
            asked["rating_min"] = random.choice((offer.rating or 1.0, 3.0, 4.5))
        if random.random() < 0.02:
            asked["seats_min"] = random.choice((1, 5, 12))
        return asked

    def _dates(self, random: Random, offer: OfferDocument) -> dict[str, Any]:
        asked: dict[str, Any] = {}
        middle = random.choice(offer.sessions).start if offer.sessions else self.day
        drawn = random.random()
        if drawn < 0.15:
            asked["start_from"] = middle - random.randint(0, 40)
        if 0.08 < drawn < 0.22:
            asked["start_to"] = middle + random.randint(0, 40)
        if random.random() < 0.04:
            asked["bookable_from"] = self.day + random.choice((0, 15, -300))
        return asked
