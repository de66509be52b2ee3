"""The office of ``tests/enrollment`` behind its API, with a key for each kind of caller and a stranger of each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import Engine, func, select

from api.keys import Role, issue
from api.services import Services
from base.database import reading, unit_of_work
from base.ids import id_text
from enrollment.files.deadlines import day_of
from enrollment.files.tables import FILE
from enrollment.payments.sandbox import Sandbox
from enrollment.payments.sandbox.cards import Card
from enrollment.payments.sandbox.delivery import signed
from enrollment.transfers.banking import checked
from enrollment.transfers.pain import Debtor
from parcours.application import application
from parcours.paying import WEBHOOK, counter_of, work_next
from parcours.settings import Settings
from parcours.wiring import House
from tests.api.client import Client
from tests.enrollment.files.office import (
    END,
    LEARNER,
    OFFER,
    OTHER_SIRET,
    REQUESTED,
    SESSION,
    SIRET,
    START,
    TERMS,
    Office,
    account,
)

PREFIX = "/api/v1"
ADDRESS = f"{PREFIX}/enrollments"
ASKED = {
    "offer": id_text(OFFER),
    "session": id_text(SESSION),
    "email": "camille@exemple.test",
    "statuses": ["jobseeker"],
}
DEBTOR = Debtor("Caisse des essais", checked("FR7630006000011234567890189"))
IBAN = "FR1420041010050500013M02606"
"""The example of the French standard."""


@dataclass
class Counter:
    office: Office
    house: House
    services: Services
    app: FastAPI
    client: Client
    keys: dict[str, str]

    def headers(self, whose: str, **headers: str) -> dict[str, str]:
        held = {"authorization": f"Bearer {self.keys[whose]}"} if whose else {}
        return {**held, **{name.replace("_", "-"): value for name, value in headers.items()}}

    def call(self, whose: str, method: str, address: str, body: Any = None, **headers: str) -> httpx.Response:
        """Any address of the API, without its prefix. ``body``: a value for JSON, or bytes."""
        sent: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
        if body is None:
            sent = {}
        return self.client.request(method, f"{PREFIX}{address}", headers=self.headers(whose, **headers), **sent)

    def post(self, whose: str, address: str, body: Any = None, **headers: str) -> httpx.Response:
        return self.call(whose, "POST", f"/enrollments{address}", {} if body is None else body, **headers)

    def get(self, whose: str, address: str = "") -> httpx.Response:
        return self.call(whose, "GET", f"/enrollments{address}")

    def asked(self, **other: Any) -> str:
        answer = self.post("learner", "", {**ASKED, **other})
        assert answer.status_code == 201, answer.text
        assert answer.headers["location"] == f"{ADDRESS}/{answer.json()['id']}"
        return str(answer.json()["id"])

    def act(self, whose: str, file: str, event: str, **body: Any) -> Any:
        answer = self.post(whose, f"/{file}/events/{event}", body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def going(self, file: str, **headers: str) -> Any:
        """The learner goes to pay; the page is open."""
        answer = self.post("learner", f"/{file}/payments", {"terms_version": TERMS}, **headers)
        assert answer.status_code == 201, answer.text
        self.work()
        return self.call("learner", "GET", answer.headers["location"].removeprefix(PREFIX)).json()

    def paid(self, file: str, card: str = Card.PAYS.value) -> Any:
        """By card, at the page; told by a webhook and handled. What has to be paid may be nothing."""
        payment = self.going(file)
        page = payment["page_url"].removeprefix(self.services.address)
        answer = self.client.post(page, data={"action": "carte", "carte": card})
        assert answer.status_code == 303, answer.text
        self.work()
        return self.get("learner", f"/{file}").json()

    def work(self) -> None:
        """The worker's part of payments; webhooks come in by their route."""
        counter = counter_of(self.house, deliver=self._deliver)
        while work_next(counter, "essais"):
            pass

    def _deliver(self, sandbox: Sandbox, body: str, url: str) -> None:
        assert url.endswith(WEBHOOK.format(provider="sandbox"))
        answer = self.client.post(WEBHOOK.format(provider="sandbox"), content=body, headers=signed(sandbox, body))
        assert answer.status_code == 200, answer.text

    def billed(self, number: str = "F-2027-1", **proposed: Any) -> str:
        """A file that was followed to the end, paid by card where rights do not suffice, and billed."""
        self.office.at(REQUESTED)
        file = self.asked()
        self.act("organisation", file, "propose", **proposed)
        self.paid(file)
        self.office.at(START)
        self.act("organisation", file, "enter", on=START.isoformat())
        self.office.at(END)
        self.act("organisation", file, "exit", on=END.isoformat(), done=140, planned=140)
        self.office.at(END + timedelta(days=30)).sweep()
        self.act("organisation", file, "bill", bill_number=number)
        return file

    def pay(self) -> None:
        """All that is due, with a run; the organisation says where."""
        declared = {"iban": IBAN, "holder": "Organisme été", "email": "compta@organisme.test"}
        assert self.call("organisation", "POST", f"/organisations/{SIRET}/bank-accounts", declared).status_code < 300
        run = self.call("operator", "PUT", "/transfers/runs/lot", {"on": day_of(self.office.now).isoformat()})
        assert (run.status_code, run.json()["skipped"]) == (200, []), run.text

    def count(self) -> int:
        with reading(self.office.database) as conn:
            return int(conn.execute(select(func.count()).select_from(FILE)).scalar_one())


@contextmanager
def open_counter(database: Engine, folder: Path, **settings: Any) -> Iterator[Counter]:
    """``settings``: of its house, beside the folder and the database."""
    office = Office(database)
    office.fed(LEARNER)
    address = database.url.render_as_string(hide_password=False)
    house = House(Settings(data_dir=folder, database_url=address, **settings))
    house.clock, house.wall = lambda: office.now, office.desk.wall
    services = replace(house.services, debtor=DEBTOR)
    office.desk = house.desk
    issued = {
        "learner": (Role.LEARNER, "", id_text(account(LEARNER))),
        "organisation": (Role.ORGANISATION, SIRET, ""),
        "funder": (Role.FUNDER, "", "france_travail"),
        "operator": (Role.OPERATOR, "", ""),
        "other learner": (Role.LEARNER, "", ""),
        "other organisation": (Role.ORGANISATION, OTHER_SIRET, ""),
        "other funder": (Role.FUNDER, "", "region-84"),
    }
    with unit_of_work(database) as conn:
        keys = {
            name: issue(conn, role=role, siret=siret, subject=subject, name=name, now=office.now)
            for name, (role, siret, subject) in issued.items()
        }
    app = application(house, services)
    with Client(app) as client:
        yield Counter(office, house, services, app, client, keys)
    house.database.dispose()
