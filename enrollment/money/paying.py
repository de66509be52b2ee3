"""The door for what happens between a file and bank accounts, each in the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from base.errors import Conflict
from enrollment.dated import Rules
from enrollment.money import amounts, payments
from enrollment.money.accounts import Account, AccountKind, refund_to_learner
from enrollment.money.contracts import (
    balances_of,
    claims_of,
    contract_of,
    held_for,
    owing,
    with_the_organisation,
)
from enrollment.money.ledger import entry_of, lines_of, post
from enrollment.money.rounding import percent
from enrollment.money.tables import ENTRY


class NothingDue(Conflict):
    code = "nothing-due"
    title = "Rien n'est dû"


def deposit(conn: Connection, file_id: int, rules: Rules, days: int, at: datetime) -> int:
    """At the entry: cents of the deposit, 0 where the rule gives none. ``days``: from the first to the last."""
    contract, parts = held_for(conn, file_id)
    rate = rules.at(amounts.DEPOSIT_PERCENT, contract.on)
    if days < rules.at(amounts.DEPOSIT_LEAST_DAYS, contract.on):
        return 0
    cents = percent(contract.price_cents, rate)
    if cents:
        post(conn, payments.deposit(contract, parts, cents, at))
    return cents


def pay(conn: Connection, file_id: int, run: str, at: datetime) -> int:
    """All that is owed for a file leaves with a run of transfers; cents. ``NothingDue`` when there is nothing."""
    owed = owing(conn, file_id)
    if not owed:
        raise NothingDue("Rien n'est à payer à l'organisme pour ce dossier.")
    post(conn, payments.paid(contract_of(conn, file_id), owed, run, at))
    return sum(owed.values())


def reject(conn: Connection, file_id: int, run: str, reason: str, at: datetime) -> int:
    """The bank sent a transfer back: cents that are owed again.

    What a control claimed of it meanwhile came back with it: the claim is settled, and only the rest is owed again.
    ``NotEnough`` where nothing would be owed, or money went elsewhere since.
    """
    lines = lines_of(conn, [f"paid:{file_id}:{run}"])
    if not lines:
        raise NothingDue("Ce dossier ne fait pas partie de ce virement.", run=run)
    sent = {account.nature: cents for account, cents in lines if account.kind is AccountKind.PAID}
    kept = {account.nature: cents for account, cents in balances_of(conn, file_id, AccountKind.PAID)}
    missing = {nature: cents - kept.get(nature, 0) for nature, cents in sent.items() if cents > kept.get(nature, 0)}
    claimed = {account.nature: cents for account, cents in balances_of(conn, file_id, AccountKind.RECOVERY)}
    if missing and missing == claimed != sent:
        for reference in open_claims(conn, file_id):
            recover(conn, file_id, reference, at)
        sent = {nature: cents - missing.get(nature, 0) for nature, cents in sent.items()}
    post(conn, payments.rejected(contract_of(conn, file_id), sent, run, at, reason))
    return sum(sent.values())


def claim_undue(conn: Connection, file_id: int, cents: int, reference: str, at: datetime) -> int:
    """A control took ``cents`` back: at once from what is still owed; what remains to be recovered is returned."""
    sources = with_the_organisation(conn, file_id)
    if not 0 < cents <= sum(sources.values()):
        raise NothingDue("La somme indue dépasse ce que l'organisme a reçu pour ce dossier.")
    entry = payments.undue(contract_of(conn, file_id), sources, owing(conn, file_id), cents, reference, at)
    post(conn, entry)
    return sum(entry.facts["claims"].values())


def recover(conn: Connection, file_id: int, reference: str, at: datetime) -> int:
    """What was claimed under a reference came back; cents. ``closed``: of a deposit above what was due."""
    claimed = entry_of(conn, f"closed:{file_id}" if reference == "closed" else f"undue:{file_id}:{reference}")
    claims = claims_of(conn, file_id, claimed.facts) if claimed is not None else {}
    if not claims:
        raise NothingDue("Rien n'est à récupérer sous cette référence.", reference=reference)
    post(conn, payments.recovered(contract_of(conn, file_id), claims, reference, at))
    return sum(claims.values())


def open_claims(conn: Connection, file_id: int) -> list[str]:
    """References under which something is still claimed from the organisation."""
    rows = conn.execute(select(ENTRY).where(ENTRY.c.file_id == file_id).order_by(ENTRY.c.at, ENTRY.c.id)).all()
    references = ["closed" if row.key == f"closed:{file_id}" else row.facts["reference"] for row in rows
                  if row.facts.get("claims")]  # fmt: skip
    return [each for each in references if entry_of(conn, f"recovered:{file_id}:{each}") is None]


def refunds_due(conn: Connection, file_id: int) -> list[tuple[Account, int]]:
    """To the learner and to funders, of a file."""
    return balances_of(conn, file_id, AccountKind.REFUND_DUE)


def refund(conn: Connection, due: Account, cents: int, reference: str, at: datetime) -> None:
    """Money due to a learner or a funder has left: ``reference`` is the card payment's or the transfer's."""
    post(conn, payments.refunded(due, cents, reference, at))


def give_back_late_card(
    conn: Connection, file_id: int, learner_id: int, cents: int, payment: str, at: datetime
) -> Account:
    """A card payment that succeeded after its file lapsed; the account from which it is refunded."""
    post(conn, payments.came_too_late(file_id, learner_id, cents, payment, at))
    return refund_to_learner(file_id, learner_id)
