"""Prices of an offer in cents, with the arithmetic of VAT checked (domain 5.5: what is paid includes all taxes)."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.codes.edof import VAT_RATES_BP
from ingest.draft import Draft
from ingest.normalise import texts
from ingest.normalise.context import Notes
from ingest.normalise.numbers import euros, read_cents, read_rate_bp, with_vat

ROUNDING_CENTS = 1
UNLIKELY_CENTS = 100_000_00
_UNSTATED = ("nous consulter", "sur devis", "nous contacter", "sur demande", "variable")


@dataclass(frozen=True, slots=True)
class Prices:
    gross_cents: int | None = None
    net_cents: int | None = None
    vat_rate_bp: int | None = None
    extra_cents: int | None = None
    hourly_cents: int | None = None


def prices(offer: Draft, notes: Notes) -> Prices:
    gross, net = _amount(offer, "price_ttc", notes), _amount(offer, "price_ht", notes)
    rate = _rate(offer, notes)
    if net is not None and rate is not None:
        expected = with_vat(net, rate)
        if gross is None and offer.first("price_ttc") is None:
            gross = expected
        elif gross is not None and abs(gross - expected) > ROUNDING_CENTS:
            notes.add(
                "vat-arithmetic",
                offer.first("price_ttc"),
                net=euros(net),
                rate=f"{rate / 100:g}".replace(".", ","),
                expected=euros(expected),
                given=euros(gross),
            )
            net = rate = None
    if gross is not None and gross > UNLIKELY_CENTS:
        notes.add("price-unlikely", offer.first("price_ttc"))
    return Prices(gross, net, rate, _amount(offer, "fees_extra", notes), _amount(offer, "price_hourly", notes))


def _amount(offer: Draft, name: str, notes: Notes) -> int | None:
    value = offer.first(name)
    if value is None:
        return None
    text = value.text.strip()
    if text.lower() in _UNSTATED or (texts.is_filler(text) and text.strip("0")):
        return None
    cents = read_cents(text)
    if cents is None:
        notes.add("price-unreadable", value)
    return cents


def _rate(offer: Draft, notes: Notes) -> int | None:
    value = offer.first("vat_rate")
    if value is None:
        return None
    rate = read_rate_bp(value.text)
    if rate in VAT_RATES_BP:
        return rate
    notes.add("vat-rate-unknown", value)
    return None
