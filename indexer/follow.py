"""Keeping an index up with the catalogue: a change is searchable within a second of its commit."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Event

from sqlalchemy import Engine as Database
from sqlalchemy.exc import OperationalError

from base.clock import Clock
from base.database import data_version, reading
from base.errors import IndexDamaged, ParcoursError, Unavailable
from base.leases import LeaseHeld
from catalog.store import marks
from indexer.builds import bring_level
from indexer.changes import index_trainings
from indexer.checks import IndexRefused
from indexer.journal import Journal
from indexer.progress import Progress, silent
from indexer.rebuild import rebuild
from indexer.standing import OtherCatalogue, Standing, refuse_other_catalogue, standing
from search.engines.contract import Engine, Health

LIMIT = 250  # trainings a batch: some 0.3 s, so that a single change does not wait a second behind a large import
POLL_SECONDS = 0.2
PAUSE_SECONDS = 5.0  # before an engine that did not answer is asked again
OTHER_SECONDS = 60.0  # before an index of another database is looked at again: somebody has to mend a setting
# Applying costs several times what rebuilding costs per training, and leaves the lexicon as it was.
REBUILD_SHARE = 0.2
LOOK_EVERY = 25  # polls between two looks at an index that nothing changes: some seconds
REFUSED_REST = timedelta(minutes=5)  # a refused rebuild is not tried again at once; changes are followed meanwhile
REBUILD_LEAST = 2_000  # below this, applying is a matter of seconds and keeps cursors alive

_log = logging.getLogger(__name__)


def follow_once(database: Database, engine: Engine, *, limit: int = LIMIT) -> int:
    """Index at most ``limit`` marked trainings, and those whose cards change with them; how many (0 = all is done)."""
    with reading(database) as conn:
        waiting = [training for training, _ in marks.marked(conn, limit)]
    return index_trainings(database, engine, waiting) if waiting else 0


def rebuild_due(database: Database, health: Health) -> bool:
    """No index yet, one of a later state of the database, or so many changes that a rebuild is cheaper.
    ``OtherCatalogue`` when the index was made of another database."""
    with reading(database) as conn:
        pending = marks.pending(conn)
    if not health.ready or health.trainings == 0:
        return pending > 0 or not health.ready
    if standing(database, health) is Standing.STRANGE:
        return True
    return pending > max(REBUILD_LEAST, REBUILD_SHARE * health.trainings)


def catch_up(database: Database, engine: Engine, *, clock: Clock, progress: Progress = silent, actor: str = "") -> int:
    """Bring the index level with the catalogue, by a rebuild where that is cheaper; how many trainings were indexed."""
    health = engine.health()
    if rebuild_due(database, health):
        refuse_other_catalogue(database, engine)  # a damaged one tells it too
        damage = "" if health.ready else _damage(engine, health)
        if damage:
            _log.error("%s Reconstruction en cours.", damage)
        with suppress(LeaseHeld):  # another rebuilds: what changes goes into the index as it is
            return rebuild(database, engine, clock=clock, progress=progress, actor=actor, damage=damage).trainings
    return keep_up(database, engine, clock=clock, progress=progress, actor=actor)


def _damage(engine: Engine, health: Health) -> str:
    """What is wrong with the index, "" when there is none yet. ``Unavailable`` when it is there and does not answer, be
    it for a moment: a rebuild would mend nothing, and be one more burden."""
    try:
        engine.snapshot()
    except IndexDamaged as damage:
        return damage.told
    except Unavailable:
        if engine.builds():
            raise
    if any(build.served for build in engine.builds()):
        raise Unavailable(health.detail)
    return ""


def keep_up(database: Database, engine: Engine, *, clock: Clock, progress: Progress = silent, actor: str = "") -> int:
    """The same without ever rebuilding."""
    with reading(database) as conn:
        total = marks.pending(conn)
    journal = Journal(database, engine, clock, actor)
    done = 0
    while True:
        done += bring_level(database, engine, journal, progress)  # before each batch: its stamp would hide the gap
        indexed = follow_once(database, engine)
        if not indexed:
            return done
        done += indexed
        progress("Indexation des changements", min(done, total), total)


def follow(database: Database, engine: Engine, stop: Event, *, clock: Clock, actor: str = "") -> None:
    """Until ``stop`` is set. Midnight needs nothing: the day is in the plan of a question, not in a document."""
    rest_until = datetime.min.replace(tzinfo=UTC)
    with data_version(database) as version:
        behind, turns = True, 0
        while not stop.is_set():
            turns += 1
            try:
                if version.changed() or behind or _lost(engine, turns):
                    behind = True
                    step = keep_up if clock() < rest_until else catch_up
                    try:
                        step(database, engine, clock=clock, actor=actor)
                        behind = False
                    except IndexDamaged as damage:
                        mend(database, engine, damage, clock=clock, actor=actor)
            except OperationalError:
                _log.warning("La base est occupée ; l'indexation reprendra.", exc_info=True)
            except OtherCatalogue as other:
                _log.error("%s", other.told)
                stop.wait(OTHER_SECONDS)
            except IndexRefused as refusal:
                _log.error("%s", refusal.told)
                rest_until = clock() + REFUSED_REST
            except ParcoursError as error:  # an engine that does not answer, a lock that was lost: the marks wait
                _log.warning("%s L'indexation reprendra.", error.told)
                stop.wait(PAUSE_SECONDS)
            stop.wait(POLL_SECONDS)


def _lost(engine: Engine, turns: int) -> bool:
    """Now and then also while nothing is written: an index may be lost or damaged all the same."""
    return turns % LOOK_EVERY == 0 and not engine.health().ready


def mend(database: Database, engine: Engine, damage: IndexDamaged, *, clock: Clock, actor: str = "") -> None:
    """Build a damaged index anew; left to another that is at it already. ``OtherCatalogue`` when it was made of another
    database."""
    refuse_other_catalogue(database, engine)
    _log.error("%s Reconstruction en cours.", damage.told)
    with suppress(LeaseHeld):
        rebuild(database, engine, clock=clock, actor=actor, damage=damage.detail)
