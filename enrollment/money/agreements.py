"""What funders agreed to give to files, by criteria (domain 5.4): read on the day of the plan, proposed by itself.

A criterion that is empty asks for nothing. One that asks for what is not known of a learner or an offer is not met.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Date, bindparam, or_, select

from base.prepared import Prepared
from catalog.store.statements import insert_into
from enrollment.money.kinds import ActionKind, FunderKind, Status
from enrollment.money.parties import Agreed, Buyer, Priced
from enrollment.money.rounding import percent
from enrollment.money.tables import AGREEMENT

_DAY = bindparam("on", type_=Date)
_IN_FORCE = Prepared(
    lambda _: select(AGREEMENT).where(
        AGREEMENT.c.from_on <= _DAY, or_(AGREEMENT.c.to_on.is_(None), AGREEMENT.c.to_on >= _DAY)
    )
)


@dataclass(frozen=True, slots=True)
class Agreement:
    reference: str  # the funder's own
    funder: str  # SIRET or name
    kind: FunderKind
    from_on: date
    to_on: date | None  # last day
    most_cents: int  # to one file
    share_percent: int = 100  # of the price, at most
    statuses: tuple[Status, ...] = ()  # one of them is enough
    actions: tuple[ActionKind, ...] = ()
    certifications: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()  # of the learner
    employer: str = ""  # SIRET: of the learner's employer
    learner_id: int | None = None  # for one person

    def gives(self, buyer: Buyer, priced: Priced, on: date) -> Agreed | None:
        if priced.price_cents is None or not self._met(buyer, priced, on):
            return None
        cents = min(self.most_cents, percent(max(priced.price_cents, 0), self.share_percent))
        return Agreed(self.funder, self.kind, cents) if cents else None

    def _met(self, buyer: Buyer, priced: Priced, on: date) -> bool:
        return (
            self.from_on <= on <= (self.to_on or date.max)
            and (not self.statuses or not buyer.statuses.isdisjoint(self.statuses))
            and (not self.actions or priced.kind in self.actions)
            and (not self.certifications or priced.certification in self.certifications)
            and (not self.regions or buyer.region in self.regions)
            and (not self.employer or buyer.employer == self.employer)
            and (self.learner_id is None or buyer.learner_id == self.learner_id)
        )


def agreed_by(agreements: Iterable[Agreement], buyer: Buyer, priced: Priced, on: date) -> list[Agreed]:
    """In the order of their references. Of one funder the agreement that gives most: two are never added up."""
    best: dict[str, Agreed] = {}
    for agreement in sorted(agreements, key=lambda one: one.reference):
        given = agreement.gives(buyer, priced, on)
        if given is not None and (given.funder not in best or best[given.funder].cents < given.cents):
            best[given.funder] = given
    return list(best.values())


def agreements_on(conn: Connection, on: date) -> list[Agreement]:
    """Those in force on a day."""
    return [
        Agreement(
            reference=row.reference,
            funder=row.funder,
            kind=FunderKind.of(row.kind),
            from_on=row.from_on,
            to_on=row.to_on,
            most_cents=row.most_cents,
            share_percent=row.share_percent,
            statuses=tuple(Status.of(one) for one in row.statuses),
            actions=tuple(ActionKind.of(one) for one in row.actions),
            certifications=tuple(row.certifications),
            regions=tuple(row.regions),
            employer=row.employer,
            learner_id=row.learner_id,
        )
        for row in _IN_FORCE.rows(conn, {"on": on})
    ]


def put_agreements(conn: Connection, agreements: Sequence[Agreement], at: datetime) -> None:
    """New ones, and those of known references as they are now: files that were confirmed keep what they were given."""
    for one in agreements:
        values = {
            "funder": one.funder,
            "kind": one.kind.value,
            "from_on": one.from_on,
            "to_on": one.to_on,
            "most_cents": one.most_cents,
            "share_percent": one.share_percent,
            "statuses": [status.value for status in one.statuses],
            "actions": [action.value for action in one.actions],
            "certifications": list(one.certifications),
            "regions": list(one.regions),
            "employer": one.employer,
            "learner_id": one.learner_id,
            "at": at,
        }
        statement = insert_into(conn, AGREEMENT).values(reference=one.reference, **values)
        conn.execute(statement.on_conflict_do_update(index_elements=["reference"], set_=values))
