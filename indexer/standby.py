"""Keeping an index that stands in for an engine (``search.standby``) up to date, every few minutes.

It is beside the one that changes are followed into: no mark is cleared for it and no position confirmed. What it lacks
is told by the versions of its documents.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from threading import Event

from sqlalchemy import Engine as Database
from sqlalchemy.exc import OperationalError

from base.clock import Clock
from base.database import data_version
from base.errors import IndexDamaged, ParcoursError, Unavailable
from base.leases import LeaseHeld
from indexer.follow import PAUSE_SECONDS, REBUILD_LEAST, REBUILD_SHARE
from indexer.progress import Progress, silent
from indexer.rebuild import rebuild_beside
from indexer.standing import OtherCatalogue, Standing, close, gap_of, refuse_other_catalogue, standing
from search.engines.contract import Engine
from search.standby import Standby

_log = logging.getLogger(__name__)


class Stopped(Exception):
    """The worker ends in the middle of a build: its lock is given back and its remains are cleared."""

    def __init__(self) -> None:
        super().__init__("Le worker s'arrête.")


def keep_standby(
    database: Database, standby: Standby, stop: Event, *, every: timedelta, clock: Clock, actor: str = ""
) -> None:
    """Until ``stop`` is set. Readers are answered from the older index until the newer one is complete."""

    def going_on(_what: str, _done: int, _total: int) -> None:
        if stop.is_set():
            raise Stopped

    engine, known = standby.engine, ""
    damage = _damage(engine)
    with data_version(database) as version:
        while not stop.is_set():
            pause, began = every.total_seconds(), clock()
            try:
                if version.changed() or not known or engine.health().generation != known:
                    known = ""
                    bring_up(database, engine, clock=clock, progress=going_on, actor=actor, damage=damage)
                    known, damage = engine.health().generation, ""
                standby.up_to_date(began)
            except Stopped:
                return
            except LeaseHeld:  # another machine builds its own, or an operator this one
                pause = min(pause, PAUSE_SECONDS)
            except OtherCatalogue as other:
                _log.error("Index de secours : %s", other.told)
                standby.withdraw()
            except ParcoursError as error:
                _log.warning("Index de secours : %s", error.told)
            except (OperationalError, OSError):  # the older index is there, and is as old as it says
                _log.warning("L'index de secours sera mis à jour plus tard.", exc_info=True)
            stop.wait(pause)


def bring_up(
    database: Database,
    engine: Engine,
    *,
    clock: Clock,
    progress: Progress = silent,
    actor: str = "",
    damage: str = "",
) -> None:
    """By a build where there is no whole index of this catalogue, or where that is cheaper than applying what it lacks.

    ``damage``: what is known to be wrong with it. ``OtherCatalogue`` when it was made of another database: it is left
    alone.
    """
    try:
        if not damage and _levelled(database, engine, progress):
            return
    except IndexDamaged as found:
        damage = found.told
    except Unavailable:
        pass  # none yet
    refuse_other_catalogue(database, engine)
    rebuild_beside(database, engine, clock=clock, progress=progress, actor=actor, damage=damage)


def _levelled(database: Database, engine: Engine, progress: Progress) -> bool:
    engine.snapshot()  # says why there is none
    health = engine.health()
    if standing(database, health) is Standing.STRANGE:
        return False
    gap = gap_of(database, engine)
    lacks = len(gap.trainings)
    if lacks > max(REBUILD_LEAST, REBUILD_SHARE * health.trainings) or (lacks and not health.trainings):
        return False
    close(database, engine, gap, progress=progress)
    return True


def _damage(engine: Engine) -> str:
    """Every byte is looked at once: nobody would notice otherwise before it is needed."""
    try:
        engine.verify()
    except IndexDamaged as damage:
        return damage.told
    except Unavailable:
        pass
    return ""
