"""What banks send back, as a CSV: each transfer is due again, once, and its account waits for somebody to see to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from base.errors import ParcoursError
from base.ids import id_text
from enrollment.files import acts
from enrollment.files.acts import Desk
from enrollment.files.events import Event
from enrollment.files.file import Said
from enrollment.files.store import By
from enrollment.money.loading import Loaded, taken
from enrollment.money.sheets import Finding, Severity, SheetRow, Unusable, read_sheet
from enrollment.money.told import euros
from enrollment.transfers import incidents
from enrollment.transfers.incidents import Kind
from enrollment.transfers.run import RunState, TransferState
from enrollment.transfers.tables import RUN, TRANSFER, TRANSFER_PART

COLUMNS = ("reference", "montant", "code")
OPTIONAL = ("motif",)
REASONS = {  # ISO 20022 external status reasons that come back on transfers
    "AC01": "numéro de compte incorrect",
    "AC04": "compte clos",
    "AC06": "compte bloqué",
    "AG01": "opération interdite sur ce compte",
    "BE04": "adresse du créancier manquante",
    "MD07": "titulaire du compte décédé",
    "MS02": "refusé par le titulaire du compte",
    "MS03": "motif non précisé",
    "RC01": "BIC incorrect",
    "RR04": "motif réglementaire",
}


@dataclass(frozen=True, slots=True)
class Reject:
    row: SheetRow
    reference: str
    cents: int
    code: str
    reason: str


def take_rejects(conn: Connection, desk: Desk, content: bytes, by: By, now: datetime) -> Loaded:
    """In the caller's transaction; a row that cannot be taken is a finding, and moves nothing.

    A transfer comes back whole: a file of it that cannot be due again holds back none of the others.
    """
    loaded = Loaded()
    for reject in taken(read_sheet(content, COLUMNS, OPTIONAL), loaded, _read):
        try:
            with conn.begin_nested():
                _take(conn, desk, reject, by, now, loaded)
        except Unusable as error:
            finding = Finding(error.code, Severity.ERROR, reject.row.line, error.message, error.value)
            loaded.findings.append(finding)
    loaded.findings.sort(key=lambda finding: finding.line)
    return loaded


def _read(row: SheetRow) -> Reject:
    code = row.text("code", 4)
    if not re.fullmatch(r"[A-Z]{2}[0-9A-Z]{2}", code):
        raise Unusable("code", "code : un motif de rejet a quatre caractères, comme AC04.", code)
    given = row.values.get("motif", "")[:140]
    return Reject(row, row.text("reference", 35), row.amount("montant"), code, given or REASONS.get(code, code))


def _take(conn: Connection, desk: Desk, reject: Reject, by: By, now: datetime, loaded: Loaded) -> None:
    query = select(TRANSFER, RUN.c.state.label("run_state")).join(RUN, RUN.c.id == TRANSFER.c.run_id)
    row = conn.execute(query.where(TRANSFER.c.reference == reject.reference).with_for_update(of=TRANSFER)).first()
    if row is None:
        message = "Aucun virement ne porte cette référence."
        raise Unusable("unknown-transfer", message, reject.reference)
    if row.run_state != RunState.SEALED.value:
        raise Unusable("not-sent", "Ce virement n'a pas encore été remis à la banque.", reject.reference)
    if row.cents != reject.cents:
        message = f"montant : ce virement était de {euros(row.cents)}."
        raise Unusable("other-amount", message, reject.row.values["montant"])
    if row.state == TransferState.REJECTED.value:
        loaded.warn(reject.row, "already", "Rejet déjà pris en compte : rien ne change.", reject.reference)
        return
    said = Said(reason=f"{reject.code} : {reject.reason}", reference=id_text(row.run_id))
    files = select(TRANSFER_PART.c.file_id).where(TRANSFER_PART.c.transfer_id == row.id)
    left: list[str] = []
    for file_id in conn.scalars(files.order_by(TRANSFER_PART.c.file_id)).all():
        try:
            with conn.begin_nested():
                acts.perform(conn, desk, file_id, Event.PAYMENT_REJECTED, said, by, now)
        except ParcoursError as refusal:
            if refusal.status >= 500:
                raise
            left.append(f"Le dossier {id_text(file_id)} ne peut pas être remis à payer : {refusal.detail}")
    told = {"reject_code": reject.code, "reject_reason": reject.reason, "rejected_at": now}
    rejected = update(TRANSFER).where(TRANSFER.c.id == row.id)
    conn.execute(rejected.values(state=TransferState.REJECTED.value, **told))
    incidents.open_incident(
        conn, Kind.REJECTED, row.siret, said.reason, now, account_id=row.account_id, transfer_id=row.id
    )
    for text in left:  # all of the transfer came back: somebody has to see to what it paid of this file
        loaded.warn(reject.row, "file-moved-on", text, reject.reference)
        incidents.open_incident(conn, Kind.REJECTED, row.siret, text, now, transfer_id=row.id)
    loaded.taken += 1
    loaded.cents += row.cents
