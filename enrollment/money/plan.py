"""The financing plan of an offer for a learner on a day: who pays how much, from which pot, and why (domain 5, 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from catalog.codes.facets import Labelled
from enrollment.dated import Rules
from enrollment.money import amounts
from enrollment.money.accounts import Account
from enrollment.money.conditions import Refusal, refusals
from enrollment.money.contributions import Sharing, share_price
from enrollment.money.kinds import ActionKind, FunderKind, PotKind, Status
from enrollment.money.parties import Agreed, Buyer, Pot, Priced
from enrollment.money.told import euros
from enrollment.money.vat import VatPart


class Source(Labelled):
    RIGHTS = "rights", "vos droits"
    CONTRIBUTION = "contribution", "abondement"
    CREDIT_NOTE = "credit_note", "votre avoir"
    CARD = "card", "votre carte bancaire"


@dataclass(frozen=True, slots=True)
class PlanLine:
    source: Source
    cents: int
    text: str  # why this much, in French
    pot: Account | None = None  # of rights
    funder: str = ""
    funder_kind: FunderKind | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    price_cents: int
    requested_on: date
    on: date
    lines: tuple[PlanLine, ...]  # together they are the price
    participation_cents: int  # the least in cash that holds for this file; 0 when exempt
    cap_cents: int | None  # of rights
    rules: Rules
    notes: tuple[str, ...] = ()  # French
    refusals: tuple[Refusal, ...] = ()
    learner_id: int | None = None
    siret: str = ""
    vat: tuple[VatPart, ...] = ()

    @property
    def payable(self) -> bool:
        return not self.refusals

    def total(self, source: Source) -> int:
        return sum(line.cents for line in self.lines if line.source is source)

    @property
    def card_cents(self) -> int:
        return self.total(Source.CARD)

    @property
    def cash_cents(self) -> int:
        """The learner's own money, of which his credit notes are here already."""
        return self.card_cents + self.total(Source.CREDIT_NOTE)


def plan(
    rules: Rules,
    buyer: Buyer,
    priced: Priced,
    *,
    pots: Sequence[Pot] = (),
    agreed: Sequence[Agreed] = (),
    credit_note_cents: int = 0,
    requested_on: date,
    on: date,
    ask_france_travail: bool = False,
) -> Plan:
    """``on`` is the day of the plan; the participation and the caps are those of the day of the request.

    A plan that is refused still says who would pay what, as far as the price is known.
    """
    against = list(refusals(rules, buyer, priced, requested_on, on))
    price = max(priced.price_cents or 0, 0)
    cap = _cap(rules, priced.kind, requested_on)
    usable, notes = _usable(rules, priced, pots, on)
    sharing = share_price(
        rules,
        price,
        cap,
        usable,
        agreed,
        statuses=buyer.statuses,
        participation_cents=rules.at(amounts.PARTICIPATION, requested_on),
        on=on,
    )
    asked = _france_travail(rules, buyer, price, sharing, on) if ask_france_travail else None
    contributions = (*sharing.contributions, *((asked,) if asked else ()))
    cash = sharing.cash_cents - (asked.cents if asked else 0)
    note = min(max(credit_note_cents, 0), cash)
    if priced.kind is ActionKind.LIGHT_LICENCE:
        against.extend(_licence(rules, buyer, sharing, contributions, requested_on))
    if cap is not None and sharing.rights_cents == cap:
        notes.append(f"Pour ce type d'action ({priced.kind.label}), les droits paient au plus {euros(cap)}.")
    if sharing.exemption:
        notes.append(sharing.exemption.text)
    if ask_france_travail and asked is None:
        notes.append(_no_france_travail(rules, buyer, sharing, on))
    lines = (
        *(_rights_line(pot, cents) for pot, cents in sharing.drawn),
        *(_contribution_line(one) for one in contributions),
        *((PlanLine(Source.CREDIT_NOTE, note, f"Votre avoir de {euros(credit_note_cents)}"),) if note else ()),
        *((_card_line(cash - note, sharing.participation_cents),) if cash > note else ()),
    )
    return Plan(
        price_cents=price,
        requested_on=requested_on,
        on=on,
        lines=lines,
        participation_cents=sharing.participation_cents,
        cap_cents=cap,
        notes=tuple(notes),
        refusals=tuple(against),
        learner_id=buyer.learner_id,
        siret=priced.siret,
        vat=priced.vat,
        rules=rules,
    )


def _cap(rules: Rules, kind: ActionKind, requested_on: date) -> int | None:
    capped = amounts.CAPS.get(kind)
    return rules.at(capped, requested_on) if capped else None


def _usable(rules: Rules, priced: Priced, pots: Sequence[Pot], on: date) -> tuple[list[Pot], list[str]]:
    """Pots in the order of use, and what is told of those that cannot be used."""
    notes: list[str] = []
    groups = rules.at(amounts.ORDER_OF_USE, on)
    turn = {pot: place for place, group in enumerate(groups) for pot in group}
    usable: list[Pot] = []
    for pot in pots:
        account = pot.account
        if account.pot not in turn or pot.cents <= 0:
            continue
        if account.expires_on is not None and account.expires_on < on:
            notes.append(f"{euros(pot.cents)} de droits ont expiré le {account.expires_on:%d/%m/%Y}.")
        elif account.certification and account.certification != priced.certification:
            notes.append(f"{euros(pot.cents)} de droits sont réservés à une autre certification.")
        else:
            usable.append(pot)
    usable.sort(key=lambda pot: (turn[_kind(pot)], pot.account.expires_on or date.max, pot.account.text))
    return usable, notes


def _kind(pot: Pot) -> PotKind:
    assert pot.account.pot is not None
    return pot.account.pot


def _france_travail(rules: Rules, buyer: Buyer, price: int, sharing: Sharing, on: date) -> Agreed | None:
    """The whole gap or nothing (domain 6)."""
    gap = sharing.cash_cents
    most = price if Status.PRIORITY in buyer.statuses else rules.at(amounts.FRANCE_TRAVAIL_CAP, on)
    if Status.JOBSEEKER not in buyer.statuses or not 0 < gap <= most:
        return None
    return Agreed(FunderKind.FRANCE_TRAVAIL.value, FunderKind.FRANCE_TRAVAIL, gap)


def _no_france_travail(rules: Rules, buyer: Buyer, sharing: Sharing, on: date) -> str:
    if not sharing.cash_cents:
        return "France Travail n'a rien à payer : il ne reste rien à financer."
    if Status.JOBSEEKER not in buyer.statuses:
        return "France Travail n'aide que les demandeurs d'emploi inscrits."
    most = euros(rules.at(amounts.FRANCE_TRAVAIL_CAP, on))
    return f"France Travail paie tout ce qui manque ou rien, et au plus {most} hors publics prioritaires."


def _licence(
    rules: Rules, buyer: Buyer, sharing: Sharing, contributions: Sequence[Agreed], requested_on: date
) -> list[Refusal]:
    least = rules.at(amounts.LICENCE_COFUNDING, requested_on)
    others = sum(one.cents for one in contributions)
    others += sum(cents for pot, cents in sharing.drawn if pot.account.funder)  # endowed by a third party
    if Status.JOBSEEKER in buyer.statuses or others >= least:
        return []
    told = (
        f"il faut être demandeur d'emploi, ou qu'un tiers (employeur, OPCO, Région…) apporte au moins {euros(least)}."
    )
    return [Refusal("licence-cofunding", f"Pour payer ce permis avec des droits, {told}")]


def _rights_line(pot: Pot, cents: int) -> PlanLine:
    label = _kind(pot).label
    for_whom = f" pour {pot.account.certification}" if pot.account.certification else ""
    until = f", valables jusqu'au {pot.account.expires_on:%d/%m/%Y}" if pot.account.expires_on else ""
    text = f"{label[0].upper()}{label[1:]}{for_whom}{until} : {euros(cents)} sur {euros(pot.cents)}"
    return PlanLine(
        Source.RIGHTS,
        cents,
        text,
        pot=pot.account,
        funder=pot.account.funder,
        funder_kind=pot.account.funder_kind,
    )


def _contribution_line(agreed: Agreed) -> PlanLine:
    return PlanLine(
        Source.CONTRIBUTION,
        agreed.cents,
        f"Abondement ({agreed.kind.label}) : {euros(agreed.cents)}",
        funder=agreed.funder,
        funder_kind=agreed.kind,
    )


def _card_line(cents: int, participation: int) -> PlanLine:
    compulsory = min(cents, participation)  # a credit note may have paid some of it
    inside = f", dont {euros(compulsory)} de participation obligatoire" if compulsory else ""
    return PlanLine(Source.CARD, cents, f"Reste à payer par carte : {euros(cents)}{inside}")
