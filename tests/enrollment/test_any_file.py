"""Whatever anybody does with files at whatever time, in whatever order: the ledger is proved after each step, the same
key gives the same answer, no seat is sold twice, and every file can come to its end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import date, timedelta
from random import Random

import orjson
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from api.said import MEMBERS
from base.clock import today
from base.database import DataVersion, reading
from base.errors import Conflict
from base.ids import id_text
from enrollment.dated import Rules
from enrollment.files import store
from enrollment.files.conditions import Moment
from enrollment.files.deadlines import SILENCE_LAPSES
from enrollment.files.decide import next_timer, possible
from enrollment.files.events import Event
from enrollment.files.states import Actor
from enrollment.files.tables import SEAT_HOLD
from enrollment.money import amounts
from enrollment.money.check import prove
from enrollment.payments.sandbox.cards import CODE, Card
from tests.enrollment import saying
from tests.enrollment.bureau import OPERATOR, Bureau
from tests.enrollment.ending import ended, next_step
from tests.enrollment.files.office import paris
from tests.enrollment.transfers.counter import credits_of
from tests.enrollment.world import IBANS, LEARNERS, SEATS
from tests.servers.fixtures import FreshDatabase

BEGUN = date(2026, 11, 25)
ACTORS = (Actor.LEARNER, Actor.ORGANISATION, Actor.ORGANISATION, Actor.FUNDER, Actor.OPERATOR)
MOST_FILES = 8
_MOST_TURNS = 40
RULES = (
    Rules(),
    Rules()
    .reading(amounts.DEPOSIT_PERCENT, 25)
    .reading(amounts.FORFEITED_VOLUNTARY, "funder")
    .reading(amounts.GIVES_WAY, "contributions"),
    Rules().reading(amounts.DEPOSIT_PERCENT, 25).reading(amounts.INTERRUPTED, "done").reading(SILENCE_LAPSES, False),
)
RANDOM = st.integers(0, 2**24).map(Random)


class AnyFile(RuleBasedStateMachine):
    def __init__(self, fresh_database: FreshDatabase, report: Callable[[int], None]) -> None:
        super().__init__()
        self._stack = ExitStack()
        self._database = self._stack.enter_context(fresh_database())
        self._commits = self._stack.enter_context(DataVersion(self._database))
        self._runs: list[str] = []
        self._documents: dict[str, str] = {}
        self._looked_at = paris(BEGUN, 9)
        self._steps, self._report = 0, report

    @initialize(rules=st.sampled_from(RULES))
    def begun(self, rules: Rules) -> None:
        self._bureau = Bureau(self._database, self._looked_at, rules)

    def teardown(self) -> None:
        try:
            self._all_end()
        finally:
            self._stack.close()
            self._report(self._steps)

    @rule(random=RANDOM)
    def asked(self, random: Random) -> None:
        if len(self._bureau.files) >= MOST_FILES:
            return
        offered = random.choice(self._bureau.world.offered)
        if offered.sessions:
            where = {"session_id": random.choice(offered.session_ids)}
        else:
            where = {"start_on": today(self._bureau.clock) + timedelta(days=random.randint(10, 30))}
        self._bureau.ask(random.choice(LEARNERS), offered.offer, **where)

    @rule(random=RANDOM)
    def acted(self, random: Random) -> None:
        """Something that the file says is possible."""
        self._act(random, random.choice(ACTORS))

    @rule(random=RANDOM)
    def organisation_acted(self, random: Random) -> None:
        self._act(random, Actor.ORGANISATION)

    @rule(random=RANDOM)
    def learner_acted(self, random: Random) -> None:
        self._act(random, Actor.LEARNER)

    def _act(self, random: Random, actor: Actor) -> None:
        if not self._bureau.files:
            return
        file = self._bureau.read(random.choice(self._bureau.files))
        told = self._bureau.told(file, actor)
        if not told["possible"]:
            return
        event = saying.drawn(random, [each["event"] for each in told["possible"]])
        body = saying.body(random, event, told, today(self._bureau.clock))
        if event is Event.CONFIRM and body["cash_cents"]:
            self._bureau.go_and_pay(file)
        else:
            self._bureau.act(file.id, event, self._bureau.by(actor, file), body)

    @rule(random=RANDOM, event=st.sampled_from(list(MEMBERS)), actor=st.sampled_from(ACTORS))
    def tried(self, random: Random, event: Event, actor: Actor) -> None:
        """Anything, possible or not: what is refused changes nothing."""
        if not self._bureau.files:
            return
        file = self._bureau.read(random.choice(self._bureau.files))
        body = saying.body(random, event, self._bureau.told(file, actor), today(self._bureau.clock))
        answer = self._bureau.act(file.id, event, self._bureau.by(actor, file), body)
        if answer.status >= 400:
            assert self._bureau.read(file.id) == file
        else:
            assert self._bureau.read(file.id).version > file.version

    @rule(random=RANDOM)
    def sent_again(self, random: Random) -> None:
        """Years later or at once: the same key, the same answer."""
        if self._bureau.sent:
            sent = random.choice(self._bureau.sent)
            again = self._bureau.keyed(sent.key, sent.act)
            assert (again.status, again.body) == (sent.answer.status, sent.answer.body)

    @rule(random=RANDOM)
    def time_passes(self, random: Random) -> None:
        self._bureau.now += timedelta(hours=random.choice((1, 7, 24, 24, 48, 72, 24 * 7, 24 * 20)))

    @rule(hours=st.integers(1, 30))
    def clock_is_set_back(self, hours: int) -> None:
        self._bureau.now -= timedelta(hours=hours)

    @rule()
    def swept(self) -> None:
        assert self._bureau.sweep().failed == ()

    @rule(random=RANDOM)
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

    @rule(random=RANDOM)
    def jobs_done(self, random: Random) -> None:
        """Pages opened, webhooks delivered and handled, refunds made: some of them, in any order, some for the second
        time."""
        jobs = self._bureau.jobs()
        for kind, payload in random.sample(jobs, min(len(jobs), 4)):
            self._bureau.do(kind, payload)

    @rule(random=RANDOM)
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

    @rule(random=RANDOM)
    def bank_rejected(self, random: Random) -> None:
        sent = [each for document in self._documents.values() if document for each in credits_of(document)]
        if sent:
            reference, amount, _ = random.choice(sent)
            self._bureau.reject(reference, amount)

    @rule(random=RANDOM)
    def bank_account(self, random: Random) -> None:
        if random.random() < 0.3:
            self._bureau.see_to_incidents()
        else:
            with suppress(Conflict):  # declared before
                self._bureau.declare(random.choice(list(IBANS)))

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
        assert proof.flaws == ()
        assert proof.in_cents == proof.held_cents + proof.out_cents
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
    report: Callable[[int], None] = lambda steps: None,
) -> None:
    """``same``: those of every run, else others each time. ``report`` is told the steps of each story."""

    class Told(AnyFile):
        def __init__(self) -> None:
            super().__init__(fresh_database, report)

    run_state_machine_as_test(
        Told,
        settings=settings(
            max_examples=stories,
            stateful_step_count=steps,
            deadline=None,
            derandomize=same,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_anybody_does_the_ledger_is_proved_and_no_file_is_stuck(fresh_database: FreshDatabase) -> None:
    tell_stories(fresh_database, 8, 35, same=True)
