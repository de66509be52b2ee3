"""The sweep does what is due at its own instant, however late, once, beside other workers, and past a broken file."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select, update

from base.database import open_database, unit_of_work
from base.jobs import JOB
from enrollment.files import store
from enrollment.files.acts import NOTICE_JOB, catch_up
from enrollment.files.deadlines import end_of
from enrollment.files.events import Effect, Event, Notice
from enrollment.files.states import Attention, State
from enrollment.files.sweep import BATCH, Swept, sweep
from enrollment.files.tables import FILE
from tests.enrollment.files.office import START, Office
from tests.enrollment.files.stories import accepted, waiting
from tests.servers.fixtures import Postgresql

MONTHS = timedelta(days=100)


def test_nothing_due_costs_one_reading(office: Office) -> None:
    office.request()
    assert office.sweep() == Swept()


def test_after_a_week_down_everything_happened_at_its_own_instant(office: Office) -> None:
    file = waiting(office)
    office.at(date(2027, 3, 1)).sweep()
    told = [(each.event, each.at) for each in office.history(file)[3:]]
    assert told == [
        (Event.GRANT, end_of(date(2026, 12, 9))),
        (Event.REMIND, end_of(date(2027, 1, 21))),
        (Event.QUEUE, end_of(date(2027, 1, 26))),
    ]
    assert {each.noted_at for each in office.history(file)[3:]} == {office.now}
    assert office.read(file).attention is Attention.OVERDUE


def test_small_steps_and_one_jump_end_alike(office: Office) -> None:
    stepped, jumped = office.request(), office.request()
    with unit_of_work(office.database) as conn:  # only one of them is swept day by day
        conn.exec_driver_sql(f"UPDATE enrollment_file SET due_at = NULL WHERE id = {jumped.id}")
    for _ in range(20):
        office.now += timedelta(days=1)
        office.sweep()
    with unit_of_work(office.database) as conn:
        file = store.locked(conn, jumped.id)
        catch_up(conn, office.desk, file, office.now)
    told = [[(each.event, each.at, each.state) for each in office.history(file)] for file in (stepped, jumped)]
    assert told[0] == told[1]
    assert len(told[0]) == 3


def test_a_clock_that_goes_back_undoes_and_repeats_nothing(office: Office) -> None:
    file = office.request()
    office.at(date(2027, 1, 1)).sweep()
    lapsed = office.read(file)
    office.at(date(2026, 11, 20))
    assert office.sweep() == Swept()
    assert office.read(file) == lapsed
    other = office.at(date(2026, 11, 25)).request()
    office.at(date(2026, 11, 24))
    office.proposed(other)
    assert office.read(other).since_at == other.since_at  # never before what came first


def test_a_reminder_of_what_is_over_is_not_sent(office: Office) -> None:
    late, in_time = office.request(), office.request("dominique")
    with unit_of_work(office.database) as conn:
        conn.exec_driver_sql(f"UPDATE enrollment_file SET due_at = NULL WHERE id = {late.id}")
    office.now = end_of(date(2026, 11, 26))
    office.sweep()
    with unit_of_work(office.database) as conn:
        file = store.locked(conn, late.id)
        catch_up(conn, office.desk, file, end_of(date(2026, 11, 27)))
        rows = conn.execute(select(JOB.c.payload).where(JOB.c.kind == NOTICE_JOB)).scalars().all()
    reminded = [row["file"] for row in rows if row["notice"] == Notice.ANSWER_SOON.value]
    assert reminded == [in_time.id]


def test_a_broken_file_keeps_no_other_waiting(office: Office) -> None:
    broken, sound = waiting(office, "learner-1"), waiting(office, "learner-2")
    office.money.fails = lambda file: file.id == broken.id
    office.at(date(2026, 12, 10))
    swept = office.sweep()
    assert swept.failed == (broken.id,)
    assert office.read(broken).state is State.WAITING_ACCEPTATION
    assert office.read(sound).state is State.ACCEPTED
    office.money.fails = lambda file: False
    office.sweep()
    assert office.read(broken).accepted_at == office.read(sound).accepted_at


def test_two_workers_do_everything_once(office: Office) -> None:
    files = [waiting(office, f"learner-{number}") for number in range(BATCH // 4)]
    office.at(date(2026, 12, 10))
    with ThreadPoolExecutor(2) as pool:
        swept = list(pool.map(lambda _: office.sweep(), range(2)))
    assert sum(each.events for each in swept) == len(files)
    assert {office.read(file).state for file in files} == {State.ACCEPTED}
    assert sorted(office.money.asked) == sorted((file.id, Effect.HOLD_MONEY) for file in files)
    assert {len(office.history(file)) for file in files} == {4}


def test_a_file_that_another_worker_holds_is_left_to_it(postgresql: Postgresql) -> None:
    database: Engine = open_database(postgresql.url)
    office = Office(database)
    held, other = accepted(office), accepted(office)
    office.at(START + timedelta(days=30))
    with unit_of_work(database) as conn:
        store.locked(conn, held.id)
        swept = sweep(database, office.desk, office.now)
    assert swept.files == 1
    assert office.read(held).attention is Attention.NONE
    assert office.read(other).attention is Attention.OVERDUE
    database.dispose()


def test_what_is_not_read_of_a_claimed_file_cannot_be_taken_for_nothing(office: Office) -> None:
    office.request()
    office.at(date(2027, 1, 1))
    with unit_of_work(office.database) as conn:
        (file,) = store.claim_due(conn, office.now, 10)
        with pytest.raises(LookupError):
            _ = file.has_prerequisites
        assert store.locked(conn, file.id).has_prerequisites is False


def test_a_deadline_that_the_rules_have_moved_since_is_noted_and_not_swept_for_ever(office: Office) -> None:
    file = office.request()
    with unit_of_work(office.database) as conn:
        conn.execute(update(FILE).where(FILE.c.id == file.id).values(due_at=office.now))
    assert office.sweep().events == 0
    assert office.read(file) == file
