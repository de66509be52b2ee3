"""What is wrong gets a clear 4xx or a finding, and the ledger does not move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import Engine, select

from api.app import create_app
from api.keys import Role, issue
from base.database import reading, unit_of_work
from base.errors import ParcoursError
from base.ids import id_text
from base.jobs import JOB
from catalog.reference.load import load_reference
from enrollment.dated import Rules
from enrollment.files.states import Actor
from enrollment.files.store import By
from enrollment.files.tables import EVENT, FILE
from enrollment.money.declarations import load_sheet
from enrollment.money.tables import ACCOUNT, ENTRY, LINE
from enrollment.payments import webhooks
from enrollment.payments.sandbox.provider import WEBHOOK_JOB
from enrollment.payments.signatures import sign
from enrollment.transfers.banking import checked
from enrollment.transfers.rejects import take_rejects
from parcours.settings import Settings
from parcours.wiring import House
from tests.api.client import Client
from tests.enrollment.files.office import (
    BYS,
    LEARNER,
    OFFER,
    OTHER_SIRET,
    SESSION,
    SIRET,
    TERMS,
    account,
    offer,
    session,
    training,
)
from tests.enrollment.payments.till import SECRET, Till

FILES = "/api/v1/enrollments"
ASKED = {"offer": id_text(OFFER), "session": id_text(SESSION), "statuses": ["jobseeker"]}
STRANGERS = ("other learner", "other organisation", "other funder")


class Counter:
    """A file with money held and one with a proposal, behind the API."""

    def __init__(self, database: Engine, folder: Path) -> None:
        self.till = Till(database)
        self.office, self.database = self.till.office, database
        paid = self.till.paid(self.till.proposed())
        self.told = self.till.bodies()
        self.till.told(self.told)
        self.till.done.clear()
        self.ordered = id_text(paid.file_id)
        self.proposed = id_text(self.till.proposed().id)
        self.folder = folder
        house = House(Settings(data_dir=folder, database_url=database.url.render_as_string(hide_password=False)))
        services = replace(house.services, database=database, clock=self.till.clock, wall=self.till.clock)
        house.database.dispose()
        self.client = Client(create_app(services))
        holders = {
            "learner": (Role.LEARNER, "", id_text(account(LEARNER))),
            "organisation": (Role.ORGANISATION, SIRET, ""),
            "other learner": (Role.LEARNER, "", ""),
            "other organisation": (Role.ORGANISATION, OTHER_SIRET, ""),
            "other funder": (Role.FUNDER, "", "region-84"),
        }
        with unit_of_work(database) as conn:
            self.keys = {
                name: issue(conn, role=role, siret=siret, subject=subject, name=name, now=self.till.clock())
                for name, (role, siret, subject) in holders.items()
            }

    def post(self, whose: str, path: str, body: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.keys[whose]}"}
        return self.client.post(f"{FILES}{path}", json=body, headers=headers)

    def books(self) -> list[Any]:
        """Everything that must not move: files, their histories, and the whole ledger."""
        with reading(self.database) as conn:
            return [conn.execute(select(table)).all() for table in (FILE, EVENT, ACCOUNT, ENTRY, LINE)]


@pytest.fixture
def counter(database: Engine, tmp_path: Path) -> Iterator[Counter]:
    made = Counter(database, tmp_path)
    with made.client:
        yield made


def refused(answer: httpx.Response, status: int, code: str) -> None:
    """As a problem that says in words what is wrong."""
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), answer.text
    assert len(problem["detail"]) > 20


@pytest.mark.parametrize(
    "body",
    [
        {"price_cents": "140000"},
        {"price_cents": "1400,00"},
        {"price_cents": -1},
        {"price_cents": 1400.5},
        {"price_cents": True},
        {"price_cents": 140_000, "currency": "USD"},
        {"price_cents": 140_000, "currency": "eur"},
    ],
    ids=str,
)
def test_an_amount_as_text_negative_or_in_another_currency(counter: Counter, body: Any) -> None:
    asked = counter.office.request()
    before = counter.books()
    refused(counter.post("organisation", f"/{id_text(asked.id)}/events/propose", body), 422, "invalid-parameter")
    assert counter.books() == before


@pytest.mark.parametrize("cents", ["50000", -1, 500.5, None])
def test_a_remainder_that_is_no_amount(counter: Counter, cents: Any) -> None:
    before = counter.books()
    body = {"terms_version": TERMS, "cash_cents": cents}
    refused(counter.post("learner", f"/{counter.proposed}/events/confirm", body), 422, "invalid-parameter")
    assert counter.books() == before


def test_a_session_of_the_past(counter: Counter) -> None:
    counter.office.publish(training(offer(sessions=(session(start_on=date(2026, 11, 2)),))))
    before = counter.books()
    refused(counter.post("learner", "", ASKED), 409, "session-closed")
    assert counter.books() == before


def test_an_expired_certification(counter: Counter) -> None:
    asked = counter.office.request()
    folder = counter.folder / "list"
    folder.mkdir()
    heading = "code,kind,title,level,valid_until,rome,formacode,nsf"
    (folder / "certifications.csv").write_text(f"{heading}\nRNCP34441,rncp,Comptable,5,2026-11-24,,,\n")
    with unit_of_work(counter.database) as conn:
        load_reference(conn, folder, counter.office.now, lambda _name, _rows: None)
    before = counter.books()
    refused(counter.post("learner", "", ASKED), 409, "transition-refused")
    assert counter.books() == before
    # What was asked for while it was valid is as it was offered then.
    assert counter.post("organisation", f"/{id_text(asked.id)}/events/propose", {}).status_code == 200


@pytest.mark.parametrize("whose", STRANGERS)
@pytest.mark.parametrize("event", ["confirm", "cancel", "enter", "withdraw_funding"])
def test_the_id_of_a_foreign_file(counter: Counter, whose: str, event: str) -> None:
    before = counter.books()
    bodies = {"confirm": {"terms_version": TERMS, "cash_cents": 0}, "enter": {"on": "2027-01-18"}}
    for file in (counter.ordered, counter.proposed, id_text(5)):  # as if it were not there
        refused(counter.post(whose, f"/{file}/events/{event}", bodies.get(event, {"reason": "x"})), 404, "not-found")
    assert counter.books() == before


def paid_body(**other: Any) -> bytes:
    """Of an event that the provider may tell."""
    payment = {"reference": "essai_1", "key": "inconnue", "cents": 50_000, "currency": "eur", "progress": "done"}
    return orjson.dumps({"id": "evt_1", "kind": "payment.paid", "payment": {**payment, **other}})


Webhook = Callable[[Counter], tuple[bytes, str]]  # body and signature
WEBHOOKS: dict[str, tuple[Webhook, int]] = {
    "bad signature": (lambda counter: (counter.told[0], sign(counter.told[0], "autre", counter.office.now)), 400),
    "no signature": (lambda counter: (counter.told[0], ""), 400),
    "replayed later": (
        lambda counter: (counter.told[0], sign(counter.told[0], SECRET, counter.office.now - timedelta(minutes=6))),
        400,
    ),
    "unknown payment": (lambda counter: (paid_body(), sign(paid_body(), SECRET, counter.office.now)), 404),
}


@pytest.mark.parametrize("what", WEBHOOKS)
def test_a_webhook_that_nobody_may_send(counter: Counter, what: str) -> None:
    make, status = WEBHOOKS[what]
    body, header = make(counter)
    before = counter.books()
    now = counter.office.now
    with pytest.raises(ParcoursError) as refusal, unit_of_work(counter.database) as conn:
        webhooks.receive(conn, counter.till.provider, header, body, now, now)
    assert refusal.value.status == status
    assert counter.books() == before


def test_a_webhook_that_is_replayed_at_once_is_the_same_event(counter: Counter) -> None:
    before = counter.books()
    for body in counter.told:
        assert not counter.till.received(body)
    counter.till.work(lambda kind: kind == WEBHOOK_JOB)
    assert counter.books() == before


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        (("2025;{0};anne;100;general", "2025;{0};anne;40;general"), ["twice-different", "twice-different"]),
        (("2025;{0};anne;cent;general",), ["number"]),
        (("2025;{0};anne;-40;general",), ["number"]),
    ],
)
def test_a_declaration_with_the_same_person_twice_or_no_number(
    counter: Counter, rows: tuple[str, ...], codes: list[str]
) -> None:
    heading = "annee;siret;titulaire;temps_pour_cent;categorie"
    content = "\n".join([heading, *(row.format("73282932000074") for row in rows)]).encode()
    before = counter.books()
    with unit_of_work(counter.database) as conn:
        loaded = load_sheet(conn, Rules(), content, counter.office.now)
    assert [finding.code for finding in loaded.findings] == codes
    assert all(len(finding.message) > 20 and finding.line for finding in loaded.findings)
    assert counter.books() == before


@pytest.mark.parametrize("iban", ["", "FR76", "FR1420041010050500013M02607", "US64SVBKUS6S3300958879", "x" * 61])
def test_a_bank_account_that_is_none(counter: Counter, iban: str) -> None:
    with pytest.raises(ParcoursError) as refusal:
        checked(iban)
    assert refusal.value.status == 422
    assert len(refusal.value.detail) > 15


@pytest.mark.parametrize("line", ["inconnu;500,00;AC04", "inconnu;-5;AC04", "inconnu;beaucoup;AC04", ";500,00;AC04"])
def test_a_reject_of_no_transfer_or_of_no_amount(counter: Counter, line: str) -> None:
    before = counter.books()
    by: By = BYS[Actor.OPERATOR]
    with unit_of_work(counter.database) as conn:
        content = f"reference;montant;code\n{line}\n".encode()
        loaded = take_rejects(conn, counter.office.desk, content, by, counter.office.now)
    assert (loaded.taken, len(loaded.findings)) == (0, 1)
    assert counter.books() == before


def test_nothing_of_it_was_queued(counter: Counter) -> None:
    """A refused request leaves no job either: nobody is written to."""
    query = select(JOB.c.id)
    with reading(counter.database) as conn:
        before = conn.execute(query).all()
    counter.post("other learner", f"/{counter.ordered}/events/cancel", {"reason": "x"})
    counter.post("organisation", f"/{counter.ordered}/events/enter", {"on": "2027-02-30"})
    with reading(counter.database) as conn:
        assert conn.execute(query).all() == before
