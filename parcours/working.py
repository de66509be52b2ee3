"""What a worker does: index what changed, import what was submitted, keep deadlines. It ends with its service."""

from __future__ import annotations

import logging
import os
import threading
from contextlib import suppress
from datetime import timedelta
from threading import Event

from sqlalchemy.exc import OperationalError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from base import jobs
from base.clock import system_clock
from base.correlation import carrying
from base.database import reading, unit_of_work
from base.errors import Conflict, IndexDamaged, Unavailable
from catalog.store import submissions
from indexer.follow import PAUSE_SECONDS, follow, mend
from indexer.journal import this_process
from indexer.standby import keep_standby
from indexer.standing import OtherCatalogue
from ingest.keeping import Swept, sweep
from ingest.receive import JOB
from parcours.claims import Claim, give_up, import_received
from parcours.filing import keep_deadlines, post_of, send_notices
from parcours.paying import keep_payments
from parcours.wiring import House

POLL_SECONDS = 0.5
GIVEN_UP = (
    "Une erreur de notre côté a interrompu l'import ; ce qui était déjà enregistré le reste. "
    "Déposez le fichier de nouveau, ou écrivez à l'exploitant avec l'identifiant de ce dépôt."
)
OVERTAKEN = (
    "Cet import a été interrompu, et un envoi plus récent a été traité depuis : il n'est pas repris. "
    "Déposez le fichier de nouveau s'il compte encore."
)
SWEEP_SECONDS = 3600.0
# An import may have failed because the database left: the claim is given back as soon as it is there again, not only
# when it expires.
_WRITTEN = Retrying(
    retry=retry_if_exception_type(OperationalError),
    wait=wait_fixed(POLL_SECONDS),
    stop=stop_after_delay(jobs.CLAIM.total_seconds()),
    reraise=True,
)
_log = logging.getLogger(__name__)


def work(house: House, stop: Event, name: str, parent: int = 0) -> None:
    """Until ``stop`` is set or the parent process (0 = none) is gone."""
    if parent:
        threading.Thread(target=_watch_parent, args=(parent, stop), name="parent", daemon=True).start()
    post = post_of(house)  # a setting that is none is said at once
    if not _database_opens(house, stop):
        return
    _ = house.provider
    if not parent:  # a service has looked before it started one: it would only start it again
        house.refuse_other_index()
    importing = threading.Thread(target=_import_jobs, args=(house, stop, name), name="imports", daemon=True)
    importing.start()
    threading.Thread(target=_sweep, args=(house, stop), name="sweep", daemon=True).start()
    actor = f"{name}, {this_process()}"
    threading.Thread(target=keep_deadlines, args=(house, stop), name="deadlines", daemon=True).start()
    threading.Thread(target=send_notices, args=(house, post, stop, name), name="notices", daemon=True).start()
    threading.Thread(target=keep_payments, args=(house, stop, name), name="payments", daemon=True).start()
    standing_by = threading.Thread(target=_keep_standby, args=(house, stop, actor), name="standby", daemon=True)
    standing_by.start()
    _mend_index(house, actor)
    follow(house.database, house.engine, stop, clock=house.wall, actor=actor)
    for each in (importing, standing_by):
        each.join(timeout=20)


def _database_opens(house: House, stop: Event) -> bool:
    """Servers start in any order: one that is starting, or starting again, is waited for."""
    while True:
        try:
            return bool(house.database)
        except OperationalError as error:
            _log.warning("La base ne répond pas, le worker l'attend : %s", error.orig)
            if stop.wait(PAUSE_SECONDS):
                return False


def _mend_index(house: House, actor: str) -> None:
    """The whole index is looked at once (embedded: every byte); a damaged one is built anew from the database."""
    try:
        house.engine.verify()
    except Unavailable:
        return  # no index yet, or a cluster that does not answer: following sees to it
    except IndexDamaged as damage:
        with suppress(
            OperationalError, OtherCatalogue, Unavailable
        ):  # a server left meanwhile: following comes upon it again
            mend(house.database, house.engine, damage, clock=house.wall, actor=actor)


def _keep_standby(house: House, stop: Event, actor: str) -> None:
    while house.standby is not None and not stop.is_set():
        every = timedelta(minutes=house.settings.fallback_minutes)
        try:
            keep_standby(house.database, house.standby, stop, every=every, clock=house.wall, actor=actor)
        except OperationalError:
            _log.warning("La base ne répond pas ; l'index de secours attend.", exc_info=True)
            stop.wait(PAUSE_SECONDS)


def _sweep(house: House, stop: Event) -> None:
    while not stop.is_set():
        try:
            sweep_submissions(house)
        except (OperationalError, OSError):
            _log.warning("Le ménage des dépôts reprendra.", exc_info=True)
        stop.wait(SWEEP_SECONDS)


def sweep_submissions(house: House) -> Swept:
    swept = sweep(
        house.database,
        house.settings.submissions_dir,
        now=house.clock(),
        files_now=system_clock(),
        kept_for=timedelta(days=house.settings.keep_days),
    )
    if swept:
        _log.info("Dépôts : %d restes d'envois coupés et %d fichiers anciens effacés.", swept.leftovers, swept.files)
    return swept


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


def import_next(house: House, name: str) -> bool:
    """Take up one submitted catalogue; ``False`` when none waits. A killed import goes on where it had come to."""
    now = house.wall()
    with reading(house.database) as conn:  # the write lock is for those who have something to write
        if not jobs.due(conn, now, kinds=[JOB]):
            return False
    with unit_of_work(house.database) as conn:
        for payload in jobs.lost(conn, now, kinds=[JOB]):
            give_up(conn, house, int(payload["submission"]), GIVEN_UP)
        job = jobs.claim(conn, name, now, kinds=[JOB])
        if job is None:
            return False
        submission = int(job.payload["submission"])
        if job.attempts > 1 and submissions.overtaken(conn, submissions.submission(conn, submission)):
            give_up(conn, house, submission, OVERTAKEN)
            jobs.finish(conn, job, now=now)
            return True
    with carrying(str(job.payload.get("request", ""))):
        _import(house, job, submission)
    return True


def _import(house: House, job: jobs.Job, submission: int) -> None:
    _log.info("Import du dépôt %d, tentative %d", submission, job.attempts)
    try:
        with suppress(Conflict):  # done meanwhile
            import_received(house, submission, Claim(house, job).keep)
    except Exception as error:  # the job keeps it and is tried again; the worker goes on with the others
        _log.exception("Import du dépôt %s", job.payload)
        _WRITTEN(_write_failure, house, job, submission, str(error))
        return
    _WRITTEN(_write_end, house, job)
    _log.info("Dépôt %d importé", submission)


def _write_end(house: House, job: jobs.Job) -> None:
    with unit_of_work(house.database) as conn:
        jobs.finish(conn, job, now=house.wall())


def _write_failure(house: House, job: jobs.Job, submission: int, error: str) -> None:
    with unit_of_work(house.database) as conn:
        jobs.fail(conn, job, now=house.wall(), error=error)
        if job.attempts >= jobs.MAX_ATTEMPTS:
            give_up(conn, house, submission, GIVEN_UP)
