"""A training of the catalogue -> the document that engines hold. Facts are carried over, never invented.

Nothing here depends on the day: what is past, next or open today is told by the plan, so midnight changes no document.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
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
from catalog.rows import CataloguePlace, IndexedOffer, IndexedSession, IndexedTraining, SessionFacts
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
_PREMISES = _NEEDS.index(Need.PREMISES.value)
_OPEN, _YES, _UNKNOWN, _PERMANENT = (
    SessionState.OPEN.value,
    Answer.YES.value,
    Answer.UNKNOWN.value,
    Entry.PERMANENT.value,
)
_REMEMBERED_PLACES, _REMEMBERED_SESSIONS = 8_000, 20_000

Place = tuple[PlaceDocument | None, orjson.Fragment]  # None when it has no coordinates
# The dated one, whether it is open without a date, and what is shown of it after its id.
Session = tuple[SessionDocument | None, bool, str]


class DocumentBuilder:
    """Remembers what recurs: a place serves a thousand offers, and few sets of codes serve all of them."""

    def __init__(self) -> None:
        self._places: dict[int, Place] = {}  # CataloguePlace.id is of its content
        self._sessions: dict[SessionFacts, Session] = {}  # by all but their ids: dates of a season, states, seats
        self._sets: dict[tuple[type[StrEnum], tuple[str, ...]], frozenset[Any]] = {}
        self._funders: dict[tuple[str, ...], tuple[frozenset[Funder], orjson.Fragment]] = {}
        self._answers: dict[tuple[tuple[str, ...], str], tuple[tuple[Answer, ...], orjson.Fragment]] = {}

    def build(
        self, training: IndexedTraining, terms: Terms, version: int, gone: tuple[int, ...] = ()
    ) -> TrainingDocument:
        """Cards are those that ``indexer.grouping`` stored; an offer without one is alone, its card is its own id."""
        shown = _training_payload(training), _organisation_payload(training)
        offers = tuple([self._offer(offer, training, shown) for offer in training.offers])
        return TrainingDocument(training.id, version, terms, offers, gone)

    def _offer(
        self, offer: IndexedOffer, training: IndexedTraining, shown: tuple[orjson.Fragment, orjson.Fragment]
    ) -> OfferDocument:
        # Taking a named tuple apart at once costs less than reading two of its members by name.
        (
            key, source_id, modality, entry, earliest_on, price_cents, hours, eligible_cpf, prerequisites, card,
            rhythms, languages, funders, audiences, needs, held_places, held_sessions,
        ) = offer  # fmt: skip
        _, organisation, _, certification, rome, formacodes, nsf, _ = training
        places, places_shown = self._read_places(held_places)
        sessions, sessions_shown, open_undated = self._read_sessions(held_sessions)
        answers, answers_shown = self._answered(needs, _premises(held_places))
        funding, funders_shown = self._funding(funders)
        permanent = entry == _PERMANENT
        until = certification.valid_until
        payload = {
            "id": id_text(key),
            "source_id": source_id,
            "training": shown[0],
            "organisation": shown[1],
            "modality": modality,
            "entry": entry,
            "places": places_shown,
            "sessions": sessions_shown,
            "earliest_start": earliest_on,
            "price_cents": price_cents,
            "hours": hours,
            "eligible_cpf": None if eligible_cpf == _UNKNOWN else eligible_cpf,
            "funders": funders_shown,
            "accessibility": answers_shown,
            "rating": None,
        }
        return OfferDocument(  # by position, in the order of its members: by name it takes a microsecond more
            key,
            organisation.siret,
            organisation.siren,
            key if card is None else card,
            certification.codes,
            _KIND[certification.kind],
            rome,
            formacodes,
            nsf,
            _MODALITY[modality],
            _ENTRY[entry],
            date.fromisoformat(earliest_on).toordinal() if permanent and earliest_on else None,
            _LEVEL[certification.level],
            price_cents,
            hours,
            self._set(Rhythm, rhythms),
            languages,
            funding,
            self._set(Audience, audiences),
            _ANSWER[prerequisites],
            answers,
            None,  # rating: evaluations are not collected yet
            places,
            sessions,
            open_undated,
            None if until is None else until.toordinal(),
            orjson.dumps(payload),
        )

    def _set(self, codes: type[Member], held: tuple[str, ...]) -> frozenset[Member]:
        known = self._sets.get((codes, held))
        if known is None:
            known = self._sets[codes, held] = frozenset(codes._value2member_map_[code] for code in held)
        return known

    def _funding(self, held: tuple[str, ...]) -> tuple[frozenset[Funder], orjson.Fragment]:
        known = self._funders.get(held)
        if known is None:
            shown = orjson.Fragment(orjson.dumps([code for code in Funder if code in held]))
            known = self._funders[held] = self._set(Funder, held), shown
        return known

    def _answered(self, needs: tuple[str, ...], premises: str) -> tuple[tuple[Answer, ...], orjson.Fragment]:
        """By need, as values and as shown. What the places state of their premises counts where the offer itself is
        silent."""
        known = self._answers.get((needs, premises))
        if known is None:
            stated = [premises if at == _PREMISES and need == _UNKNOWN else need for at, need in enumerate(needs)]
            answers = tuple([_ANSWER[need] for need in stated])
            shown = orjson.Fragment(orjson.dumps(dict(zip(_NEEDS, answers, strict=True))))
            known = self._answers[needs, premises] = answers, shown
        return known

    def _read_places(self, held: tuple[CataloguePlace, ...]) -> tuple[tuple[PlaceDocument, ...], list[orjson.Fragment]]:
        """Those that have coordinates, and all of them as shown, those without last."""
        located: list[PlaceDocument] = []
        shown: list[orjson.Fragment] = []
        rest: list[orjson.Fragment] = []
        for place in held:
            known = self._places.get(place.id)
            if known is None:
                if len(self._places) >= _REMEMBERED_PLACES:
                    self._places.clear()
                known = self._places[place.id] = _read_place(place)
            at, fragment = known
            if at is None:
                rest.append(fragment)
            else:
                located.append(at)
                shown.append(fragment)
        return tuple(located), shown + rest

    def _read_sessions(
        self, held: tuple[IndexedSession, ...]
    ) -> tuple[tuple[SessionDocument, ...], orjson.Fragment, bool]:
        """The dated ones, all of them as shown, and whether an open one has no date. The store gives them by start,
        those without one last."""
        dated: list[SessionDocument] = []
        shown: list[str] = []
        open_undated = False
        for session in held:
            facts = session[2:]
            known = self._sessions.get(facts)
            if known is None:
                if len(self._sessions) >= _REMEMBERED_SESSIONS:
                    self._sessions.clear()
                known = self._sessions[facts] = _read_session(facts)
            document, undated, rest = known
            if document is None:
                open_undated = open_undated or undated
            else:
                dated.append(document)
            shown.append(f'{{"id":"{id_text(session[1])}",{rest}')
        return tuple(dated), orjson.Fragment(f"[{','.join(shown)}]"), open_undated


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


def _organisation_payload(training: IndexedTraining) -> orjson.Fragment:
    organisation = training.organisation
    payload = {"siret": organisation.siret, "name": organisation.name or organisation.legal_name}
    return orjson.Fragment(orjson.dumps(payload))


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


def _premises(places: tuple[CataloguePlace, ...]) -> str:
    """What every one of the places states of its premises; unknown when they differ."""
    stated = places[0].premises_accessible if places else _UNKNOWN
    if len(places) > 1 and any(place.premises_accessible != stated for place in places):
        return _UNKNOWN
    return stated


def _read_session(facts: SessionFacts) -> Session:
    start_on, precision, end_on, state, guaranteed, seats_left = facts
    document: SessionDocument | None = None
    is_open = state == _OPEN
    until: date | None = None
    if start_on is not None:
        start = date.fromisoformat(start_on)
        until = last_start(start, precision) or start
        document = SessionDocument(start.toordinal(), until.toordinal(), is_open, _ANSWER[guaranteed], seats_left)
    shown = {
        "start": start_on,
        "start_precision": precision,
        "until": until,
        "end": end_on,
        "state": state,
        "guaranteed": guaranteed,
        "seats_left": seats_left,
    }
    return document, document is None and is_open, orjson.dumps(shown)[1:].decode()
