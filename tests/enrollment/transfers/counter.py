"""A place where organisations are paid: billed files, accounts, runs and what banks send back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from lxml import etree
from sqlalchemy import Engine, func, select

from base.database import reading, unit_of_work
from base.ids import offer_id, session_id
from enrollment.dated import Rules
from enrollment.files.deadlines import day_of
from enrollment.files.events import Event
from enrollment.files.file import File
from enrollment.files.states import Actor
from enrollment.files.store import By
from enrollment.money.accounts import AccountKind
from enrollment.money.check import prove
from enrollment.money.loading import Loaded
from enrollment.money.tables import ACCOUNT, LINE
from enrollment.transfers import accounts, run
from enrollment.transfers.accounts import BankAccount
from enrollment.transfers.banking import checked
from enrollment.transfers.pain import Debtor
from enrollment.transfers.rejects import take_rejects
from enrollment.transfers.run import Run, Skipped
from enrollment.transfers.standing import Standing, standings
from tests.enrollment.files.office import BYS, END, SIRET, START, TERMS, Office, training

OTHER = "98765432100017"
IBANS = {
    SIRET: "FR1420041010050500013M02606",
    OTHER: "FR7630006000011234567890189",
    "new": "DE89370400440532013000",
}
DEBTOR = Debtor("Opérateur & Cie", checked("FR7630006000011234567890189"))
OPERATOR = BYS[Actor.OPERATOR]
PRICE_CENTS = 800_00
ON = date(2027, 4, 15)


class Counter:
    def __init__(self, database: Engine, rules: Rules | None = None) -> None:
        self.database = database
        self.rules = rules or Rules()
        plain = training()
        self.office = Office(
            database, plain, replace(plain, organisation=replace(plain.organisation, siret=OTHER)), rules=rules
        )
        self.learners = 0

    def billed(self, siret: str = SIRET) -> File:
        """A training followed to its end in spring, billed at once, of 800.00 euros all by rights."""
        file = self.done(self.in_training(siret))
        return self.office.act(
            file, Event.BILL, Actor.ORGANISATION, _organisation(siret), bill_number=f"F-{self.learners}"
        )

    def in_training(self, siret: str = SIRET) -> File:
        office, by = self.office.at(date(2026, 11, 25)), _organisation(siret)
        self.learners += 1
        offer = offer_id(siret, "T1", "1")
        file = office.request(f"titulaire {self.learners}", offer_id=offer, session_id=session_id(offer, "s1"))
        file = office.act(file, Event.PROPOSE, Actor.ORGANISATION, by, price_cents=PRICE_CENTS)
        office.act(file, Event.CONFIRM, Actor.LEARNER, terms_version=TERMS)
        return office.at(START).act(file, Event.ENTER, Actor.ORGANISATION, by, on=START)

    def done(self, file: File) -> File:
        """The service, validated."""
        office, by = self.office, _organisation(file.siret)
        office.at(END).act(file, Event.EXIT, Actor.ORGANISATION, by, on=END)
        office.act(file, Event.DECLARE_SERVICE, Actor.ORGANISATION, by, done=140, planned=140)
        office.at(END + timedelta(days=20)).sweep()
        return office.read(file)

    @property
    def now(self) -> datetime:
        return self.office.now

    def declare(self, siret: str = SIRET, iban: str = "", email: str = "compta@organisme.test") -> BankAccount:
        with unit_of_work(self.database) as conn:
            return accounts.declare(
                conn, self.rules, siret, checked(iban or IBANS[siret]),
                holder="Organisme été", email=email, by="clé", now=self.now, wall=self.now,
            )  # fmt: skip

    def pay(self, key: str = "lot 1", on: date | None = None) -> tuple[Run, list[Skipped]]:
        return run.pay_all(
            self.database, self.office.desk, DEBTOR, key, on or max(ON, day_of(self.now)), OPERATOR, self.now
        )

    def rejected(self, *lines: str, heading: str = "reference;montant;code;motif") -> Loaded:
        content = "\n".join([heading, *lines]).encode()
        with unit_of_work(self.database) as conn:
            return take_rejects(conn, self.office.desk, content, OPERATOR, self.now)

    def standing(self, siret: str = SIRET) -> Standing:
        with reading(self.database) as conn:
            (told,) = standings(conn, self.rules, self.now, siret)
        return told

    def total(self, kind: AccountKind) -> int:
        """What accounts of a kind hold; the whole ledger is proved on the way."""
        query = select(func.coalesce(func.sum(LINE.c.cents), 0)).join(ACCOUNT, ACCOUNT.c.id == LINE.c.account_id)
        with reading(self.database) as conn:
            assert prove(conn).flaws == ()
            return int(conn.scalar(query.where(ACCOUNT.c.kind == kind.value)) or 0)


def _organisation(siret: str) -> By:
    return By(Actor.ORGANISATION, siret, "clé de l'organisme")


def credits_of(document: str) -> list[tuple[str, str, str]]:
    """End-to-end reference, amount and IBAN of each transfer of a file."""
    root = etree.fromstring(document.encode())
    space = {"p": root.nsmap[None]}
    found = root.xpath("//p:CdtTrfTxInf", namespaces=space)
    paths = ("p:PmtId/p:EndToEndId", "p:Amt/p:InstdAmt", "p:CdtrAcct/p:Id/p:IBAN")
    return [tuple(each.findtext(path, namespaces=space) for path in paths) for each in found]
