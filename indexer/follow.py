"""Keeping an index up with the catalogue: a change is searchable within a second of its commit."""

from __future__ import annotations

import logging
from threading import Event

from sqlalchemy import Engine as Database
from sqlalchemy.exc import OperationalError

from base.clock import Clock
from base.database import data_version, reading
from base.errors import IndexDamaged
from catalog.store import marks
from indexer.changes import index_trainings
from indexer.rebuild import Progress, rebuild, silent
from search.engines.contract import Engine

LIMIT = 250  # trainings a batch: some 0.3 s, so that a single change does not wait a second behind a large import
POLL_SECONDS = 0.2
# Applying costs several times what rebuilding costs per training, and leaves the lexicon as it was.
REBUILD_SHARE = 0.2
REBUILD_LEAST = 2_000  # below this, applying is a matter of seconds and keeps cursors alive

_log = logging.getLogger(__name__)


def follow_once(database: Database, engine: Engine, *, limit: int = LIMIT) -> int:
    """Index at most ``limit`` marked trainings, and those whose cards change with them; how many (0 = all is done)."""
    with reading(database) as conn:
        waiting = [training for training, _ in marks.marked(conn, limit)]
    return index_trainings(database, engine, waiting) if waiting else 0


def rebuild_due(database: Database, engine: Engine) -> bool:
    """No index yet, or so many changes that a rebuild is cheaper."""
    health = engine.health()
    with reading(database) as conn:
        pending = marks.pending(conn)
    if not health.ready or health.trainings == 0:
        return pending > 0 or not health.ready
    return pending > max(REBUILD_LEAST, REBUILD_SHARE * health.trainings)


def catch_up(database: Database, engine: Engine, *, clock: Clock, progress: Progress = silent) -> int:
    """Bring the index level with the catalogue, by a rebuild where that is cheaper; how many trainings were indexed."""
    if rebuild_due(database, engine):
        return rebuild(database, engine, clock=clock, progress=progress).trainings
    with reading(database) as conn:
        total = marks.pending(conn)
    done = 0
    while indexed := follow_once(database, engine):
        done += indexed
        progress("Indexation des changements", min(done, total), total)
    return done


def follow(database: Database, engine: Engine, stop: Event, *, clock: Clock) -> None:
    """Until ``stop`` is set. Midnight needs nothing: the day is in the plan of a question, not in a document."""
    with data_version(database) as version:
        behind = True
        while not stop.is_set():
            try:
                if version.changed() or behind:
                    behind = True
                    catch_up(database, engine, clock=clock)
                    behind = False
            except OperationalError:
                _log.warning("La base est occupée ; l'indexation reprendra.", exc_info=True)
            except IndexDamaged as damage:
                _log.error("%s Reconstruction en cours.", damage.detail)
                rebuild(database, engine, clock=clock)
            stop.wait(POLL_SECONDS)
