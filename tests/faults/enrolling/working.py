"""The worker that is killed: what ``parcours worker`` does for files, without its pauses, so that a kill meets it."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from threading import Thread

from sqlalchemy.exc import OperationalError

from base import jobs
from base.database import reading, unit_of_work
from enrollment.files.notices import deliver_next
from enrollment.payments import refunds
from enrollment.payments.confirming import Confirming
from enrollment.payments.work import KINDS, Counter
from enrollment.payments.work import work as do
from parcours.filing import post_of, sweep_files
from parcours.wiring import House
from tests.faults.enrolling.serving import DOORS, desk_of, sandbox_of

_PAUSE_SECONDS = 0.02
_log = logging.getLogger(__name__)


def work(house: House, port: int) -> None:
    """Until it is killed."""
    name, post, url = f"worker-{os.getpid()}", post_of(house), f"http://127.0.0.1:{port}{DOORS}/webhook"
    orders = Confirming(desk_of(house))
    counter = Counter(house.database, sandbox_of(house, port), orders, house.clock, house.wall, url)
    turns: tuple[Callable[[], object], ...] = (
        lambda: sweep_files(house).events,
        lambda: deliver_next(house.database, post, house.settings.mail_from, house.wall, name),
        lambda: next_job(counter, name),
        lambda: refunds.sweep(house.database, house.clock(), house.wall()),
    )
    threads = [Thread(target=_turn, args=(turn,)) for turn in turns]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _turn(turn: Callable[[], object]) -> None:
    while True:
        try:
            if turn():
                continue
        except OperationalError:
            _log.warning("La base est occupée.", exc_info=True)
        time.sleep(_PAUSE_SECONDS)


def next_job(counter: Counter, worker: str) -> bool:
    """One of payments; ``False`` when none waits."""
    now = counter.wall()
    with reading(counter.database) as conn:
        if not jobs.due(conn, now, kinds=KINDS):
            return False
    with unit_of_work(counter.database) as conn:
        jobs.lost(conn, now, kinds=KINDS)
        job = jobs.claim(conn, worker, now, kinds=KINDS)
    if job is None:
        return False
    error = ""
    try:
        do(counter, job.kind, job.payload)
    except Exception as problem:  # a service that is away: tried again later
        error = str(problem) or type(problem).__name__
    with unit_of_work(counter.database) as conn:
        if error:
            jobs.fail(conn, job, error, now=counter.wall())
        else:
            jobs.finish(conn, job, now=counter.wall())
    return True
