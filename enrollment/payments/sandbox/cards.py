"""What the page does with each test card: a table, shown on the page itself. Pure."""

from __future__ import annotations

from catalog.codes.facets import Labelled


class Stage(Labelled):
    """Of a payment, here."""

    OPEN = "open", "à payer"
    CHALLENGED = "challenged", "code de la banque demandé"
    DECLINED = "declined", "carte refusée"
    EXPIRED = "expired", "abandonné"
    PAID = "paid", "payé"

    @property
    def waits(self) -> bool:
        return self not in (Stage.EXPIRED, Stage.PAID)


class Card(Labelled):
    """The same numbers as Stripe's test cards."""

    PAYS = "4242424242424242", "est acceptée"
    DECLINED = "4000000000000002", "est refusée"
    CHALLENGED = "4000002760003184", "demande un code à la banque"


CODE = "123456"  # the bank's


def presented(stage: Stage, number: str) -> Stage:
    if not stage.waits:
        return stage
    match "".join(number.split()):
        case Card.PAYS.value:
            return Stage.PAID
        case Card.CHALLENGED.value:
            return Stage.CHALLENGED
    return Stage.DECLINED  # also what is no card


def answered(stage: Stage, code: str) -> Stage:
    if stage is not Stage.CHALLENGED:
        return stage
    return Stage.PAID if code.strip() == CODE else Stage.DECLINED


def left(stage: Stage) -> Stage:
    return Stage.EXPIRED if stage.waits else stage
