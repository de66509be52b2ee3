"""Where the served index stands against the catalogue, by its stamp; and bringing level one that was away.

An index is away while another is kept up in its place: a copy put back, a build rolled back to, an engine that was not
in use. Its marks were cleared for another, so marks cannot tell what it lacks: the versions of its documents do.
"""

from __future__ import annotations

from enum import Enum, auto

from sqlalchemy import Engine as Database

from base.database import reading
from catalog.store import marks
from catalog.store.followed import followed
from catalog.store.offers import offered
from catalog.store.statements import chunks
from indexer.changes import bring
from indexer.progress import Progress, silent
from search.engines.contract import Engine, Health

_BATCH = 250


class Standing(Enum):
    LEVEL = auto()  # but for the marks that wait
    BEHIND = auto()  # it lacks changes that another index took
    FOREIGN = auto()  # of another database, or of a later state of this one


def standing(database: Database, health: Health) -> Standing:
    with reading(database) as conn:
        now = followed(conn)
    if health.stamp.catalogue != now.catalogue or health.stamp.position > now.issued:
        return Standing.FOREIGN
    return Standing.BEHIND if health.stamp.position < now.confirmed else Standing.LEVEL


def level(database: Database, engine: Engine, *, progress: Progress = silent) -> int:
    """Give the index what it missed; how many trainings. Changes that wait under a mark are left to ``follow``."""
    before = engine.health().stamp
    held = engine.snapshot().versions()  # before the catalogue's: whatever it holds is known there
    with reading(database) as conn:
        now, versions, shown = followed(conn), marks.versions(conn), offered(conn)
    missed = [key for key in shown if held.get(key) != versions.get(key, 0)]
    missed += [key for key in held if key not in shown]
    done = 0
    for batch in chunks(sorted(missed), _BATCH):
        progress("Mise à niveau de l'index", done, len(missed))
        done += len(bring(database, engine, batch))
    engine.apply([], now.confirmed, before.position)
    return done
