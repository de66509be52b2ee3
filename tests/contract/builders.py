"""Documents and plans by their differences from a plain one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalog.codes.facets import Answer, CertificationKind, Entry, Level, Modality, Need
from geo.distance import round_coordinate
from search.document import (
    CONTENT,
    TRAINING_TITLE,
    OfferDocument,
    PlaceDocument,
    Removal,
    SessionDocument,
    TrainingDocument,
)
from search.engines.contract import Described, Engine, Ranked
from search.plan import Alternative, Filters, Plan, Point, Remote, Sort, Word

DAY = 740_000  # 2027-01-24
LYON = (45.7578, 4.8320)
VILLEURBANNE = (45.7719, 4.8902)  # 4.8 km from Lyon
PARIS = (48.8566, 2.3522)
SAINT_DENIS = (-20.8789, 55.4481)  # La Réunion


def point(place: tuple[float, float]) -> Point:
    return Point(*round_coordinate(*place))


def place(
    at: tuple[float, float] = LYON, departement: str = "69", region: str = "84", insee: str = "69123"
) -> PlaceDocument:
    return PlaceDocument(*round_coordinate(*at), departement, region, insee)


def session(
    start: int,
    until: int | None = None,
    *,
    closed: bool = False,
    guaranteed: Answer = Answer.UNKNOWN,
    seats: int | None = None,
) -> SessionDocument:
    """Days are counted from DAY."""
    return SessionDocument(DAY + start, DAY + (start if until is None else until), not closed, guaranteed, seats)


def accessibility(**answers: Answer) -> tuple[Answer, ...]:
    return tuple(answers.get(need.value, Answer.UNKNOWN) for need in Need)


def offer(number: int, **facts: Any) -> OfferDocument:
    """An offer in person in Lyon about which nothing else is known; a card and an organisation of its own."""
    plain: dict[str, Any] = {
        "id": number,
        "siret": f"{number:09d}00011",
        "siren": f"{number:09d}",
        "card": 1_000_000 + number,
        "certifications": (),
        "certification_kind": CertificationKind.UNKNOWN,
        "rome": (),
        "formacodes": (),
        "nsf": (),
        "modality": Modality.IN_PERSON,
        "entry": Entry.FIXED,
        "earliest_start": None,
        "level": Level.UNKNOWN,
        "price_cents": None,
        "hours": None,
        "rhythms": frozenset(),
        "languages": (),
        "funders": frozenset(),
        "audiences": frozenset(),
        "prerequisites": Answer.UNKNOWN,
        "accessibility": accessibility(),
        "rating": None,
        "places": (place(),),
        "sessions": (),
        "open_undated": False,
        "valid_until": None,
        "payload": f"offer {number}".encode(),
    }
    return OfferDocument(**{**plain, **facts})


def training(number: int, *offers: OfferDocument, version: int = 0, **terms: int) -> TrainingDocument:
    """``terms``: term=mask; without any, the word ``formation`` in its title."""
    return TrainingDocument(number, version, tuple(sorted((terms or {"formation": TRAINING_TITLE}).items())), offers)


def each_alone(*offers: OfferDocument) -> list[TrainingDocument]:
    return [training(each.id, each) for each in offers]


def word(term: str, share: float = 1.0, *, required: bool = True, also: tuple[tuple[str, float], ...] = ()) -> Word:
    alternatives = (Alternative(term, 1.0), *(Alternative(*each) for each in also))
    return Word(term, share, alternatives, required)


def plan(**members: Any) -> Plan:
    """Everything, by relevance, ungrouped. Members of ``Filters`` are given beside those of ``Plan``."""
    names = set(Plan.__dataclass_fields__)
    filters = {name: value for name, value in members.items() if name not in names}
    plain: dict[str, Any] = {
        "words": (),
        "home": None,
        "work": None,
        "radius_km": None,
        "areas": (),
        "remote": Remote.INCLUDE,
        "filters": Filters(**filters),
        "sort": Sort.RELEVANCE,
        "group": False,
        "day": DAY,
        "seed": 7,
        "facets": False,
        "offset": 0,
        "limit": 100,
    }
    return Plan(**{**plain, **{name: value for name, value in members.items() if name in names}})


@dataclass(frozen=True)
class Page:
    ranked: Ranked
    described: list[Described]

    @property
    def ids(self) -> list[int]:
        return [each.offer for each in self.described]

    @property
    def similar(self) -> list[int]:
        return [each.similar for each in self.described]


def ask(engine: Engine, **members: Any) -> Page:
    asked = plan(**members)
    snapshot = engine.snapshot()
    ranked = snapshot.execute(asked)
    return Page(ranked, snapshot.describe(asked, ranked, range(len(ranked.handles))))


def found(engine: Engine, **members: Any) -> set[int]:
    """Ids of the offers that match; the counts must say the same."""
    page = ask(engine, **members)
    assert page.ranked.total == len(page.ids) == len(set(page.ids))
    return set(page.ids)


__all__ = ["CONTENT", "Removal"]
