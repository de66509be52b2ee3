"""The sweep of deadlines over a million files, those of one night and all of them at once.

Files are copies of some that were made the usual way, one of each kind of deadline, with new ids; what the sweep did to
them is compared with what it does to the models.
"""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context

from sqlalchemy import Engine, func, select, text

from base.clock import system_clock
from base.database import open_database, reading, stored, unit_of_work
from base.ids import id_text
from bench.databases import server_cpu_s, server_process
from bench.enrolling.market import Market
from enrollment.dated import Rules
from enrollment.files import acts, store
from enrollment.files.acts import Desk, Order
from enrollment.files.events import Event
from enrollment.files.file import File
from enrollment.files.financing import Ledger, profile
from enrollment.files.states import Actor
from enrollment.files.store import By
from enrollment.files.sweep import sweep
from enrollment.files.tables import EVENT, FILE

EACH = 50_000  # copies a transaction
LATER = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Night:
    label: str
    files: int
    due: int
    events: int
    seconds: float
    cpu_s: float
    server_s: float


def measure_sweep(market: Market, files: int, share: float, workers: int) -> Night:
    """``share`` of the files are due."""
    database = market.house.database
    desk = _desk()
    model = _model(market, desk)
    due = round(files * share)
    _copy(database, model, files - 1, due - 1)
    with unit_of_work(database) as conn:
        conn.execute(text("ANALYZE"))
    late = model.due_at
    assert late is not None
    server = server_process(database)
    address = database.url.render_as_string(hide_password=False)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as processes:
        list(processes.map(_swept, [(address, None)] * workers))  # started, and connected
        began, beside = time.perf_counter(), server_cpu_s(server)
        done = list(processes.map(_swept, [(address, late + timedelta(seconds=1))] * workers))
        seconds = time.perf_counter() - began
        beside = server_cpu_s(server) - beside
    assert sum(each[0] for each in done) == due, done
    _check(database, model, due)
    label = f"sweep of {files:,} files, {due:,} due, {workers} worker{'s' if workers > 1 else ''}"
    return Night(label, files, due, sum(each[1] for each in done), seconds, sum(each[2] for each in done), beside)


def _swept(asked: tuple[str, object]) -> tuple[int, int, float]:
    address, now = asked
    database = open_database(address)
    if now is None:
        with reading(database) as conn:
            conn.execute(select(1))
        return 0, 0, 0.0
    cpu = time.process_time()
    swept = sweep(database, _desk(), now)  # type: ignore[arg-type]
    assert not swept.failed, swept.failed
    database.dispose()
    return swept.files, swept.events, time.process_time() - cpu


def _desk() -> Desk:
    rules = Rules()
    return Desk(rules, Ledger(rules), system_clock)


def _model(market: Market, desk: Desk) -> File:
    """A request that nobody answered: a reminder is due, later a lapse."""
    from base.ids import id_number

    wish, now = market.wishes[0], market.house.clock()
    order = Order(wish.learner, id_number(wish.offer), wish.session, buyer=profile(statuses=["jobseeker"]))
    by = By(Actor.LEARNER, id_text(wish.learner), "titulaire")
    return stored(market.house.database, lambda conn: acts.request(conn, desk, order, by, now))


def _copy(database: Engine, model: File, copies: int, due: int) -> None:
    names = ", ".join(f'"{column.name}"' for column in FILE.c if column.name not in ("id", "due_at"))
    number = "abs(random())" if database.dialect.name == "sqlite" else "(random() * 9e18)::bigint"
    series = (
        "WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
        if database.dialect.name == "sqlite"
        else "WITH n(i) AS (SELECT generate_series(CAST(:first AS bigint), :last))"
    )
    statement = text(
        f"{series} INSERT INTO enrollment_file (id, due_at, {names}) "
        f"SELECT {number}, CASE WHEN n.i <= :due THEN due_at ELSE :later END, {names} "
        "FROM enrollment_file, n WHERE id = :model"
    )
    for first in range(1, copies + 1, EACH):
        with unit_of_work(database) as conn:
            last = min(first + EACH - 1, copies)
            later = (model.due_at or model.changed_at) + LATER
            told = (
                later.replace(tzinfo=None).isoformat(" ", "microseconds")
                if database.dialect.name == "sqlite"
                else later
            )
            conn.execute(statement, {"first": first, "last": last, "due": due, "model": model.id, "later": told})


def _check(database: Engine, model: File, due: int) -> None:
    with reading(database) as conn:
        made = store.read(conn, model.id)
        alike = (
            FILE.c.state == made.state.value,
            FILE.c.attention == made.attention.value,
            FILE.c.version == made.version,
            FILE.c.changed_at == made.changed_at,
            FILE.c.due_at == made.due_at,
        )
        moved = conn.scalar(select(func.count()).select_from(FILE).where(*alike))
        lines = conn.scalar(select(func.count()).select_from(EVENT).where(EVENT.c.event == Event.REMIND.value))
    assert moved == due, (moved, due)
    assert lines == due, (lines, due)
