"""What must be so once everything has come to rest after a kill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from operator import itemgetter

from sqlalchemy import select

from base import leases
from base.clock import Clock, system_clock
from base.database import reading
from base.jobs import JOB, JobState
from catalog.store import families, marks
from catalog.tables import SUBMISSION
from indexer.cards import Family, card_keys
from indexer.journal import subject
from indexer.rebuild import KEPT, rebuild
from indexer.standing import Standing, standing
from parcours.wiring import House
from parcours.working import import_next
from search.document import TrainingDocument
from search.engines.contract import Build
from search.engines.elasticsearch.names import Names
from search.engines.embedded import EmbeddedEngine
from search.engines.embedded.manifest import CURRENT, generation_file, read_manifest
from tests.faults.kills import equal
from tests.faults.kills.scene import Scene, waited
from tests.faults.kills.writing import witnessed

RECOVERED_SECONDS = 120.0
# Each round looks at the scene from so much later: leases, claims, older generations and abandoned builds have ended.
APART = timedelta(minutes=31)


@dataclass
class Looked:
    """Counts for the line of a round."""

    trainings: int = 0
    offers: int = 0
    comparisons: int = 0


def level(house: House) -> bool:
    """Nothing waits, and the index has followed all that was confirmed. Whoever does not answer yet is not level."""
    health = house.engine.health()
    if not health.ready:
        return False
    with reading(house.database) as conn:
        waiting = marks.pending(conn)
    return not waiting and standing(house.database, health) is Standing.LEVEL


def after_a_while(scene: Scene, number: int) -> House:
    """The house by a clock that is ahead."""
    house = scene.house()
    ahead = APART * number
    house.clock = house.wall = lambda: system_clock() + ahead
    if scene.settings.engine == "embedded":
        house.engine = EmbeddedEngine(scene.settings.index_dir, house.clock)
    return house


def problems(scene: Scene, house: House, number: int, looked: Looked) -> Iterator[str]:
    """``house``: by the clock on the wall. None = all is as it must be."""
    later = after_a_while(scene, number)
    yield from _jobs_end(scene, later)
    if not waited(lambda: level(house), RECOVERED_SECONDS):
        yield "changes go on waiting for the index"
        return
    if (held := witnessed(house)) < scene.step:
        yield f"the database has lost committed changes: step {held} instead of {scene.step}"
    yield from _equal(scene, house, looked, "the index")
    house.engine.verify()
    yield from _rebuilds(later, house.wall)
    yield from _equal(scene, house, looked, "an index built anew")
    yield from _nothing_left(scene, house)


def _jobs_end(scene: Scene, later: House) -> Iterator[str]:
    """A claim of a dead process is taken up by another worker; a living one's is waited for."""
    own = f"worker-{scene.children['worker'].pid}"
    busy = select(JOB.c.id).where(JOB.c.state == JobState.RUNNING.value, JOB.c.claimed_by == own)

    def at_rest() -> bool:
        with reading(later.database) as conn:
            return conn.execute(busy.limit(1)).first() is None

    if not waited(at_rest, RECOVERED_SECONDS):
        yield "the worker does not come to the end of an import"
    while import_next(later, "kills"):
        pass
    with reading(later.database) as conn:
        open_jobs = conn.execute(select(JOB.c.id, JOB.c.state, JOB.c.error).where(JOB.c.state != JobState.DONE)).all()
        under_way = conn.scalars(select(SUBMISSION.c.id).where(SUBMISSION.c.state == "running")).all()
    if open_jobs:
        yield f"imports that came to no good end: {open_jobs}"
    if under_way:
        yield f"submissions that stay under way: {under_way}"


def _equal(scene: Scene, house: House, looked: Looked, what: str) -> Iterator[str]:
    documents = equal.wanted(house.database)
    if scene.settings.engine == "embedded":
        held, expected = equal.of_embedded(scene.settings), equal.for_embedded(documents)
    else:
        held, expected = equal.of_elasticsearch(scene.settings), equal.for_elasticsearch(documents)
    yield from (f"{what}: {each}" for each in equal.differences(held, expected))
    yield from (f"{what}: {each}" for each in _counted(scene, house, documents))
    looked.trainings, looked.offers = len(documents), len(expected)
    looked.comparisons += len(expected)


def _counted(scene: Scene, house: House, documents: list[TrainingDocument]) -> Iterator[str]:
    """As a question sees it, in a process that has not asked before."""
    snapshot = scene.house().engine.snapshot()
    if snapshot.count() != (offers := sum(len(each.offers) for each in documents)):
        yield f"{snapshot.count()} offers are found instead of {offers}"
    if dict(snapshot.versions()) != {each.id: each.version for each in documents}:
        yield "trainings are found in other versions than the catalogue's"
    if stale := _stale_cards(house):
        yield f"{len(stale)} offers have the card of another state of the catalogue: {'; '.join(stale[:3])}"


def _stale_cards(house: House) -> list[str]:
    found: list[str] = []
    with reading(house.database) as conn:
        versions = marks.versions(conn)
        for family, rows in groupby(families.all_family_offers(conn), key=itemgetter(0)):
            offers = [offer for _, offer in rows]
            keys = card_keys(Family(*family), offers)
            for each in offers:
                if keys[each.offer_id] != each.card_key:
                    right, training = keys[each.offer_id], each.training_id
                    told = f"version {versions.get(training)}, has {each.card_key} instead of {right}"
                    found.append(f"{each.offer_id} of training {training} in {family}, {each.hours} h, {told}")
    return found


def _rebuilds(later: House, wall: Clock) -> Iterator[str]:
    with reading(later.database) as conn:
        held = leases.holder(conn, subject(later.engine))
    if held is not None and held.until > wall() + leases.LASTING:
        yield f"the lock lasts beyond its time: {held}"
    rebuild(later.database, later.engine, clock=later.wall)
    with reading(later.database) as conn:
        if (left := leases.holder(conn, subject(later.engine))) is not None:
            yield f"the lock was not given back: {left}"


def _nothing_left(scene: Scene, house: House) -> Iterator[str]:
    builds = house.engine.builds()
    if not builds or not builds[0].served or len(builds) > 1 + KEPT:
        yield f"kept indexes: {builds}"
    if unusable := [each for each in builds if each.detail]:
        yield f"indexes that cannot be served: {unusable}"
    if orphans := (_files(scene) if scene.settings.engine == "embedded" else _indexes(scene, builds)):
        yield f"left over: {', '.join(sorted(orphans))}"


def _indexes(scene: Scene, builds: list[Build]) -> set[str]:
    names = Names(scene.settings.elasticsearch_prefix)
    named = {name(each.name) for each in builds for name in (names.offers, names.companion)}
    return set(scene.indexes()) ^ named


def _files(scene: Scene) -> set[str]:
    folder = scene.settings.index_dir
    newest = read_manifest(folder / CURRENT)
    named = newest.files() | {CURRENT, "writer.lock"}
    for generation in (*newest.kept, *(each.generation for each in newest.older)):
        named |= read_manifest(folder / generation_file(generation)).files()
    return {path.name for path in folder.iterdir()} ^ named
