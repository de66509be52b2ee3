"""What an offer of the catalogue costs, as far as it says so."""

from __future__ import annotations

from catalog.codes.facets import Answer
from catalog.rows import CatalogueOffer, CatalogueTraining
from enrollment.money.kinds import action_kind
from enrollment.money.parties import Priced
from enrollment.money.vat import RATES_BP, part_of


def priced_offer(offer: CatalogueOffer, training: CatalogueTraining) -> Priced:
    certification = training.certification
    price, rate = offer.price_cents, offer.vat_rate_bp
    known = price is not None and rate in RATES_BP
    return Priced(
        price_cents=price,
        kind=action_kind(certification.code, certification.title),
        siret=training.organisation.siret,
        certification=certification.code,
        certification_valid_until=certification.valid_until,
        eligible=Answer.of(offer.eligible_cpf),
        hours=offer.hours,
        vat=(part_of(price, rate, offer.price_net_cents),) if known and price is not None and rate is not None else (),
    )
