"""An import as a job that one process holds, a worker or ``parcours import``: when it is killed, a worker goes on.

Claims are of the machine's clock: they expire also where ``PARCOURS_TODAY`` makes the other one stand still."""

from __future__ import annotations

import os
from contextlib import suppress

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from base import jobs
from base.database import unit_of_work
from base.errors import Conflict
from catalog.store import submissions
from catalog.store.submissions import SubmissionState
from ingest.normalise.context import NoStreets
from ingest.passes import Progress
from ingest.receive import JOB
from ingest.report import ImportReport
from ingest.run import Surroundings, run_submission
from parcours.wiring import House

STOPPED = "Import interrompu par qui l'avait lancé ; ce qui était déjà enregistré le reste."


class Claim:
    """Keeps a job ours while a long import goes on; a worker that lost its claim stops."""

    def __init__(self, house: House, job: jobs.Job) -> None:
        self._house = house
        self._job = job
        self._extended_at = house.wall()

    def keep(self, _phase: str, _done: int, _total: int) -> None:
        now = self._house.wall()
        if now - self._extended_at < jobs.CLAIM / 4:
            return
        self._extended_at = now
        with unit_of_work(self._house.database) as conn:
            if not jobs.extend(conn, self._job, now + jobs.CLAIM):
                raise Conflict("Un autre worker a repris cet import.")


def import_received(house: House, submission: int, progress: Progress) -> ImportReport:
    """Do a submission that was kept earlier; ``Conflict`` when it was done meanwhile."""
    around = Surroundings(
        house.database,
        house.settings.submissions_dir,
        house.gazetteer,
        house.clock,
        progress=progress,
        streets=house.streets or NoStreets(),
    )
    return run_submission(submission, around)


def import_here(house: House, submission: int, progress: Progress) -> ImportReport:
    """Do a submission in this process. Whoever stops it does not expect that a service goes on with it."""
    with unit_of_work(house.database) as conn:
        job = jobs.begin(conn, JOB, {"submission": submission}, f"import-{os.getpid()}", house.wall())
    claim = Claim(house, job)

    def keep(phase: str, done: int, total: int) -> None:
        claim.keep(phase, done, total)
        progress(phase, done, total)

    try:
        told = import_received(house, submission, keep)
    except BaseException:
        # The first error counts, also when the database is gone: a worker takes the claim up when it is over.
        with suppress(SQLAlchemyError), unit_of_work(house.database) as conn:
            if jobs.finish(conn, job, now=house.wall()):
                give_up(conn, house, submission, STOPPED)
        raise
    with unit_of_work(house.database) as conn:
        jobs.finish(conn, job, now=house.wall())
    return told


def give_up(conn: Connection, house: House, submission: int, why: str) -> None:
    """Whoever follows the submission learns that nobody works on it any more."""
    row = submissions.submission(conn, submission)
    submissions.finish(conn, row.id, SubmissionState.FAILED, counts=row.counts, now=house.clock(), error=why)
