"""Entries between a file and the organisation's or anybody's bank account (domain 6: entry, billed, paid, control)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from enrollment.money import accounts
from enrollment.money.accounts import Account, AccountKind
from enrollment.money.entries import Contract, Entry, Event, entry, home, paris_day
from enrollment.money.kinds import Nature
from enrollment.money.reclaiming import Due, Move, reclaim
from enrollment.money.rounding import shared
from enrollment.money.settlement import Part, advance


def deposit(contract: Contract, parts: Sequence[Part], cents: int, at: datetime) -> Entry:
    """At the entry: part of the order is the organisation's already."""
    moves: list[Move] = [
        (part.account, accounts.payable(contract.file_id, contract.siret, part.account.nature), taken)
        for part, taken in zip(parts, advance(parts, cents), strict=True)
    ]
    return entry(f"deposit:{contract.file_id}", Event.DEPOSITED, at, moves, contract.file_id)


def paid(contract: Contract, owing: Mapping[Nature, int], run: str, at: datetime) -> Entry:
    """All that is owed for the file goes out with a run of transfers."""
    moves = [
        (
            accounts.payable(contract.file_id, contract.siret, nature),
            accounts.paid(contract.file_id, contract.siret, nature),
            cents,
        )
        for nature, cents in owing.items()
    ]
    return entry(f"paid:{contract.file_id}:{run}", Event.PAID, at, moves, contract.file_id, run=run)


def rejected(contract: Contract, back: Mapping[Nature, int], run: str, at: datetime, reason: str) -> Entry:
    """The bank sent the transfer back: owed again."""
    moves = [
        (
            accounts.paid(contract.file_id, contract.siret, nature),
            accounts.payable(contract.file_id, contract.siret, nature),
            cents,
        )
        for nature, cents in back.items()
    ]
    key = f"rejected:{contract.file_id}:{run}"
    return entry(key, Event.REJECTED, at, moves, contract.file_id, run=run, reason=reason)


def undue(
    contract: Contract,
    sources: Mapping[Account, int],
    owing: Mapping[Nature, int],
    cents: int,
    reference: str,
    at: datetime,
) -> Entry:
    """A control found that the organisation had no right to ``cents``.

    ``sources``: what each source still has with the organisation; all give up the same proportion.
    """
    parts = shared(cents, list(sources.values()))
    day = paris_day(at)
    dues = [Due(source, home(source, contract, day), part) for source, part in zip(sources, parts, strict=True) if part]
    moves, claims = reclaim(contract.file_id, contract.siret, dues, owing)
    returned = {str(due.source.id): due.cents for due in dues}
    key = f"undue:{contract.file_id}:{reference}"
    facts = {"reference": reference, "returned": returned, "claims": claims}
    return entry(key, Event.UNDUE, at, moves, contract.file_id, **facts)


def recovered(contract: Contract, claims: Mapping[Account, int], reference: str, at: datetime) -> Entry:
    """The organisation gave back what was claimed, by its own transfer or out of another payment."""
    day = paris_day(at)
    moves = [
        (accounts.recovery(contract.file_id, contract.siret, source.nature), home(source, contract, day), cents)
        for source, cents in claims.items()
    ]
    key = f"recovered:{contract.file_id}:{reference}"
    return entry(key, Event.RECOVERED, at, moves, contract.file_id, reference=reference)


def refunded(due: Account, cents: int, reference: str, at: datetime) -> Entry:
    """What was due to a learner or a funder has left."""
    assert due.kind is AccountKind.REFUND_DUE
    whom = due.funder or due.learner_id
    key = f"refunded:{due.file_id}:{due.nature}:{whom}:{reference}"
    return entry(key, Event.REFUNDED, at, [(due, accounts.refunded(due), cents)], due.file_id, reference=reference)


def came_too_late(file_id: int, learner_id: int, cents: int, payment: str, at: datetime) -> Entry:
    """A card payment of a file that had lapsed: it is due back at once, whatever the file is now."""
    due = accounts.refund_to_learner(file_id, learner_id)
    return entry(f"late-card:{payment}", Event.HELD, at, [(accounts.BANK, due, cents)], file_id, payment=payment)
