"""The reference: every condition is one boolean per offer, every part of the score one number per offer.

Nothing is indexed, pruned or cached but the terms: a question looks at every offer. NumPy stands for "for each offer".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from catalog.codes.facets import Answer, Audience, Entry, Modality, Need
from search.document import OfferDocument, PlaceDocument, TrainingDocument
from search.plan import AreaKind, Plan, Point, Remote, Sort, Word
from search.ranking import NEAR_PIVOT_KM, REMOTE_NEAR, WEIGHTS, mask_values
from search.turn import draw

Booleans: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]

EARTH_KM = 6371.00877  # sphere of 6,371,008.77 m
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Hit:
    """One offer in its place: everything that an engine must agree with."""

    offer: int
    card: int
    key: float  # of the sort asked for, ascending; 0 under relevance, infinite when unknown
    score: float
    similar: int
    text: float
    near: float
    open: float
    turn: float
    words: tuple[float, ...]
    place: int | None
    home_km: float | None
    work_km: float | None


@dataclass(frozen=True)
class Answered:
    """The whole answer, not a slice: ``rows`` are the offers (or the cards' best offers) in order."""

    total: int
    cards: int
    facets: dict[str, dict[str, int]]
    rows: Integers
    describe: Callable[[int], Hit]  # of a row of the documents, not of a position
    row_of: dict[int, int]  # offer id -> row
    matching: Booleans

    def __len__(self) -> int:
        return len(self.rows)

    def hit(self, position: int) -> Hit:
        return self.describe(int(self.rows[position]))


def kilometres(point: Point, lat: Floats, lon: Floats) -> Floats:
    """Angle between two vectors by their cross and dot products: not the formula of the product, on purpose."""
    a = _vectors(np.array([point.lat]), np.array([point.lon]))
    b = _vectors(lat, lon)
    return np.asarray(EARTH_KM * np.arctan2(np.linalg.norm(np.cross(a, b), axis=-1), (a * b).sum(axis=-1)))


def _vectors(lat: Floats, lon: Floats) -> Floats:
    phi, lam = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=-1)


def _all(conditions: Iterable[Booleans], count: int) -> Booleans:
    return np.asarray(reduce(np.logical_and, conditions, np.ones(count, dtype=bool)))


class Oracle:
    """``documents`` in any order; ids are taken to be unique."""

    def __init__(self, documents: Sequence[TrainingDocument]) -> None:
        self.offers: list[OfferDocument] = [offer for document in documents for offer in document.offers]
        self.count = len(self.offers)
        self.ids = self._integers(offer.id for offer in self.offers)
        self.card = self._integers(offer.card for offer in self.offers)
        self.training = self._integers(t for t, document in enumerate(documents) for _ in document.offers)
        self.row_of = {offer.id: row for row, offer in enumerate(self.offers)}
        self._read_terms(documents)
        self._read_facts()
        self._read_places()
        self._read_sessions()
        self._read_values()

    def _integers(self, values: Iterable[int]) -> Integers:
        return np.array(list(values), dtype=np.int64)

    def _floats(self, values: Iterable[float | int | None]) -> Floats:
        return np.array([np.nan if value is None else float(value) for value in values])

    def _read_terms(self, documents: Sequence[TrainingDocument]) -> None:
        self.trainings = len(documents)
        holders: dict[str, tuple[list[int], list[int]]] = {}
        for t, document in enumerate(documents):
            for term, mask in document.terms:
                at, masks = holders.setdefault(term, ([], []))
                at.append(t)
                masks.append(mask)
        self.holders = {term: (self._integers(at), self._integers(masks)) for term, (at, masks) in holders.items()}

    def _read_facts(self) -> None:
        offers = self.offers
        self.remote = np.array([o.modality is Modality.REMOTE for o in offers], dtype=bool)
        self.permanent = np.array([o.entry is Entry.PERMANENT for o in offers], dtype=bool)
        self.undated = np.array([o.open_undated for o in offers], dtype=bool)
        self.earliest = self._floats(o.earliest_start for o in offers)
        ends = (o.valid_until for o in offers)
        self.valid_until = self._floats(np.inf if end is None else end for end in ends)
        self.price = self._floats(o.price_cents for o in offers)
        self.hours = self._floats(o.hours for o in offers)
        self.rating = self._floats(o.rating for o in offers)

    def _read_places(self) -> None:
        """Remote offers have no place as far as search goes."""
        placed = [(row, p) for row, o in enumerate(self.offers) if o.modality is not Modality.REMOTE for p in o.places]
        self.place_offer = self._integers(row for row, _ in placed)
        self.lat = self._floats(place.lat for _, place in placed)
        self.lon = self._floats(place.lon for _, place in placed)
        self.place_codes: dict[AreaKind, dict[str, Booleans]] = {}
        for kind in AreaKind:
            rows: dict[str, list[int]] = {}
            for row, place in placed:
                rows.setdefault(place_code(place, kind), []).append(row)
            self.place_codes[kind] = {code: self._at(at) for code, at in rows.items() if code}

    def _at(self, rows: Sequence[int] | Integers) -> Booleans:
        found = np.zeros(self.count, dtype=bool)
        found[rows] = True
        return found

    def _read_sessions(self) -> None:
        dated = [(row, session) for row, offer in enumerate(self.offers) for session in offer.sessions]
        self.session_offer = self._integers(row for row, _ in dated)
        self.start = self._integers(session.start for _, session in dated)
        self.until = self._integers(session.until for _, session in dated)
        self.session_open = np.array([session.open for _, session in dated], dtype=bool)
        self.seats = self._floats(session.seats_left for _, session in dated)
        stated = {answer: self._at([row for row, s in dated if s.guaranteed is answer]) for answer in Answer}
        yes = stated[Answer.YES]
        no = stated[Answer.NO] & ~yes & ~stated[Answer.UNKNOWN]
        self.guaranteed = {Answer.YES.value: yes, Answer.NO.value: no, Answer.UNKNOWN.value: ~yes & ~no}

    def _read_values(self) -> None:
        """Dimension -> code -> which offers hold it."""
        self.values: dict[str, dict[str, Booleans]] = {}
        self._value("modality", lambda o: (o.modality.value,))
        self._value("entry", lambda o: (o.entry.value,))
        self._value("level", lambda o: (o.level.value,))
        self._value("certification_kind", lambda o: (o.certification_kind.value,))
        self._value("rhythm", lambda o: {r.value for r in o.rhythms} or (UNKNOWN,))
        self._value("language", lambda o: set(o.languages) or (UNKNOWN,))
        self._value("funder", lambda o: {f.value for f in o.funders} or (UNKNOWN,))
        self._value("audience", lambda o: {a.value for a in o.audiences} or (UNKNOWN,))
        self._value("prerequisites", lambda o: (o.prerequisites.value,))
        self.values["guaranteed"] = self.guaranteed
        for position, need in enumerate(Need):
            self._value(f"accessibility.{need.value}", lambda o, at=position: (o.accessibility[at].value,))  # type: ignore[misc]
        self.values["region"] = self.place_codes[AreaKind.REGION]
        self.values["departement"] = self.place_codes[AreaKind.DEPARTEMENT]
        self._value("certification", lambda o: o.certifications)
        self._value("rome", lambda o: o.rome)
        self._value("formacode", lambda o: o.formacodes)
        self._value("nsf", lambda o: o.nsf)
        self._value("organisation", lambda o: (o.siret,))

    def _value(self, dimension: str, read: Callable[[OfferDocument], Iterable[str]]) -> None:
        rows: dict[str, list[int]] = {}
        for row, offer in enumerate(self.offers):
            for code in read(offer):
                rows.setdefault(code, []).append(row)
        self.values[dimension] = {code: self._at(at) for code, at in rows.items()}

    # Conditions

    def conditions(self, plan: Plan) -> dict[str, Booleans]:
        """Every condition of the plan, by the dimension it belongs to (or a name of its own)."""
        found = {"words": self._words(plan), "remote": self._remote(plan)}
        if plan.radius_km is not None and (plan.home or plan.work):
            found["radius"] = self.remote | (self.nearest(plan) <= plan.radius_km)
        if plan.areas:
            codes = [self.place_codes[area.kind].get(code) for area in plan.areas for code in area.codes]
            found["area"] = self._any(codes)
        return found | self._sets(plan) | self._bounds(plan) | self._dates(plan)

    def _any(self, parts: Iterable[Booleans | None]) -> Booleans:
        none = np.zeros(self.count, dtype=bool)
        return np.asarray(reduce(np.logical_or, (part for part in parts if part is not None), none))

    def _remote(self, plan: Plan) -> Booleans:
        if plan.remote is Remote.EXCLUDE:
            return ~self.remote
        if plan.remote is Remote.ONLY:
            return self.remote
        return np.ones(self.count, dtype=bool)

    def _sets(self, plan: Plan) -> dict[str, Booleans]:
        filters = plan.filters
        asked: dict[str, Iterable[str]] = {
            "modality": filters.modality,
            "entry": filters.entry,
            "level": filters.level,
            "certification_kind": filters.certification_kind,
            "rhythm": filters.rhythm,
            "language": filters.language,
            "funder": filters.funder,
            "prerequisites": filters.prerequisites,
            "guaranteed": filters.guaranteed,
            "certification": filters.certification,
            "rome": filters.rome,
            "formacode": filters.formacode,
            "nsf": filters.nsf,
            "organisation": filters.organisation,
        }
        asked |= {f"accessibility.{need.value}": answers for need, answers in filters.accessibility.items()}
        found = {
            dimension: self._any(self.values[dimension].get(str(code)) for code in codes)
            for dimension, codes in asked.items()
            if codes
        }
        if filters.ids:
            found["ids"] = np.isin(self.ids, list(filters.ids))
        audiences = {Audience.EVERYONE.value, UNKNOWN, filters.audience.value}
        found["audience"] = self._any(self.values["audience"].get(code) for code in audiences)
        return found

    def _bounds(self, plan: Plan) -> dict[str, Booleans]:
        """A comparison with NaN (unknown) is false: unknown never passes a bound."""
        filters, found = plan.filters, {}
        if filters.price_max_cents is not None:
            found["price_max"] = self.price <= filters.price_max_cents
        if filters.hours_max is not None:
            found["hours_max"] = self.hours <= filters.hours_max
        if filters.rating_min is not None:
            found["rating_min"] = self.rating >= filters.rating_min
        if filters.seats_min is not None:
            found["seats_min"] = self._at(self.session_offer[self.seats >= filters.seats_min])
        return found

    def _dates(self, plan: Plan) -> dict[str, Booleans]:
        first, last, bookable = plan.filters.start_from, plan.filters.start_to, plan.filters.bookable_from
        found = {}
        if first is not None or last is not None:
            dated = np.ones(len(self.start), dtype=bool)
            if last is not None:
                dated &= self.start <= last
            if first is not None:
                dated &= self.until >= first
            permanent = self.permanent.copy()
            if last is not None:
                permanent &= np.fmax(self.earliest, plan.day) <= last
            found["start"] = permanent | self._at(self.session_offer[dated])
        if bookable is not None:
            in_time = self.session_open & (self.until >= bookable)
            found["bookable"] = self.permanent | self._at(self.session_offer[in_time])
            found["bookable"] &= self.valid_until >= bookable
        return found

    # Text and distance

    def word_values(self, word: Word) -> Floats:
        """Per training, in [0, 1]."""
        values, table = np.zeros(self.trainings), mask_values()
        for alternative in word.alternatives:
            if alternative.term in self.holders:
                at, masks = self.holders[alternative.term]
                values[at] = np.maximum(values[at], alternative.weight * table[masks])
        return values

    def _words(self, plan: Plan) -> Booleans:
        if not plan.words:
            return np.ones(self.count, dtype=bool)
        values = [self.word_values(word) for word in plan.words]
        required = [v > 0 for v, word in zip(values, plan.words, strict=True) if word.required]
        some = reduce(np.logical_or, [v > 0 for v in values])
        per_training: Booleans = _all(required, self.trainings) & some
        return per_training[self.training]

    def nearest(self, plan: Plan) -> Floats:
        """Km from the nearest origin to the nearest place; infinite without origin, without place and when remote."""
        found = np.full(self.count, np.inf)
        for origin in (plan.home, plan.work):
            if origin:
                np.minimum.at(found, self.place_offer, kilometres(origin, self.lat, self.lon))
        return found

    def near(self, plan: Plan) -> Floats:
        if not (plan.home or plan.work):
            return np.zeros(self.count)
        return np.where(self.remote, REMOTE_NEAR, NEAR_PIVOT_KM / (NEAR_PIVOT_KM + self.nearest(plan)))

    def open(self, plan: Plan) -> Booleans:
        in_time = self.session_open & (self.until >= plan.day)
        found: Booleans = self.permanent | self.undated | self._at(self.session_offer[in_time])
        return found & (self.valid_until >= plan.day)

    def next_start(self, plan: Plan) -> Floats:
        found = np.full(self.count, np.inf)
        in_time = self.session_open & (self.until >= plan.day)
        np.minimum.at(found, self.session_offer[in_time], np.fmax(self.start[in_time], plan.day).astype(float))
        permanent = np.where(self.permanent, np.fmax(self.earliest, plan.day), np.inf)
        return np.where(self.valid_until >= plan.day, np.minimum(found, permanent), np.inf)

    def sort_key(self, plan: Plan) -> Floats:
        """Ascending; unknown is infinite."""
        if plan.sort is Sort.RELEVANCE:
            return np.zeros(self.count)
        if plan.sort is Sort.DISTANCE:
            return self.nearest(plan)
        if plan.sort is Sort.START:
            return self.next_start(plan)
        known = {Sort.PRICE: self.price, Sort.DURATION: self.hours, Sort.RATING: -self.rating}[plan.sort]
        return np.where(np.isnan(known), np.inf, known)

    # The answer

    def execute(self, plan: Plan) -> Answered:
        conditions = self.conditions(plan)
        matching = _all(conditions.values(), self.count)
        words = [self.word_values(word) for word in plan.words]
        text = np.zeros(self.count)
        for word, values in zip(plan.words, words, strict=True):
            text += word.share * values[self.training]
        near, opened, turn = self.near(plan), self.open(plan).astype(float), draw(plan.seed, self.ids)
        score = WEIGHTS["text"] * text + WEIGHTS["near"] * near + WEIGHTS["open"] * opened + WEIGHTS["turn"] * turn
        key = self.sort_key(plan)
        rows = np.flatnonzero(matching)
        rows = rows[np.lexsort((self.ids[rows], -score[rows], key[rows]))]
        total, shown, similar = len(rows), rows, np.zeros(self.count, dtype=np.int64)
        _, first, members = np.unique(self.card[rows], return_index=True, return_counts=True)
        if plan.group:
            similar[rows[first]] = members - 1
            shown = rows[np.sort(first)]

        def describe(row: int) -> Hit:
            place, home_km, work_km = self._card_place(plan, row)
            return Hit(
                offer=self.offers[row].id,
                card=self.offers[row].card,
                key=float(key[row]),
                score=float(score[row]),
                similar=int(similar[row]),
                text=float(text[row]),
                near=float(near[row]),
                open=float(opened[row]),
                turn=float(turn[row]),
                words=tuple(float(values[self.training[row]]) for values in words),
                place=place,
                home_km=home_km,
                work_km=work_km,
            )

        facets = self.facets(conditions) if plan.facets else {}
        return Answered(total, len(first), facets, shown, describe, self.row_of, matching)

    def _card_place(self, plan: Plan, row: int) -> tuple[int | None, float | None, float | None]:
        offer = self.offers[row]
        if offer.modality is Modality.REMOTE or not offer.places:
            return None, None, None
        lat, lon = self._floats(p.lat for p in offer.places), self._floats(p.lon for p in offer.places)
        home = kilometres(plan.home, lat, lon) if plan.home else None
        work = kilometres(plan.work, lat, lon) if plan.work else None
        both = [each for each in (home, work) if each is not None]
        place = int(np.argmin(np.min(both, axis=0))) if both else 0  # argmin: the first on a tie
        return (
            place,
            None if home is None else float(home[place]),
            None if work is None else float(work[place]),
        )

    def facets(self, conditions: dict[str, Booleans]) -> dict[str, dict[str, int]]:
        """A dimension's counts are taken over the offers that pass every condition but its own."""
        found: dict[str, dict[str, int]] = {}
        for dimension, codes in self.values.items():
            if dimension in ("certification", "rome", "formacode", "nsf", "organisation"):
                continue
            own = "area" if dimension in ("region", "departement") else dimension
            base = _all((each for name, each in conditions.items() if name != own), self.count)
            counts = {code: int(np.count_nonzero(base & held)) for code, held in codes.items()}
            found[dimension] = {code: count for code, count in counts.items() if count}
        return found


def place_code(place: PlaceDocument, kind: AreaKind) -> str:
    return {
        AreaKind.DEPARTEMENT: place.departement,
        AreaKind.REGION: place.region,
        AreaKind.INSEE: place.insee,
    }[kind]
