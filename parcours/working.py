"""What a worker does: index what changed, import what was submitted. It ends with the service that started it."""

from __future__ import annotations

import logging
import os
import threading
from threading import Event

from sqlalchemy.exc import OperationalError

from api.submissions import JOB
from base import jobs
from base.database import unit_of_work
from base.errors import Conflict
from indexer.follow import follow
from parcours.wiring import House

POLL_SECONDS = 0.5
_log = logging.getLogger(__name__)


def work(house: House, stop: Event, name: str, parent: int = 0) -> None:
    """Until ``stop`` is set or the parent process (0 = none) is gone."""
    importing = threading.Thread(target=_import_jobs, args=(house, stop, name), name="imports", daemon=True)
    importing.start()
    if parent:
        threading.Thread(target=_watch_parent, args=(parent, stop), name="parent", daemon=True).start()
    follow(house.database, house.engine, stop, clock=house.clock)
    importing.join(timeout=20)


def _watch_parent(parent: int, stop: Event) -> None:
    """A service that was killed leaves its worker to another parent: the worker then ends."""
    while not stop.wait(1.0):
        if os.getppid() != parent:
            stop.set()


def _import_jobs(house: House, stop: Event, name: str) -> None:
    while not stop.is_set():
        try:
            if not import_next(house, name):
                stop.wait(POLL_SECONDS)
        except OperationalError:
            _log.warning("La base est occupée ; l'import reprendra.", exc_info=True)
            stop.wait(POLL_SECONDS)


class Claim:
    """Keeps a job ours while a long import goes on; a worker that lost its claim stops."""

    def __init__(self, house: House, job: jobs.Job) -> None:
        self._house = house
        self._job = job
        self._extended_at = house.clock()

    def keep(self, _phase: str, _done: int, _total: int) -> None:
        now = self._house.clock()
        if now - self._extended_at < jobs.CLAIM / 4:
            return
        self._extended_at = now
        with unit_of_work(self._house.database) as conn:
            if not jobs.extend(conn, self._job, now + jobs.CLAIM):
                raise Conflict("Un autre worker a repris cet import.")


def import_next(house: House, name: str) -> bool:
    """Take up one submitted catalogue; ``False`` when none waits. A killed import goes on where it had come to."""
    from parcours.importing import run_received

    with unit_of_work(house.database) as conn:
        job = jobs.claim(conn, name, house.clock(), kinds=[JOB])
    if job is None:
        return False
    claimed = Claim(house, job)
    try:
        run_received(house, int(job.payload["submission"]), claimed.keep)
    except Exception as error:  # the job keeps it and is tried again; the worker goes on with the others
        _log.exception("Import du dépôt %s", job.payload)
        with unit_of_work(house.database) as conn:
            jobs.fail(conn, job, now=house.clock(), error=str(error))
        return True
    with unit_of_work(house.database) as conn:
        jobs.finish(conn, job, now=house.clock())
    return True
