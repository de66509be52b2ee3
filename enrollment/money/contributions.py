"""How a price is shared between rights, funders and the learner's cash (domain 6, "quote").

The participation is the least that the learner pays in cash, not something on top. A funder that exempts from it may
pay it in the learner's place: the exemption holds when its money really comes, not because it was ready to pay.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from enrollment.dated import Rules
from enrollment.money import amounts
from enrollment.money.exemptions import Exemption, by_contribution, by_pots, by_status, exempts
from enrollment.money.kinds import Status
from enrollment.money.parties import Agreed, Pot


@dataclass(frozen=True, slots=True)
class Sharing:
    price_cents: int
    drawn: tuple[tuple[Pot, int], ...]  # in the order of use, each above nothing
    contributions: tuple[Agreed, ...]  # what each really gives, each above nothing
    participation_cents: int  # of this file
    exemption: Exemption | None

    @property
    def rights_cents(self) -> int:
        return sum(cents for _, cents in self.drawn)

    @property
    def cash_cents(self) -> int:
        return self.price_cents - self.rights_cents - sum(one.cents for one in self.contributions)


@dataclass(frozen=True, slots=True)
class _Case:
    """What stays the same whatever the participation."""

    price: int
    most_rights: int  # by the cap and what the learner has
    added: bool  # the participation is paid on top of what is not covered
    rights_first: bool
    agreed: tuple[Agreed, ...]


def share_price(
    rules: Rules,
    price_cents: int,
    cap_cents: int | None,
    pots: Sequence[Pot],
    agreed: Sequence[Agreed],
    *,
    statuses: Collection[Status],
    participation_cents: int,
    on: date,
) -> Sharing:
    """``pots`` in the order of use, ``agreed`` in the order of asking."""
    usable = sum(pot.cents for pot in pots)
    case = _Case(
        price=price_cents,
        most_rights=usable if cap_cents is None else min(usable, cap_cents),
        added=rules.at(amounts.PARTICIPATION_PLACE, on) == "added",
        rights_first=rules.at(amounts.GIVES_WAY, on) == "rights",
        # Whoever exempts comes first: what is paid in the learner's place must not be left to the others.
        agreed=tuple(sorted(agreed, key=lambda one: not exempts(rules, one, on))),
    )
    floor = min(participation_cents, price_cents)
    exemption = by_status(rules, statuses, on)
    if floor and exemption is None:
        rights, _ = _split(case, 0, ())
        exemption = by_pots(rules, _draw(pots, rights), on)
    if not floor or exemption is not None:
        rights, given = _split(case, 0, ())
        return Sharing(price_cents, _draw(pots, rights), given, 0, exemption if floor else None)
    exempting = tuple(one for one in case.agreed if exempts(rules, one, on))
    rights, given = _split(case, floor, exempting)
    exemption = by_contribution(rules, given, on)
    if exemption is None:
        rights, given = _split(case, floor, ())
        return Sharing(price_cents, _draw(pots, rights), given, floor, None)
    # Their money stands; rights, then the others, fill what is left.
    theirs = tuple(one for one in given if exempts(rules, one, on))
    left = price_cents - sum(one.cents for one in theirs)
    others = tuple(one for one in case.agreed if not exempts(rules, one, on))
    rights, given = _split(replace(case, price=left, agreed=others), 0, ())
    return Sharing(price_cents, _draw(pots, rights), (*theirs, *given), 0, exemption)


def _split(case: _Case, floor: int, instead: tuple[Agreed, ...]) -> tuple[int, tuple[Agreed, ...]]:
    """Cents of rights, and what each funder gives. Those of ``instead`` may pay the learner's floor."""
    if case.rights_first:
        rights = _rights(case, floor, case.price)
        return rights, _given(case, rights, floor, instead)
    given = _given(case, 0, floor, instead)
    return _rights(case, floor, case.price - sum(one.cents for one in given)), given


def _rights(case: _Case, floor: int, room: int) -> int:
    if case.added:
        return max(min(case.most_rights, room) - floor, 0)
    return max(min(case.most_rights, room - floor), 0)


def _given(case: _Case, rights: int, floor: int, instead: tuple[Agreed, ...]) -> tuple[Agreed, ...]:
    given: list[Agreed] = []
    room = case.price - rights
    for one in case.agreed:
        cents = max(min(one.cents, room if one in instead else room - floor), 0)
        room -= cents
        if cents:
            given.append(replace(one, cents=cents))
    return tuple(given)


def _draw(pots: Sequence[Pot], cents: int) -> tuple[tuple[Pot, int], ...]:
    drawn: list[tuple[Pot, int]] = []
    for pot in pots:
        taken = min(pot.cents, cents)
        cents -= taken
        if taken:
            drawn.append((pot, taken))
    return tuple(drawn)
