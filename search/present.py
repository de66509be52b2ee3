"""What an engine described -> the hits of the API's contract. Nothing here changes an order or a count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from search.engines.contract import Described
from search.payload import OfferPayload, SessionPayload
from search.plan import Plan
from search.reasons import present_reasons

_LAST_DAY = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Frame:
    """What the hits of a page have in common; ISO dates compare as texts."""

    plan: Plan
    reasons: bool
    today: str
    start_from: str  # "" when no window is asked for
    start_to: str


def frame(plan: Plan, *, reasons: bool) -> Frame:
    start_from, start_to = plan.filters.start_from, plan.filters.start_to
    return Frame(plan, reasons, _iso(plan.day), _iso(start_from) if start_from else "", _iso(start_to or _LAST_DAY))


def present_hit(described: Described, similar: int, of: Frame) -> dict[str, Any]:
    """One hit: the facts of the payload, and what depends on the question or on the day."""
    offer: OfferPayload = orjson.loads(described.payload)
    training = offer["training"]
    certification = training["certification"]
    valid_until = certification["valid_until"]
    remote = offer["modality"] == "remote"
    places = offer["places"]
    hit: dict[str, Any] = {
        "id": offer["id"],
        "source_id": offer["source_id"],
        "score": described.score,
        "training": {
            **training,
            "certification": {**certification, "expired": None if valid_until is None else valid_until < of.today},
        },
        "organisation": offer["organisation"],
        "modality": offer["modality"],
        "entry": offer["entry"],
        # An offer whose places have no point shows the first one; a remote offer has none.
        "place": None if remote or not places else places[described.place or 0],
        "places_count": 0 if remote else len(places),
        "distance_km": {"home": _metres(described.home_km), "work": _metres(described.work_km)},
        "next_session": next_session(offer["sessions"], of),
        "earliest_start": offer["earliest_start"],
        "price_cents": offer["price_cents"],
        "hours": offer["hours"],
        "eligible_cpf": offer["eligible_cpf"],
        "funders": offer["funders"],
        "accessibility": offer["accessibility"],
        "rating": offer["rating"],
        "similar": similar,
    }
    if of.reasons:
        permanent = offer["entry"] == "permanent"
        hit["reasons"] = present_reasons(described, of.plan, remote=remote, permanent=permanent)
    return hit


def next_session(sessions: list[SessionPayload], of: Frame) -> dict[str, Any] | None:
    """The open session that starts next, of those in the window asked for if one is; else an open undated one.

    Relies on the order of the payload: dated sessions by start, then the others. What has begun and may still be joined
    starts today, and comes before what starts later.
    """
    chosen: SessionPayload | None = None
    for session in sessions:
        start, until = session["start"], session["until"]
        if session["state"] != "open" or (until is not None and until < of.today):
            continue
        if start is not None and until is not None and start <= of.start_to and until >= of.start_from:
            chosen = session
            break
        chosen = chosen or session
    if chosen is None:
        return None
    return {
        "id": chosen["id"],
        "start": chosen["start"],
        "start_precision": chosen["start_precision"],
        "end": chosen["end"],
        "open": True,
        "guaranteed": chosen["guaranteed"],
        "seats_left": chosen["seats_left"],
    }


def _iso(day: int) -> str:
    return date.fromordinal(day).isoformat()


def _metres(km: float | None) -> float | None:
    return None if km is None else round(km, 3)
