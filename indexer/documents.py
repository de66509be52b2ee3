"""A training of the catalogue -> the document that engines hold. Facts are carried over, never invented.

Nothing here depends on the day: what is past, next or open today is told by the plan, so midnight changes no document.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

import orjson

from base.ids import id_text
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
    SessionState,
)
from catalog.rows import CataloguePlace, IndexedOffer, IndexedSession, IndexedTraining
from catalog.starts import last_start
from geo.distance import round_coordinate
from search.document import OfferDocument, PlaceDocument, SessionDocument, TrainingDocument

Terms = tuple[tuple[str, int], ...]
Member = TypeVar("Member", bound=StrEnum)


def _members(codes: type[Member]) -> dict[str, Member]:
    """Calling an enumeration costs ten times a look-up, and an offer has twenty codes."""
    return {member.value: member for member in codes}


_MODALITY, _ENTRY, _LEVEL, _KIND = _members(Modality), _members(Entry), _members(Level), _members(CertificationKind)
_ANSWER = _members(Answer)
_NEEDS = tuple(need.value for need in Need)
_FUNDER = tuple(funder.value for funder in Funder)
_PREMISES = _NEEDS.index(Need.PREMISES.value)
_OPEN, _YES, _UNKNOWN, _PERMANENT = (
    SessionState.OPEN.value,
    Answer.YES.value,
    Answer.UNKNOWN.value,
    Entry.PERMANENT.value,
)
_REMEMBERED_PLACES = 8_000

Place = tuple[PlaceDocument | None, orjson.Fragment]  # None when it has no coordinates


class DocumentBuilder:
    """Remembers what recurs: a place serves a thousand offers, and few sets of codes serve all of them."""

    def __init__(self) -> None:
        self._places: dict[int, Place] = {}  # CataloguePlace.id is of its content
        self._sets: dict[tuple[type[StrEnum], tuple[str, ...]], frozenset[Any]] = {}
        self._answers: dict[tuple[Answer, ...], orjson.Fragment] = {}

    def build(
        self, training: IndexedTraining, terms: Terms, version: int, gone: tuple[int, ...] = ()
    ) -> TrainingDocument:
        """Cards are those that ``indexer.grouping`` stored; an offer without one is alone, its card is its own id."""
        facts, shown = _training_facts(training), _training_payload(training)
        organisation = orjson.Fragment(
            orjson.dumps({"siret": training.organisation.siret, "name": _organisation_name(training)})
        )
        offers = tuple([self._offer(offer, facts, shown, organisation) for offer in training.offers])
        return TrainingDocument(training.id, version, terms, offers, gone)

    def _offer(
        self,
        offer: IndexedOffer,
        facts: Mapping[str, Any],
        shown: orjson.Fragment,
        organisation: orjson.Fragment,
    ) -> OfferDocument:
        places = [self._place(place) for place in offer.places]
        sessions, sessions_shown, open_undated = _read_sessions(offer.sessions)
        answers = accessibility_of(offer)
        funders = self._set(Funder, offer.funders)
        payload = {
            "id": id_text(offer.id),
            "source_id": offer.source_id,
            "training": shown,
            "organisation": organisation,
            "modality": offer.modality,
            "entry": offer.entry,
            "places": [shown for at, shown in places if at] + [shown for at, shown in places if not at],
            "sessions": sessions_shown,
            "earliest_start": offer.earliest_start_on,
            "price_cents": offer.price_cents,
            "hours": offer.hours,
            "eligible_cpf": None if offer.eligible_cpf == _UNKNOWN else offer.eligible_cpf,
            "funders": [code for code in _FUNDER if code in funders],
            "accessibility": self._answers_shown(answers),
            "rating": None,
        }
        return OfferDocument(
            id=offer.id,
            card=offer.id if offer.card_key is None else offer.card_key,
            modality=_MODALITY[offer.modality],
            entry=_ENTRY[offer.entry],
            earliest_start=_earliest(offer),
            price_cents=offer.price_cents,
            hours=offer.hours,
            rhythms=self._set(Rhythm, offer.rhythms),
            languages=offer.languages,
            funders=funders,
            audiences=self._set(Audience, offer.audiences),
            prerequisites=_ANSWER[offer.prerequisites],
            accessibility=answers,
            rating=None,  # evaluations are not collected yet
            places=tuple([at for at, _ in places if at]),
            sessions=sessions,
            open_undated=open_undated,
            payload=orjson.dumps(payload),
            **facts,
        )

    def _set(self, codes: type[Member], held: tuple[str, ...]) -> frozenset[Member]:
        known = self._sets.get((codes, held))
        if known is None:
            known = self._sets[codes, held] = frozenset(codes._value2member_map_[code] for code in held)
        return known

    def _answers_shown(self, answers: tuple[Answer, ...]) -> orjson.Fragment:
        known = self._answers.get(answers)
        if known is None:
            known = self._answers[answers] = orjson.Fragment(orjson.dumps(dict(zip(_NEEDS, answers, strict=True))))
        return known

    def _place(self, place: CataloguePlace) -> Place:
        known = self._places.get(place.id)
        if known is None:
            if len(self._places) >= _REMEMBERED_PLACES:
                self._places.clear()
            known = self._places[place.id] = _read_place(place)
        return known


def _training_facts(training: IndexedTraining) -> dict[str, Any]:
    return {
        "siret": training.organisation.siret,
        "siren": training.organisation.siren,
        "certifications": training.certification.codes,
        "certification_kind": _KIND[training.certification.kind],
        "rome": training.rome,
        "formacodes": training.formacodes,
        "nsf": training.nsf,
        "level": _LEVEL[training.certification.level],
    }


def _training_payload(training: IndexedTraining) -> orjson.Fragment:
    certification = training.certification
    payload = {
        "id": id_text(training.id),
        "title": training.title,
        "certification": {
            "code": certification.code,
            "title": certification.title,
            "kind": certification.kind,
            "level": certification.level,
            "valid_until": certification.valid_until,
        },
    }
    return orjson.Fragment(orjson.dumps(payload))


def _organisation_name(training: IndexedTraining) -> str:
    return training.organisation.name or training.organisation.legal_name


def _read_place(place: CataloguePlace) -> Place:
    at, lat, lon = None, None, None
    if place.lat is not None and place.lon is not None:
        lat, lon = round_coordinate(place.lat, place.lon)
        at = PlaceDocument(lat, lon, place.departement, place.region, place.insee)
    payload = {
        "label": place.label,
        "postcode": place.postcode,
        "insee": place.insee,
        "city": place.city,
        "lat": lat,
        "lon": lon,
        "precision": place.precision,
    }
    return at, orjson.Fragment(orjson.dumps(payload))


def accessibility_of(offer: IndexedOffer) -> tuple[Answer, ...]:
    """By need. What every place of the offer states of its premises counts where the offer itself is silent."""
    answers = _answers(offer.accessibility)
    if answers[_PREMISES] is Answer.UNKNOWN and offer.places:
        premises = {place.premises_accessible for place in offer.places}
        if len(premises) == 1:
            return (*answers[:_PREMISES], _ANSWER[premises.pop()], *answers[_PREMISES + 1 :])
    return answers


@lru_cache(maxsize=1 << 12)
def _answers(stated: tuple[tuple[str, str], ...]) -> tuple[Answer, ...]:
    by_need = dict(stated)
    return tuple([_ANSWER[by_need.get(need, _UNKNOWN)] for need in _NEEDS])


def _earliest(offer: IndexedOffer) -> int | None:
    if offer.entry != _PERMANENT or offer.earliest_start_on is None:
        return None
    return date.fromisoformat(offer.earliest_start_on).toordinal()


@lru_cache(maxsize=1 << 13)
def _days(start_on: str, precision: str) -> tuple[int, int, str]:
    """First and last day a session may start, as ordinals, and the last as text."""
    start = date.fromisoformat(start_on)
    until = last_start(start, precision) or start
    return start.toordinal(), until.toordinal(), until.isoformat()


def _read_sessions(
    held: tuple[IndexedSession, ...],
) -> tuple[tuple[SessionDocument, ...], list[dict[str, Any]], bool]:
    """The dated ones, all of them as shown, and whether an open one has no date. The store gives them by start, those
    without one last."""
    dated: list[SessionDocument] = []
    shown: list[dict[str, Any]] = []
    open_undated = False
    for _, key, start_on, precision, end_on, state, guaranteed, seats_left in held:
        is_open = state == _OPEN
        until_on: str | None = None
        if start_on is None:
            open_undated = open_undated or is_open
        else:
            start, until, until_on = _days(start_on, precision)
            dated.append(SessionDocument(start, until, is_open, guaranteed == _YES, seats_left))
        shown.append(
            {
                "id": id_text(key),
                "start": start_on,
                "start_precision": precision,
                "until": until_on,
                "end": end_on,
                "state": state,
                "guaranteed": guaranteed,
                "seats_left": seats_left,
            }
        )
    return tuple(dated), shown, open_undated
