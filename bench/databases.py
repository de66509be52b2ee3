"""``python -m bench.databases ADDRESS...``: what the catalogue's bulk paths cost on each database, in one run.

An address is ``sqlite`` or ``postgresql://...`` (a server; a database is made there and dropped). ``cpu_s`` is of this
process, ``server_s`` of a PostgreSQL on this machine. Each catalogue is synthetic, of the same seed.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path

import psutil
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from base.clock import fixed_clock
from base.database import open_database, reading, unit_of_work
from base.migrate import upgrade
from bench.build import BATCH
from bench.synthetic import SIZES, generate
from bench.towns import towns
from catalog.records import TrainingRecord
from catalog.store import marks, statistics
from catalog.store.families import all_family_offers
from catalog.store.indexed import read_indexed
from catalog.store.read import read_catalogue
from catalog.store.statements import chunks
from catalog.store.write import put_trainings, set_card_keys
from geo.gazetteer import Gazetteer
from ingest.run import import_file

TODAY = date(2026, 11, 23)
CLOCK = fixed_clock(TODAY)
CARDED = 20_000  # offers whose card key is written


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.databases", description=__doc__)
    parser.add_argument("addresses", nargs="+")
    parser.add_argument("--size", default="S", choices=list(SIZES))
    parser.add_argument("--offers", type=int, help="only so many offers of it")
    parser.add_argument("--import-file", type=Path, help="also time the import of this file")
    parser.add_argument("--import-offers", type=int, default=39_388, help="how many offers it holds")
    arguments = parser.parse_args()
    offers = arguments.offers or SIZES[arguments.size][0]
    records = list(islice(generate(arguments.size, towns(), TODAY), offers // 3))
    print("| database | what | offers | s | cpu_s | server_s | offers/s |\n|---|---|---|---|---|---|---|")
    for address in arguments.addresses:
        with emptied(address) as database:
            measure(database, records)
        if arguments.import_file:
            with emptied(address) as database:
                timed_import(database, arguments.import_file, arguments.import_offers)


def measure(database: Engine, records: list[TrainingRecord]) -> None:
    offers = sum(len(record.offers) for record in records)
    changed = [replace(record, content=f"{record.content} Nouveau.") for record in records[::10]]
    timed(database, "store", offers, lambda: put(database, records))
    timed(database, "store again, nothing changed", offers, lambda: put(database, records))
    timed(
        database,
        "store a tenth, changed",
        sum(len(record.offers) for record in changed),
        lambda: put(database, changed),
    )
    with unit_of_work(database) as conn:
        statistics.refresh(conn)  # as a rebuild does before it reads
    timed(database, "read for an index", offers, lambda: walk(database))
    timed(database, "read everything", offers, lambda: walk_all(database))
    timed(database, "write card keys", CARDED, lambda: card(database))
    timed(database, "read marks and clear them", offers, lambda: settle(database))


def timed(database: Engine, what: str, offers: int, work: Callable[[], None]) -> None:
    server = server_process(database)
    start, cpu, beside = time.perf_counter(), time.process_time(), server_cpu_s(server)
    work()
    wall, cpu, beside = time.perf_counter() - start, time.process_time() - cpu, server_cpu_s(server) - beside
    cells = (database.dialect.name, what, offers, f"{wall:.1f}", f"{cpu:.1f}", f"{beside:.1f}", f"{offers / wall:.0f}")
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def server_process(database: Engine) -> psutil.Process | None:
    """The parent of the processes that serve a local port."""
    listening = (each for each in psutil.net_connections("tcp") if each.status == psutil.CONN_LISTEN)
    pids = [each.pid for each in listening if database.url.port and each.laddr.port == database.url.port and each.pid]
    return psutil.Process(pids[0]) if pids else None


def server_cpu_s(server: psutil.Process | None) -> float:
    if server is None:
        return 0.0
    ended = server.cpu_times()
    living = [each.cpu_times() for each in server.children()]
    return float(sum(each.user + each.system for each in living) + ended.children_user + ended.children_system)


def put(database: Engine, records: list[TrainingRecord]) -> None:
    for batch in chunks(records, BATCH):
        with unit_of_work(database) as conn:
            put_trainings(conn, batch, submission=None, now=CLOCK())


def walk(database: Engine) -> None:
    with reading(database) as conn:
        for _ in read_indexed(conn):
            pass


def walk_all(database: Engine) -> None:
    with reading(database) as conn:
        for _ in read_catalogue(conn):
            pass


def card(database: Engine) -> None:
    with reading(database) as conn:
        found = [offer.offer_id for _, offer in islice(all_family_offers(conn), CARDED)]
    with unit_of_work(database) as conn:
        set_card_keys(conn, {offer: offer for offer in found})


def settle(database: Engine) -> None:
    while True:
        with unit_of_work(database) as conn:
            found = marks.marked(conn, 1000)
            marks.clear(conn, found)
        if not found:
            return


def timed_import(database: Engine, path: Path, offers: int) -> None:
    gazetteer = Gazetteer.open(None)
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)

        def work() -> None:
            import_file(path, database=database, submissions_dir=folder, gazetteer=gazetteer, clock=CLOCK)

        timed(database, f"import {path.name}", offers, work)


@contextmanager
def emptied(address: str) -> Iterator[Engine]:
    if address == "sqlite":
        with tempfile.TemporaryDirectory(dir="var") as folder, migrated(f"sqlite:///{folder}/parcours.db") as database:
            yield database
        return
    server = open_database(address).execution_options(isolation_level="AUTOCOMMIT")
    name = f"parcours_bench_{time.time_ns()}"
    with server.connect() as conn:
        conn.exec_driver_sql(f'CREATE DATABASE "{name}"')
        try:
            with migrated(make_url(address).set(database=name).render_as_string(hide_password=False)) as database:
                yield database
        finally:
            conn.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    server.dispose()


@contextmanager
def migrated(address: str) -> Iterator[Engine]:
    database = open_database(address)
    upgrade(database)
    try:
        yield database
    finally:
        database.dispose()


if __name__ == "__main__":
    main()
