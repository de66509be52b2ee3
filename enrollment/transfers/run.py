"""One run pays every organisation that is due and can be paid: one transfer each, one file for the bank.

An organisation at a time, in a transaction of its own: its files are paid in the ledger and in their states, and its
transfer is written, or nothing. Killed anywhere, the run is asked again with its key and goes on: what is paid is due
no more. Sealing makes the bytes once; they are never made again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select, update

from base.database import reading, stored
from base.errors import Conflict, InvalidParameter, NotFound, ParcoursError
from base.ids import id_text, key_id
from catalog.codes.facets import Labelled
from catalog.store.statements import insert_into
from enrollment.files import acts
from enrollment.files.acts import Desk
from enrollment.files.deadlines import day_of
from enrollment.files.events import Event
from enrollment.files.file import Said
from enrollment.files.states import Billing, Control
from enrollment.files.store import By
from enrollment.files.tables import FILE
from enrollment.money.contracts import owing
from enrollment.transfers import accounts, incidents, pain
from enrollment.transfers.accounts import BankAccount
from enrollment.transfers.banking import Coordinates
from enrollment.transfers.incidents import Kind
from enrollment.transfers.pain import Credit, Debtor
from enrollment.transfers.tables import BANK_ACCOUNT, RUN, TRANSFER, TRANSFER_PART


class RunState(Labelled):
    OPEN = "open", "en cours"
    SEALED = "sealed", "prêt pour la banque"


class TransferState(Labelled):
    SENT = "sent", "émis"
    REJECTED = "rejected", "rejeté par la banque"


@dataclass(frozen=True, slots=True)
class Run:
    id: int
    key: str
    state: RunState
    on: date
    opened_at: datetime
    sealed_at: datetime | None
    payees: int
    total_cents: int
    document: str  # "" when nothing was due

    @property
    def reference(self) -> str:
        """As the ledger and the bank know it."""
        return id_text(self.id)


@dataclass(frozen=True, slots=True)
class Skipped:
    """Due, and not in this run."""

    siret: str
    file_id: int | None
    why: str


_PAYS = {Billing.BILLED.value: Event.PAY, Billing.DEPOSIT_WAIT.value: Event.PAY_DEPOSIT}
# Billed, or a deposit waited for, and no control in the way.
DUE = (FILE.c.billing.in_(list(_PAYS)), FILE.c.control != Control.IN_CONTROL.value)


def pay_all(
    database: Engine, desk: Desk, debtor: Debtor, key: str, on: date, by: By, now: datetime
) -> tuple[Run, list[Skipped]]:
    """The sealed run of a key. The same key again: the same run, whatever is due since."""
    run = stored(database, lambda conn: _opened(conn, key, on, by, now))
    skipped: list[Skipped] = []
    if run.state is RunState.OPEN:
        with reading(database) as conn:
            waiting = list(conn.scalars(select(FILE.c.siret).where(*DUE).distinct().order_by(FILE.c.siret)))
        for siret in waiting:
            skipped += stored(database, partial(_pay, desk=desk, run=run, siret=siret, by=by, now=now))
    return stored(database, lambda conn: _sealed(conn, debtor, run.id, now)), skipped


def read(conn: Connection, run_id: int) -> Run:
    row = conn.execute(select(RUN).where(RUN.c.id == run_id)).first()
    if row is None:
        raise NotFound("Ce lot de virements n'existe pas.")
    return _run(row)


def latest(conn: Connection, limit: int = 50) -> list[Run]:
    return [_run(row) for row in conn.execute(select(RUN).order_by(RUN.c.opened_at.desc(), RUN.c.id).limit(limit))]


def transfers(conn: Connection, run_id: int) -> Sequence[Row[Any]]:
    """With the account each went to."""
    columns = (TRANSFER, BANK_ACCOUNT.c.iban, BANK_ACCOUNT.c.bic, BANK_ACCOUNT.c.holder)
    joined = select(*columns).join(BANK_ACCOUNT, BANK_ACCOUNT.c.id == TRANSFER.c.account_id)
    return conn.execute(joined.where(TRANSFER.c.run_id == run_id).order_by(TRANSFER.c.siret)).all()


def _opened(conn: Connection, key: str, on: date, by: By, now: datetime) -> Run:
    if not (0 < len(key) <= 100 and key.isprintable()):
        raise InvalidParameter("key", "key : un nom pour ce lot de virements, 100 caractères au plus.")
    number = key_id("transfer-run", key)
    values = {
        "id": number,
        "key": key,
        "state": RunState.OPEN.value,
        "execute_on": on,
        "opened_at": now,
        "opened_by": by.name,
    }
    counted = {"payees": 0, "total_cents": 0, "document": ""}
    if conn.dialect.name == "postgresql":  # two new runs wait for each other; SQLite's writers are alone anyway
        conn.exec_driver_sql("SELECT pg_advisory_xact_lock(1885434481)")
    statement = insert_into(conn, RUN).values(**values, **counted).on_conflict_do_nothing()
    new = conn.execute(statement.returning(RUN.c.id)).first() is not None
    run = _run(conn.execute(select(RUN).where(RUN.c.id == number).with_for_update()).one())
    if run.on != on:
        raise Conflict(f"Le lot « {key} » existe déjà, pour le {run.on:%d/%m/%Y}.", on=run.on.isoformat())
    if new and on < day_of(now):
        raise InvalidParameter("on", f"on : la banque exécute ce lot aujourd'hui ou plus tard, pas le {on:%d/%m/%Y}.")
    other = select(RUN.c.key).where(RUN.c.state == RunState.OPEN.value, RUN.c.id != number)
    unfinished = conn.scalar(other.limit(1))
    if new and unfinished is not None:
        raise Conflict(f"Le lot « {unfinished} » n'est pas terminé : reprenez-le d'abord.", key=unfinished)
    return run


def _pay(conn: Connection, *, desk: Desk, run: Run, siret: str, by: By, now: datetime) -> list[Skipped]:
    # Shared: several processes may pay at once, and none adds to a run that another is sealing.
    state = conn.scalar(select(RUN.c.state).where(RUN.c.id == run.id).with_for_update(read=True))
    twice = select(TRANSFER.c.id).where(TRANSFER.c.run_id == run.id, TRANSFER.c.siret == siret)
    if state != RunState.OPEN.value or conn.scalar(twice) is not None:
        return []  # what came due since waits for the next run
    account, why = _account(conn, siret, now)
    if account is None:
        return [Skipped(siret, None, why)]
    query = select(FILE.c.id, FILE.c.billing).where(FILE.c.siret == siret, *DUE).order_by(FILE.c.id)
    parts: dict[int, int] = {}
    skipped: list[Skipped] = []
    for row in conn.execute(query.with_for_update()).all():
        try:
            with conn.begin_nested():
                cents = sum(owing(conn, row.id).values())
                acts.perform(conn, desk, row.id, _PAYS[row.billing], Said(reference=run.reference), by, now)
        except ParcoursError as refusal:
            if refusal.status >= 500:
                raise
            skipped.append(Skipped(siret, row.id, refusal.detail))
            continue
        if cents:  # nothing, where a deposit was all that is due
            parts[row.id] = cents
    if parts:
        _write(conn, run, account, parts)
    return skipped


def _account(conn: Connection, siret: str, now: datetime) -> tuple[BankAccount | None, str]:
    account = accounts.effective(accounts.of(conn, siret), now)
    known = incidents.opened(conn, siret)
    if account is None:
        why = Kind.NO_ACCOUNT.label
        if not any(each.kind is Kind.NO_ACCOUNT for each in known):
            incidents.open_incident(conn, Kind.NO_ACCOUNT, siret, why, now)
        return None, why
    incidents.close_all(conn, siret, Kind.NO_ACCOUNT, "compte déclaré", now)
    if any(each.account_id == account.id for each in known):
        return None, "un virement vers ce compte a été rejeté, l'incident n'est pas clos"
    return account, ""


def _write(conn: Connection, run: Run, account: BankAccount, parts: dict[int, int]) -> None:
    reference = f"{run.reference}-{account.siret}"
    number = key_id("transfer", reference)
    values = {"id": number, "run_id": run.id, "siret": account.siret, "account_id": account.id}
    told = {"reference": reference, "cents": sum(parts.values()), "state": TransferState.SENT.value}
    conn.execute(insert(TRANSFER).values(**values, **told, reject_code="", reject_reason=""))
    rows = [{"transfer_id": number, "file_id": file_id, "cents": cents} for file_id, cents in parts.items()]
    conn.execute(insert(TRANSFER_PART), rows)


def _sealed(conn: Connection, debtor: Debtor, run_id: int, now: datetime) -> Run:
    run = _run(conn.execute(select(RUN).where(RUN.c.id == run_id).with_for_update()).one())
    if run.state is RunState.SEALED:
        return run
    counted = (
        select(TRANSFER_PART.c.transfer_id, func.count())
        .join(TRANSFER, TRANSFER.c.id == TRANSFER_PART.c.transfer_id)
        .where(TRANSFER.c.run_id == run_id)
        .group_by(TRANSFER_PART.c.transfer_id)
    )
    files = {int(number): int(count) for number, count in conn.execute(counted)}
    made = [
        Credit(
            row.reference,
            row.holder,
            Coordinates(row.iban, row.bic),
            row.cents,
            f"Formations CPF, {files[row.id]} dossier{'s' if files[row.id] > 1 else ''}, lot {run.reference}",
        )
        for row in transfers(conn, run_id)
    ]
    content = pain.document(debtor, run.reference, run.on, now, made).decode() if made else ""
    total = sum(credit.cents for credit in made)
    told = {"state": RunState.SEALED.value, "sealed_at": now, "document": content}
    conn.execute(update(RUN).where(RUN.c.id == run_id).values(**told, payees=len(made), total_cents=total))
    return read(conn, run_id)


def _run(row: Row[Any]) -> Run:
    return Run(
        row.id, row.key, RunState.of(row.state), row.execute_on, row.opened_at, row.sealed_at, row.payees,
        row.total_cents, row.document,
    )  # fmt: skip
