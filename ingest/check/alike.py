"""Offers of one certification that differ in nothing (30056) or by less than ten hours (30057); VAE categories (30077).

Memory is a table of the run's own SQLite file. A missing value is never equal to another missing value, so an offer
with one of the compared facts missing is compared with none (domain 3.3).
"""

from __future__ import annotations

import sqlite3

from base.ids import key_id
from catalog.codes.facets import Modality
from catalog.records import OfferRecord, TrainingRecord
from ingest.draft import Draft
from ingest.findings import Finding
from ingest.normalise.context import Notes
from ingest.normalise.training import VAE

GAP_HOURS = 10  # active on EDOF since 7 April 2022


class Alike:
    def __init__(self, memory: sqlite3.Connection) -> None:
        self._memory = memory
        memory.execute("CREATE TABLE alike (key INTEGER, hours INTEGER, numero TEXT)")
        memory.execute("CREATE INDEX alike_key ON alike (key)")
        memory.execute("CREATE TABLE vae (key INTEGER PRIMARY KEY, numero TEXT) WITHOUT ROWID")

    def look(self, record: TrainingRecord, draft: Draft, findings: list[Finding]) -> None:
        """Compare with every training seen before, then remember."""
        if record.certification:
            drafts = {child.text("numero"): child for child in draft.of("offer")}
            for offer in record.offers:
                if (key := _key(record, offer)) is not None and offer.hours is not None:
                    self._compare(key, offer.hours, record, offer, drafts.get(offer.numero, draft), findings)
        category = record.details.get("vae_category")
        if record.certification == VAE and category:
            self._one_vae(record, str(category), draft, findings)

    def _compare(
        self, key: int, hours: int, record: TrainingRecord, offer: OfferRecord, at: Draft, findings: list[Finding]
    ) -> None:
        rows = self._memory.execute(
            "SELECT hours, numero FROM alike WHERE key = ? AND abs(hours - ?) < ? ORDER BY abs(hours - ?) LIMIT 1",
            (key, hours, GAP_HOURS, hours),
        ).fetchall()
        notes = Notes("offer", offer.numero, findings, record.numero)
        for other_hours, other in rows:
            if other_hours == hours:
                notes.add("offer-identical", at, value=offer.numero, other=other)
            else:
                notes.add(
                    "offer-almost-identical", at, value=offer.numero, other=other, hours=hours, other_hours=other_hours
                )
        self._memory.execute("INSERT INTO alike VALUES (?, ?, ?)", (key, hours, f"{record.numero} / {offer.numero}"))

    def _one_vae(self, record: TrainingRecord, category: str, draft: Draft, findings: list[Finding]) -> None:
        key = key_id("vae", record.organisation.siret, category)
        row = self._memory.execute("SELECT numero FROM vae WHERE key = ?", (key,)).fetchone()
        if row is None:
            self._memory.execute("INSERT INTO vae VALUES (?, ?)", (key, record.numero))
        else:
            at = draft.first("vae_category") or draft
            Notes("training", record.numero, findings).add("vae-category-repeated", at, other=row[0])


def _key(record: TrainingRecord, offer: OfferRecord) -> int | None:
    """Modality, place, language, pedagogy, adaptations, price; ``None`` when one is missing."""
    places = sorted(
        f"{place.insee or place.postcode} {' '.join(place.street) or place.label}".casefold()
        for place in offer.places
        if place.insee or place.postcode
    )
    pedagogy, adaptations = offer.texts.get("pedagogy", ""), offer.texts.get("adaptations", "")
    if offer.modality is Modality.UNKNOWN or offer.price_cents is None:
        return None
    if not (places and offer.languages and pedagogy and adaptations):
        return None
    return key_id(
        "alike",
        record.organisation.siret,
        record.certification,
        offer.modality.value,
        "|".join(places),
        "|".join(offer.languages),
        pedagogy.casefold(),
        adaptations.casefold(),
        str(offer.price_cents),
    )
