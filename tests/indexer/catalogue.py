"""Records by their differences from a plain one, random ones, and a look into an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import orjson
from sqlalchemy import Engine as Database

from base.database import unit_of_work
from base.ids import offer_id, training_id
from catalog.codes.facets import DatePrecision, Entry, Modality
from catalog.records import OfferRecord, OrganisationRecord, PlaceRecord, SessionRecord, TrainingRecord
from catalog.store.write import put_trainings, withdraw_trainings
from geo.distance import round_coordinate
from search.engines.contract import Engine
from tests.contract.builders import ask

NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)
SIRET = "12345678200010"
LYON = round_coordinate(45.7578, 4.8320)
PLACE = PlaceRecord(city="Lyon", insee="69123", lat=LYON[0], lon=LYON[1], departement="69", region="84")


def offer(numero: str, **facts: Any) -> OfferRecord:
    plain = OfferRecord(numero=numero, source_id=f"source-{numero}", modality=Modality.IN_PERSON, entry=Entry.PERMANENT)
    return replace(plain, **{"places": (PLACE,), "price_cents": 100_000, "hours": 35, **facts})


def training(numero: str, *offers: OfferRecord, siret: str = SIRET, **facts: Any) -> TrainingRecord:
    plain = TrainingRecord(
        source="json",
        organisation=OrganisationRecord(siret=siret, name="Organisme"),
        numero=numero,
        title="Soudure à l'arc",
        certification="RNCP1",
        certification_codes=("RNCP1",),
        offers=offers or (offer("1"),),
    )
    return replace(plain, **facts)


def put(database: Database, *records: TrainingRecord) -> None:
    with unit_of_work(database) as conn:
        put_trainings(conn, records, submission=None, now=NOW)


def withdraw(database: Database, *numeros: str, siret: str = SIRET) -> None:
    with unit_of_work(database) as conn:
        withdraw_trainings(conn, [training_id(siret, numero) for numero in numeros], now=NOW)


def oid(numero: str, of: str, siret: str = SIRET) -> int:
    return offer_id(siret, of, numero)


def hits(engine: Engine, **asked: Any) -> list[dict[str, Any]]:
    return [orjson.loads(each.payload) for each in ask(engine, **asked).described]


def sources(engine: Engine, **asked: Any) -> set[str]:
    return {hit["source_id"] for hit in hits(engine, **asked)}


def similar(engine: Engine) -> dict[str, int]:
    """source_id of the offer that shows each card -> how many others it holds."""
    return {orjson.loads(each.payload)["source_id"]: each.similar for each in ask(engine, group=True).described}


def random_record(random: Random, number: int) -> TrainingRecord:
    """Few organisations, certifications, titles and prices, hours close to each other: families that regroup."""
    offers = tuple(_random_offer(random, f"{number}-{each}") for each in range(random.choice((1, 1, 2, 3))))
    certification = random.choice(("RNCP1", "RNCP2", "RS3", ""))
    title = random.choice(("Soudure à l'arc", "L'arc : soudure", "Soudure TIG", "Cuisine", ""))
    return training(
        f"T{number}",
        *offers,
        siret=random.choice(("12345678200010", "12345678200028", "55210055400013")),
        title=title,
        certification=certification,
        certification_codes=(certification,) if certification else (),
        certification_title=random.choice(("CAP Soudeur", "")),
        objective=random.choice(("Souder.", "Cuire et servir.", "")),
        labels=random.choice(((), ("soudage",))),
    )


def _random_offer(random: Random, numero: str) -> OfferRecord:
    start = date(2026, 11, 23) + timedelta(random.randint(-100, 300))
    precision = random.choice((DatePrecision.DAY, DatePrecision.MONTH))
    dated = SessionRecord("1", start.replace(day=1) if precision is DatePrecision.MONTH else start, precision)
    return offer(
        numero,
        modality=random.choice((Modality.IN_PERSON, Modality.IN_PERSON, Modality.REMOTE, Modality.UNKNOWN)),
        entry=random.choice((Entry.FIXED, Entry.PERMANENT)),
        price_cents=random.choice((100_000, 100_000, 100_000, 200_000, None)),
        hours=random.choice((None, *range(30, 60, 4))),
        places=random.choice(((), (PLACE,), (PLACE, replace(PLACE, lat=LYON[0] + 1, city="Ailleurs")))),
        sessions=random.choice(((), (dated,), (dated, SessionRecord("2")))),
    )


def changes(random: Random, held: dict[str, TrainingRecord], count: int) -> Sequence[TrainingRecord]:
    """New and changed trainings; ``held`` is kept up (numero -> record)."""
    found = []
    for _ in range(count):
        record = random_record(random, random.randrange(60))
        if record.numero in held:  # the same key: an organisation's own
            record = replace(record, organisation=held[record.numero].organisation)
        held[record.numero] = record
        found.append(record)
    return found
