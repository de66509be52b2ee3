"""Where a story is played: the application without a socket, the worker's work, and a clock that is moved."""

from __future__ import annotations

import secrets
from collections import defaultdict
from datetime import date, datetime, time
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import orjson

from api.keys import Role, issue
from base.clock import PARIS
from base.database import reading, unit_of_work
from base.ids import id_number
from enrollment.files.notices import deliver_next
from enrollment.money.movements import Moved, movements_of
from enrollment.money.told import euros
from enrollment.payments.sandbox import Sandbox
from enrollment.payments.sandbox.delivery import signed
from parcours.application import application
from parcours.asking import Asker, Told
from parcours.filing import post_of, sweep_files
from parcours.paying import WEBHOOK, counter_of, work_next
from parcours.wiring import House

_API = "/api/v1"
_HOUR = time(10)


class Stage:
    def __init__(self, house: House) -> None:
        """``house``: its own, whose clock this sets."""
        self.house = house
        self.day = house.day
        self.keys: dict[str, str] = {}
        self.letters: list[str] = []  # since they were last told
        self.mails = 0
        self._seen: set[str] = set()
        house.clock = self.now
        self._asker = Asker(application(house))

    def now(self) -> datetime:
        return datetime.combine(self.day, _HOUR, PARIS)

    def key(self, name: str, role: Role, *, siret: str = "", subject: str = "") -> str:
        with unit_of_work(self.house.database) as conn:
            made = issue(conn, role=role, siret=siret, subject=subject, name="démonstration", now=self.now())
        self.keys[name] = made
        return made

    def at(self, day: date) -> None:
        """Time passes: deadlines are kept, and what they caused is done."""
        self.day = day
        sweep_files(self.house)
        self.work()

    def get(self, whose: str, address: str, **asked: Any) -> Any:
        query = f"?{urlencode(asked, doseq=True)}" if asked else ""
        return self._asker.ask("GET", f"{_API}{address}{query}", headers=self._as(whose)).json

    def read(self, whose: str, address: str) -> bytes:
        return self._asker.ask("GET", f"{_API}{address}", headers=self._as(whose)).body

    def send(self, whose: str, address: str, body: Any, *, key: str = "", method: str = "POST") -> Told:
        """``body``: a value for JSON, or bytes as they are. Once: by the key that is given, or one of its own."""
        sent = body if isinstance(body, bytes) else orjson.dumps(body)
        headers = {**self._as(whose), "Idempotency-Key": key or secrets.token_urlsafe(12)}
        return self._asker.ask(method, f"{_API}{address}", sent, headers)

    def act(self, whose: str, file: str, event: str, **said: Any) -> Any:
        return self.send(whose, f"/enrollments/{file}/events/{event}", said).json

    def fill(self, address: str, **form: str) -> None:
        """A form of a page."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self._asker.ask("POST", address, urlencode(form).encode(), headers)

    def work(self) -> None:
        """What a worker does, until nothing waits: payments with their webhooks, then letters."""
        counter = counter_of(self.house, deliver=self._deliver)
        while work_next(counter, "démonstration"):
            pass
        post = post_of(self.house)

        def kept(message: EmailMessage) -> None:
            post(message)
            self.mails += 1
            self.letters.append(f"à {message['To']} : « {str(message['Subject']).split(' – ')[0]} »")

        while deliver_next(self.house.database, kept, self.house.settings.mail_from, self.house.wall, "démonstration"):
            pass

    def money(self, file: str) -> list[str]:
        """What moved since it was last told, in French."""
        with reading(self.house.database) as conn:
            new = [each for each in movements_of(conn, id_number(file)) if each.key not in self._seen]
        self._seen.update(each.key for each in new)
        return [f"{each.event.label} : {_listed(each.moved, -1)} → {_listed(each.moved, 1)}" for each in new]

    def _deliver(self, sandbox: Sandbox, body: str, _: str) -> None:
        self._asker.ask("POST", WEBHOOK.format(provider=sandbox.name), body.encode(), signed(sandbox, body))

    def _as(self, whose: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[whose]}"} if whose else {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._asker.__exit__(kind, error, at)


def _listed(moved: tuple[Moved, ...], side: int) -> str:
    sums: dict[str, int] = defaultdict(int)
    for each in moved:
        sums[each.account] += max(each.cents * side, 0)
    return ", ".join(f"{euros(cents)} {account}" for account, cents in sums.items() if cents)
