"""Rows of the tables put together into the frozen values of ``catalog.rows``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import JSON, ColumnElement, Connection, Table, Text, cast, select

from catalog.rows import (
    CatalogueCertification,
    CatalogueOffer,
    CatalogueOrganisation,
    CataloguePlace,
    CatalogueSession,
    CatalogueTraining,
    CertificationRow,
)
from catalog.store.certifications import certifications, joined
from catalog.store.statements import chunks, driver_rows
from catalog.tables import OFFER, ORGANISATION, PLACE, SESSION, TRAINING

REMEMBERED = 20_000  # of each kind: places, organisations and certifications recur all over a catalogue


def fields(table: Table, names: str) -> tuple[ColumnElement[Any], ...]:
    columns = (table.c[name] for name in names.split())
    return tuple(cast(column, Text) if isinstance(column.type, JSON) else column for column in columns)


@lru_cache(maxsize=1 << 16)
def codes(text: str) -> tuple[str, ...]:
    return tuple(orjson.loads(text))


def facts(text: str) -> dict[str, Any]:
    return {} if text == "{}" else orjson.loads(text)


def contacts(text: str) -> tuple[dict[str, Any], ...]:
    return () if text == "[]" else tuple(orjson.loads(text))


@lru_cache(maxsize=1 << 14)
def _day(text: str) -> date:
    return date.fromisoformat(text)


def day(value: str | date | None) -> date | None:
    """SQLite's driver gives a day as text, PostgreSQL's as a date."""
    return _day(value) if isinstance(value, str) else value


def instant(value: str | datetime) -> datetime:
    return datetime.fromisoformat(f"{value}+00:00") if isinstance(value, str) else value.astimezone(UTC)


# Rows are read as the driver gives them, lists as text: most lists are empty or recur. With typed rows 8,500 offers a
# second were read, so 13,500 (20,000 synthetic offers).
TRAINING_FIELDS = fields(
    TRAINING,
    "id organisation_id source numero title certification_codes certification_kind certification_title level objective "
    "results content highlights rome formacodes nsf labels url contacts details updated_at",
)
OFFER_FIELDS = fields(
    OFFER,
    "id training_id numero source_id modality entry earliest_start_on price_cents price_net_cents vat_rate_bp "
    "extra_fees_cents hours hours_centre hours_company rhythms languages funders audiences eligible_cpf prerequisites "
    "accessibility contacts url texts details card_key",
)
SESSION_FIELDS = fields(
    SESSION,
    "offer_id id numero start_on start_precision start_month end_on end_precision state guaranteed seats_total "
    "seats_left contacts details",
)
_PLACE_FIELDS = fields(
    PLACE,
    "id label street postcode city insee country lat lon precision departement region premises_accessible "
    "accessibility_text",
)
_ORGANISATION_FIELDS = fields(ORGANISATION, "id siret siren name legal_name activity_number qualiopi details")


class Neighbours:
    """What many trainings share, read once while a catalogue is walked through, and forgotten when it grows."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self.places: dict[int, CataloguePlace] = {}
        self.organisations: dict[int, CatalogueOrganisation] = {}
        self.certifications: dict[str, CertificationRow | None] = {}
        self._joined: dict[tuple[str, str, str, str], CatalogueCertification] = {}

    def learn_places(self, keys: Iterable[int]) -> None:
        if len(self.places) > REMEMBERED:
            self.places.clear()
        for chunk in chunks(set(keys) - self.places.keys()):
            for row in driver_rows(self._conn, select(*_PLACE_FIELDS).where(PLACE.c.id.in_(chunk))):
                self.places[row[0]] = CataloguePlace._make((row[0], row[1], codes(row[2]), *row[3:]))

    def learn_organisations(self, keys: Iterable[int]) -> None:
        if len(self.organisations) > REMEMBERED:
            self.organisations.clear()
        for chunk in chunks(set(keys) - self.organisations.keys()):
            for row in driver_rows(self._conn, select(*_ORGANISATION_FIELDS).where(ORGANISATION.c.id.in_(chunk))):
                self.organisations[row[0]] = _organisation(row)

    def learn_certifications(self, codes: Iterable[str]) -> None:
        if len(self.certifications) > REMEMBERED:
            self.certifications.clear()
        missing = set(codes) - self.certifications.keys()
        self.certifications.update(dict.fromkeys(missing))  # a code the reference lacks is asked for once
        self.certifications.update(certifications(self._conn, missing))

    def certification(self, every_code: str, kind: str, title: str, level: str) -> CatalogueCertification:
        """The joined view; trainings of one certification mostly state the same of it, so it is made once."""
        stated = (every_code, kind, title, level)
        found = self._joined.get(stated)
        if found is None:
            if len(self._joined) > REMEMBERED:
                self._joined.clear()
            found = joined(codes(every_code), kind, title, level, self.certifications)
            self._joined[stated] = found
        return found


def _organisation(row: Sequence[Any]) -> CatalogueOrganisation:
    key, siret, siren, name, legal_name, activity_number, qualiopi, details = row
    return CatalogueOrganisation(key, siret, siren, name, legal_name, activity_number, qualiopi, facts(details))


def session_of(row: Sequence[Any]) -> CatalogueSession:
    _, key, numero, start, precision, month, end, end_precision, state, guaranteed, total, left, people, details = row
    return CatalogueSession(
        key, numero, day(start), precision, month, day(end), end_precision, state, guaranteed, total, left,
        contacts(people), facts(details),
    )  # fmt: skip


def by_start(session: CatalogueSession) -> tuple[date, int]:
    return session.start_on or date.max, session.id


def offer_of(
    row: Sequence[Any], places: tuple[CataloguePlace, ...], sessions: tuple[CatalogueSession, ...]
) -> CatalogueOffer:
    key, training, numero, source_id, modality, entry, earliest, price, net, vat, fees, hours, centre, company = row[
        :14
    ]
    centre, company, rhythms, languages, funders, audiences, cpf, prerequisites, access = row[12:21]
    people, url, texts, details, card = row[21:]
    return CatalogueOffer(
        key, training, numero, source_id, modality, entry, day(earliest), price, net, vat, fees, hours, centre, company,
        codes(rhythms), codes(languages), codes(funders), codes(audiences), cpf, prerequisites, facts(access),
        contacts(people), url, facts(texts), facts(details), card, places, sessions,
    )  # fmt: skip


def training_of(row: Sequence[Any], offers: tuple[CatalogueOffer, ...], neighbours: Neighbours) -> CatalogueTraining:
    key, organisation, source, numero, title, every_code, kind, certification_title, level = row[:9]
    objective, results, content, highlights, rome, formacodes, nsf, labels, url, people, details, updated = row[9:]
    certification = neighbours.certification(every_code, kind, certification_title, level)
    return CatalogueTraining(
        key, neighbours.organisations[organisation], source, numero, title, certification, level,
        objective, results, content, highlights,
        # What the organisation says of its training goes before what is known of the certification in general.
        codes(rome) or certification.rome, codes(formacodes) or certification.formacodes,
        codes(nsf) or certification.nsf, codes(labels), url, contacts(people), facts(details), instant(updated),
        offers,
    )  # fmt: skip
