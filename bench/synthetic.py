"""A seeded, clearly synthetic catalogue of any size: records that go through the same store as real ones.

Shape follows what is known of the French market (domain 7, 8): three offers a training, three sessions an offer, one
offer in three remote or mixed, places drawn by population, few organisations with very many offers, words by
Zipf's law.
Organisations are named "Organisme synthétique 000123" and have SIREN numbers that INSEE never gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from catalog.codes.facets import (
    Answer,
    Audience,
    CertificationKind,
    DatePrecision,
    Entry,
    Funder,
    Level,
    Modality,
    Need,
    PlacePrecision,
    Rhythm,
    SessionState,
)
from catalog.records import OfferRecord, OrganisationRecord, PlaceRecord, SessionRecord, TrainingRecord
from samples.story import courses, luhn_digit

OFFERS_PER_TRAINING = 3
VOCABULARY_SEED = 8  # one vocabulary whatever the seed of the catalogue: questions are drawn from it too
SIZES = {"S": (100_000, 3_000), "N": (500_000, 15_000), "L": (1_000_000, 15_000)}  # offers, organisations


@dataclass(frozen=True, slots=True)
class Town:
    name: str
    postcode: str
    insee: str
    departement: str
    region: str
    lat: float
    lon: float
    population: int


@dataclass(frozen=True, slots=True)
class Text:
    """What a training says; several trainings of a market share the same text."""

    title: str
    certification: str
    certification_title: str
    kind: CertificationKind
    level: Level
    objective: str
    content: str
    rome: tuple[str, ...]
    nsf: tuple[str, ...]
    price: int
    hours: int


def generate(size: str, towns: Sequence[Town], today: date, seed: int = 1) -> Iterator[TrainingRecord]:
    """Trainings of a size, the same for the same seed and day."""
    offers, organisations = SIZES[size]
    rng = np.random.default_rng(seed)
    trainings = offers // OFFERS_PER_TRAINING
    texts = _texts(rng, max(500, trainings // 4))
    owner = _zipf(rng, organisations, 0.75, trainings)
    chosen = _zipf(rng, len(texts), 0.6, trainings)
    weights = np.array([town.population for town in towns], float) ** 0.9
    home = rng.choice(len(towns), organisations, p=weights / weights.sum())
    names = [_organisation(number) for number in range(organisations)]
    for number in range(trainings):
        organisation = int(owner[number])
        yield _training(
            rng, number, names[organisation], texts[int(chosen[number])], towns, int(home[organisation]), today
        )


def vocabulary() -> list[str]:
    """Words of every catalogue by falling frequency, to draw questions from."""
    return _words(np.random.default_rng(VOCABULARY_SEED))


def _zipf(rng: np.random.Generator, population: int, exponent: float, count: int) -> npt.NDArray[np.int64]:
    weights = np.arange(1, population + 1, dtype=float) ** -exponent
    return rng.choice(population, count, p=weights / weights.sum())


def _organisation(number: int) -> OrganisationRecord:
    siren = f"000{number:05d}"
    siren += luhn_digit(siren)
    siret = siren + "0001"
    siret += luhn_digit(siret)
    return OrganisationRecord(siret=siret, name=f"Organisme synthétique {number:06d}", qualiopi=Answer.YES)


def _words(rng: np.random.Generator) -> list[str]:
    """Words of the sample courses first, then pronounceable ones: 12,000 in all."""
    real: dict[str, None] = {}
    for course in courses().values():
        for name in ("title", "objective", "content", "certification_title"):
            for word in course[name].replace("-", " ").replace("'", " ").split():
                clean = word.strip(".,;:()").lower()
                if len(clean) > 3:
                    real.setdefault(clean, None)
    onsets = ["b", "ch", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "br", "cr", "tr", "pl"]
    nuclei = ["a", "e", "i", "o", "u", "ou", "an", "on", "in", "eau", "oi"]
    endings = ["tion", "teur", "trice", "age", "ment", "ité", "ique", "erie", "ier", "iste", "isme", "ance"]
    words = list(real)
    while len(words) < 12_000:
        stem = "".join(
            onsets[rng.integers(len(onsets))] + nuclei[rng.integers(len(nuclei))] for _ in range(rng.integers(1, 4))
        )
        words.append(stem + endings[rng.integers(len(endings))])
    return words


def _texts(rng: np.random.Generator, count: int) -> list[Text]:
    words = vocabulary()
    sample = list(courses().values())
    levels = [level for level in Level if level is not Level.UNKNOWN]
    drawn = _zipf(rng, len(words), 1.0, count * 60).reshape(count, 60)
    texts = []
    for number in range(count):
        course = sample[int(rng.integers(len(sample)))]
        own = [words[int(index)] for index in drawn[number]]
        rncp = number % 3 != 0
        code = f"RNCP{800000 + number}" if rncp else f"RS{80000 + number}"
        texts.append(
            Text(
                title=f"{course['title']} {' '.join(own[:2])}" if number % 5 else course["title"],
                certification=code,
                certification_title=f"{course['certification_title']} {own[2]}",
                kind=CertificationKind.RNCP if rncp else CertificationKind.RS,
                level=levels[int(rng.integers(len(levels)))],
                objective=f"{course['objective']} {' '.join(own[3:15])}",
                content=f"{course['content']} {' '.join(own[15:])}",
                rome=tuple(course["rome"]),
                nsf=tuple(course["nsf"]),
                price=int(course["price"]),
                hours=int(course["hours"]),
            )
        )
    return texts


def _training(
    rng: np.random.Generator,
    number: int,
    organisation: OrganisationRecord,
    text: Text,
    towns: Sequence[Town],
    home: int,
    today: date,
) -> TrainingRecord:
    numero = f"F{number:07d}"
    draws = rng.random((OFFERS_PER_TRAINING, 16)).tolist()
    spread = rng.integers(0, len(towns), OFFERS_PER_TRAINING)
    offers = tuple(
        _offer(f"{numero}-A{index}", draws[index], text, towns[home if draws[index][15] < 0.7 else int(town)], today)
        for index, town in enumerate(spread)
    )
    return TrainingRecord(
        source="synthetic",
        organisation=organisation,
        numero=numero,
        title=text.title,
        certification=text.certification,
        certification_codes=(text.certification,),
        certification_kind=text.kind,
        certification_title=text.certification_title,
        level=text.level,
        objective=text.objective,
        content=text.content,
        rome=text.rome,
        nsf=text.nsf,
        offers=offers,
    )


_MODALITIES = (Modality.IN_PERSON, Modality.IN_PERSON, Modality.MIXED, Modality.REMOTE, Modality.UNKNOWN)
_RHYTHMS = tuple(Rhythm)
_ANSWERS = (Answer.UNKNOWN, Answer.UNKNOWN, Answer.YES, Answer.NO)
_FUNDERS = ((Funder.CPF,), (Funder.CPF,), (Funder.REGION, Funder.FRANCE_TRAVAIL), (Funder.OPCO,), ())
_AUDIENCES = ((Audience.EVERYONE,),) * 8 + ((), (Audience.JOBSEEKER,))


def _offer(numero: str, draw: Sequence[float], text: Text, town: Town, today: date) -> OfferRecord:
    modality = _MODALITIES[int(draw[0] * 5)]
    permanent = draw[1] < 0.3
    needs = {need: _ANSWERS[int(draw[2 + index] * 4)] for index, need in enumerate(Need)}
    return OfferRecord(
        numero=numero,
        source_id=numero,
        modality=modality,
        entry=Entry.PERMANENT if permanent else Entry.FIXED,
        places=() if modality is Modality.REMOTE else (_place(town, draw[9], draw[10]),),
        sessions=() if permanent else _sessions(numero, draw[11], today),
        price_cents=round(text.price * (80 + int(draw[12] * 8) * 5)) if draw[12] > 0.05 else None,
        hours=text.hours if draw[13] > 0.1 else None,
        rhythms=(_RHYTHMS[int(draw[13] * 7)], _RHYTHMS[int(draw[14] * 7)]),
        languages=("fr",),
        funders=_FUNDERS[int(draw[14] * 5)],
        audiences=_AUDIENCES[int(draw[11] * 10)],
        eligible_cpf=Answer.YES if draw[14] < 0.4 else Answer.UNKNOWN,
        prerequisites=_ANSWERS[int(draw[9] * 4)],
        accessibility=needs,
    )


def _place(town: Town, north: float, east: float) -> PlaceRecord:
    """Within some three kilometres of the town's centre."""
    return PlaceRecord(
        label=f"Site de {town.name}",
        postcode=town.postcode,
        city=town.name,
        insee=town.insee,
        lat=town.lat + (north - 0.5) * 0.05,
        lon=town.lon + (east - 0.5) * 0.07,
        precision=PlacePrecision.GIVEN,
        departement=town.departement,
        region=town.region,
    )


def _sessions(numero: str, draw: float, today: date) -> tuple[SessionRecord, ...]:
    first = int(draw * 200) - 40
    return tuple(
        SessionRecord(
            numero=f"{numero}-S{index}",
            start_on=today + timedelta(first + index * 60),
            start_precision=DatePrecision.DAY,
            end_on=today + timedelta(first + index * 60 + 30),
            end_precision=DatePrecision.DAY,
            state=SessionState.OPEN if (first + index) % 9 else SessionState.CLOSED,
            guaranteed=Answer.YES if index == 1 else Answer.NO,
            seats_total=12,
            seats_left=(first + index) % 13,
        )
        for index in range(4)
    )
