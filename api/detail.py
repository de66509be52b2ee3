"""One offer of the catalogue -> what ``GET /api/v1/offers/{id}`` tells of it. Only naming and gathering, no rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Engine as Database

from base.database import reading
from base.errors import NotFound
from base.ids import id_number, id_text
from catalog.codes.facets import Need
from catalog.rows import CatalogueOffer, CataloguePlace, CatalogueSession, CatalogueTraining
from catalog.starts import is_past
from catalog.store.read import offer_detail
from catalog.store.vocabulary import labels_of

Labels = Mapping[str, Mapping[str, str]]  # scheme -> code -> label


def offer_page(database: Database, offer: str, today: date) -> dict[str, Any]:
    """Everything about one offer; ``NotFound`` when no offer has this id."""
    try:
        number = id_number(offer)
    except ValueError as error:
        raise NotFound("Cette offre n'existe pas ou n'est plus proposée.") from error
    with reading(database) as conn:
        found, training = offer_detail(conn, number)
        labels = {
            "rome": labels_of(conn, "rome", training.rome),
            "formacode": labels_of(conn, "formacode", training.formacodes),
            "nsf": labels_of(conn, "nsf", training.nsf),
        }
    return present_detail(found, training, labels, today)


def present_detail(offer: CatalogueOffer, training: CatalogueTraining, labels: Labels, today: date) -> dict[str, Any]:
    texts = offer.texts
    organisation = training.organisation
    return {
        "id": id_text(offer.id),
        "source_id": offer.source_id,
        "training": _training(training, labels, today),
        "organisation": {
            "siret": organisation.siret,
            "name": organisation.name or organisation.legal_name,
            "legal_name": organisation.legal_name,
            "activity_number": organisation.activity_number,
            "qualiopi": organisation.qualiopi,
        },
        "modality": offer.modality,
        "entry": offer.entry,
        "earliest_start": _iso(offer.earliest_start_on),
        "price_cents": offer.price_cents,
        "price_net_cents": offer.price_net_cents,
        "vat_rate_bp": offer.vat_rate_bp,
        "hours": offer.hours,
        "hours_centre": offer.hours_centre,
        "hours_company": offer.hours_company,
        "eligible_cpf": offer.eligible_cpf if offer.eligible_cpf != "unknown" else None,
        "funders": list(offer.funders),
        "audiences": list(offer.audiences),
        "languages": list(offer.languages),
        "rhythms": list(offer.rhythms),
        "extra_fees_cents": offer.extra_fees_cents,
        "accessibility": {need.value: offer.accessibility.get(need.value, "unknown") for need in Need},
        "prerequisites": offer.prerequisites,
        "prerequisites_text": texts.get("prerequisites", ""),
        "admission": {
            "text": texts.get("admission", ""),
            "recruitment": texts.get("recruitment", ""),
            "conditions": _texts_of(offer.details.get("admission")),
        },
        "exam": texts.get("exam", ""),
        "fees_not_covered": {
            "extra_cents": offer.extra_fees_cents,
            "included_in_price": offer.details.get("fees_extra_included", "unknown"),
            "text": texts.get("fees", ""),
            "remaining": texts.get("fees_remaining", ""),
        },
        "equipment": [line for line in texts.get("equipment", "").split("\n") if line],
        "timetable": {
            "rhythms": list(offer.rhythms),
            "text": texts.get("rhythm", ""),
            "duration": texts.get("duration", ""),
            "schedule_type": offer.details.get("schedule_type", ""),
            "alternation": texts.get("alternation", ""),
        },
        "contacts": contacts_of(offer, training),
        "url": offer.url or training.url,
        "places": [_place(place) for place in offer.places],
        "sessions": [_session(session, today) for session in offer.sessions],
        "texts": dict(texts),
        "details": dict(offer.details),
        "other_offers": [
            {"id": id_text(other.id), "modality": other.modality, "price_cents": other.price_cents,
             "city": other.places[0].city if other.places else ""}
            for other in training.offers if other.id != offer.id
        ][:20],
        "updated_at": training.updated_at.isoformat(),
    }  # fmt: skip


def contacts_of(offer: CatalogueOffer, training: CatalogueTraining) -> list[dict[str, Any]]:
    """Contacts of the offer, then of its training, then of its sessions, each person said once."""
    found: dict[str, dict[str, Any]] = {}
    sessions = [contact for session in offer.sessions for contact in session.contacts]
    for contact in (*offer.contacts, *training.contacts, *sessions):
        found.setdefault(repr(sorted(contact.items())), dict(contact))
    return list(found.values())


def _training(training: CatalogueTraining, labels: Labels, today: date) -> dict[str, Any]:
    certification = training.certification
    until = certification.valid_until
    return {
        "id": id_text(training.id),
        "numero": training.numero,
        "title": training.title or certification.title,
        "certification": {
            "code": certification.code,
            "codes": list(certification.codes),
            "title": certification.title,
            "kind": certification.kind,
            "level": certification.level if certification.level != "unknown" else training.level,
            "valid_until": _iso(until),
            "expired": None if until is None else until < today,
            "known": certification.known,
            "successors": list(certification.successors),
        },
        "objective": training.objective,
        "results": training.results,
        "content": training.content,
        "highlights": training.highlights,
        "rome": _named(training.rome, labels.get("rome", {})),
        "formacodes": _named(training.formacodes, labels.get("formacode", {})),
        "nsf": _named(training.nsf, labels.get("nsf", {})),
        "labels": list(training.labels),
        "url": training.url,
        "details": dict(training.details),
        "source": training.source,
    }


def _named(codes: Iterable[str], labels: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"code": code, "label": labels.get(code, "")} for code in codes]


def _place(place: CataloguePlace) -> dict[str, Any]:
    return {
        "label": place.label,
        "street": list(place.street),
        "postcode": place.postcode,
        "city": place.city,
        "insee": place.insee,
        "country": place.country,
        "lat": place.lat,
        "lon": place.lon,
        "precision": place.precision,
        "departement": place.departement,
        "region": place.region,
        "premises_accessible": place.premises_accessible,
        "accessibility_text": place.accessibility_text,
    }


def _session(session: CatalogueSession, today: date) -> dict[str, Any]:
    return {
        "id": id_text(session.id),
        "numero": session.numero,
        "start": _iso(session.start_on),
        "start_precision": session.start_precision,
        "start_month": session.start_month,
        "end": _iso(session.end_on),
        "end_precision": session.end_precision,
        "state": session.state,
        "past": is_past(session.start_on, session.start_precision, today),
        "guaranteed": session.guaranteed,
        "seats_total": session.seats_total,
        "seats_left": session.seats_left,
        "contacts": [dict(contact) for contact in session.contacts],
        "details": dict(session.details),
    }


def _texts_of(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(item) for item in value]
    return [str(value)] if value else []


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
