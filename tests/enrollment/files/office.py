"""A place where files are made and moved: one offer and its session, a clock to set, learners with rights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, Engine

from base.clock import PARIS
from base.database import reading, unit_of_work
from base.ids import id_text, key_id, offer_id, session_id
from catalog.codes.facets import Answer, CertificationKind, DatePrecision, Entry, Modality
from catalog.records import ContactRecord, OfferRecord, OrganisationRecord, SessionRecord, TrainingRecord
from catalog.store.write import put_trainings
from enrollment.dated import Rules
from enrollment.files import acts, store
from enrollment.files.acts import Desk, Order
from enrollment.files.events import Effect, Event
from enrollment.files.file import File, Said
from enrollment.files.financing import Ledger, profile
from enrollment.files.states import Actor, FileKind
from enrollment.files.store import By, Happened
from enrollment.files.sweep import Swept, sweep
from enrollment.money import PotKind
from enrollment.money.accounts import rights
from tests.enrollment.money.filing import give

SIRET, OTHER_SIRET = "12345678200010", "98765432100017"
LEARNER, OTHER_LEARNER, FUNDER = "camille", "dominique", "france_travail"
OFFER = offer_id(SIRET, "T1", "1")
SESSION = session_id(OFFER, "s1")
REQUESTED = date(2026, 11, 25)  # a Wednesday
START, END = date(2027, 1, 18), date(2027, 3, 19)
TERMS = "v15"
RUN = "virement-1"
RIGHTS_CENTS = 100_000
BYS = {
    Actor.ORGANISATION: By(Actor.ORGANISATION, SIRET, "clé de l'organisme"),
    Actor.FUNDER: By(Actor.FUNDER, FUNDER, "clé du financeur"),
    Actor.OPERATOR: By(Actor.OPERATOR, "", "clé du gestionnaire"),
}


def by_learner(number: int) -> By:
    return By(Actor.LEARNER, id_text(number), "clé du titulaire")


def paris(day: date, hour: int = 10, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), PARIS).astimezone(UTC)


def session(**facts: Any) -> SessionRecord:
    return replace(SessionRecord("s1", START, DatePrecision.DAY, None, END, DatePrecision.DAY), **facts)


def offer(**facts: Any) -> OfferRecord:
    contact = ContactRecord("registration", "Inscriptions", email="inscriptions@organisme.test")
    plain = OfferRecord(
        "1", "source-1", Modality.IN_PERSON, Entry.FIXED, sessions=(session(),), price_cents=150_000, hours=140,
        vat_rate_bp=0, eligible_cpf=Answer.YES, prerequisites=Answer.NO, contacts=(contact,),
    )  # fmt: skip
    return replace(plain, **facts)


def training(*offers: OfferRecord, **facts: Any) -> TrainingRecord:
    plain = TrainingRecord(
        "json", OrganisationRecord(SIRET, "Organisme"), "T1", "Comptabilité", "RNCP34441", ("RNCP34441",),
        CertificationKind.RNCP, offers=offers or (offer(),),
    )  # fmt: skip
    return replace(plain, **facts)


@dataclass
class WatchedLedger:
    """The ledger; keeps what it was asked, in the order of the asking, and can be made to break."""

    ledger: Ledger
    asked: list[tuple[int, Effect]] = field(default_factory=list)
    fails: Callable[[File], bool] = lambda file: False

    def quote(self, conn: Connection, file: File, now: datetime) -> dict[str, Any]:
        return self.ledger.quote(conn, file, now)

    def book(self, conn: Connection, effect: Effect, file: File, said: Said, at: datetime) -> None:
        if self.fails(file):
            raise RuntimeError("the ledger breaks")
        self.ledger.book(conn, effect, file, said, at)
        self.asked.append((file.id, effect))

    def of(self, file: File) -> list[Effect]:
        return [effect for number, effect in self.asked if number == file.id]


def account(learner: str) -> int:
    return key_id("learner", learner)


class Office:
    def __init__(self, database: Engine, *records: TrainingRecord, rules: Rules | None = None) -> None:
        self.database = database
        self.now = paris(REQUESTED)
        self.money = WatchedLedger(Ledger(rules or Rules()))
        self.known: set[str] = set()  # learners whose account has been fed
        self.desk = Desk(rules or Rules(), self.money, lambda: datetime(2026, 11, 25, 9, tzinfo=UTC))
        self.publish(*(records or (training(),)))

    def publish(self, *records: TrainingRecord) -> None:
        with unit_of_work(self.database) as conn:
            put_trainings(conn, records, submission=None, now=self.now)

    def at(self, day: date, hour: int = 10, minute: int = 0) -> Office:
        self.now = paris(day, hour, minute)
        return self

    def request(self, learner: str = LEARNER, **order: Any) -> File:
        """By a jobseeker with 1,000.00 euros of rights, where nothing else is said."""
        asked = {
            "offer_id": OFFER,
            "session_id": SESSION,
            "kind": FileKind.CPF,
            "email": "camille@exemple.test",
            "buyer": profile(statuses=["jobseeker"]),
            **order,
        }
        number = self.fed(learner)
        with unit_of_work(self.database) as conn:
            return acts.request(conn, self.desk, Order(number, **asked), by_learner(number), self.now)

    def fed(self, learner: str) -> int:
        """His account, with rights."""
        if learner not in self.known:
            with unit_of_work(self.database) as conn:
                give(conn, rights(account(learner), PotKind.ANNUAL), RIGHTS_CENTS, self.now)
            self.known.add(learner)
        return account(learner)

    def act(self, file: File, event: Event, actor: Actor, by: By | None = None, **said: Any) -> File:
        """By default he to whom the file belongs."""
        own = by_learner(file.learner_id) if actor is Actor.LEARNER else BYS[actor]
        with unit_of_work(self.database) as conn:
            return acts.perform(conn, self.desk, file.id, event, Said(**said), by or own, self.now)

    def proposed(self, file: File, **said: Any) -> File:
        return self.act(file, Event.PROPOSE, Actor.ORGANISATION, **said)

    def confirmed(self, file: File) -> File:
        return self.act(file, Event.CONFIRM, Actor.LEARNER, terms_version=TERMS)

    def accepted(self) -> File:
        """An order that was made on the day of the request."""
        return self.confirmed(self.proposed(self.request()))

    def sweep(self) -> Swept:
        return sweep(self.database, self.desk, self.now)

    def read(self, file: File) -> File:
        with reading(self.database) as conn:
            return store.read(conn, file.id)

    def history(self, file: File) -> list[Happened]:
        with reading(self.database) as conn:
            return store.history(conn, file.id)
