"""What each event does to the accounts: balanced entries, made from values and written by ``ledger`` (domain 6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from base.clock import PARIS
from base.ids import key_id
from catalog.codes.facets import Labelled
from enrollment.dated import Rules
from enrollment.money import accounts, amounts
from enrollment.money.accounts import Account, AccountKind
from enrollment.money.kinds import Nature
from enrollment.money.plan import Plan, PlanLine, Source
from enrollment.money.reclaiming import Due, Move, reclaim
from enrollment.money.settlement import Share


class Event(Labelled):
    FED = "fed", "alimentation du compte"
    CONVERTED = "converted", "conversion d'heures"
    ENDOWED = "endowed", "dotation"
    EXPIRED = "expired", "droits expirés"
    HELD = "held", "droits mobilisés, paiement reçu"
    RELEASED = "released", "tout est rendu"
    FORFEITED = "forfeited", "annulation tardive ou absence au départ"
    DEPOSITED = "deposited", "acompte"
    SETTLED = "settled", "service fait validé"
    PAID = "paid", "virement à l'organisme"
    REJECTED = "rejected", "virement rejeté par la banque"
    UNDUE = "undue", "somme indue constatée par un contrôle"
    RECOVERED = "recovered", "somme indue récupérée"
    REFUNDED = "refunded", "remboursement effectué"


@dataclass(frozen=True, slots=True)
class Line:
    account: Account
    cents: int  # above nothing: the account has more


@dataclass(frozen=True, slots=True)
class Entry:
    key: str  # each thing happens once: a second entry of the same key is refused
    event: Event
    at: datetime
    lines: tuple[Line, ...]
    file_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)  # why this much, as JSON

    def __post_init__(self) -> None:
        sums: dict[Nature, int] = defaultdict(int)
        for line in self.lines:
            sums[line.account.nature] += line.cents
        ids = {line.account.id for line in self.lines}
        if any(sums.values()) or len(ids) < len(self.lines) or len(self.lines) < 2:
            raise ValueError(f"{self.key}: an entry is balanced for each nature of money")
        if not all(line.cents for line in self.lines):
            raise ValueError(f"{self.key}: a line of nothing")

    @property
    def id(self) -> int:
        return key_id("entry", self.key)

    @property
    def digest(self) -> str:
        return digest(self.key, self.event, ((line.account.id, line.cents) for line in self.lines))


def digest(key: str, event: str, lines: Iterable[tuple[int, int]]) -> str:
    """Of an entry's meaning: a cent moved afterwards from one account to another is seen."""
    told = ";".join(f"{account}:{cents}" for account, cents in sorted(lines))
    return blake2b(f"{key}|{event}|{told}".encode(), digest_size=16).hexdigest()


def entry(
    key: str,
    event: Event,
    at: datetime,
    moves: Iterable[Move],
    file_id: int | None = None,
    **facts: Any,
) -> Entry:
    """``moves``: from, to, cents; those of nothing are left out, those of one account are added up."""
    sums: dict[Account, int] = {}
    for source, target, cents in moves:
        if cents < 0:
            raise ValueError(f"{key}: money moves forward")
        if cents:
            sums[source] = sums.get(source, 0) - cents
            sums[target] = sums.get(target, 0) + cents
    lines = tuple(Line(account, cents) for account, cents in sums.items() if cents)
    return Entry(key, event, at, lines, file_id, facts)


@dataclass(frozen=True, slots=True)
class Contract:
    """What the confirmation fixed, kept with the entry that held the money."""

    file_id: int
    learner_id: int
    siret: str
    price_cents: int
    on: date  # whose rules hold until the end


def hold(file_id: int, plan: Plan, at: datetime, **facts: Any) -> Entry:
    """Rights are kept for the file, the card's money has come, funders have pledged."""
    if not plan.payable or plan.learner_id is None:
        raise ValueError("only a plan that can be paid, of a known learner, is held")
    moves = [_held(file_id, plan.learner_id, line) for line in plan.lines]
    return entry(f"held:{file_id}", Event.HELD, at, moves, file_id, **facts)


def _held(file_id: int, learner_id: int, line: PlanLine) -> Move:
    match line.source:
        case Source.RIGHTS:
            assert line.pot is not None
            return line.pot, accounts.held(file_id, line.pot), line.cents
        case Source.CONTRIBUTION:
            assert line.funder_kind is not None
            source = accounts.funder(line.funder, line.funder_kind)
            return source, accounts.pledged(file_id, line.funder, line.funder_kind), line.cents
        case Source.CREDIT_NOTE:
            note = accounts.credit_note(learner_id)
            return note, accounts.held(file_id, note), line.cents
        case Source.CARD:
            return accounts.BANK, accounts.card(file_id, learner_id), line.cents


def close(
    event: Event,
    contract: Contract,
    shares: Sequence[Share],
    rules: Rules,
    at: datetime,
    owing: Mapping[Nature, int],
    **facts: Any,
) -> Entry:
    """A file's money leaves its accounts, once: released, forfeited or settled.

    ``owing``: of a deposit, what has not been paid yet; a deposit above what is due is taken back.
    """
    moves: list[Move] = []
    surplus: list[Due] = []
    card_rule = amounts.LATE_CARD if event is Event.FORFEITED else amounts.GIVEN_UP_CARD
    card_kept = rules.at(card_rule, contract.on) == "credit-note"
    to_funder = rules.at(amounts.FORFEITED_VOLUNTARY, contract.on) == "funder"
    for share in shares:
        source = share.part.account
        kept = share.part.cents - share.part.advanced_cents
        back = home(source, contract, paris_day(at))
        lost = _forfeited_to(source, contract, card_kept, to_funder)
        more = share.paid_cents - share.part.advanced_cents
        if more < 0:
            target = lost if share.forfeited_cents else back
            moves.append((source, target, kept))
            surplus.append(Due(source, target, -more))
            continue
        owed = accounts.payable(contract.file_id, contract.siret, source.nature)
        moves += [(source, owed, more), (source, back, share.back_cents), (source, lost, share.forfeited_cents)]
    taken, claims = reclaim(contract.file_id, contract.siret, surplus, owing)
    paid = {str(share.part.account.id): share.paid_cents for share in shares}
    returned = {str(share.part.account.id): share.back_cents for share in shares}
    told = {**facts, "paid": paid, "back": returned, "claims": claims}
    return entry(f"closed:{contract.file_id}", event, at, [*moves, *taken], contract.file_id, **told)


def home(source: Account, contract: Contract, day: date) -> Account:
    """Where money of a file returns to. Rights that expired meanwhile are their funder's again (domain 4.2)."""
    if source.kind is AccountKind.HELD:
        if source.expires_on is not None and source.expires_on < day:
            return (
                accounts.refund_to_funder(contract.file_id, source) if source.funder else accounts.fund(source.nature)
            )
        return accounts.taken_from(source)
    if source.kind is AccountKind.PLEDGED:
        return accounts.refund_to_funder(contract.file_id, source)
    return accounts.refund_to_learner(contract.file_id, contract.learner_id)


def _forfeited_to(source: Account, contract: Contract, card_kept: bool, to_funder: bool) -> Account:
    if source.nature is Nature.LEARNER and card_kept:
        return accounts.credit_note(contract.learner_id)
    if source.nature is Nature.VOLUNTARY and to_funder and source.funder:
        return accounts.refund_to_funder(contract.file_id, source)
    return accounts.fund(source.nature)


def paris_day(at: datetime) -> date:
    return at.astimezone(PARIS).date()
