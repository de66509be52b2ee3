"""Who gets what at the end of a file: pure arithmetic on the parts that were kept for it (domain 4.3 and 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from enrollment.dated import Rules
from enrollment.money import amounts
from enrollment.money.accounts import Account
from enrollment.money.kinds import Cause
from enrollment.money.rounding import percent, shared


@dataclass(frozen=True, slots=True)
class Part:
    """Money kept for a file, of one source."""

    account: Account
    cents: int  # all of it, what was advanced included
    advanced_cents: int = 0  # already the organisation's, as a deposit


@dataclass(frozen=True, slots=True)
class Share:
    part: Part
    paid_cents: int  # to the organisation, what was advanced included
    back_cents: int  # to where it came from
    forfeited_cents: int  # lost to the learner


def settle(rules: Rules, parts: Sequence[Part], cause: Cause, rate: int, *, on: date) -> tuple[Share, ...]:
    """``rate``: percent of the training that was done, whole; ``on``: day of the contract.

    ``shared`` gives each source the same proportion, so the organisation is paid by all of them.
    """
    if not 0 <= rate <= 100:
        raise ValueError("a rate lies between 0 and 100")
    whole = sum(part.cents for part in parts)
    due = due_cents(rules, whole, cause, rate, on)
    rest = _rest(parts, whole - due)
    forfeited = cause is Cause.LEARNER_FAULT
    return tuple(
        Share(part, part.cents - cents, 0 if forfeited else cents, cents if forfeited else 0)
        for part, cents in zip(parts, rest, strict=True)
    )


def due_cents(rules: Rules, whole: int, cause: Cause, rate: int, on: date) -> int:
    """What the organisation gets of an order."""
    match cause:
        case Cause.COMPLETE:
            return whole
        case Cause.LEARNER_FAULT:
            return percent(whole, rules.at(amounts.GIVEN_UP, on).paid_percent(rate))
        case Cause.FORCE_MAJEURE | Cause.INTERRUPTED_RESCHEDULED:
            return percent(whole, rate)
        case Cause.INTERRUPTED:
            return percent(whole, rate) if rules.at(amounts.INTERRUPTED, on) == "done" else 0


def give_back(parts: Sequence[Part]) -> tuple[Share, ...]:
    """Withdrawal, free cancellation, the organisation's or a funder's: everything returns."""
    return tuple(Share(part, 0, part.cents, 0) for part in parts)


def forfeit(rules: Rules, parts: Sequence[Part], *, on: date) -> tuple[Share, ...]:
    """Late cancellation or no-show: the indemnity is taken from the parts in their order, the rest is lost."""
    left = percent(sum(part.cents for part in parts), rules.at(amounts.LATE_INDEMNITY_PERCENT, on))
    shares: list[Share] = []
    for part in parts:
        taken = min(part.cents, left)
        left -= taken
        shares.append(Share(part, taken, 0, part.cents - taken))
    return tuple(shares)


def advance(parts: Sequence[Part], cents: int) -> tuple[int, ...]:
    """What each part gives to a deposit."""
    return shared(cents, [part.cents for part in parts])


def _rest(parts: Sequence[Part], rest: int) -> tuple[int, ...]:
    """What is not the organisation's, by part. A deposit is only taken back where nothing else is left: shares of a
    larger sum are not always larger (Alabama's paradox), and no cent may be paid twice."""
    room = [part.cents - part.advanced_cents for part in parts]
    if rest <= sum(room):
        return shared(rest, room)
    beyond = shared(rest - sum(room), [part.advanced_cents for part in parts])
    return tuple(own + more for own, more in zip(room, beyond, strict=True))
