"""Amounts as a French reader writes them."""

from __future__ import annotations


def euros(cents: int) -> str:
    """``1 350,00 €``, with the spaces that do not break."""
    whole, rest = divmod(abs(cents), 100)
    grouped = f"{whole:,}".replace(",", "\u202f")
    return f"{'-' if cents < 0 else ''}{grouped},{rest:02}\u00a0€"
