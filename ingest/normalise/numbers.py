"""Amounts, hours and counts as people type them -> integers. Nothing is guessed: what is doubtful is unreadable."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

_AMOUNT = re.compile(r"(\d{1,3}(?:[ .]\d{3})+|\d+)(?:[.,](\d+))?")
_THOUSANDS_ENGLISH = re.compile(r"(\d{1,3}(?:,\d{3})+)(?:\.(\d+))?")
_CURRENCY = re.compile(r"(?:€|eur(?:os?)?|ttc|ht|net(?:s)? de taxes?|\.-|,-)", re.IGNORECASE)
_HOURS = re.compile(r"(\d{1,6})(?:[.,](\d{1,2}))?\s*(?:h|heures?)?\.?", re.IGNORECASE)
_COUNT = re.compile(r"\d{1,6}")
_RATE = re.compile(r"(\d{1,2})(?:[.,](\d{1,2})0*)?\s*%?")
CENTS_MAX = 100_000_000_00


@lru_cache(maxsize=8192)
def read_cents(text: str) -> int | None:
    """``1 428,50 €``, ``1.428,50``, ``1428.5``, ``gratuit`` -> cents; ``None`` when it is no amount."""
    text = " ".join(text.split())
    if text.lower() in ("gratuit", "gratuite"):
        return 0
    text = _CURRENCY.sub("", text).strip()
    found = _THOUSANDS_ENGLISH.fullmatch(text)
    if found and (found.group(2) is not None or found.group(1).count(",") > 1):
        whole, part = found.group(1).replace(",", ""), found.group(2) or ""
    elif found := _AMOUNT.fullmatch(text):
        whole, part = found.group(1).replace(" ", "").replace(".", ""), found.group(2) or ""
    else:
        return None
    if len(part) == 3 and part != "000" and "," in text:
        return None  # "1,428": thousands or thousandths?
    cents = int(whole) * 100 + int(Decimal(f"0.{part or 0}").quantize(Decimal("0.01"), ROUND_HALF_UP) * 100)
    return cents if cents <= CENTS_MAX else None


@lru_cache(maxsize=4096)
def read_hours(text: str) -> int | None:
    """Whole hours, half up; ``None`` when unreadable."""
    found = _HOURS.fullmatch(text.strip())
    if not found:
        return None
    hours = Decimal(f"{found.group(1)}.{found.group(2) or 0}").quantize(Decimal(1), ROUND_HALF_UP)
    return int(hours) if hours <= 99_999 else None


def read_count(text: str) -> int | None:
    text = text.strip()
    return int(text) if _COUNT.fullmatch(text) else None


@lru_cache(maxsize=256)
def read_rate_bp(text: str) -> int | None:
    """``20.0``, ``5,5 %`` -> basis points."""
    found = _RATE.fullmatch(text.strip())
    return int(Decimal(f"{found.group(1)}.{found.group(2) or 0}") * 100) if found else None


def with_vat(net_cents: int, rate_bp: int) -> int:
    """Half up, as prices are rounded."""
    return (net_cents * (10_000 + rate_bp) + 5_000) // 10_000


def euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02}"
