"""Seeded random documents in which every fact, absence and tie occurs: real offers lack prices and modalities."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

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
from search.document import OfferDocument, PlaceDocument, SessionDocument, TrainingDocument

DAY = 740_000  # a day in 2027; sessions lie on both sides of it

# (lat, lon, département, région, INSEE), islands, both sides of the antimeridian and a pole among them
CITIES = (
    (45.7578, 4.8320, "69", "84", "69123"),
    (45.7676, 4.8344, "69", "84", "69381"),
    (45.4397, 4.3872, "42", "84", "42218"),
    (48.8566, 2.3522, "75", "11", "75056"),
    (48.8924, 2.2153, "92", "11", "92050"),
    (43.2965, 5.3698, "13", "93", "13055"),
    (41.9192, 8.7386, "2A", "94", "2A004"),
    (-20.8789, 55.4481, "974", "04", "97411"),
    (16.2411, -61.5331, "971", "01", "97105"),
    (-13.2825, -176.1736, "986", "", "98613"),
    (-16.5, 179.95, "988", "", "98801"),
    (-16.5, -179.95, "988", "", "98802"),
    (89.99, 10.0, "984", "", "98411"),
)
TERMS = tuple(f"mot{number}" for number in range(120))


def random_documents(seed: int, trainings: int) -> list[TrainingDocument]:
    random = Random(seed)
    return [_training(random, number) for number in range(trainings)]


def _training(random: Random, number: int) -> TrainingDocument:
    terms = {_term(random): random.randint(1, 31) for _ in range(random.randint(0, 14))}
    siren = f"{random.randint(0, 40):09d}"
    facts = {
        "certifications": tuple(sorted({f"RNCP{random.randint(1, 30)}" for _ in range(random.randint(0, 2))})),
        "certification_kind": random.choice(list(CertificationKind)),
        "rome": tuple(sorted({f"M12{random.randint(10, 19)}" for _ in range(random.randint(0, 3))})),
        "formacodes": tuple(sorted({str(random.randint(10000, 10020)) for _ in range(random.randint(0, 2))})),
        "nsf": tuple(sorted({str(random.randint(310, 315)) for _ in range(random.randint(0, 2))})),
        "level": random.choice(list(Level)),
    }
    offers = tuple(
        _offer(random, number * 10 + each, siren, facts) for each in range(random.choice((1, 1, 1, 2, 3, 6)))
    )
    return TrainingDocument(_spread(number), random.randint(0, 5), tuple(sorted(terms.items())), offers)


def _spread(number: int) -> int:
    """A 63-bit id, not in the order of the documents."""
    return (number + 1) * 0x9E3779B97F4A7C15 % 2**63


def _term(random: Random) -> str:
    return TERMS[min(int(random.expovariate(0.05)), len(TERMS) - 1)]


def _offer(random: Random, number: int, siren: str, facts: Mapping[str, object]) -> OfferDocument:
    offer = _spread(number + 1_000_000)
    entry = random.choice((Entry.FIXED, Entry.FIXED, Entry.PERMANENT, Entry.UNKNOWN))
    starts_later = entry is Entry.PERMANENT and random.random() < 0.5
    return OfferDocument(
        id=offer,
        siret=siren + f"{random.randint(0, 3):05d}",
        siren=siren,
        card=random.choice((offer, offer, random.randint(1, 300))),
        **facts,  # type: ignore[arg-type]
        modality=random.choice(
            (Modality.IN_PERSON, Modality.IN_PERSON, Modality.MIXED, Modality.REMOTE, Modality.UNKNOWN)
        ),
        entry=entry,
        earliest_start=DAY + random.randint(-60, 200) if starts_later else None,
        price_cents=random.choice((None, 0, 99_000, 150_000, random.randint(0, 900_000))),
        hours=random.choice((None, 7, 35, 35, 140, random.randint(1, 1500))),
        rhythms=_some(random, list(Rhythm)),
        languages=tuple(sorted(_some(random, ["fr", "en", "es", "de", "ar"]))),
        funders=_some(random, list(Funder)),
        audiences=_some(random, list(Audience)),
        prerequisites=random.choice(list(Answer)),
        accessibility=tuple(random.choice(list(Answer)) for _ in Need),
        rating=random.choice((None, None, 4.5, round(random.uniform(1, 5), 2))),
        places=tuple(_place(random) for _ in range(random.choice((0, 1, 1, 1, 1, 2, 3)))),
        sessions=_sessions(random),
        open_undated=random.random() < 0.1,
        valid_until=random.choice((None, None, DAY + random.randint(-40, 120))),
        payload=f"payload of {offer}".encode(),
    )


def _some(random: Random, values: list) -> frozenset:  # type: ignore[type-arg]
    return frozenset(random.sample(values, random.choice((0, 0, 1, 1, 2, 3))))


def _place(random: Random) -> PlaceDocument:
    lat, lon, departement, region, insee = random.choice(CITIES)
    if random.random() < 0.7:  # else exactly the city: many offers at one point
        lat = max(-90.0, min(90.0, lat + random.gauss(0, 0.2)))
        lon = (lon + random.gauss(0, 0.2) + 180) % 360 - 180
    if random.random() < 0.05:
        departement = region = insee = ""
    return PlaceDocument(*round_coordinate(lat, lon), departement, region, insee)


def _sessions(random: Random) -> tuple[SessionDocument, ...]:
    starts = sorted(DAY + int(random.gauss(20, 90)) for _ in range(random.choice((0, 1, 1, 2, 3, 8))))
    return tuple(
        SessionDocument(
            start=start,
            until=start + random.choice((0, 0, 0, 27, 30)),
            open=random.random() < 0.7,
            guaranteed=random.choice((Answer.YES, Answer.NO, Answer.NO, Answer.NO, Answer.UNKNOWN)),
            seats_left=random.choice((None, None, 0, 1, 5, 12)),
        )
        for start in starts
    )
