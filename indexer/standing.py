"""Where the served index stands against the catalogue, by its stamp; bringing level one that was away, leaving another
database's alone.

An index is away while another is kept up in its place: a copy put back, a build rolled back to, an engine that was not
in use. Its marks were cleared for another, so marks cannot tell what it lacks: the versions of its documents do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from sqlalchemy import Engine as Database

from base.database import reading
from base.errors import Conflict, ParcoursError
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
    STRANGE = auto()  # of a later state of this database, or of no database that it tells


class OtherCatalogue(Conflict):
    """A mistyped address of the database would replace what is served by what another one holds."""

    code = "index-of-another-database"
    title = "Index d'une autre base"

    def __init__(
        self, detail: str = "L'index a été fait d'une autre base : il n'est pas touché, et rien n'est enregistré ici."
    ) -> None:
        super().__init__(
            detail,
            advice="Vérifiez PARCOURS_DATABASE_URL et PARCOURS_DATA_DIR. Si cette base doit vraiment prendre la place "
            "de l'autre : « parcours reindex --replace-index ».",
        )


def standing(database: Database, health: Health) -> Standing:
    """``OtherCatalogue`` when the index tells another database. One that tells none may be of any and is made anew."""
    with reading(database) as conn:
        now = followed(conn)
    _refuse_other(health.stamp.catalogue, now.catalogue)
    if not health.stamp.catalogue or health.stamp.position > now.issued:
        return Standing.STRANGE
    return Standing.BEHIND if health.stamp.position < now.confirmed else Standing.LEVEL


def made_of(engine: Engine) -> str:
    """The database that an index was made of, also a damaged one; "" when there is none, or none can be told."""
    try:
        builds = engine.builds()
    except ParcoursError:
        return ""
    if builds and builds[0].served:
        return builds[0].stamp.catalogue
    return next((build.stamp.catalogue for build in builds if build.stamp.catalogue), "")


def refuse_other_catalogue(database: Database, engine: Engine) -> None:
    """Before anything is written that ends in the index."""
    told = made_of(engine)
    if told:
        with reading(database) as conn:
            _refuse_other(told, followed(conn).catalogue)


def _refuse_other(told: str, own: str) -> None:
    if told not in ("", own):
        raise OtherCatalogue


@dataclass(frozen=True, slots=True)
class Gap:
    """What an index lacks, whether it waits under a mark or not."""

    trainings: list[int]
    position: int  # that it is at without the gap
    before: int  # that it is at with it


def gap_of(database: Database, engine: Engine) -> Gap:
    before = engine.health().stamp
    held = engine.snapshot().versions()  # before the catalogue's: whatever it holds is known there
    with reading(database) as conn:
        now, versions, shown = followed(conn), marks.versions(conn), offered(conn)
    missed = [key for key in shown if held.get(key) != versions.get(key, 0)]
    missed += [key for key in held if key not in shown]
    return Gap(sorted(missed), now.confirmed, before.position)


def close(database: Database, engine: Engine, gap: Gap, *, progress: Progress = silent) -> int:
    """How many trainings were brought. Marks stay: they are for ``follow`` to clear."""
    done = 0
    for batch in chunks(gap.trainings, _BATCH):
        progress("Mise à niveau de l'index", done, len(gap.trainings))
        done += len(bring(database, engine, batch))
    engine.apply([], gap.position, gap.before)
    return done


def level(database: Database, engine: Engine, *, progress: Progress = silent) -> int:
    """Give the index what it missed; how many trainings."""
    return close(database, engine, gap_of(database, engine), progress=progress)
