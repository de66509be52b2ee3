"""What a worker does: index what changed, import what was submitted. It ends with the service that started it."""

from __future__ import annotations

import logging
import os
import threading
from contextlib import suppress
from threading import Event

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from api.submissions import JOB
from base import jobs
from base.database import unit_of_work
from base.errors import Conflict, IndexDamaged, Unavailable
from catalog.store import submissions
from catalog.store.submissions import SubmissionState
from indexer.follow import follow
from indexer.rebuild import rebuild
from ingest.normalise.context import NoStreets
from ingest.passes import Progress
from ingest.run import Surroundings, run_submission
from parcours.wiring import House

POLL_SECONDS = 0.5
GIVEN_UP = (
    "Une erreur de notre côté a interrompu l'import ; ce qui était déjà enregistré le reste. "
    "Déposez le fichier de nouveau, ou écrivez à l'exploitant avec l'identifiant de ce dépôt."
)
_log = logging.getLogger(__name__)


def work(house: House, stop: Event, name: str, parent: int = 0) -> None:
    """Until ``stop`` is set or the parent process (0 = none) is gone."""
    importing = threading.Thread(target=_import_jobs, args=(house, stop, name), name="imports", daemon=True)
    importing.start()
    if parent:
        threading.Thread(target=_watch_parent, args=(parent, stop), name="parent", daemon=True).start()
    _mend_index(house)
    follow(house.database, house.engine, stop, clock=house.clock)
    importing.join(timeout=20)


def _mend_index(house: House) -> None:
    """Every byte of the index is read once, payloads too; a damaged one is built anew from the database."""
    try:
        house.engine.snapshot().verify()
    except Unavailable:
        return  # no index yet: following makes it
    except IndexDamaged as damage:
        _log.error("%s Reconstruction en cours.", damage.detail)
        rebuild(house.database, house.engine, clock=house.clock)


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


def import_received(house: House, submission: int, progress: Progress) -> None:
    """Do a submission that was kept earlier; nothing when it was done meanwhile."""
    around = Surroundings(
        house.database,
        house.settings.submissions_dir,
        house.gazetteer,
        house.clock,
        progress=progress,
        streets=house.streets or NoStreets(),
    )
    with suppress(Conflict):
        run_submission(submission, around)


def import_next(house: House, name: str) -> bool:
    """Take up one submitted catalogue; ``False`` when none waits. A killed import goes on where it had come to."""
    with unit_of_work(house.database) as conn:
        job = jobs.claim(conn, name, house.clock(), kinds=[JOB])
    if job is None:
        return False
    claimed = Claim(house, job)
    try:
        import_received(house, int(job.payload["submission"]), claimed.keep)
    except Exception as error:  # the job keeps it and is tried again; the worker goes on with the others
        _log.exception("Import du dépôt %s", job.payload)
        with unit_of_work(house.database) as conn:
            jobs.fail(conn, job, now=house.clock(), error=str(error))
            if job.attempts >= jobs.MAX_ATTEMPTS:
                _give_up(conn, house, int(job.payload["submission"]))
        return True
    with unit_of_work(house.database) as conn:
        jobs.finish(conn, job, now=house.clock())
    return True


def _give_up(conn: Connection, house: House, submission: int) -> None:
    """Whoever follows the submission learns that nobody works on it any more."""
    row = submissions.submission(conn, submission)
    submissions.finish(conn, row.id, SubmissionState.FAILED, counts=row.counts, now=house.clock(), error=GIVEN_UP)
