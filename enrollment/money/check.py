"""The proof of a ledger, from nothing but its rows: for ``parcours ledger check`` and for tests.

It trusts no constraint of the database: whoever can take the triggers away can move a cent, and it is found here. Every
query goes over lines once; memory holds only what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, case, exists, func, or_, select

from base.ids import key_id
from enrollment.money.accounts import AccountKind, Side, side_of
from enrollment.money.entries import Event, digest
from enrollment.money.ledger import account_of
from enrollment.money.tables import ACCOUNT, ENTRY, LINE
from enrollment.money.told import euros

_MOST = 100  # of one sort, told
_SUM = func.coalesce(func.sum(LINE.c.cents), 0)


@dataclass(frozen=True, slots=True)
class Flaw:
    law: str  # which of LAWS is broken
    subject: str  # entry or account
    text: str  # French


@dataclass(frozen=True, slots=True)
class Proof:
    flaws: tuple[Flaw, ...]
    entries: int
    lines: int
    accounts: int
    in_cents: int
    held_cents: int
    out_cents: int


LAWS = {
    "balanced": "chaque écriture est équilibrée, pour chaque nature d'argent",
    "whole": "chaque écriture a ses lignes, chaque ligne son écriture et son compte",
    "as-written": "chaque écriture est celle qui a été écrite (empreinte)",
    "derived": "chaque solde gardé est la somme de ses lignes",
    "not-negative": "aucun compte n'est négatif, sauf ceux d'où l'argent vient",
    "own-name": "chaque compte porte son nom, et chaque ligne la nature de son compte",
    "conserved": "l'argent entré est l'argent sorti et l'argent détenu",
    "closed": "un dossier clos ne retient plus rien",
}


def prove(conn: Connection) -> Proof:
    """Use it inside ``base.database.reading``: one state."""
    sides = {side: _side(conn, side) for side in Side}
    flaws = [
        flaw
        for law in (_unbalanced, _broken, _rewritten, _untrue, _negative, _misnamed, _still_held)
        for _, flaw in zip(range(_MOST), law(conn), strict=False)
    ]
    if sum(sides.values()):
        flaws.append(Flaw("conserved", "", f"{euros(sum(sides.values()))} de trop ou de moins."))
    return Proof(
        tuple(flaws),
        entries=_count(conn, select(func.count()).select_from(ENTRY)),
        lines=_count(conn, select(func.count()).select_from(LINE)),
        accounts=_count(conn, select(func.count()).select_from(ACCOUNT)),
        in_cents=-sides[Side.IN],
        held_cents=sides[Side.HELD],
        out_cents=sides[Side.OUT],
    )


def _unbalanced(conn: Connection) -> Iterator[Flaw]:
    query = select(LINE.c.entry_id, LINE.c.nature, _SUM).group_by(LINE.c.entry_id, LINE.c.nature).having(_SUM != 0)
    for number, nature, cents in conn.execute(query):
        yield Flaw("balanced", f"entry {number}", f"Il y a {euros(cents)} de différence ({nature}).")


def _broken(conn: Connection) -> Iterator[Flaw]:
    lines = select(LINE.c.entry_id, ENTRY.c.id, ACCOUNT.c.id, LINE.c.account_id)
    joined = lines.outerjoin(ENTRY, ENTRY.c.id == LINE.c.entry_id).outerjoin(ACCOUNT, ACCOUNT.c.id == LINE.c.account_id)
    for number, _, _, account in conn.execute(joined.where(or_(ENTRY.c.id.is_(None), ACCOUNT.c.id.is_(None)))):
        yield Flaw("whole", f"entry {number}", f"Une ligne du compte {account} n'a pas d'écriture ou pas de compte.")
    empty = select(ENTRY.c.id, ENTRY.c.key).outerjoin(LINE, LINE.c.entry_id == ENTRY.c.id)
    for number, key in conn.execute(empty.where(LINE.c.entry_id.is_(None))):
        yield Flaw("whole", f"entry {number}", f"L'écriture « {key} » n'a pas de ligne.")


def _rewritten(conn: Connection) -> Iterator[Flaw]:
    query = (
        select(ENTRY.c.id, ENTRY.c.key, ENTRY.c.event, ENTRY.c.digest, LINE.c.account_id, LINE.c.cents)
        .join(LINE, LINE.c.entry_id == ENTRY.c.id)
        .order_by(ENTRY.c.id)
        .execution_options(yield_per=5_000)
    )
    for (number, key, event, kept), rows in groupby(conn.execute(query), key=lambda row: tuple(row[:4])):
        if number != key_id("entry", key) or kept != digest(key, event, ((row[4], row[5]) for row in rows)):
            yield Flaw("as-written", f"entry {number}", f"L'écriture « {key} » a été modifiée après coup.")


def _untrue(conn: Connection) -> Iterator[Flaw]:
    kept = case((ACCOUNT.c.guarded == 1, _SUM), else_=0)
    query = (
        select(ACCOUNT.c.text, ACCOUNT.c.balance_cents, kept)
        .outerjoin(LINE, LINE.c.account_id == ACCOUNT.c.id)
        .group_by(ACCOUNT.c.id, ACCOUNT.c.text, ACCOUNT.c.balance_cents, ACCOUNT.c.guarded)
        .having(ACCOUNT.c.balance_cents != kept)
    )
    for text, balance, cents in conn.execute(query):
        yield Flaw("derived", text, f"Le solde gardé est {euros(balance)}, les lignes font {euros(cents)}.")


def _negative(conn: Connection) -> Iterator[Flaw]:
    sources = [kind.value for kind in AccountKind if side_of(kind) is Side.IN]
    query = (
        select(ACCOUNT.c.text, _SUM)
        .join(LINE, LINE.c.account_id == ACCOUNT.c.id)
        .where(ACCOUNT.c.kind.not_in(sources))
        .group_by(ACCOUNT.c.id, ACCOUNT.c.text)
        .having(_SUM < 0)
    )
    for text, cents in conn.execute(query):
        yield Flaw("not-negative", text, f"Le compte est à {euros(cents)}.")


def _misnamed(conn: Connection) -> Iterator[Flaw]:
    for row in conn.execute(select(ACCOUNT).order_by(ACCOUNT.c.id).execution_options(yield_per=5_000)):
        if not _own_name(row):
            yield Flaw("own-name", row.text, "Le compte n'est pas celui que son nom dit.")
    other = select(LINE.c.entry_id, ACCOUNT.c.text).join(ACCOUNT, ACCOUNT.c.id == LINE.c.account_id)
    for number, text in conn.execute(other.where(ACCOUNT.c.nature != LINE.c.nature)):
        yield Flaw("own-name", text, f"L'écriture {number} y met un argent d'une autre nature.")


def _own_name(row: Any) -> bool:
    try:
        account = account_of(row)
    except ValueError:
        return False
    return bool(account.text == row.text and account.id == row.id and account.guarded == bool(row.guarded))


def _still_held(conn: Connection) -> Iterator[Flaw]:
    kept = [AccountKind.HELD.value, AccountKind.PLEDGED.value, AccountKind.CARD.value]
    closing = ENTRY.c.event.in_([Event.RELEASED.value, Event.FORFEITED.value, Event.SETTLED.value])
    query = (
        select(ACCOUNT.c.text, _SUM)
        .join(LINE, LINE.c.account_id == ACCOUNT.c.id)
        .where(ACCOUNT.c.kind.in_(kept), exists().where(ENTRY.c.file_id == ACCOUNT.c.file_id, closing))
        .group_by(ACCOUNT.c.id, ACCOUNT.c.text)
        .having(_SUM != 0)
    )
    for text, cents in conn.execute(query):
        yield Flaw("closed", text, f"Il y reste {euros(cents)} bien que le dossier soit clos.")


def _side(conn: Connection, side: Side) -> int:
    kinds = [kind.value for kind in AccountKind if side_of(kind) is side]
    query = select(_SUM).join(ACCOUNT, ACCOUNT.c.id == LINE.c.account_id).where(ACCOUNT.c.kind.in_(kinds))
    return _count(conn, query)


def _count(conn: Connection, query: Select[Any]) -> int:
    return int(conn.execute(query).scalar_one())
