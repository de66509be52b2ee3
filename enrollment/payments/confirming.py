"""Between files and card payments: a file with something to pay by card becomes an order when the money has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from base.clock import Clock
from base.errors import Conflict
from base.ids import id_text
from enrollment.dated import Rules
from enrollment.files import acts
from enrollment.files import store as files
from enrollment.files.acts import ChangedMeanwhile, Desk, Money
from enrollment.files.conditions import Moment
from enrollment.files.deadlines import CONFIRMATION_DUE
from enrollment.files.decide import decide
from enrollment.files.events import MOVES_MONEY, Effect, Event
from enrollment.files.file import File, Said
from enrollment.files.financing import Ledger
from enrollment.files.states import Actor
from enrollment.files.store import By, NoSuchFile
from enrollment.money.told import euros
from enrollment.payments import checkout, refunds, store
from enrollment.payments.checkout import Asked
from enrollment.payments.port import Provider
from enrollment.payments.store import Payment


class CardFirst(Conflict):
    """``extra["card_cents"]``: what has to be paid."""

    code = "card-first"
    title = "Paiement par carte attendu"


@dataclass(frozen=True, slots=True)
class WithCard:
    """``acts.Money`` that holds a file's money only once the card's part has come, and gives back what is due."""

    ledger: Money
    wall: Clock

    def quote(self, conn: Connection, file: File, now: datetime) -> dict[str, Any]:
        return self.ledger.quote(conn, file, now)

    def book(self, conn: Connection, effect: Effect, file: File, said: Said, at: datetime) -> None:
        self.ledger.book(conn, effect, file, said, at)
        if effect is Effect.HOLD_MONEY:
            card = int(file.plan["card_cents"])  # of the plan that was just made
            if store.taken_cents(conn, file.id) != card:
                raise CardFirst(
                    f"Il reste {euros(card)} à payer par carte : la commande suit le paiement.", card_cents=card
                )
        elif effect in MOVES_MONEY:
            refunds.queue(conn, file.id, at, self.wall())


def desk_with_card(rules: Rules, wall: Clock) -> Desk:
    """What acts work with wherever the product runs."""
    return Desk(rules, WithCard(Ledger(rules), wall), wall)


@dataclass(frozen=True, slots=True)
class Confirming:
    """``webhooks.Orders`` by the files' table: the learner said so when he went to pay."""

    desk: Desk

    def lock(self, conn: Connection, file_id: int) -> None:
        files.locked(conn, file_id)

    def confirm(self, conn: Connection, payment: Payment, at: datetime) -> None:
        said = Said(terms_version=payment.terms_version, card_cents=payment.cents)
        by = By(Actor.LEARNER, id_text(payment.learner_id), payment.by)
        acts.perform(conn, self.desk, payment.file_id, Event.CONFIRM, said, by, at)


def go_and_pay(
    conn: Connection,
    desk: Desk,
    provider: Provider,
    file_id: int,
    by: By,
    *,
    key: str,
    terms_version: str,
    back_url: str,
    now: datetime,
    version: int | None = None,
) -> Payment:
    """The payment of what this file costs its learner by card; refused as the confirmation itself would be.
    ``version``: of the file that he had seen."""
    file = files.locked(conn, file_id)
    if not files.is_visible(file, by):
        raise NoSuchFile
    if version is not None and version != file.version:
        raise ChangedMeanwhile(version=file.version)
    file = acts.catch_up(conn, desk, file, now)
    decide(file, Event.CONFIRM, by.actor, Said(terms_version=terms_version), Moment(now, desk.rules))
    asked = Asked(
        key=f"{id_text(file.id)}-{key}",
        file_id=file.id,
        learner_id=file.learner_id,
        cents=int(desk.money.quote(conn, file, now)["card_cents"]),
        terms_version=terms_version,
        by=by.name,
        label=file.offer["training"]["title"],
        back_url=back_url,
        expires_at=CONFIRMATION_DUE.at(file, desk.rules),
        email=file.contact.get("email", ""),
    )
    return checkout.ask(conn, asked, provider, now, desk.wall())
