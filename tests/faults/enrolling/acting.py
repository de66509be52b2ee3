"""Those who act: each takes a file and does one of the things that the API says are possible, with a key of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from random import Random
from threading import Event as Signal
from threading import Lock
from time import monotonic
from typing import Any
from urllib.parse import urlencode, urlsplit

from base.clock import today
from enrollment.files.events import Event
from enrollment.payments.sandbox.cards import CODE, Card
from tests.enrollment import saying
from tests.enrollment.files.office import TERMS
from tests.enrollment.world import FUNDER, IBANS, LEARNERS, OPERATOR, World
from tests.faults.enrolling.calling import Answered, Caller, Request
from tests.faults.enrolling.clock import SharedClock

API = "/api/v1"
FILES, TRANSFERS = f"{API}/enrollments", f"{API}/transfers"
MOST_LIVE = 40
_PAGE_SECONDS = 0.5  # a worker that was killed opens no page: the learner comes back later


@dataclass(frozen=True)
class Owned:
    """Whose a file is."""

    id: str
    learner: str
    siret: str


@dataclass
class Told:
    """What all who act were answered: on files, and the sealed runs."""

    answers: list[Answered] = field(default_factory=list)
    live: dict[str, Owned] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)  # sealed
    faults: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def keep(self, answered: Answered) -> Answered:
        with self.lock:
            self.answers.append(answered)
            if answered.status >= 500:
                self.faults.append(f"{answered.request.path}: {answered.status} {answered.body[:300]!r}")
        return answered


class Player:
    """One thread's; nothing of it is shared but what was told."""

    def __init__(self, name: str, address: str, world: World, told: Told, clock: SharedClock, random: Random) -> None:
        self._name, self._world, self._told, self._clock, self._random = name, world, told, clock, random
        self._callers = [Caller(address, world.keys) for _ in range(2)]
        self._tabs = ThreadPoolExecutor(2)
        self._numbers = count(1)

    def play(self, stop: Signal) -> None:
        while not stop.is_set():
            try:
                self.step()
            except Exception as error:  # told as a fault of the round: a thread that ends silently acts no more
                with self._told.lock:
                    self._told.faults.append(f"{self._name}: {type(error).__name__} {error}")
                return

    def step(self) -> None:
        with self._told.lock:
            live = list(self._told.live.values())
        drawn = self._random.random()
        if not live or (drawn < 0.2 and len(live) < MOST_LIVE):
            self._ask()
        elif drawn < 0.25:
            self._treasury()
        else:
            self._act_on(self._random.choice(live))

    def post(self, whose: str, path: str, content: Any = None, raw: bytes = b"") -> Answered:
        request = Request(whose, path, self._key(), content, raw)
        return self._told.keep(self._callers[0].send(request))

    def get(self, whose: str, path: str) -> Answered:
        return self._callers[0].send(Request(whose, path))

    def again(self, request: Request) -> Answered:
        return self._callers[0].send(request)

    def close(self) -> None:
        self._tabs.shutdown()
        for caller in self._callers:
            caller.close()

    def _key(self) -> str:
        return f"{self._name}-{next(self._numbers)}"

    def _ask(self) -> None:
        learner = self._random.choice(LEARNERS)
        offered = self._random.choice(self._world.offered)
        asked: dict[str, Any] = {
            "offer": offered.offer,
            "email": f"{learner.name}@exemple.test",
            "statuses": list(learner.statuses),
        }
        if offered.sessions:
            asked["session"] = self._random.choice(offered.sessions)
        else:
            asked["start_on"] = (self._today() + timedelta(days=self._random.randint(17, 40))).isoformat()
        answered = self.post(learner.text, FILES, asked)
        if answered.status == 201:
            number = answered.content["id"]
            with self._told.lock:
                self._told.live[number] = Owned(number, learner.text, offered.siret)

    def _act_on(self, file: Owned) -> None:
        whose = self._random.choices((file.learner, file.siret, OPERATOR, FUNDER), (5, 6, 1, 1))[0]
        read = self.get(whose, f"{FILES}/{file.id}")
        if read.status != 200:
            return  # a funder that was not asked
        events = [each["event"] for each in read.content["possible"]]
        if not events:
            return
        event = Event.of(self._random.choice(events))
        if not saying.willing(self._random, event):
            return
        body = saying.body(self._random, event, read.content, self._today())
        if event is Event.CONFIRM and (read.content["plan"] or {}).get("card_cents"):
            self._pay(file)
        else:
            twice = self._random.random() < (0.5 if event is Event.CONFIRM else 0.1)
            path = f"{FILES}/{file.id}/events/{event.value}"
            self._twice(whose, path, body) if twice else self.post(whose, path, body)

    def _twice(self, whose: str, path: str, body: Any) -> None:
        """Two tabs at once, each with a key of its own."""
        requests = [Request(whose, path, self._key(), body) for _ in self._callers]
        for answered in self._tabs.map(lambda caller, request: caller.send(request), self._callers, requests):
            self._told.keep(answered)

    def _pay(self, file: Owned) -> None:
        asked = self.post(file.learner, f"{FILES}/{file.id}/payments", {"terms_version": TERMS})
        if asked.status != 201:
            return
        until, page = monotonic() + _PAGE_SECONDS, None
        while page is None and monotonic() < until:
            page = self.get(file.learner, f"{FILES}/{file.id}/payments/{asked.content['id']}").content["page_url"]
        if page is None:
            return
        drawn = self._random.random()
        if drawn < 0.1:
            self._at_page(page, action="abandon")
        elif drawn < 0.2:
            self._at_page(page, action="carte", carte=Card.DECLINED.value)
        elif drawn < 0.3:
            self._at_page(page, action="carte", carte=Card.CHALLENGED.value)
            self._at_page(page, action="code", code=CODE)
        else:
            self._at_page(page, action="carte", carte=Card.PAYS.value)

    def _at_page(self, page: str, **form: str) -> None:
        """The provider's: a browser sends its form again when it had no answer."""
        request = Request("", urlsplit(page).path, method="POST", raw=urlencode(form).encode())
        self._told.keep(self._callers[0].send(request))

    def _treasury(self) -> None:
        with self._told.lock:
            runs = list(self._told.runs)
        drawn = self._random.random()
        if drawn < 0.6 or not runs:
            self.run()
        elif drawn < 0.8:
            self._reject(self._random.choice(runs))
        elif drawn < 0.9:
            self.see_to_incidents()
        else:
            self.declare(self._random.choice(list(IBANS)))

    def run(self) -> None:
        """Its name is its key."""
        name, on = self._key(), {"on": self._today().isoformat()}
        made = self._told.keep(
            self._callers[0].send(Request(OPERATOR, f"{TRANSFERS}/runs/{name}", content=on, method="PUT"))
        )
        if made.status == 200:
            with self._told.lock:
                self._told.runs.append(made.content["id"])

    def _reject(self, run: str) -> None:
        """One of its transfers comes back."""
        sent = self.get(OPERATOR, f"{TRANSFERS}/runs/{run}").content["transfers"]
        if sent:
            back = self._random.choice(sent)
            amount = f"{back['cents'] // 100},{back['cents'] % 100:02}"
            rows = f"reference;montant;code\n{back['reference']};{amount};AC04\n"
            self.post(OPERATOR, f"{TRANSFERS}/rejects", raw=rows.encode())

    def see_to_incidents(self) -> None:
        for each in self.get(OPERATOR, f"{TRANSFERS}/incidents").content["incidents"]:
            self.post(OPERATOR, f"{TRANSFERS}/incidents/{each['id']}/close", {"resolution": "vu"})

    def declare(self, siret: str) -> None:
        declared = {"iban": IBANS[siret], "holder": "Organisme", "email": "compta@organisme.test"}
        self.post(siret, f"{API}/organisations/{siret}/bank-accounts", declared)

    def _today(self) -> date:
        return today(self._clock)
