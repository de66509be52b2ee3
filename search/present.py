"""What an engine described -> the hits of the API's contract. Nothing here changes an order or a count."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson

from search.engines.contract import Described
from search.payload import OfferPayload, SessionPayload
from search.plan import Plan
from search.reasons import present_reasons


def present_hit(described: Described, similar: int, plan: Plan, *, reasons: bool) -> dict[str, Any]:
    """One hit: the facts of the payload, and what depends on the question or on the day."""
    offer: OfferPayload = orjson.loads(described.payload)
    remote = offer["modality"] == "remote"
    permanent = offer["entry"] == "permanent"
    today = date.fromordinal(plan.day).isoformat()
    certification = offer["training"]["certification"]
    valid_until = certification["valid_until"]
    hit: dict[str, Any] = {
        "id": offer["id"],
        "source_id": offer["source_id"],
        "score": described.score,
        "training": {
            **offer["training"],
            "certification": {**certification, "expired": None if valid_until is None else valid_until < today},
        },
        "organisation": offer["organisation"],
        "modality": offer["modality"],
        "entry": offer["entry"],
        "place": _place(offer, described.place, remote),
        "places_count": 0 if remote else len(offer["places"]),
        "distance_km": {"home": _metres(described.home_km), "work": _metres(described.work_km)},
        "next_session": next_session(offer["sessions"], today, *_window(plan)),
        "earliest_start": offer["earliest_start"],
        "price_cents": offer["price_cents"],
        "hours": offer["hours"],
        "eligible_cpf": offer["eligible_cpf"],
        "funders": offer["funders"],
        "accessibility": offer["accessibility"],
        "rating": offer["rating"],
        "similar": similar,
    }
    if reasons:
        hit["reasons"] = present_reasons(described, plan, remote=remote, permanent=permanent)
    return hit


def next_session(
    sessions: list[SessionPayload], today: str, start_from: str | None, start_to: str | None
) -> dict[str, Any] | None:
    """The open session that starts next, of those in the window asked for if one is; else an open undated one."""
    best: tuple[bool, bool, str] | None = None
    chosen: SessionPayload | None = None
    for session in sessions:
        start, until = session["start"], session["until"]
        if session["state"] != "open" or (until is not None and until < today):
            continue
        if start is None or until is None:
            key = (True, True, "")
        else:
            outside = (start_to is not None and start > start_to) or (start_from is not None and until < start_from)
            key = (False, outside, max(start, today))
        if best is None or key < best:
            best, chosen = key, session
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


def _window(plan: Plan) -> tuple[str | None, str | None]:
    start_from, start_to = plan.filters.start_from, plan.filters.start_to
    return (
        date.fromordinal(start_from).isoformat() if start_from is not None else None,
        date.fromordinal(start_to).isoformat() if start_to is not None else None,
    )


def _place(offer: OfferPayload, index: int | None, remote: bool) -> dict[str, Any] | None:
    """The card's place; an offer whose places have no point shows the first one; a remote offer has none."""
    places = offer["places"]
    if remote or not places:
        return None
    return dict(places[index if index is not None else 0])


def _metres(km: float | None) -> float | None:
    return None if km is None else round(km, 3)
