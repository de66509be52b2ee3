"""One tuple of driver values per record, in the order of its ``*_COLUMNS``. Enumerations become their codes."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b
from typing import Any

import orjson

from catalog.codes.titles import TITLE_FROM
from catalog.records import OfferRecord, PlaceRecord, SessionRecord, TrainingRecord
from catalog.store.statements import day_text, json_text

# (organisation, training, ...) keys come from base.ids; a place has no key of its own and is known by its content.
_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


TRAINING_COLUMNS = (
    "id",
    "organisation_id",
    "source",
    "numero",
    "title",
    "certification",
    "certification_codes",
    "certification_kind",
    "certification_title",
    "level",
    "objective",
    "results",
    "content",
    "highlights",
    "rome",
    "formacodes",
    "nsf",
    "labels",
    "url",
    "contacts",
    "details",
    "content_hash",
    "submission_id",
    "created_at",
    "updated_at",
    "withdrawn_at",
)

OFFER_COLUMNS = (
    "id",
    "training_id",
    "numero",
    "source_id",
    "modality",
    "entry",
    "earliest_start_on",
    "price_cents",
    "price_net_cents",
    "vat_rate_bp",
    "extra_fees_cents",
    "hours",
    "hours_centre",
    "hours_company",
    "rhythms",
    "languages",
    "funders",
    "audiences",
    "eligible_cpf",
    "prerequisites",
    "accessibility",
    "contacts",
    "url",
    "texts",
    "details",
    "card_key",
    "withdrawn_at",
)

PLACE_COLUMNS = (
    "id",
    "label",
    "street",
    "postcode",
    "city",
    "insee",
    "country",
    "lat",
    "lon",
    "precision",
    "departement",
    "region",
    "premises_accessible",
    "accessibility_text",
)

SESSION_COLUMNS = (
    "id",
    "offer_id",
    "numero",
    "start_on",
    "start_precision",
    "start_month",
    "end_on",
    "end_precision",
    "state",
    "guaranteed",
    "seats_total",
    "seats_left",
    "contacts",
    "details",
    "withdrawn_at",
)


def content_hash(record: TrainingRecord) -> str:
    """Of what the file says: a title taken from the reference is none of it."""
    if TITLE_FROM in record.details:
        record = replace(record, title="")
    return blake2b(orjson.dumps(record, option=_CANONICAL), digest_size=16).hexdigest()


def place_id(place: PlaceRecord) -> int:
    return int.from_bytes(blake2b(orjson.dumps(place), digest_size=8).digest(), "big") >> 1


def training_row(
    key: int, organisation: int, record: TrainingRecord, digest: str, submission: int | None, at: Any
) -> tuple[Any, ...]:
    # The main code stands first among all codes, so that one column answers for every code of a training.
    codes = dict.fromkeys((record.certification, *record.certification_codes))
    return (
        key,
        organisation,
        record.source,
        record.numero,
        record.title,
        record.certification,
        json_text([code for code in codes if code]),
        record.certification_kind.value,
        record.certification_title,
        record.level.value,
        record.objective,
        record.results,
        record.content,
        record.highlights,
        json_text(record.rome),
        json_text(record.formacodes),
        json_text(record.nsf),
        json_text(record.labels),
        record.url,
        json_text(record.contacts),
        json_text(record.details),
        digest,
        submission,
        at,
        at,
        None,
    )


def offer_row(key: int, training: int, offer: OfferRecord) -> tuple[Any, ...]:
    return (
        key,
        training,
        offer.numero,
        offer.source_id,
        offer.modality.value,
        offer.entry.value,
        day_text(offer.earliest_start_on),
        offer.price_cents,
        offer.price_net_cents,
        offer.vat_rate_bp,
        offer.extra_fees_cents,
        offer.hours,
        offer.hours_centre,
        offer.hours_company,
        json_text(offer.rhythms),
        json_text(offer.languages),
        json_text(offer.funders),
        json_text(offer.audiences),
        offer.eligible_cpf.value,
        offer.prerequisites.value,
        json_text(offer.accessibility),
        json_text(offer.contacts),
        offer.url,
        json_text(offer.texts),
        json_text(offer.details),
        None,
        None,
    )


def place_row(key: int, place: PlaceRecord) -> tuple[Any, ...]:
    return (
        key,
        place.label,
        json_text(place.street),
        place.postcode,
        place.city,
        place.insee,
        place.country,
        place.lat,
        place.lon,
        place.precision.value,
        place.departement,
        place.region,
        place.premises_accessible.value,
        place.accessibility_text,
    )


def session_row(key: int, offer: int, session: SessionRecord) -> tuple[Any, ...]:
    return (
        key,
        offer,
        session.numero,
        day_text(session.start_on),
        session.start_precision.value,
        session.start_month,
        day_text(session.end_on),
        session.end_precision.value,
        session.state.value,
        session.guaranteed.value,
        session.seats_total,
        session.seats_left,
        json_text(session.contacts),
        json_text(session.details),
        None,
    )
