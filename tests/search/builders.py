"""Offers as ``indexer`` makes them, from a few facts; payloads and documents agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import orjson

from base.ids import id_text
from catalog.codes.facets import Answer, CertificationKind, Entry, Level, Modality, Need
from geo.distance import round_coordinate
from search.analysis import document_terms
from search.analysis.lexicon import Lexicon
from search.document import (
    CERTIFICATION_TITLE,
    OBJECTIVE,
    TRAINING_TITLE,
    OfferDocument,
    PlaceDocument,
    SessionDocument,
    TrainingDocument,
)
from tests.oracle.engine import OracleEngine

DAY = date(2026, 11, 23)
LYON = (45.7578, 4.8320)
VILLEURBANNE = (45.7719, 4.8902)
PARIS = (48.8566, 2.3522)
_INSEE = {LYON: ("69123", "69", "84"), VILLEURBANNE: ("69266", "69", "84"), PARIS: ("75056", "75", "11")}


def day(days: int) -> str:
    return (DAY + timedelta(days=days)).isoformat()


def session(number: int, start: int | None, *, state: str = "open", seats_left: int | None = None) -> dict[str, Any]:
    """``start`` in days from today, ``None`` for a session without a date."""
    at = None if start is None else day(start)
    return {
        "id": id_text(number),
        "start": at,
        "start_precision": "unknown" if at is None else "day",
        "until": at,
        "end": None,
        "state": state,
        "guaranteed": "unknown",
        "seats_left": seats_left,
    }


def offer(number: int, *, at: Sequence[tuple[float, float]] = (LYON,), **facts: Any) -> OfferDocument:
    places = [round_coordinate(*point) for point in at]
    sessions = facts.pop("sessions", [session(number, 30)])
    modality = facts.pop("modality", Modality.IN_PERSON)
    entry = facts.pop("entry", Entry.FIXED)
    siren = facts.pop("siren", f"{number:09d}")
    title = facts.pop("title", "Formation")
    valid_until: str | None = facts.pop("valid_until", None)
    payload = {
        "id": id_text(number),
        "source_id": f"source-{number}",
        "training": {
            "id": id_text(number),
            "title": title,
            "certification": {
                "code": "RNCP34441",
                "title": title,
                "kind": "rncp",
                "level": "5",
                "valid_until": valid_until,
            },
        },
        "organisation": {"siret": siren + "00011", "name": f"Organisme {siren}"},
        "modality": str(modality),
        "entry": str(entry),
        "places": [
            {
                "label": f"Lieu {index}",
                "postcode": "69000",
                "insee": _INSEE[point][0],
                "city": "Ville",
                "lat": lat,
                "lon": lon,
                "precision": "commune",
            }
            for index, (point, (lat, lon)) in enumerate(zip(at, places, strict=True))
        ],
        "sessions": sessions,
        "earliest_start": None,
        "price_cents": facts.get("price_cents"),
        "hours": facts.get("hours"),
        "eligible_cpf": None,
        "funders": [],
        "accessibility": {str(need): "unknown" for need in Need},
        "rating": None,
    }
    plain: dict[str, Any] = {
        "id": number,
        "siret": siren + "00011",
        "siren": siren,
        "card": 1_000_000 + number,
        "certifications": ("RNCP34441",),
        "certification_kind": CertificationKind.RNCP,
        "rome": ("M1203",),
        "formacodes": (),
        "nsf": (),
        "modality": modality,
        "entry": entry,
        "earliest_start": None,
        "level": Level.L5,
        "price_cents": None,
        "hours": None,
        "rhythms": frozenset(),
        "languages": (),
        "funders": frozenset(),
        "audiences": frozenset(),
        "prerequisites": Answer.UNKNOWN,
        "accessibility": tuple(Answer.UNKNOWN for _ in Need),
        "rating": None,
        "places": tuple(
            PlaceDocument(lat, lon, _INSEE[point][1], _INSEE[point][2], _INSEE[point][0])
            for point, (lat, lon) in zip(at, places, strict=True)
        ),
        "sessions": tuple(
            SessionDocument(
                date.fromisoformat(one["start"]).toordinal(),
                date.fromisoformat(one["until"]).toordinal(),
                one["state"] == "open",
                Answer.UNKNOWN,
                one["seats_left"],
            )
            for one in sessions
            if one["start"]
        ),
        "open_undated": any(one["state"] == "open" and not one["start"] for one in sessions),
        "valid_until": None if valid_until is None else date.fromisoformat(valid_until).toordinal(),
        "payload": orjson.dumps(payload),
    }
    return OfferDocument(**{**plain, **facts})


def training(
    number: int, title: str, *, certification: str = "", objective: str = "", **facts: Any
) -> TrainingDocument:
    """A training with one offer of the same number."""
    terms = document_terms({TRAINING_TITLE: [title], CERTIFICATION_TITLE: [certification], OBJECTIVE: [objective]})
    return TrainingDocument(number, 1, terms, (offer(number, title=title, **facts),))


def engine_of(*trainings: TrainingDocument) -> OracleEngine:
    frequencies = Counter(term for document in trainings for term, _ in document.terms)
    engine = OracleEngine()
    engine.rebuild(trainings, Lexicon("test", len(trainings), dict(frequencies)))
    return engine
