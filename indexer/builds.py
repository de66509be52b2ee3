"""Going back to an earlier index, deleting old ones, lifting a lock: what an operator may do, one at a time."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine as Database

from base import audit, leases
from base.clock import Clock
from base.database import reading, unit_of_work
from base.errors import Conflict
from base.leases import Lease, LeaseHeld
from catalog.store.followed import followed
from indexer.journal import Action, Journal, subject
from indexer.progress import Progress, silent
from indexer.standing import Standing, level, refuse_other_catalogue, standing
from search.engines.contract import Build, Engine


@dataclass(frozen=True, slots=True)
class RolledBack:
    build: Build
    levelled: int  # trainings that had changed since it was served


def roll_back(
    database: Database,
    engine: Engine,
    name: str | None = None,
    *,
    clock: Clock,
    progress: Progress = silent,
    actor: str = "",
) -> RolledBack:
    """Serve a kept build again (``None`` = the last one) and give it what it missed. Killed in between, a worker does
    the rest."""
    journal = Journal(database, engine, clock, actor)
    with journal.alone():
        _of_this_catalogue(database, engine, name)
        build = engine.rollback(name)
        journal.note(Action.ROLLED_BACK, build=build.name, offers=build.offers)
        levelled = bring_level(database, engine, journal, progress)
    return RolledBack(build, levelled)


def bring_level(database: Database, engine: Engine, journal: Journal, progress: Progress = silent) -> int:
    """Nothing when the index was not away."""
    if standing(database, engine.health()) is not Standing.BEHIND:
        return 0
    levelled = level(database, engine, progress=progress)
    journal.note(Action.LEVELLED, trainings=levelled)
    return levelled


def prune(database: Database, engine: Engine, keep: int, *, clock: Clock, actor: str = "") -> list[str]:
    """``OtherCatalogue`` when the index was made of another database: nothing of it is deleted."""
    refuse_other_catalogue(database, engine)
    journal = Journal(database, engine, clock, actor)
    with journal.alone():
        gone = engine.prune(keep)
        if gone:
            journal.note(Action.PRUNED, builds=gone)
    return gone


def unlock(database: Database, engine: Engine, *, clock: Clock, actor: str = "", force: bool = False) -> Lease | None:
    """Lift the lock of whoever had it, ``None`` when nobody has. ``LeaseHeld`` while it runs, unless forced: its owner
    may be at work, and then stops without replacing anything."""
    now = clock()
    with unit_of_work(database) as conn:
        lease = leases.holder(conn, subject(engine))
        if lease is None:
            return None
        if not (force or lease.expired(now)):
            raise LeaseHeld(lease)
        leases.release(conn, lease)
        told = {"owner": lease.owner, "until": lease.until.isoformat(), "expired": lease.expired(now)}
        who = Journal(database, engine, clock, actor).actor
        audit.note(conn, at=now, actor=who, action=Action.LOCK_BROKEN.value, subject=subject(engine), **told)
    return lease


def _of_this_catalogue(database: Database, engine: Engine, name: str | None) -> None:
    with reading(database) as conn:
        now = followed(conn)
    kept = [build for build in engine.builds() if not build.served and name in (None, build.name)]
    if kept and (kept[0].stamp.catalogue != now.catalogue or kept[0].stamp.position > now.issued):
        raise Conflict(
            f"L'index {kept[0].name} a été fait d'une autre base, ou d'un état plus récent de celle-ci : y revenir "
            "montrerait d'autres offres. Reconstruisez plutôt : « parcours reindex »."
        )
