"""Units of work that share a commit: each is done, refused or broken by itself, and told when it is on disk."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Connection, Engine, insert, select

from base import correlation
from base.database import open_database, reading, unit_of_work
from base.errors import Conflict
from base.jobs import JOB, enqueue
from base.migrate import upgrade
from base.writing import GroupCommit, Writer, writer
from enrollment.money.tables import ACCOUNT, LINE

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LONG = 60.0


def noted(name: str) -> Callable[[Connection], str]:
    def work(conn: Connection) -> str:
        enqueue(conn, name, {}, now=NOON)
        return name

    return work


def refused(conn: Connection) -> None:
    enqueue(conn, "refused", {}, now=NOON)
    raise Conflict("non")


def stored_names(database: Engine) -> list[str]:
    with reading(database) as conn:
        return list(conn.scalars(select(JOB.c.kind).order_by(JOB.c.id)))


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Engine]:
    database = open_database(f"sqlite:///{tmp_path / 'parcours.db'}")
    upgrade(database)
    yield database
    database.dispose()


class Together:
    """Whatever is handed in inside the block shares one commit."""

    def __init__(self, database: Engine) -> None:
        self.writer: Writer = GroupCommit(database, open_seconds=LONG)
        self._all_here = Event()

    def __enter__(self) -> Together:
        self.first = self.writer.submit(self._wait)
        return self

    def __exit__(self, *_: object) -> None:
        self._all_here.set()

    def _wait(self, _conn: Connection) -> None:
        assert self._all_here.wait(LONG)


def test_everybody_gets_his_own_answer(database: Engine) -> None:
    hand_in = writer(database).submit
    names = [f"unit-{number}" for number in range(200)]
    with ThreadPoolExecutor(16) as callers:
        told = list(callers.map(lambda name: hand_in(noted(name)).result(), names))
    assert told == names
    assert sorted(stored_names(database)) == sorted(names)


def test_a_refused_unit_is_told_so_and_undone_and_the_others_are_stored(database: Engine) -> None:
    hand_in = writer(database).submit
    futures = [hand_in(refused if number % 3 == 0 else noted(str(number))) for number in range(30)]
    wait(futures)
    assert [isinstance(each.exception(), Conflict) for each in futures] == [number % 3 == 0 for number in range(30)]
    assert sorted(map(int, stored_names(database))) == [number for number in range(30) if number % 3]


def test_units_that_come_together_share_one_commit(sqlite: Engine) -> None:
    with Together(sqlite) as together:
        futures = [together.writer.submit(noted(str(number))) for number in range(5)]
        within = together.writer.submit(lambda conn: len(conn.execute(select(JOB)).all()))
        elsewhere = together.writer.submit(lambda _conn: stored_names(sqlite))
    wait(futures)
    assert within.result() == 5
    assert elsewhere.result() == []  # nobody else sees any of it before the commit


def test_nobody_is_told_before_it_is_on_disk(sqlite: Engine) -> None:
    seen: list[list[str]] = []
    with Together(sqlite) as together:
        early = together.writer.submit(noted("early"))
        refusal = together.writer.submit(refused)  # it may rest on what another of them did
        early.add_done_callback(lambda _: seen.append(stored_names(sqlite)))
        refusal.add_done_callback(lambda _: seen.append(stored_names(sqlite)))
        last = together.writer.submit(lambda _conn: (early.done(), refusal.done()))
    assert last.result() == (False, False)
    wait([early, refusal])
    together.writer.submit(lambda _conn: None).result()  # the callbacks ran before it
    assert seen == [["early"], ["early"]]


def test_a_unit_that_the_commit_would_refuse_spoils_no_other(sqlite: Engine) -> None:
    def half_an_entry(conn: Connection) -> None:
        account = {"kind": "bank", "nature": "learner", "guarded": 0, "siret": "", "funder": "", "funder_kind": ""}
        conn.execute(insert(ACCOUNT).values(id=1, text="a", pot="", certification="", **account))
        conn.execute(insert(LINE).values(entry_id=7, account_id=1, position=0, nature="learner", cents=1))

    with Together(sqlite) as together:
        before, broken, after = (together.writer.submit(work) for work in (noted("a"), half_an_entry, noted("b")))
    assert (before.result(), after.result()) == ("a", "b")
    assert broken.exception() is not None
    assert stored_names(sqlite) == ["a", "b"]


def test_a_unit_that_ends_the_transaction_of_all_spoils_no_other(sqlite: Engine) -> None:
    def rolled_back(conn: Connection) -> None:  # as SQLite does by itself when its disk is full
        conn.connection.cursor().execute("ROLLBACK")
        raise OSError("disk full")

    with Together(sqlite) as together:
        before, broken, after = (together.writer.submit(work) for work in (noted("a"), rolled_back, noted("b")))
    assert (before.result(), after.result()) == ("a", "b")
    assert isinstance(broken.exception(), Exception)
    assert stored_names(sqlite) == ["a", "b"]


def test_who_has_gone_before_his_turn_is_left_out(sqlite: Engine) -> None:
    with Together(sqlite) as together:
        gone, there = together.writer.submit(noted("gone")), together.writer.submit(noted("there"))
        assert gone.cancel()
    assert there.result() == "there"
    with pytest.raises(CancelledError):
        gone.result()
    assert stored_names(sqlite) == ["there"]


def test_work_is_logged_under_the_request_that_asked_for_it(sqlite: Engine) -> None:
    with Together(sqlite) as together:
        futures = []
        for request in ("request-1", "request-2"):
            with correlation.carrying(request):
                futures.append(together.writer.submit(noted("named")))
    wait(futures)
    with reading(sqlite) as conn:
        assert [each["request"] for each in conn.scalars(select(JOB.c.payload).order_by(JOB.c.id))] == [
            "request-1",
            "request-2",
        ]


def test_a_lock_of_another_process_is_told_to_those_who_wait_for_it(sqlite: Engine) -> None:
    impatient = open_database(sqlite.url.render_as_string(hide_password=False))
    hand_in = GroupCommit(impatient).submit
    hand_in(lambda conn: conn.exec_driver_sql("PRAGMA busy_timeout = 1") and None).result()
    with unit_of_work(sqlite):
        waiting = [hand_in(noted(str(number))) for number in range(3)]
        assert all("locked" in str(each.exception()) for each in waiting)
    assert hand_in(noted("later")).result() == "later"
    assert stored_names(sqlite) == ["later"]
    impatient.dispose()


_KILLED = """
import os, signal, sys
from base.database import open_database
from tests.base.test_writing import Together, noted
told = Together(open_database(sys.argv[1]))
with told:
    futures = [told.writer.submit(noted(str(number))) for number in range(5)]
    told.writer.submit(lambda _conn: os.kill(os.getpid(), signal.SIGKILL))
[each.result() for each in futures]
print("told")
"""


def test_killed_before_the_commit_nobody_was_told_and_nothing_is_stored(sqlite: Engine) -> None:
    address = sqlite.url.render_as_string(hide_password=False)
    ended = subprocess.run([sys.executable, "-c", _KILLED, address], capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert ended.stdout == ""
    assert stored_names(sqlite) == []
