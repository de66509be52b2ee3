"""Documents of a file, made from its entries and kept as they were told. In the caller's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from base.errors import Conflict
from catalog.codes.facets import Labelled
from enrollment.money import statements
from enrollment.money.accounts import AccountKind
from enrollment.money.contracts import held_for, vat_of
from enrollment.money.entries import Event, paris_day
from enrollment.money.ledger import entry_of, lines_of
from enrollment.money.paying import NothingDue
from enrollment.money.statements import Closed, Used
from enrollment.money.tables import DOCUMENT


class DocumentKind(Labelled):
    QUOTE = "quote", "devis"  # of the file itself, which keeps its plan
    CONFIRMATION = "confirmation", "confirmation de commande"
    PARTICIPATION = "participation", "participation du titulaire"
    RECAP = "recap", "récapitulatif du titulaire"
    FUNDER = "funder", "relevé d'un financeur"
    INVOICE = "invoice", "données de facture"
    CREDIT_NOTE = "credit_note", "avoir"


OF_LEARNER = (
    DocumentKind.CONFIRMATION, DocumentKind.PARTICIPATION, DocumentKind.RECAP, DocumentKind.CREDIT_NOTE,
)  # fmt: skip
OF_ORGANISATION = (DocumentKind.INVOICE,)  # what rights somebody has is not the organisation's
OF_FUNDER = (DocumentKind.FUNDER,)


class AlreadyBilled(Conflict):
    code = "already-billed"
    title = "Déjà facturé"


def keep_confirmation(conn: Connection, file_id: int, at: datetime, *, participation_cents: int = 0) -> dict[str, Any]:
    """Once the money is held; with what the learner paid by card, of which the participation was compulsory."""
    contract, parts = held_for(conn, file_id)
    body = statements.confirmation(contract, [(part.account, part.cents) for part in parts], vat_of(conn, file_id))
    cash = sum(part.cents for part in parts if part.account.kind is AccountKind.CARD)
    if cash:
        paid = statements.participation(contract, cash, min(cash, participation_cents))
        _kept(conn, file_id, DocumentKind.PARTICIPATION, "", paid, at)
    return _kept(conn, file_id, DocumentKind.CONFIRMATION, "", body, at)


def keep_closing(conn: Connection, file_id: int, at: datetime) -> list[DocumentKind]:
    """Once a file is released, forfeited or settled: the recap, each funder's statement, the credit note if any."""
    closed = closed_file(conn, file_id)
    made = [DocumentKind.RECAP]
    _kept(conn, file_id, DocumentKind.RECAP, "", statements.recap(closed), at)
    for funder in sorted({one.account.funder for one in closed.used if one.account.funder}):
        made.append(DocumentKind.FUNDER)
        _kept(conn, file_id, DocumentKind.FUNDER, funder, statements.funder_statement(closed, funder), at)
    if closed.credit_note_cents:
        made.append(DocumentKind.CREDIT_NOTE)
        _kept(conn, file_id, DocumentKind.CREDIT_NOTE, "", statements.credit_note(closed), at)
    return made


def bill(conn: Connection, file_id: int, number: str, at: datetime) -> dict[str, Any]:
    """The data of the organisation's invoice under its own number; a file is billed once, even of nothing."""
    closed = closed_file(conn, file_id)
    if closed.event == Event.RELEASED:
        raise NothingDue("Rien n'est dû à l'organisme pour ce dossier.")
    before = conn.scalar(
        select(DOCUMENT.c.reference).where(DOCUMENT.c.file_id == file_id, DOCUMENT.c.kind == DocumentKind.INVOICE.value)
    )
    if before not in (None, number):
        raise AlreadyBilled(f"Ce dossier a déjà été facturé sous le numéro {before}.", number=before)
    body = statements.invoice(closed, number, vat_of(conn, file_id))
    return _kept(conn, file_id, DocumentKind.INVOICE, number, body, at)


def documents_of(
    conn: Connection, file_id: int, kinds: tuple[DocumentKind, ...] = tuple(DocumentKind), funder: str = ""
) -> list[dict[str, Any]]:
    """Kept ones, oldest first. ``funder``: only its own statement."""
    query = select(DOCUMENT).where(DOCUMENT.c.file_id == file_id, DOCUMENT.c.kind.in_([kind.value for kind in kinds]))
    if funder:
        query = query.where(DOCUMENT.c.reference == funder)
    return [_told(row) for row in conn.execute(query.order_by(DOCUMENT.c.at, DOCUMENT.c.kind, DOCUMENT.c.reference))]


def statements_of(conn: Connection, funder: str, *, after: int, limit: int) -> list[dict[str, Any]]:
    """One funder's, of every file that it gave to, by file; also of those that it never examined."""
    query = select(DOCUMENT).where(
        DOCUMENT.c.kind == DocumentKind.FUNDER.value, DOCUMENT.c.reference == funder, DOCUMENT.c.file_id > after
    )
    return [_told(row) for row in conn.execute(query.order_by(DOCUMENT.c.file_id).limit(limit))]


def _told(row: Row[Any]) -> dict[str, Any]:
    told = {"kind": row.kind, "label": DocumentKind.of(row.kind).label, "reference": row.reference}
    return {**told, "at": row.at.isoformat(), **row.body}


def closed_file(conn: Connection, file_id: int) -> Closed:
    contract, parts = held_for(conn, file_id)
    row = entry_of(conn, f"closed:{file_id}")
    if row is None:
        raise NothingDue("Ce dossier n'est pas terminé : rien n'est encore arrêté.")
    facts = row.facts
    used = tuple(
        Used(
            part.account,
            part.cents,
            facts["paid"].get(str(part.account.id), 0),
            facts["back"].get(str(part.account.id), 0),
        )
        for part in parts
    )
    noted = sum(cents for account, cents in lines_of(conn, [row.key]) if account.kind is AccountKind.CREDIT_NOTE)
    again = sum(one.back_cents for one in used if one.account.kind is AccountKind.HELD and one.account.pot is None)
    return Closed(
        contract,
        row.event,
        paris_day(row.at),
        used,
        credit_note_cents=max(noted - again, 0),  # an old one that returns is no new one
        deposit_cents=sum(part.advanced_cents for part in parts),
        rate_percent=facts.get("rate"),
        cause=facts.get("cause", ""),
    )


def _kept(
    conn: Connection, file_id: int, kind: DocumentKind, reference: str, body: dict[str, Any], at: datetime
) -> dict[str, Any]:
    """The one that is kept: the first."""
    query = select(DOCUMENT.c.body).where(
        DOCUMENT.c.file_id == file_id, DOCUMENT.c.kind == kind.value, DOCUMENT.c.reference == reference
    )
    before = conn.scalar(query)
    if before is not None:
        return dict(before)
    conn.execute(insert(DOCUMENT).values(file_id=file_id, kind=kind.value, reference=reference, body=body, at=at))
    return body
