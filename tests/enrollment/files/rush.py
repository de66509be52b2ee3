"""The last seats, asked for by many at once. ``python -m tests.enrollment.files.rush --rounds 1000`` does it at length.

With ``PARCOURS_TEST_POSTGRESQL`` it runs on PostgreSQL, else on SQLite.
"""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier

from sqlalchemy import Engine

from base.database import open_database, own_schema
from base.ids import offer_id, session_id
from base.migrate import upgrade
from catalog.codes.facets import Answer
from enrollment.files.seats import SessionFull
from tests.enrollment.files.office import SIRET, Office, offer, session, training

SCHEMA = "seat_rush"


def rush(office: Office, learners: int, **asked: int) -> int:
    """How many of the proposals that are sent in the same moment succeed; the others are told that it is full."""
    files = [office.request(f"learner-{number}", **asked) for number in range(learners)]
    together = Barrier(learners)

    def propose(number: int) -> bool:
        together.wait()
        try:
            office.proposed(files[number])
        except SessionFull:
            return False
        return True

    with ThreadPoolExecutor(learners) as pool:
        return sum(pool.map(propose, range(learners)))


def rounds(database: Engine, count: int, learners: int, seats: int) -> list[int]:
    """One new session each; how many were sold."""
    office = Office(database)
    sold = []
    for number in range(count):
        facts = session(numero=f"s{number}", seats_total=seats)
        numero = f"{number}"
        office.publish(training(offer(numero=numero, sessions=(facts,), prerequisites=Answer.NO), numero=f"R{number}"))
        asked = offer_id(SIRET, f"R{number}", numero)
        sold.append(rush(office, learners, offer_id=asked, session_id=session_id(asked, f"s{number}")))
    return sold


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--learners", type=int, default=64)
    parser.add_argument("--seats", type=int, default=10)
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        server = os.environ.get("PARCOURS_TEST_POSTGRESQL", "")
        database = open_database(own_schema(server, SCHEMA) if server else f"sqlite:///{Path(folder) / 'rush.db'}")
        upgrade(database)
        sold = rounds(database, asked.rounds, asked.learners, asked.seats)
        database.dispose()
    wrong = [number for number in sold if number != asked.seats]
    print(f"{len(sold)} rounds of {asked.learners} for {asked.seats}: {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
