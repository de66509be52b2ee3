"""What a closed order did to each source of its money, and the documents that tell it: values in, JSON out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from base.ids import id_text
from enrollment.money.accounts import Account, AccountKind
from enrollment.money.entries import Contract
from enrollment.money.kinds import Nature
from enrollment.money.vat import VatPart, partial


@dataclass(frozen=True, slots=True)
class Used:
    """One source of a file: pot of rights, funder, credit note or card."""

    account: Account  # held, pledged or card
    cents: int  # given at the confirmation
    paid_cents: int  # of it, to the organisation
    back_cents: int  # of it, returned

    @property
    def lost_cents(self) -> int:
        return self.cents - self.paid_cents - self.back_cents


@dataclass(frozen=True, slots=True)
class Closed:
    """How a file ended."""

    contract: Contract
    event: str  # released, forfeited, settled
    on: date
    used: tuple[Used, ...]
    credit_note_cents: int  # made for the learner
    deposit_cents: int
    rate_percent: int | None = None
    cause: str = ""

    @property
    def due_cents(self) -> int:
        return sum(one.paid_cents for one in self.used)


def confirmation(contract: Contract, parts: Sequence[tuple[Account, int]], vat: Sequence[VatPart]) -> dict[str, Any]:
    """The order as it was confirmed: the contract's amounts."""
    return {
        **_heading(contract),
        "lines": [{**_source(account), "cents": cents} for account, cents in parts],
        "vat": [_vat(part) for part in vat],
    }


def participation(contract: Contract, cash_cents: int, participation_cents: int) -> dict[str, Any]:
    """What the learner paid by card for his order."""
    return {**_heading(contract), "cash_cents": cash_cents, "participation_cents": participation_cents}


def recap(closed: Closed) -> dict[str, Any]:
    """For the learner: what was billed, and what his rights and his card really gave."""
    mine = [one for one in closed.used if one.account.learner_id is not None]
    cash = [one for one in mine if one.account.nature is Nature.LEARNER]
    rights = [one for one in mine if one.account.nature is not Nature.LEARNER]
    return {
        **_heading(closed.contract),
        **_ending(closed),
        "billed_cents": closed.due_cents,
        "rights_debited_cents": sum(one.cents - one.back_cents for one in rights),
        "rights_returned_cents": sum(one.back_cents for one in rights),
        "cash_debited_cents": sum(one.cents - one.back_cents for one in cash) - closed.credit_note_cents,
        "cash_refunded_cents": sum(one.back_cents for one in cash if one.account.kind is AccountKind.CARD),
        "credit_note_cents": closed.credit_note_cents,
        "lines": [_used(one) for one in closed.used],
    }


def invoice(closed: Closed, number: str, vat: Sequence[VatPart]) -> dict[str, Any]:
    """Data of the organisation's invoice, as the order and its rate make it; VAT in the mix of the price."""
    due = closed.due_cents
    return {
        **_heading(closed.contract),
        **_ending(closed),
        "number": number,
        "due_cents": due,
        "deposit_cents": closed.deposit_cents,
        "to_pay_cents": max(due - closed.deposit_cents, 0),
        "to_give_back_cents": max(closed.deposit_cents - due, 0),
        "vat": [_vat(part) for part in partial(vat, due)],
    }


def funder_statement(closed: Closed, funder: str) -> dict[str, Any]:
    """What became of one funder's pledge or endowment."""
    theirs = [one for one in closed.used if one.account.funder == funder]
    return {
        **_heading(closed.contract),
        **_ending(closed),
        "given_cents": sum(one.cents for one in theirs),
        "paid_cents": sum(one.paid_cents for one in theirs),
        "returned_cents": sum(one.back_cents for one in theirs),
        "forfeited_cents": sum(one.lost_cents for one in theirs),
    }


def credit_note(closed: Closed) -> dict[str, Any]:
    return {**_heading(closed.contract), **_ending(closed), "cents": closed.credit_note_cents}


def _heading(contract: Contract) -> dict[str, Any]:
    return {
        "file": id_text(contract.file_id),
        "siret": contract.siret,
        "price_cents": contract.price_cents,
        "currency": "EUR",
        "confirmed_on": contract.on.isoformat(),
    }


def _ending(closed: Closed) -> dict[str, Any]:
    return {
        "event": closed.event,
        "on": closed.on.isoformat(),
        "rate_percent": closed.rate_percent,
        "cause": closed.cause,
    }


def _source(account: Account) -> dict[str, Any]:
    if account.kind is AccountKind.CARD:
        label = "carte bancaire"
    elif account.kind is AccountKind.PLEDGED:
        label = f"abondement ({account.funder_kind.label})" if account.funder_kind else "abondement"
    else:
        label = account.pot.label if account.pot else "avoir"
    return {
        "source": account.pot.value if account.pot else account.kind.value,
        "label": label,
        "certification": account.certification,
        "expires_on": account.expires_on.isoformat() if account.expires_on else None,
    }


def _used(one: Used) -> dict[str, Any]:
    return {
        **_source(one.account),
        "cents": one.cents,
        "paid_cents": one.paid_cents,
        "returned_cents": one.back_cents,
        "lost_cents": one.lost_cents,
    }


def _vat(part: VatPart) -> dict[str, int]:
    return {
        "rate_bp": part.rate_bp,
        "net_cents": part.net_cents,
        "vat_cents": part.vat_cents,
        "gross_cents": part.gross_cents,
    }
