"""All of enrollment behind its doors, on one database and a clock to set: files, cards, webhooks, transfers, rejects.

Every act goes through the API's keys of idempotency, so that any of them can be sent again later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, select

from api.files import present_file
from api.idempotency import Answer, once
from api.said import read_act, split_exit
from base.clock import today
from base.database import reading, stored, unit_of_work
from base.errors import ParcoursError
from base.ids import id_number
from base.jobs import JOB
from enrollment.dated import Rules
from enrollment.files import acts, store
from enrollment.files.acts import Desk, Order
from enrollment.files.events import Event
from enrollment.files.file import File
from enrollment.files.financing import Ledger, profile
from enrollment.files.states import Actor
from enrollment.files.store import By
from enrollment.files.sweep import Swept, sweep
from enrollment.payments import checkout, webhooks
from enrollment.payments.confirming import Confirming, WithCard, go_and_pay
from enrollment.payments.sandbox import Sandbox
from enrollment.payments.sandbox.provider import WEBHOOK_JOB
from enrollment.payments.signatures import sign
from enrollment.payments.tables import PAYMENT
from enrollment.payments.work import KINDS, Counter, work
from enrollment.transfers import accounts, incidents, run
from enrollment.transfers.banking import checked
from enrollment.transfers.rejects import take_rejects
from tests.enrollment.files.office import BYS, FUNDER, TERMS, by_learner
from tests.enrollment.transfers.counter import DEBTOR
from tests.enrollment.world import IBANS, Learner, World, founded

SECRET, ADDRESS = "secret-of-the-tests", "http://127.0.0.1:8000"
OPERATOR = BYS[Actor.OPERATOR]


@dataclass(frozen=True)
class Sent:
    """An act with its key, and what was answered."""

    key: str
    act: Callable[[Connection], Answer]
    answer: Answer


class Bureau:
    def __init__(
        self, database: Engine, begun: datetime, rules: Rules | None = None, world: World | None = None
    ) -> None:
        """``world``: the one that the database has already."""
        self.database, self.now, self.rules = database, begun, rules or Rules()
        self.desk = Desk(self.rules, WithCard(Ledger(self.rules), self.clock), self.clock)
        self.provider = Sandbox(database, SECRET, ADDRESS, self.clock, self.clock)
        self.counter = Counter(database, self.provider, Confirming(self.desk), self.clock, self.clock, ADDRESS)
        self.sent: list[Sent] = []
        self.files: list[int] = []
        self.world = world or self._founded()

    def _founded(self) -> World:
        with unit_of_work(self.database) as conn:
            return founded(conn, self.now)

    def clock(self) -> datetime:
        return self.now

    def by(self, actor: Actor, file: File) -> By:
        """He whom it concerns."""
        match actor:
            case Actor.LEARNER:
                return by_learner(file.learner_id)
            case Actor.ORGANISATION:
                return By(actor, file.siret, "clé de l'organisme")
            case Actor.FUNDER:
                return By(actor, FUNDER, "clé du financeur")
        return OPERATOR

    def read(self, number: int) -> File:
        with reading(self.database) as conn:
            return store.read(conn, number)

    def told(self, file: File, actor: Actor) -> dict[str, Any]:
        return present_file(file, actor, self.rules, self.now)

    def ask(self, learner: Learner, offer: str, **where: Any) -> Answer:
        asked = Order(
            learner.account, id_number(offer), buyer=profile(statuses=list(learner.statuses)), email="c@x.test", **where
        )

        def act(conn: Connection) -> Answer:
            file = acts.request(conn, self.desk, asked, by_learner(learner.account), self.now)
            return self._answer(file, Actor.LEARNER, 201)

        answer = self.send(act)
        if answer.status == 201:
            self.files.append(id_number(orjson.loads(answer.body)["id"]))
        return answer

    def act(self, number: int, event: Event, by: By, body: dict[str, Any]) -> Answer:
        def act(conn: Connection) -> Answer:
            said, service = read_act(event, orjson.dumps(body)), None
            if event is Event.EXIT:
                said, service = split_exit(said)
            file = acts.perform(conn, self.desk, number, event, said, by, self.now)
            if service is not None:
                file = acts.perform(conn, self.desk, number, Event.DECLARE_SERVICE, service, by, self.now)
            return self._answer(file, by.actor)

        return self.send(act)

    def send(self, act: Callable[[Connection], Answer]) -> Answer:
        key = f"key-{len(self.sent)}"
        sent = Sent(key, act, self.keyed(key, act))
        self.sent.append(sent)
        return sent.answer

    def keyed(self, key: str, act: Callable[[Connection], Answer]) -> Answer:
        return stored(self.database, lambda conn: once(conn, "caller", key, key, self.now, act))

    def go_and_pay(self, file: File) -> int | None:
        """Id of the payment; ``None`` when there is none to make."""
        try:
            with unit_of_work(self.database) as conn:
                return go_and_pay(
                    conn, self.desk, self.provider, file.id, by_learner(file.learner_id),
                    key=f"{len(self.sent)}", terms_version=TERMS, back_url=ADDRESS, now=self.now,
                ).id  # fmt: skip
        except ParcoursError:
            return None

    def opened(self, payment: int) -> str:
        """Reference of its page at the provider's."""
        return checkout.open_page(self.database, self.provider, payment, self.now).reference

    def pages(self) -> list[str]:
        """References of the provider's."""
        with reading(self.database) as conn:
            return list(
                conn.scalars(select(PAYMENT.c.reference).where(PAYMENT.c.reference != "").order_by(PAYMENT.c.id))
            )

    def jobs(self, *kinds: str) -> list[tuple[str, dict[str, Any]]]:
        """All that were ever queued: each bears being done twice."""
        query = select(JOB.c.kind, JOB.c.payload).where(JOB.c.kind.in_(kinds or KINDS)).order_by(JOB.c.id)
        with reading(self.database) as conn:
            return [(row.kind, row.payload) for row in conn.execute(query)]

    def do(self, kind: str, payload: dict[str, Any]) -> None:
        if kind == WEBHOOK_JOB:
            body = payload["body"].encode()
            with unit_of_work(self.database) as conn:
                webhooks.receive(conn, self.provider, sign(body, SECRET, self.now), body, self.now, self.now)
        else:
            work(self.counter, kind, payload)

    def sweep(self) -> Swept:
        return sweep(self.database, self.desk, self.now)

    def pay_all(self, key: str) -> run.Run:
        made, _ = run.pay_all(self.database, self.desk, DEBTOR, key, today(self.clock), OPERATOR, self.now)
        return made

    def reject(self, reference: str, amount: str) -> None:
        content = f"reference;montant;code\n{reference};{amount};AC04\n".encode()
        with unit_of_work(self.database) as conn:
            take_rejects(conn, self.desk, content, OPERATOR, self.now)

    def see_to_incidents(self) -> None:
        with unit_of_work(self.database) as conn:
            for each in incidents.opened(conn):
                incidents.close(conn, each.id, "vu", by="clé", now=self.now)

    def declare(self, siret: str) -> None:
        with unit_of_work(self.database) as conn:
            accounts.declare(
                conn, self.rules, siret, checked(IBANS[siret]), holder="Organisme", email="c@x.test", by="clé",
                now=self.now, wall=self.now,
            )  # fmt: skip

    def _answer(self, file: File, actor: Actor, status: int = 200) -> Answer:
        return Answer(status, {}, orjson.dumps(self.told(file, actor)))
