"""Transfers as they were sent, with the account each went to and the files it paid: to be shown."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from enrollment.transfers.banking import Coordinates
from enrollment.transfers.run import TransferState
from enrollment.transfers.tables import BANK_ACCOUNT, RUN, TRANSFER, TRANSFER_PART

MOST = 500  # transfers at once; an organisation has one a run


@dataclass(frozen=True, slots=True)
class Sent:
    reference: str
    siret: str
    holder: str
    coordinates: Coordinates
    cents: int
    state: TransferState
    reject_code: str
    reject_reason: str
    parts: tuple[tuple[int, int], ...]  # file, cents


def to_organisation(conn: Connection, siret: str) -> list[Sent]:
    """The latest first."""
    return _sent(conn, TRANSFER.c.siret == siret)


def of_run(conn: Connection, run_id: int) -> list[Sent]:
    return _sent(conn, TRANSFER.c.run_id == run_id)


def _sent(conn: Connection, which: ColumnElement[bool]) -> list[Sent]:
    query = (
        select(TRANSFER, BANK_ACCOUNT.c.iban, BANK_ACCOUNT.c.bic, BANK_ACCOUNT.c.holder)
        .join(BANK_ACCOUNT, BANK_ACCOUNT.c.id == TRANSFER.c.account_id)
        .join(RUN, RUN.c.id == TRANSFER.c.run_id)
        .where(which)
        .order_by(RUN.c.opened_at.desc(), TRANSFER.c.siret)
        .limit(MOST)
    )
    rows = conn.execute(query).all()
    parts = defaultdict(list)
    of = select(TRANSFER_PART).where(TRANSFER_PART.c.transfer_id.in_([row.id for row in rows]))
    for part in conn.execute(of.order_by(TRANSFER_PART.c.file_id)):
        parts[part.transfer_id].append((part.file_id, part.cents))
    return [
        Sent(
            row.reference, row.siret, row.holder, Coordinates(row.iban, row.bic), row.cents,
            TransferState.of(row.state), row.reject_code, row.reject_reason, tuple(parts[row.id]),
        )
        for row in rows
    ]  # fmt: skip
