"""Which offers are one card: near-identical ones of one organisation on one certification (docs/decisions/0002).

The *family* is (SIREN, certification). Inside it, offers of the same title signature, modality and price, sorted by
hours, form groups of less than ``SPAN_HOURS``. Missing is never equal to missing: an offer without certification, title
terms, modality, price or hours is alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from base.ids import key_id
from catalog.codes.facets import Modality
from catalog.rows import FamilyOffer
from search.analysis import terms

SPAN_HOURS = 10
_UNKNOWN = Modality.UNKNOWN.value

# A key is 31 bits of the family, then 32 bits of the group: a stored key tells whether its offer has left its family.
GROUP_BITS = 32
_GROUP_MASK = (1 << GROUP_BITS) - 1


class Family(NamedTuple):
    siren: str
    certification: str


def family_bits(family: Family) -> int:
    return key_id("family", *family) >> GROUP_BITS


def family_bits_of(card_key: int) -> int:
    return card_key >> GROUP_BITS


@lru_cache(maxsize=1 << 16)
def signature(title: str) -> str:
    """Sorted set of the title's terms, stop words aside. Town names and digits stay: telling a town from a word needs
    a gazetteer and errs (``Vienne``, ``Orange``), and ``niveau 1`` is not ``niveau 2``."""
    return " ".join(sorted(set(terms(title))))


def card_keys(family: Family, offers: Iterable[FamilyOffer]) -> dict[int, int | None]:
    """Offer id -> key of its card, ``None`` for an offer that is alone whatever the others are."""
    found: dict[int, int | None] = {}
    bases: dict[tuple[str, str, int], list[tuple[int, int]]] = {}
    known = bool(family.siren and family.certification)
    for _, named, offer_id, modality, price_cents, hours, _ in offers:
        title = signature(named)
        if not (known and title) or modality == _UNKNOWN or price_cents is None or hours is None:
            found[offer_id] = None
        else:
            bases.setdefault((title, modality, price_cents), []).append((hours, offer_id))
    high = family_bits(family) << GROUP_BITS
    for (title, modality, price_cents), members in bases.items():
        first: int | None = None
        key = 0
        for hours, offer_id in sorted(members):
            if first is None or hours - first >= SPAN_HOURS:
                first = hours
                key = high | key_id("card", title, modality, str(price_cents), str(first)) & _GROUP_MASK
            found[offer_id] = key
    return found
