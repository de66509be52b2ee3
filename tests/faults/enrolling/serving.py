"""The service that is killed: the whole API on a clock that is moved, and the doors of cards and transfers beside it.

What the sandbox's page does and what banks send comes from outside; here the harness plays it over HTTP.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import uvicorn
from fastapi import APIRouter, FastAPI, Request, Response
from sqlalchemy import Connection, select
from starlette.concurrency import run_in_threadpool

from api.app import create_app
from api.idempotency import Answer, fingerprint, once
from api.services import Services
from base.database import reading, stored
from base.ids import id_number
from enrollment.dated import Rules
from enrollment.files.acts import Desk
from enrollment.files.financing import Ledger
from enrollment.files.states import Actor
from enrollment.payments import webhooks
from enrollment.payments.confirming import WithCard, go_and_pay
from enrollment.payments.sandbox import Sandbox
from enrollment.payments.tables import PAYMENT
from enrollment.transfers import accounts, incidents, run
from enrollment.transfers.banking import checked
from enrollment.transfers.pain import Debtor
from enrollment.transfers.rejects import take_rejects
from parcours.serving import taken
from parcours.settings import Settings
from parcours.wiring import House
from tests.enrollment.files.office import BYS, TERMS, by_learner
from tests.faults.enrolling.clock import SharedClock

SECRET = "secret-of-the-tests"
DOORS = "/essai"
OPERATOR = BYS[Actor.OPERATOR]
DEBTOR = Debtor("Opérateur", checked("FR7630006000011234567890189"))


def house_of(settings: Settings, clock: Path) -> House:
    house = House(settings)
    house.clock = house.wall = SharedClock(clock)
    return house


def desk_of(house: House) -> Desk:
    rules = Rules()
    return Desk(rules, WithCard(Ledger(rules), house.wall), house.wall)


def sandbox_of(house: House, port: int) -> Sandbox:
    return Sandbox(house.database, SECRET, f"http://127.0.0.1:{port}", house.clock, house.wall)


def prepared(settings: Settings, clock: Path, port: int) -> tuple[House, FastAPI]:
    """Everything that a service and a worker are made of, before either runs."""
    house = house_of(settings, clock)
    app = create_app(house.services)
    app.include_router(doors(house.services, desk_of(house), sandbox_of(house, port)))
    return house, app


def serve(app: FastAPI, port: int) -> None:
    """Until it is killed."""
    config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[taken("127.0.0.1", port)])


def doors(services: Services, desk: Desk, sandbox: Sandbox) -> APIRouter:
    router = APIRouter(prefix=DOORS)
    database, clock = services.database, services.clock

    def kept(request: Request, said: bytes, act: Callable[[Connection], dict[str, Any]]) -> Response:
        key, printed = request.headers["idempotency-key"], fingerprint("POST", request.url.path, said)

        def answered(conn: Connection) -> Answer:
            return Answer(200, {"content-type": "application/json"}, orjson.dumps(act(conn)))

        answer = stored(database, lambda conn: once(conn, "harness", key, printed, clock(), answered))
        return Response(answer.body, answer.status, answer.headers)

    @router.post("/payments/{file}")
    def pay(request: Request, file: str, learner: str) -> dict[str, Any]:
        def act(conn: Connection) -> dict[str, Any]:
            payment = go_and_pay(
                conn, desk, sandbox, id_number(file), by_learner(id_number(learner)),
                key=request.headers["idempotency-key"], terms_version=TERMS, back_url="http://127.0.0.1/",
                now=clock(),
            )  # fmt: skip
            return {"key": payment.key, "cents": payment.cents}

        return stored(database, act)

    @router.get("/payments")
    def payment(key: str) -> dict[str, Any]:
        with reading(database) as conn:
            row = conn.execute(select(PAYMENT.c.reference, PAYMENT.c.state).where(PAYMENT.c.key == key)).one()
        return {"reference": row.reference, "state": row.state}

    @router.post("/pages/{reference}")
    def present(reference: str, card: str = "", code: str = "") -> dict[str, Any]:
        if card:
            return {"stage": sandbox.present(reference, card).stage.value}
        return {"stage": (sandbox.answer(reference, code) if code else sandbox.leave(reference)).stage.value}

    @router.post("/webhook")
    async def webhook(request: Request) -> dict[str, Any]:
        header, body = request.headers.get(sandbox.signature_header, ""), await request.body()

        def received(conn: Connection) -> bool:
            return webhooks.receive(conn, sandbox, header, body, clock(), services.wall())

        return {"new": await run_in_threadpool(stored, database, received)}

    @router.post("/accounts")
    def declare(request: Request, siret: str, iban: str) -> Response:
        def act(conn: Connection) -> dict[str, Any]:
            declared = accounts.declare(
                conn, desk.rules, siret, checked(iban),
                holder="Organisme", email="compta@organisme.test", by="clé", now=clock(), wall=services.wall(),
            )  # fmt: skip
            return {"account": declared.id}

        return kept(request, f"{siret} {iban}".encode(), act)

    @router.post("/runs")
    def pay_all(key: str, on: date) -> dict[str, Any]:
        made, _ = run.pay_all(database, desk, DEBTOR, key, on, OPERATOR, clock())
        return {"reference": made.reference, "payees": made.payees, "cents": made.total_cents, "file": made.document}

    @router.post("/rejects")
    async def reject(request: Request) -> Response:
        body = await request.body()

        def act(conn: Connection) -> dict[str, Any]:
            loaded = take_rejects(conn, desk, body, OPERATOR, clock())
            return {"taken": loaded.taken, "findings": [finding.code for finding in loaded.findings]}

        return await run_in_threadpool(kept, request, body, act)

    @router.post("/incidents")
    def see_to(request: Request) -> Response:
        def act(conn: Connection) -> dict[str, Any]:
            for each in incidents.opened(conn):
                incidents.close(conn, each.id, "vu", by="clé", now=clock())
            return {}

        return kept(request, b"", act)

    return router
