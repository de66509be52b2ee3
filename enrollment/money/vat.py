"""The VAT inside a price, by rate, kept through partial payments (domain 5.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from enrollment.money.rounding import ratio

RATES_BP = (0, 550, 2000)  # that an organisation may state: exempt (CGI 261-4-4°a), reduced, normal


@dataclass(frozen=True, slots=True)
class VatPart:
    rate_bp: int  # basis points: 2000 = 20 %
    net_cents: int
    gross_cents: int

    @property
    def vat_cents(self) -> int:
        return self.gross_cents - self.net_cents


def part_of(gross_cents: int, rate_bp: int, net_cents: int | None = None) -> VatPart:
    """``net_cents`` as the organisation states it, else computed; the gross price is what is sold."""
    computed = ratio(gross_cents, 10_000, 10_000 + rate_bp)
    # Real files state net prices that do not fit (domain 14): more than a cent away, the stated one is not used.
    near = net_cents is not None and abs(net_cents - computed) <= 1
    return VatPart(rate_bp, net_cents if net_cents is not None and near else computed, gross_cents)


def partial(parts: Sequence[VatPart], paid_cents: int) -> tuple[VatPart, ...]:
    """The same mix for a part of the price: each rate rounded, the cents of rounding on the largest line."""
    whole = sum(part.gross_cents for part in parts)
    if not 0 <= paid_cents <= whole:
        raise ValueError("a partial payment lies between nothing and the price")
    if not whole:
        return tuple(parts)
    gross = [ratio(part.gross_cents, paid_cents, whole) for part in parts]
    largest = max(range(len(parts)), key=lambda index: parts[index].gross_cents)
    gross[largest] += paid_cents - sum(gross)
    return tuple(
        VatPart(part.rate_bp, min(ratio(part.net_cents, cents, part.gross_cents or 1), cents), cents)
        for part, cents in zip(parts, gross, strict=True)
    )
