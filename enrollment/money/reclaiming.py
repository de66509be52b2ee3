"""Money of a file that the organisation has no right to: out of what it is still owed, else claimed back from it.

A claim remembers which sources it is for, so that what comes back goes to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from enrollment.money import accounts
from enrollment.money.accounts import Account
from enrollment.money.kinds import Nature

Move = tuple[Account, Account, int]


@dataclass(frozen=True, slots=True)
class Due:
    """Of one source of a file."""

    source: Account  # held, pledged or card
    target: Account  # where its money goes
    cents: int


def reclaim(
    file_id: int, siret: str, dues: Iterable[Due], owing: Mapping[Nature, int]
) -> tuple[list[Move], dict[str, int]]:
    """``owing``: cents of each nature that the organisation has not been paid yet. Moves, and the claims by source."""
    left = dict(owing)
    moves: list[Move] = []
    claims: dict[str, int] = {}
    for due in dues:
        nature = due.source.nature
        unpaid = min(left.get(nature, 0), due.cents)
        left[nature] = left.get(nature, 0) - unpaid
        moves.append((accounts.payable(file_id, siret, nature), due.target, unpaid))
        if due.cents > unpaid:
            claimed = due.cents - unpaid
            moves.append((accounts.paid(file_id, siret, nature), accounts.recovery(file_id, siret, nature), claimed))
            claims[str(due.source.id)] = claimed
    return moves, claims
