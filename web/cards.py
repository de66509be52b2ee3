"""A hit of the search -> a card of the page: everything said in words, what is not known said as such."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.codes.facets import Funder, Modality, Need, PlacePrecision
from web.french import capital, counted, day, decimal, euros, hours, kilometres
from web.french import siret as grouped
from web.labels import all_stated, stated
from web.question import Question
from web.ranking import NAMES

# A point that stands for a whole territory: the distance is only about right.
_OF_A_TERRITORY = (PlacePrecision.POSTCODE, PlacePrecision.EPCI, PlacePrecision.DEPARTEMENT, PlacePrecision.REGION)
ROUGH = frozenset(map(str, _OF_A_TERRITORY))

CLOSED = "Inscription fermée : la certification a expiré"


@dataclass(frozen=True, slots=True)
class Access:
    """Three values apart: nothing that is not stated is ever among ``yes``."""

    yes: tuple[str, ...]
    no: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    name: str
    text: str
    value: str
    ceiling: str
    percent: int


@dataclass(frozen=True, slots=True)
class Card:
    id: str
    link: str
    title: str
    organisation: str
    certification: str
    expired: str  # why the certification no longer counts, "" when it does or nothing is known
    place: str
    more_places: str
    from_home: str
    from_work: str
    start: str
    start_more: tuple[str, ...]
    startable: bool
    price: str
    hours: str
    modality: str
    remote: bool
    cpf: bool
    funders: str
    rating: str
    access: Access
    reasons: tuple[Reason, ...]
    score: str
    similar: str
    similar_link: str


def card(hit: Mapping[str, Any], question: Question) -> Card:
    certification = hit["training"]["certification"]
    place, away = hit["place"], hit["distance_km"]
    ended = certification["expired"] is True
    start, more, startable = next_start(hit["entry"], hit["earliest_start"], hit["next_session"], ended=ended)
    siret = hit["organisation"]["siret"]
    similar = hit["similar"]
    rough = bool(place) and place["precision"] in ROUGH
    return Card(
        id=hit["id"],
        link=question.offer(hit["id"]),
        title=hit["training"]["title"] or certification["title"] or "Formation sans titre",
        organisation=hit["organisation"]["name"] or f"Organisme {grouped(siret)}",
        certification=" · ".join(part for part in (certification["title"], certification["code"]) if part),
        expired=f"Certification expirée le {day(certification['valid_until'])}" if ended else "",
        place=town(place) if place else "",
        more_places=counted(hit["places_count"] - 1, "autre lieu", "autres lieux") if hit["places_count"] > 1 else "",
        from_home=kilometres(away["home"], rough=rough),
        from_work=kilometres(away["work"], rough=rough),
        start=start,
        start_more=more,
        startable=startable,
        price=euros(hit["price_cents"]),
        hours=hours(hit["hours"]),
        modality=capital(stated(Modality, hit["modality"])),
        remote=hit["modality"] == "remote",
        cpf=hit["eligible_cpf"] == "yes",
        funders=all_stated(Funder, (funder for funder in hit["funders"] if funder != "cpf")),
        rating=f"{decimal(hit['rating'], 1)} sur 5" if hit["rating"] is not None else "",
        access=access(hit["accessibility"]),
        reasons=tuple(reason(part) for part in hit.get("reasons", ())),
        score=decimal(hit["score"], 3),
        similar=counted(similar, "offre presque identique", "offres presque identiques") if similar else "",
        similar_link=question.setting(organisation=siret, group="0") if similar else "",
    )


def next_start(
    entry: str, earliest: str | None, session: Mapping[str, Any] | None, *, ended: bool
) -> tuple[str, tuple[str, ...], bool]:
    """(when it starts, what more is known of that session, whether one may still join). ``ended``: the certification
    has expired, so nobody may."""
    if ended:
        return CLOSED, (), False
    more: list[str] = []
    if session is not None:
        if session["guaranteed"] == "yes":
            more.append("départ garanti")
        if session["seats_left"] is not None:
            left = session["seats_left"]
            more.append(counted(left, "place restante", "places restantes") if left else "complet")
    if session is not None and session["start"]:
        return day(session["start"], session["start_precision"]), tuple(more), True
    if entry == "permanent":
        return (f"À tout moment dès le {day(earliest)}" if earliest else "À tout moment"), tuple(more), True
    if session is not None:
        return "Session ouverte, date non précisée", tuple(more), True
    return "Aucune session ouverte à venir", (), False


def access(answers: Mapping[str, str]) -> Access:
    by: dict[str, list[str]] = {"yes": [], "no": [], "unknown": []}
    for need in Need:
        by[answers.get(need.value, "unknown")].append(need.label)
    return Access(tuple(by["yes"]), tuple(by["no"]), tuple(by["unknown"]))


def reason(part: Mapping[str, Any]) -> Reason:
    value, ceiling = part["value"], part["ceiling"]
    return Reason(
        NAMES.get(part["part"], part["part"]),
        part["text"],
        decimal(value, 3),
        decimal(ceiling, 3),
        max(0, min(100, round(100 * value / ceiling))) if ceiling else 0,
    )


def town(place: Mapping[str, Any]) -> str:
    city, postcode = place["city"], place["postcode"]
    return f"{city} ({postcode})" if city and postcode else city or postcode or place["label"] or "Lieu non précisé"
