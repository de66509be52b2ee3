"""What a confirmed file has, read back from its entries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from base.errors import Conflict
from enrollment.money.accounts import Account, AccountKind
from enrollment.money.entries import Contract, Event
from enrollment.money.kinds import Nature
from enrollment.money.ledger import account_of, entry_of, lines_of
from enrollment.money.settlement import Part
from enrollment.money.tables import ACCOUNT, ENTRY
from enrollment.money.vat import VatPart

_KEPT = {AccountKind.HELD, AccountKind.PLEDGED, AccountKind.CARD}  # for a file


class NothingHeld(Conflict):
    code = "nothing-held"
    title = "Aucun paiement pour ce dossier"


def held_for(conn: Connection, file_id: int) -> tuple[Contract, list[Part]]:
    """What the confirmation fixed, and the money it kept, in the order in which it is used."""
    contract = contract_of(conn, file_id)
    advanced = {account: -cents for account, cents in lines_of(conn, [f"deposit:{file_id}"]) if cents < 0}
    kept = [(account, cents) for account, cents in lines_of(conn, [f"held:{file_id}"]) if account.kind in _KEPT]
    return contract, [Part(account, cents, advanced.get(account, 0)) for account, cents in kept]


def contract_of(conn: Connection, file_id: int) -> Contract:
    facts = _facts(conn, file_id)
    on = date.fromisoformat(facts["on"])
    return Contract(file_id, facts["learner"], facts["siret"], facts["price_cents"], on)


def vat_of(conn: Connection, file_id: int) -> tuple[VatPart, ...]:
    """Inside the whole price; empty where the organisation did not state it."""
    return tuple(VatPart(**part) for part in _facts(conn, file_id)["vat"])


def owing(conn: Connection, file_id: int) -> dict[Nature, int]:
    """Cents of each nature that the organisation has not been paid yet for a file."""
    return {account.nature: cents for account, cents in balances_of(conn, file_id, AccountKind.PAYABLE)}


def balances_of(conn: Connection, file_id: int, kind: AccountKind) -> list[tuple[Account, int]]:
    """Of a file's accounts of a guarded kind, those of nothing left out."""
    query = select(ACCOUNT).where(ACCOUNT.c.file_id == file_id, ACCOUNT.c.kind == kind.value)
    rows = conn.execute(query.where(ACCOUNT.c.balance_cents > 0).order_by(ACCOUNT.c.text))
    return [(account_of(row), row.balance_cents) for row in rows]


def with_the_organisation(conn: Connection, file_id: int) -> dict[Account, int]:
    """What each source of a closed file has with the organisation, less what controls took back."""
    _, parts = held_for(conn, file_id)
    closed = entry_of(conn, f"closed:{file_id}")
    if closed is None:
        return {part.account: part.advanced_cents for part in parts if part.advanced_cents}
    query = select(ENTRY.c.facts).where(ENTRY.c.file_id == file_id, ENTRY.c.event == Event.UNDUE.value)
    taken = [facts["returned"] for (facts,) in conn.execute(query)]
    left: dict[Account, int] = {}
    for part in parts:
        number = str(part.account.id)
        cents = closed.facts["paid"].get(number, 0) - sum(returned.get(number, 0) for returned in taken)
        if cents:
            left[part.account] = cents
    return left


def claims_of(conn: Connection, file_id: int, facts: Mapping[str, Any]) -> dict[Account, int]:
    """By source, of an entry that claimed money back."""
    _, parts = held_for(conn, file_id)
    claims = facts.get("claims", {})
    return {part.account: claims[str(part.account.id)] for part in parts if str(part.account.id) in claims}


def _facts(conn: Connection, file_id: int) -> dict[str, Any]:
    row = entry_of(conn, f"held:{file_id}")
    if row is None:
        raise NothingHeld("Rien n'a été mobilisé ni payé pour ce dossier.")
    return dict(row.facts)
