"""Whatever anybody does with files at whatever time, in whatever order: the ledger is proved after each step, the same
key gives the same answer, no seat is sold twice, and every file can come to its end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import date, timedelta
from random import Random

import orjson
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select

from api.said import MEMBERS
from base.clock import today
from base.database import DataVersion, reading, unit_of_work
from base.errors import Conflict
from base.ids import id_text
from enrollment.dated import Rules
from enrollment.files import store
from enrollment.files.conditions import Moment
from enrollment.files.deadlines import SILENCE_LAPSES
from enrollment.files.decide import next_timer, possible
from enrollment.files.events import Event
from enrollment.files.file import File
from enrollment.files.states import Actor
from enrollment.files.tables import SEAT_HOLD
from enrollment.money import amounts
from enrollment.money.accounts import BANK
from enrollment.money.check import prove
from enrollment.money.tables import LINE
from enrollment.payments.sandbox.cards import CODE, Card
from enrollment.payments.states import State
from enrollment.payments.tables import PAYMENT
from tests.enrollment import saying
from tests.enrollment.bureau import OPERATOR, Bureau
from tests.enrollment.ending import ended, next_step
from tests.enrollment.files.office import paris
from tests.enrollment.machines import run_stories
from tests.enrollment.transfers.counter import credits_of
from tests.enrollment.world import IBANS, LEARNERS, SEATS, World, state_seats
from tests.servers.fixtures import FreshDatabase

BEGUN = paris(date(2026, 11, 25), 9)
ACTORS = (Actor.LEARNER, Actor.ORGANISATION, Actor.FUNDER, Actor.OPERATOR)
MOST_OPEN = 6
_MOST_TURNS = 40
RULES = (
    Rules(),
    Rules()
    .reading(amounts.DEPOSIT_PERCENT, 25)
    .reading(amounts.FORFEITED_VOLUNTARY, "funder")
    .reading(amounts.GIVES_WAY, "contributions"),
    Rules().reading(amounts.DEPOSIT_PERCENT, 25).reading(amounts.INTERRUPTED, "done").reading(SILENCE_LAPSES, False),
)
SEED = st.integers(0, 2**24 - 1)  # wider ones are not drawn evenly


STEPS = {  # what may happen, and how often beside the others
    "asked": 14,
    "acted": 50,
    "tried": 6,
    "sent_again": 6,
    "time_passes": 10,
    "clock_is_set_back": 1,
    "swept": 4,
    "at_a_page": 8,
    "jobs_done": 16,
    "run_paid": 4,
    "bank_rejected": 3,
    "bank_account": 3,
    "seats_stated": 3,
}


class AnyFile(RuleBasedStateMachine):
    def __init__(self, fresh_database: FreshDatabase, world: World | None, report: Callable[[int], None]) -> None:
        super().__init__()
        self._world = world
        self._stack = ExitStack()
        self._database = self._stack.enter_context(fresh_database())
        self._commits = self._stack.enter_context(DataVersion(self._database))
        self._runs: list[str] = []
        self._documents: dict[str, str] = {}
        self._looked_at = BEGUN
        self._steps, self._report = 0, report

    @initialize(rules=st.sampled_from(RULES))
    def begun(self, rules: Rules) -> None:
        self._bureau = Bureau(self._database, self._looked_at, rules, self._world)
        for number in range(3):
            self.asked(Random(number))

    def teardown(self) -> None:
        try:
            self._all_end()
        finally:
            self._stack.close()
            self._report(self._steps)

    @rule(seed=SEED)
    def happens(self, seed: int) -> None:
        """One step: what, to which file and how are functions of the seed and of where the story stands."""
        random = Random(seed)
        (step,) = random.choices(list(STEPS), list(STEPS.values()))
        note(step)
        getattr(self, step)(random)

    def asked(self, random: Random) -> None:
        if len(self._open_files()) >= MOST_OPEN:
            return
        offered = random.choice(self._bureau.world.offered)
        if offered.sessions:
            where = {"session_id": random.choice(offered.session_ids)}
        else:
            where = {"start_on": today(self._bureau.clock) + timedelta(days=random.randint(10, 30))}
        self._bureau.ask(random.choice(LEARNERS), offered.offer, **where)

    def acted(self, random: Random) -> None:
        """Something that a file says is possible, by whoever may do it; an order waits for its dates."""
        bureau, files = self._bureau, self._open_files()
        if not files:
            self.asked(random)
            return
        file = random.choice(files)
        told = {actor: bureau.told(file, actor) for actor in ACTORS}
        acts = [(actor, Event.of(each["event"])) for actor, known in told.items() for each in known["possible"]]
        willing = [(actor, event) for actor, event in acts if saying.willing(random, event)]
        if not willing:
            if file.accepted_at is not None:
                self._wait_for(file, random)
            return
        actor, event = random.choice(willing)
        body = saying.body(random, event, told[actor], today(bureau.clock))
        if event is Event.CONFIRM and (told[actor]["plan"] or {}).get("card_cents"):
            self._pay(file, random)
        else:
            bureau.act(file.id, event, bureau.by(actor, file), body)

    def _pay(self, file: File, random: Random) -> None:
        """Most go on to the page, and most of those pay; the others are there later, or never."""
        payment = self._bureau.go_and_pay(file)
        if payment is not None and random.random() < 0.7:
            page = self._bureau.opened(payment)
            self._bureau.provider.present(page, random.choice((Card.PAYS, Card.PAYS, Card.DECLINED, Card.CHALLENGED)))

    def _open_files(self) -> list[File]:
        with reading(self._bureau.database) as conn:
            return [file for file in store.page(conn, OPERATOR, limit=1000) if not ended(file)]

    def tried(self, random: Random) -> None:
        """Anything by anybody, possible or not: what is refused changes nothing."""
        event, actor = random.choice(list(MEMBERS)), random.choice(ACTORS)
        if not self._bureau.files:
            return
        file = self._bureau.read(random.choice(self._bureau.files))
        body = saying.body(random, event, self._bureau.told(file, actor), today(self._bureau.clock))
        answer = self._bureau.act(file.id, event, self._bureau.by(actor, file), body)
        if answer.status >= 400:
            assert self._bureau.read(file.id) == file
        else:
            assert self._bureau.read(file.id).version > file.version

    def sent_again(self, random: Random) -> None:
        """Years later or at once: the same key, the same answer."""
        if self._bureau.sent:
            sent = random.choice(self._bureau.sent)
            again = self._bureau.keyed(sent.key, sent.act)
            assert (again.status, again.body) == (sent.answer.status, sent.answer.body)

    def time_passes(self, random: Random) -> None:
        """A while, or until just before or just when something has to happen to a file."""
        files = self._open_files()
        if files and random.random() < 0.3:
            self._wait_for(random.choice(files), random)
        else:
            self._bureau.now += timedelta(hours=random.choice((1, 1, 5, 24, 24, 72, 24 * 7)))

    def _wait_for(self, file: File, random: Random) -> None:
        dates = [file.due_at, paris(file.starts_on), paris(file.ends_on or file.starts_on)]
        ahead = [each for each in dates if each is not None and each > self._bureau.now]
        if ahead:
            self._bureau.now = min(ahead) - random.choice((timedelta(), timedelta(seconds=1)))

    def clock_is_set_back(self, random: Random) -> None:
        self._bureau.now -= timedelta(hours=random.randint(1, 30))

    def swept(self, random: Random) -> None:
        assert self._bureau.sweep().failed == ()

    def at_a_page(self, random: Random) -> None:
        pages = self._bureau.pages()
        if pages:
            page, provider = random.choice(pages), self._bureau.provider
            random.choice(
                (
                    lambda: provider.present(page, Card.PAYS),
                    lambda: provider.present(page, random.choice(list(Card))),
                    lambda: provider.answer(page, random.choice((CODE, "0"))),
                    lambda: provider.leave(page),
                )
            )()

    def jobs_done(self, random: Random) -> None:
        """Pages opened, webhooks delivered and handled, refunds made: some of them, in any order, some for the second
        time."""
        jobs = self._bureau.jobs()
        if random.random() < 0.8:
            jobs = jobs[-6:]
        for kind, payload in random.sample(jobs, min(len(jobs), 4)):
            self._bureau.do(kind, payload)

    def run_paid(self, random: Random) -> None:
        again = random.choice(self._runs) if self._runs and random.random() < 0.3 else f"run {len(self._runs)}"
        made = self._tried_run(again)
        if made is not None:
            assert self._documents.setdefault(again, made) == made
            self._runs.append(again)

    def _tried_run(self, key: str) -> str | None:
        with suppress(Conflict):  # a run of another day
            return self._bureau.pay_all(key).document
        return None

    def bank_rejected(self, random: Random) -> None:
        sent = [each for document in self._documents.values() if document for each in credits_of(document)]
        if sent:
            reference, amount, _ = random.choice(sent)
            self._bureau.reject(reference, amount)

    def bank_account(self, random: Random) -> None:
        if random.random() < 0.3:
            self._bureau.see_to_incidents()
        else:
            with suppress(Conflict):  # declared before
                self._bureau.declare(random.choice(list(IBANS)))

    def seats_stated(self, random: Random) -> None:
        """Less than is held, at times: whoever has a seat keeps it."""
        bureau = self._bureau
        with unit_of_work(bureau.database) as conn:
            state_seats(conn, bureau.world, random.choice(list(IBANS)), random.randint(0, SEATS), bureau.now)

    @invariant()
    def proved(self) -> None:
        self._steps += 1
        bureau = self._bureau
        if not self._commits.changed() and bureau.now == self._looked_at:
            return  # the state that was proved before, at the same time
        self._looked_at = bureau.now
        with reading(bureau.database) as conn:
            proof = prove(conn)
            held = select(SEAT_HOLD.c.session_id, func.count()).group_by(SEAT_HOLD.c.session_id)
            live = SEAT_HOLD.c.until.is_(None) | (SEAT_HOLD.c.until > bureau.now)
            seats = {session: count for session, count in conn.execute(held.where(live)) if session}
            files = store.page(conn, OPERATOR, limit=1000)
            by_card = -(conn.scalar(select(func.sum(LINE.c.cents)).where(LINE.c.account_id == BANK.id)) or 0)
            paid = select(func.sum(PAYMENT.c.cents)).where(
                PAYMENT.c.state.in_([State.TAKEN.value, State.RETURNED.value])
            )
            received = conn.scalar(paid) or 0
        assert proof.flaws == ()
        assert proof.in_cents == proof.held_cents + proof.out_cents
        assert by_card == received  # what learners paid is in the ledger once
        assert all(count <= SEATS for count in seats.values())
        for file in files:  # none is stuck
            moment = Moment(bureau.now, bureau.rules)
            assert ended(file) or next_timer(file, bureau.rules) or any(possible(file, moment)), file.position

    def _all_end(self) -> None:
        bureau = self._bureau
        for siret in IBANS:
            with suppress(Conflict):  # declared before
                bureau.declare(siret)
        for turn in range(_MOST_TURNS):
            bureau.now += timedelta(days=1 if turn < 2 else 9)
            assert bureau.sweep().failed == ()
            left = [file for file in map(bureau.read, bureau.files) if not ended(file)]
            if not left:
                break
            for file in left:
                step = next_step(file, today(bureau.clock))
                if step is not None:
                    actor, event, body = step
                    answer = bureau.act(file.id, event, bureau.by(actor, file), body)
                    assert answer.status == 200, (file.position, event, orjson.loads(answer.body))
            bureau.see_to_incidents()
            self._tried_run(f"end {turn}")
        assert [(id_text(file.id), file.position) for file in map(bureau.read, bureau.files) if not ended(file)] == []
        self.proved()


def tell_stories(
    fresh_database: FreshDatabase,
    stories: int,
    steps: int,
    *,
    same: bool,
    world: World | None = None,
    report: Callable[[int], None] = lambda steps: None,
) -> None:
    """``same``: those of every run, else others each time. ``world``: what each database has from the beginning.
    ``report`` is told the steps of each story."""

    class Told(AnyFile):
        def __init__(self) -> None:
            super().__init__(fresh_database, world, report)

    run_stories(Told, stories, steps, same=same)


def test_whatever_anybody_does_the_ledger_is_proved_and_no_file_is_stuck(fresh_database: FreshDatabase) -> None:
    tell_stories(fresh_database, 8, 35, same=True)
