"""What is asked for, as the catalogue offers it today: frozen on the file, whatever becomes of it there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from base.errors import Conflict, InvalidParameter, NotFound
from base.ids import id_text
from catalog.codes.facets import Entry, SessionState
from catalog.rows import CatalogueOffer, CataloguePlace, CatalogueSession, CatalogueTraining
from catalog.starts import is_past
from catalog.store.remembered import RememberedOffers
from enrollment.dated import Rules
from enrollment.files.deadlines import is_far
from enrollment.files.seats import NO_SESSION


class SessionClosed(Conflict):
    code = "session-closed"
    title = "Session fermée"


@dataclass(frozen=True, slots=True)
class Frozen:
    siret: str
    session_id: int
    starts_on: date
    ends_on: date | None
    price_cents: int  # 0 = not known, and then it cannot be ordered
    hours: int | None
    offer: dict[str, Any]


def frozen(
    conn: Connection,
    offers: RememberedOffers,
    offer_id: int,
    session_id: int | None,
    start_on: date | None,
    today: date,
    rules: Rules,
) -> Frozen:
    """The offer as a file keeps it. ``start_on``: the day that the learner chose, where the session has none."""
    offer, training = offers.detail(conn, offer_id)
    session = None if session_id is None else next((each for each in offer.sessions if each.id == session_id), None)
    if session_id is None and offer.entry != Entry.PERMANENT:
        raise InvalidParameter("session", "session : choisissez une session de cette offre, elle a des dates.")
    if session is None and session_id is not None:
        raise NotFound("Cette session n'existe pas ou n'est plus proposée.")
    if session is not None and session.state != SessionState.OPEN:
        raise SessionClosed("Les inscriptions à cette session ne sont pas ouvertes.")
    if session is not None and is_past(session.start_on, session.start_precision, today):
        raise SessionClosed("Cette session a déjà commencé.")
    starts_on = _start(offer, session, start_on)
    if is_far(starts_on, today, rules):
        if start_on is None:
            raise SessionClosed("Cette session commence dans plus de trois ans.")
        raise InvalidParameter("start_on", "start_on : choisissez un jour à trois ans d'ici au plus.")
    ends_on = None if session is None else session.end_on
    if ends_on is not None and is_far(ends_on, starts_on, rules):
        ends_on = None  # catalogues write 2099 or 9999 where a session has no end: the proposal says it
    return Frozen(
        siret=training.organisation.siret,
        session_id=NO_SESSION if session is None else session.id,
        starts_on=starts_on,
        ends_on=ends_on,
        price_cents=offer.price_cents or 0,
        hours=offer.hours,
        offer=_told(offer, training, session),
    )


def _start(offer: CatalogueOffer, session: CatalogueSession | None, chosen: date | None) -> date:
    given = None if session is None else session.start_on
    if given is not None and offer.entry != Entry.PERMANENT:
        if chosen not in (None, given):
            raise InvalidParameter("start_on", "Cette session a sa date : il n'y a pas de début à choisir.")
        return given
    if chosen is None:
        raise InvalidParameter("start_on", "Choisissez le jour où vous commencez : cette offre n'a pas de date fixe.")
    earliest = max((day for day in (given, offer.earliest_start_on) if day), default=chosen)
    if chosen < earliest:
        raise InvalidParameter("start_on", f"Cette offre ne commence pas avant le {earliest:%d/%m/%Y}.")
    return chosen


def _told(offer: CatalogueOffer, training: CatalogueTraining, session: CatalogueSession | None) -> dict[str, Any]:
    certification, organisation = training.certification, training.organisation
    return {
        "id": id_text(offer.id),
        "source_id": offer.source_id,
        "training": {"id": id_text(training.id), "title": training.title},
        "certification": {
            "code": certification.code,
            "codes": list(certification.codes),
            "kind": certification.kind,
            "title": certification.title,
            "level": certification.level,
            "valid_until": _iso(certification.valid_until),
        },
        "organisation": {
            "siret": organisation.siret,
            "name": organisation.name or organisation.legal_name,
            "activity_number": organisation.activity_number,
        },
        "session": None
        if session is None
        else {
            "id": id_text(session.id),
            "numero": session.numero,
            "start": _iso(session.start_on),
            "start_precision": session.start_precision,
            "end": _iso(session.end_on),
        },
        "modality": offer.modality,
        "entry": offer.entry,
        "price_cents": offer.price_cents,
        "price_net_cents": offer.price_net_cents,
        "vat_rate_bp": offer.vat_rate_bp,
        "extra_fees_cents": offer.extra_fees_cents,
        "hours": offer.hours,
        "eligible_cpf": offer.eligible_cpf,
        "funders": list(offer.funders),
        "prerequisites": offer.prerequisites,
        "texts": {
            name: offer.texts[name] for name in ("prerequisites", "admission", "exam", "fees") if name in offer.texts
        },
        "places": [_place(place) for place in offer.places],
        "email": _email(offer, training, session),
    }


def _place(place: CataloguePlace) -> dict[str, Any]:
    return {"label": place.label, "street": list(place.street), "postcode": place.postcode, "city": place.city}


def _email(offer: CatalogueOffer, training: CatalogueTraining, session: CatalogueSession | None) -> str:
    """Where the organisation reads its mail: the nearest contact to the session, for registrations first."""
    nearest = (*(session.contacts if session else ()), *offer.contacts, *training.contacts)
    addressed = [contact for contact in nearest if contact.get("email")]
    addressed.sort(key=lambda contact: contact.get("role") != "registration")
    return str(addressed[0]["email"]) if addressed else ""


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
