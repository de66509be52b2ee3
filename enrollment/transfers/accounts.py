"""Bank accounts of organisations. A change waits before it counts and is told to the old address and the new: whoever
took an organisation's key over must not have its money at once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text, update

from base import jobs
from base.clock import PARIS
from base.errors import Conflict, InvalidParameter, NotFound
from base.mail import MAIL_JOB
from catalog.codes.facets import Labelled
from enrollment.dated import Dated, Rules, Value
from enrollment.files.deadlines import Delay, day_of, ends
from enrollment.transfers.banking import Coordinates
from enrollment.transfers.pain import plain
from enrollment.transfers.tables import BANK_ACCOUNT

COOLING = Dated(
    "bank-account-cooling",
    "days",
    (Value(date(2019, 11, 21), Delay(5), "own choice: a week for a notice to be read by those whose account it was"),),
    (Delay(2), Delay(10)),
)


class Standing(Labelled):
    EFFECTIVE = "effective", "en vigueur"
    PENDING = "pending", "en attente"
    REPLACED = "replaced", "remplacé"
    WITHDRAWN = "withdrawn", "retiré"


@dataclass(frozen=True, slots=True)
class BankAccount:
    id: int
    siret: str
    coordinates: Coordinates
    holder: str
    email: str
    declared_at: datetime
    declared_by: str
    effective_at: datetime
    withdrawn_at: datetime | None


def declare(
    conn: Connection,
    rules: Rules,
    siret: str,
    coordinates: Coordinates,
    *,
    holder: str,
    email: str,
    by: str,
    now: datetime,
    wall: datetime,
) -> BankAccount:
    """The first account counts at once; a change after the cooling time, in place of one that still waited."""
    holder = holder.strip()
    if not 0 < len(holder) <= 70 or not any(sign.isalnum() for sign in plain(holder)):  # as the bank's file writes it
        raise InvalidParameter("holder", "holder : le nom du titulaire du compte, 70 caractères au plus.")
    if not email.strip():  # the first one too: a change is told to the address that was known before
        raise InvalidParameter("email", "email : l'adresse à prévenir d'un changement de compte.")
    alone(conn, siret)
    known = of(conn, siret)
    current = effective(known, now)
    waiting = [account for account in known if account.withdrawn_at is None and account.effective_at > now]
    if any(account.coordinates == coordinates for account in (current, *waiting) if account):
        raise Conflict("Ce compte est déjà en vigueur ou en attente : rien ne change.")
    for account in waiting:
        _close(conn, account, by, now)
    effective_at = now if current is None else ends(COOLING, day_of(now), rules)
    made = BankAccount(
        secrets.randbits(62) + 1, siret, coordinates, holder, email, now, by, effective_at, withdrawn_at=None
    )
    conn.execute(
        insert(BANK_ACCOUNT).values(
            id=made.id,
            siret=siret,
            iban=coordinates.iban,
            bic=coordinates.bic,
            holder=holder,
            email=email,
            declared_at=now,
            declared_by=by,
            effective_at=effective_at,
            withdrawn_by="",
        )
    )
    addresses = dict.fromkeys(account.email for account in (current, made) if account is not None and account.email)
    for address in addresses:
        _tell(conn, address, _declared(made, changed=current is not None), wall)
    return made


def withdraw(conn: Connection, siret: str, *, by: str, now: datetime, wall: datetime) -> BankAccount:
    """A change that waits is given up; ``NotFound`` when none waits."""
    alone(conn, siret)
    known = of(conn, siret)
    waiting = [account for account in known if account.withdrawn_at is None and account.effective_at > now]
    if not waiting:
        raise NotFound("Aucun changement de compte n'est en attente.")
    current = effective(known, now)
    for account in waiting:
        _close(conn, account, by, now)
        for address in dict.fromkeys(each.email for each in (current, account) if each is not None and each.email):
            _tell(conn, address, _withdrawn(account), wall)
    return waiting[-1]


def of(conn: Connection, siret: str) -> list[BankAccount]:
    """Every account that an organisation declared, the oldest first."""
    query = select(BANK_ACCOUNT).where(BANK_ACCOUNT.c.siret == siret)
    rows = conn.execute(query.order_by(BANK_ACCOUNT.c.effective_at, BANK_ACCOUNT.c.declared_at, BANK_ACCOUNT.c.id))
    return [_account(row) for row in rows]


def by_id(conn: Connection, account_id: int) -> BankAccount:
    return _account(conn.execute(select(BANK_ACCOUNT).where(BANK_ACCOUNT.c.id == account_id)).one())


def effective(known: list[BankAccount], now: datetime) -> BankAccount | None:
    """Where money goes now."""
    live = [account for account in known if account.withdrawn_at is None and account.effective_at <= now]
    return live[-1] if live else None


def standing(account: BankAccount, known: list[BankAccount], now: datetime) -> Standing:
    if account.withdrawn_at is not None:
        return Standing.WITHDRAWN
    if account.effective_at > now:
        return Standing.PENDING
    return Standing.EFFECTIVE if account == effective(known, now) else Standing.REPLACED


def _close(conn: Connection, account: BankAccount, by: str, now: datetime) -> None:
    closed = update(BANK_ACCOUNT).where(BANK_ACCOUNT.c.id == account.id)
    conn.execute(closed.values(withdrawn_at=now, withdrawn_by=by))


def alone(conn: Connection, siret: str) -> None:
    """Two changes of one organisation wait for each other. SQLite's writers are alone anyway."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(hashtext(:key))"), {"key": f"bank-account {siret}"})


def _tell(conn: Connection, to: str, letter: tuple[str, str], wall: datetime) -> None:
    subject, body = letter
    jobs.enqueue(conn, MAIL_JOB, {"to": to, "subject": subject, "text": body}, now=wall)


def _declared(account: BankAccount, *, changed: bool) -> tuple[str, str]:
    day = account.effective_at.astimezone(PARIS)
    when = f"à partir du {day:%d/%m/%Y}" if changed else "dès maintenant"
    text_ = (
        f"Bonjour,\n\nLe compte {account.coordinates.masked}, au nom de {account.holder}, a été déclaré le "
        f"{account.declared_at.astimezone(PARIS):%d/%m/%Y à %H:%M} pour l'organisme {account.siret}. Les virements y "
        f"iront {when}.\n\n"
    )
    if changed:
        text_ += "Si ce changement ne vient pas de vous, retirez-le avant cette date et prévenez le gestionnaire.\n"
    return "Changement de compte bancaire" if changed else "Compte bancaire enregistré", text_


def _withdrawn(account: BankAccount) -> tuple[str, str]:
    return (
        "Changement de compte bancaire retiré",
        f"Bonjour,\n\nLe compte {account.coordinates.masked} ne remplacera pas celui de l'organisme {account.siret} : "
        "ce changement a été retiré.\n",
    )


def _account(row: Row[Any]) -> BankAccount:
    return BankAccount(
        row.id, row.siret, Coordinates(row.iban, row.bic), row.holder, row.email, row.declared_at, row.declared_by,
        row.effective_at, row.withdrawn_at,
    )  # fmt: skip
