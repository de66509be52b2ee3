"""Rows of the tables put together into the frozen values of ``catalog.rows``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from catalog.rows import (
    CatalogueOffer,
    CatalogueOrganisation,
    CataloguePlace,
    CatalogueSession,
    CatalogueTraining,
    CertificationRow,
)
from catalog.store.certifications import certifications, joined
from catalog.store.statements import chunks
from catalog.tables import OFFER, ORGANISATION, PLACE, SESSION, TRAINING

REMEMBERED = 20_000  # of each kind: places, organisations and certifications recur all over a catalogue

TRAINING_FIELDS = tuple(
    TRAINING.c[name]
    for name in (
        "id", "organisation_id", "source", "numero", "title", "certification_codes", "certification_kind",
        "certification_title", "level", "objective", "results", "content", "highlights", "rome", "formacodes", "nsf",
        "labels", "url", "contacts", "details", "updated_at",
    )
)  # fmt: skip

OFFER_FIELDS = tuple(
    OFFER.c[name]
    for name in (
        "id", "training_id", "numero", "source_id", "modality", "entry", "earliest_start_on", "price_cents",
        "price_net_cents", "vat_rate_bp", "extra_fees_cents", "hours", "hours_centre", "hours_company", "rhythms",
        "languages", "funders", "audiences", "eligible_cpf", "prerequisites", "accessibility", "contacts", "url",
        "texts", "details", "card_key",
    )
)  # fmt: skip

SESSION_FIELDS = tuple(
    SESSION.c[name]
    for name in (
        "offer_id", "id", "numero", "start_on", "start_precision", "start_month", "end_on", "end_precision", "state",
        "guaranteed", "seats_total", "seats_left", "contacts", "details",
    )
)  # fmt: skip

_PLACE_FIELDS = tuple(
    PLACE.c[name]
    for name in (
        "id", "label", "street", "postcode", "city", "insee", "country", "lat", "lon", "precision", "departement",
        "region", "premises_accessible", "accessibility_text",
    )
)  # fmt: skip

_ORGANISATION_FIELDS = tuple(
    ORGANISATION.c[name]
    for name in ("id", "siret", "siren", "name", "legal_name", "activity_number", "qualiopi", "details")
)


class Neighbours:
    """What many trainings share, read once while a catalogue is walked through, and forgotten when it grows."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self.places: dict[int, CataloguePlace] = {}
        self.organisations: dict[int, CatalogueOrganisation] = {}
        self.certifications: dict[str, CertificationRow | None] = {}

    def learn_places(self, keys: Iterable[int]) -> None:
        if len(self.places) > REMEMBERED:
            self.places.clear()
        for chunk in chunks(set(keys) - self.places.keys()):
            for row in self._conn.execute(select(*_PLACE_FIELDS).where(PLACE.c.id.in_(chunk))):
                self.places[row[0]] = CataloguePlace(row[0], row[1], tuple(row[2]), *row[3:])

    def learn_organisations(self, keys: Iterable[int]) -> None:
        if len(self.organisations) > REMEMBERED:
            self.organisations.clear()
        for chunk in chunks(set(keys) - self.organisations.keys()):
            for row in self._conn.execute(select(*_ORGANISATION_FIELDS).where(ORGANISATION.c.id.in_(chunk))):
                self.organisations[row[0]] = CatalogueOrganisation(*row)

    def learn_certifications(self, codes: Iterable[str]) -> None:
        if len(self.certifications) > REMEMBERED:
            self.certifications.clear()
        missing = set(codes) - self.certifications.keys()
        self.certifications.update(dict.fromkeys(missing))  # a code the reference lacks is asked for once
        self.certifications.update(certifications(self._conn, missing))


def session_of(row: Sequence[Any]) -> CatalogueSession:
    return CatalogueSession(*row[1:12], tuple(row[12]), row[13])


def by_start(session: CatalogueSession) -> tuple[date, int]:
    return session.start_on or date.max, session.id


def offer_of(
    row: Sequence[Any], places: tuple[CataloguePlace, ...], sessions: tuple[CatalogueSession, ...]
) -> CatalogueOffer:
    return CatalogueOffer(
        *row[:14],
        tuple(row[14]),
        tuple(row[15]),
        tuple(row[16]),
        tuple(row[17]),
        row[18],
        row[19],
        row[20],
        tuple(row[21]),
        row[22],
        row[23],
        row[24],
        row[25],
        places,
        sessions,
    )


def training_of(row: Sequence[Any], offers: tuple[CatalogueOffer, ...], neighbours: Neighbours) -> CatalogueTraining:
    certification = joined(tuple(row[5]), row[6], row[7], row[8], neighbours.certifications)
    return CatalogueTraining(
        row[0],
        neighbours.organisations[row[1]],
        row[2],
        row[3],
        row[4],
        certification,
        row[8],
        row[9],
        row[10],
        row[11],
        row[12],
        # What the organisation says of its training goes before what is known of the certification in general.
        tuple(row[13]) or certification.rome,
        tuple(row[14]) or certification.formacodes,
        tuple(row[15]) or certification.nsf,
        tuple(row[16]),
        row[17],
        tuple(row[18]),
        row[19],
        row[20],
        offers,
    )
