"""The last seats, asked for by many at once. ``python -m tests.enrollment.files.rush --rounds 1000`` does it at length.

``--http``: as organisations do it, each proposal a request with a key of its own to the service. ``--postgresql``, or
``PARCOURS_TEST_POSTGRESQL``: on that server, else on SQLite.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier, local

from sqlalchemy import Engine

from api.keys import Role, issue
from base.database import open_database, own_schema, unit_of_work
from base.ids import id_text, offer_id, session_id
from base.migrate import upgrade
from catalog.codes.facets import Answer
from enrollment.files.file import File
from enrollment.files.seats import SessionFull
from parcours.console import progress_bars
from tests.enrollment.files.office import SIRET, Office, offer, session, training
from tests.servers.bring import brought

SCHEMA = "seat_rush"
Propose = Callable[[File], bool]  # whether it got its seat; nothing but a full session refuses it


def by_hand(office: Office) -> Propose:
    """In a transaction of its own."""

    def propose(file: File) -> bool:
        try:
            office.proposed(file)
        except SessionFull:
            return False
        return True

    return propose


@contextmanager
def over_http(office: Office, folder: Path) -> Iterator[Propose]:
    """A service in a process of its own, and for each who proposes a connection."""
    from tests.faults.enrolling.calling import Caller, Request
    from tests.faults.enrolling.clock import SharedClock
    from tests.faults.enrolling.processes import Nursery
    from tests.faults.enrolling.scene import ready
    from tests.faults.enrolling.serving import settings_of
    from tests.servers.place import free_port

    url = office.database.url.render_as_string(hide_password=False)
    clock, port, own = folder / "clock", free_port(), local()
    settings = settings_of(folder, url, port)
    SharedClock(clock).set(office.now)
    with unit_of_work(office.database) as conn:
        keys = {SIRET: issue(conn, role=Role.ORGANISATION, siret=SIRET, name="organisme", now=office.now)}
    nursery = Nursery(settings, clock)
    try:
        nursery.start("service")
        ready(f"http://127.0.0.1:{port}")

        def propose(file: File) -> bool:
            if not hasattr(own, "caller"):
                own.caller = Caller(f"http://127.0.0.1:{port}", keys)
            number = id_text(file.id)
            answer = own.caller.send(
                Request(SIRET, f"/api/v1/enrollments/{number}/events/propose", f"propose {number}", {})
            )
            if answer.status == 409 and answer.content["code"] == SessionFull.code:
                return False
            assert answer.status == 200, answer.body
            return True

        yield propose
    finally:
        nursery.close()


def rush(office: Office, learners: int, propose: Propose | None = None, **asked: int) -> int:
    """How many of the proposals that are sent in the same moment succeed; the others are told that it is full."""
    with ThreadPoolExecutor(learners) as pool:
        return _rushed(office, pool, learners, propose or by_hand(office), **asked)


def _rushed(office: Office, pool: ThreadPoolExecutor, learners: int, propose: Propose, **asked: int) -> int:
    files = [office.request(f"learner-{number}", **asked) for number in range(learners)]
    together = Barrier(learners)

    def at_once(file: File) -> bool:
        together.wait()
        return propose(file)

    return sum(pool.map(at_once, files))


def rounds(office: Office, propose: Propose, count: int, learners: int, seats: int) -> Iterator[int]:
    """One new session each; how many were sold."""
    with ThreadPoolExecutor(learners) as pool:
        for number in range(count):
            facts = session(numero=f"s{number}", seats_total=seats)
            numero = f"{number}"
            office.publish(
                training(offer(numero=numero, sessions=(facts,), prerequisites=Answer.NO), numero=f"R{number}")
            )
            asked = offer_id(SIRET, f"R{number}", numero)
            at = {"offer_id": asked, "session_id": session_id(asked, f"s{number}")}
            yield _rushed(office, pool, learners, propose, **at)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.enrollment.files.rush", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--learners", type=int, default=64)
    parser.add_argument("--seats", type=int, default=10)
    parser.add_argument("--http", action="store_true")
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        database = stack.enter_context(_database(asked.postgresql, folder))
        office = Office(database)
        propose = stack.enter_context(over_http(office, folder)) if asked.http else by_hand(office)
        report, sold = stack.enter_context(progress_bars()), list[int]()
        for number in rounds(office, propose, asked.rounds, asked.learners, asked.seats):
            sold.append(number)
            report("rounds", len(sold), asked.rounds)
    wrong = [number for number in sold if number != asked.seats]
    print(f"{len(sold)} rounds of {asked.learners} for {asked.seats}: {len(wrong)} wrong")
    return 1 if wrong else 0


@contextmanager
def _database(postgresql: bool, folder: Path) -> Iterator[Engine]:
    with ExitStack() as stack:
        server = os.environ.get("PARCOURS_TEST_POSTGRESQL", "")
        if postgresql:
            server = stack.enter_context(brought("postgresql"))
        url = stack.enter_context(own_schema(server, SCHEMA)) if server else f"sqlite:///{folder / 'rush.db'}"
        database = open_database(url)
        stack.callback(database.dispose)
        upgrade(database)
        yield database


if __name__ == "__main__":
    sys.exit(main())
