"""Entries into the tables, balances out of them; always in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, insert, literal_column, select
from sqlalchemy.exc import IntegrityError

from base.errors import Conflict
from base.prepared import Prepared
from catalog.store.statements import insert_into
from enrollment.money.accounts import Account, AccountKind
from enrollment.money.entries import Entry
from enrollment.money.kinds import FunderKind, Nature, PotKind
from enrollment.money.parties import Pot
from enrollment.money.tables import ACCOUNT, ENTRY, LINE
from enrollment.money.told import euros

# Words of the statement, not bound values: SQLite looks at those for its partial index on this column, and prepares the
# statement anew whenever they are bound: 60 microseconds, where the reading itself takes 5.
_OWNED: list[ColumnElement[str]] = [
    literal_column(f"'{kind.value}'") for kind in (AccountKind.RIGHTS, AccountKind.CREDIT_NOTE)
]
_POTS = Prepared(
    lambda _: select(ACCOUNT).where(
        ACCOUNT.c.learner_id == bindparam("learner"),
        ACCOUNT.c.kind.in_(_OWNED),
        ACCOUNT.c.balance_cents > 0,
    )
)
_BALANCE = Prepared(
    lambda _: select(func.coalesce(func.sum(LINE.c.cents), 0).label("cents")).where(
        LINE.c.account_id == bindparam("account")
    )
)


class NotEnough(Conflict):
    code = "not-enough-money"
    title = "Montant indisponible"


class AlreadyPosted(Conflict):
    code = "already-posted"
    title = "Déjà fait"


def post(conn: Connection, entry: Entry) -> None:
    """All of an entry; ``NotEnough`` or ``AlreadyPosted``, and nothing is written.

    Accounts are taken in one order by everybody, so two writers wait for each other instead of blocking each other.
    """
    if conn.scalar(select(ENTRY.c.id).where(ENTRY.c.id == entry.id)) is not None:
        raise AlreadyPosted("Cette opération a déjà été enregistrée.", entry=entry.key)
    lines = sorted(enumerate(entry.lines), key=lambda numbered: numbered[1].account.id)
    rows = [_account_values(line.account) for _, line in lines]
    conn.execute(insert_into(conn, ACCOUNT).values(rows).on_conflict_do_nothing())
    _check_enough(conn, entry)
    values = [
        {
            "entry_id": entry.id,
            "account_id": line.account.id,
            "position": position,
            "nature": line.account.nature.value,
            "cents": line.cents,
        }
        for position, line in lines
    ]
    try:
        conn.execute(insert(LINE), values)
        conn.execute(
            insert(ENTRY).values(
                id=entry.id,
                key=entry.key,
                event=entry.event.value,
                at=entry.at,
                file_id=entry.file_id,
                facts=dict(entry.facts),
                digest=entry.digest,
            )
        )
    except IntegrityError as error:  # another transaction did the same at the same time
        raise AlreadyPosted("Cette opération vient d'être enregistrée.", entry=entry.key) from error


def _check_enough(conn: Connection, entry: Entry) -> None:
    """The table would refuse it too; here it is told."""
    taken = {line.account.id: line for line in entry.lines if line.cents < 0 and line.account.guarded}
    query = select(ACCOUNT.c.id, ACCOUNT.c.balance_cents).where(ACCOUNT.c.id.in_(taken)).order_by(ACCOUNT.c.id)
    for number, cents in conn.execute(query.with_for_update()):
        line = taken[number]
        if cents + line.cents < 0:
            raise NotEnough(
                f"Il manque {euros(-line.cents - cents)} : {line.account.kind.label}.",
                account=line.account.kind.value,
                missing_cents=-line.cents - cents,
            )


def pots_of(conn: Connection, learner_id: int) -> list[Pot]:
    """Rights of a learner, those of nothing left out."""
    return owned(conn, learner_id)[0]


def owned(conn: Connection, learner_id: int) -> tuple[list[Pot], int]:
    """Rights of a learner, and cents of his credit note: balances as the database itself keeps them."""
    rows = sorted(_POTS.rows(conn, {"learner": learner_id}), key=attrgetter("text"))
    pots = [Pot(account_of(row), row.balance_cents) for row in rows if row.kind == AccountKind.RIGHTS]
    return pots, sum(row.balance_cents for row in rows if row.kind == AccountKind.CREDIT_NOTE)


def credit_note_of(conn: Connection, learner_id: int) -> int:
    return owned(conn, learner_id)[1]


def balance(conn: Connection, account: Account) -> int:
    """Derived from the lines, whatever is kept beside."""
    return int(_BALANCE.first(conn, {"account": account.id}).cents)


def account_of(row: Any) -> Account:
    return Account(
        AccountKind.of(row.kind),
        Nature.of(row.nature),
        learner_id=row.learner_id,
        file_id=row.file_id,
        siret=row.siret,
        funder=row.funder,
        funder_kind=FunderKind.of(row.funder_kind) if row.funder_kind else None,
        pot=PotKind.of(row.pot) if row.pot else None,
        certification=row.certification,
        expires_on=row.expires_on,
        origin_id=row.origin_id,
    )


def entry_of(conn: Connection, key: str) -> Row[Any] | None:
    return conn.execute(select(ENTRY).where(ENTRY.c.key == key)).first()


def lines_of(conn: Connection, keys: Iterable[str]) -> list[tuple[Account, int]]:
    """Of entries, in their order."""
    query = (
        select(ACCOUNT, LINE.c.cents)
        .join(LINE, LINE.c.account_id == ACCOUNT.c.id)
        .join(ENTRY, ENTRY.c.id == LINE.c.entry_id)
        .where(ENTRY.c.key.in_(list(keys)))
        .order_by(ENTRY.c.at, ENTRY.c.id, LINE.c.position)
    )
    return [(account_of(row), row.cents) for row in conn.execute(query)]


def _account_values(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "text": account.text,
        "kind": account.kind.value,
        "nature": account.nature.value,
        "guarded": int(account.guarded),
        "balance_cents": 0,
        "learner_id": account.learner_id,
        "file_id": account.file_id,
        "siret": account.siret,
        "funder": account.funder,
        "funder_kind": account.funder_kind.value if account.funder_kind else "",
        "pot": account.pot.value if account.pot else "",
        "certification": account.certification,
        "expires_on": account.expires_on,
        "origin_id": account.origin_id,
    }
