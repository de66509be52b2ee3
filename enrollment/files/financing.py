"""What a file asks of the money, with the rights that its learner has today: plans shown, held and paid out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from base.errors import Conflict
from catalog.codes.facets import Answer
from enrollment import money
from enrollment.dated import Rules
from enrollment.files.deadlines import day_of
from enrollment.files.events import Effect
from enrollment.files.file import File, Said
from enrollment.money import Buyer, FunderKind, Plan, Priced, Status
from enrollment.money.contracts import owing
from enrollment.money.documents import plan_document
from enrollment.money.told import euros
from enrollment.money.vat import RATES_BP


class NotPayable(Conflict):
    """``extra["refusals"]``: code and text of each reason."""

    code = "not-payable"
    title = "Financement impossible"


class PlanChanged(Conflict):
    """The learner or his funder agreed to pay another amount than he would have to."""

    code = "plan-changed"
    title = "Le reste à payer a changé"


def profile(
    *,
    statuses: list[str],
    birth_on: date | None = None,
    pension_claimed: bool = False,
    assessment_funded_on: date | None = None,
    employer: str = "",
    region: str = "",
) -> dict[str, Any]:
    """What a learner says of himself, as a file keeps it."""
    return {
        "statuses": sorted(statuses),
        "birth_on": None if birth_on is None else birth_on.isoformat(),
        "pension_claimed": pension_claimed,
        "assessment_funded_on": None if assessment_funded_on is None else assessment_funded_on.isoformat(),
        "employer": employer,
        "region": region,
    }


@dataclass(frozen=True, slots=True)
class Ledger:
    """``acts.Money`` by the ledger."""

    rules: Rules

    def quote(self, conn: Connection, file: File, now: datetime) -> dict[str, Any]:
        """``file.plan`` is the one told before: an order asks no more of its funder than he examined."""
        plan = plan_document(self._plan(conn, file, now))
        examined, due = _asked_of_france_travail(file.plan), _asked_of_france_travail(plan)
        if file.accepted_at is not None and due > examined:
            raise PlanChanged(
                f"Il manque {euros(due)}, plus que les {euros(examined)} que France Travail a examinés.", plan=plan
            )
        return plan

    def book(self, conn: Connection, effect: Effect, file: File, said: Said, at: datetime) -> None:
        match effect:
            case Effect.HOLD_MONEY:
                self._hold(conn, file, said, at)
            case Effect.RELEASE_MONEY:
                money.release(conn, file.id, at)
                money.keep_closing(conn, file.id, at)
            case Effect.FORFEIT:
                money.forfeit(conn, file.id, self.rules, at)
                money.keep_closing(conn, file.id, at)
            case Effect.DEPOSIT:
                money.deposit(conn, file.id, self.rules, file.days, at)
            case Effect.SETTLE:
                assert file.rate_percent is not None
                assert file.cause is not None
                money.settle(conn, file.id, self.rules, file.rate_percent, file.cause, at)
                money.keep_closing(conn, file.id, at)
            case Effect.BILL:
                money.bill(conn, file.id, file.bill_number, at)
            case Effect.PAY:
                if owing(conn, file.id):  # nothing, where a deposit was all that is due
                    money.pay(conn, file.id, said.reference, at)
            case Effect.UNPAY:
                money.reject(conn, file.id, said.reference, said.reason, at)
            case Effect.RECOVER:
                assert said.undue_cents is not None
                money.claim_undue(conn, file.id, said.undue_cents, f"control-{file.version}", at)
            case _:
                raise ValueError(f"{effect} moves no money")

    def _hold(self, conn: Connection, file: File, said: Said, at: datetime) -> None:
        plan = self._plan(conn, file, at)
        agreed = ((said.cash_cents, plan.cash_cents), (said.card_cents, plan.card_cents))
        if any(cents is not None and cents != due for cents, due in agreed):
            raise PlanChanged(
                "Vos droits ou les règles ont changé depuis : relisez le plan de financement avant de confirmer.",
                plan=plan_document(plan),
            )
        money.hold(conn, file.id, plan, at)
        money.keep_confirmation(conn, file.id, at, participation_cents=plan.participation_cents)

    def _plan(self, conn: Connection, file: File, at: datetime) -> Plan:
        """``NotPayable`` with every reason."""
        asked = file.funder == FunderKind.FRANCE_TRAVAIL
        plan = money.plan_for(
            conn,
            self.rules,
            _buyer(file),
            _priced(file),
            requested_on=day_of(file.requested_at),
            on=day_of(at),
            ask_france_travail=asked,
        )
        if not plan.payable:
            raise NotPayable(
                plan.refusals[0].text, refusals=[{"code": each.code, "text": each.text} for each in plan.refusals]
            )
        if asked and all(line.funder_kind is not FunderKind.FRANCE_TRAVAIL for line in plan.lines):
            why = plan.notes[-1] if plan.notes else "Il ne reste rien à financer."
            raise NotPayable(why, refusals=[{"code": "no-france-travail", "text": why}])
        return plan


def _asked_of_france_travail(plan: dict[str, Any]) -> int:
    lines = plan.get("lines", ())
    return sum(line["cents"] for line in lines if line["funder"] == FunderKind.FRANCE_TRAVAIL.value)


def _buyer(file: File) -> Buyer:
    said = file.buyer
    return Buyer(
        learner_id=file.learner_id,
        statuses=frozenset(Status.of(code) for code in said.get("statuses", ())),
        birth_on=_day(said.get("birth_on")),
        pension_claimed=bool(said.get("pension_claimed")),
        assessment_funded_on=_day(said.get("assessment_funded_on")),
        employer=said.get("employer", ""),
        region=said.get("region", ""),
    )


def _priced(file: File) -> Priced:
    offer, certification = file.offer, file.offer["certification"]
    rate = offer.get("vat_rate_bp")
    net = offer.get("price_net_cents")
    return Priced(
        price_cents=file.price_cents,
        kind=money.action_kind(certification["code"], certification["title"]),
        siret=file.siret,
        certification=certification["code"],
        certification_valid_until=_day(certification["valid_until"]),
        eligible=Answer.of(offer["eligible_cpf"]),
        vat=(money.part_of(file.price_cents, rate, net),) if rate in RATES_BP else (),
        days=file.days,
        hours=file.hours,
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
