"""The whole index anew from the database, in flat memory, while changes go on."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import Connection
from sqlalchemy import Engine as Database
from sqlalchemy.exc import SQLAlchemyError

from base.clock import Clock, today
from base.database import reading, stored
from base.leases import Keeper
from catalog.store import marks
from catalog.store.followed import followed, issue
from catalog.store.indexed import read_indexed
from catalog.store.offers import offered
from catalog.store.statements import chunks
from catalog.store.texts import read_texts
from indexer.changes import bring, index_trainings, settle
from indexer.checks import SAMPLED, Expected, IndexRefused, check
from indexer.documents import DocumentBuilder
from indexer.grouping import regroup_all
from indexer.journal import Action, Journal
from indexer.progress import Progress, silent
from indexer.spool import TermSpool
from indexer.standing import level
from indexer.texts import fields_of
from indexer.vocabulary import read_labels
from search.document import TrainingDocument
from search.engines.contract import Engine, Staged, Stamp

KEPT = 1  # earlier indexes that stay after a rebuild, to go back to
_STEP = 500  # trainings between two signs of progress
_CLEARED = 5_000  # marks cleared in one transaction
_ROUNDS = 5  # of catching up before the swap, each shorter than the one before
_FEW = 20  # changes that may be left to the moment after it


@dataclass(frozen=True, slots=True)
class RebuildReport:
    build: str  # name of the new index
    trainings: int
    offers: int
    texts: int  # distinct ones
    terms: int
    lexicon: str  # version
    regrouped: int  # offers whose card changed
    caught_up: int  # trainings that changed meanwhile
    duration: timedelta


# Database, engine and the versions that the new index holds -> how many trainings it was given after the swap.
CatchUp = Callable[[Database, Engine, dict[int, int]], int]


@contextmanager
def _without_cycles() -> Iterator[None]:
    """Documents hold no cycles, and the collector that looks for some took a fifth of a rebuild's time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def rebuild(
    database: Database,
    engine: Engine,
    *,
    clock: Clock,
    progress: Progress = silent,
    actor: str = "",
    damage: str = "",
) -> RebuildReport:
    """Readers see the old index until the new one is complete, checked and caught up with what changed meanwhile.

    ``LeaseHeld`` while another rebuilds, ``IndexRefused`` when the new one fails a check, ``LeaseLost`` when it took so
    long that another began: nothing is replaced then. ``damage``: what is wrong with the served one, for the log.
    """
    return _alone(database, engine, _catch_up, clock, progress, actor, damage)


def rebuild_beside(
    database: Database,
    engine: Engine,
    *,
    clock: Clock,
    progress: Progress = silent,
    actor: str = "",
    damage: str = "",
) -> RebuildReport:
    """The same for an index beside the one that changes are followed into: their marks stay for that one."""
    return _alone(database, engine, _level, clock, progress, actor, damage)


def _alone(
    database: Database,
    engine: Engine,
    catch_up: CatchUp,
    clock: Clock,
    progress: Progress,
    actor: str,
    damage: str,
) -> RebuildReport:
    journal = Journal(database, engine, clock, actor)
    with journal.alone() as keeper:

        def beating(what: str, done: int, total: int) -> None:
            keeper.beat()
            progress(what, done, total)

        if engine.waits:
            engine.builds()  # one that does not answer is told before minutes of work
        if damage:
            journal.note(Action.DAMAGE_FOUND, told=damage)
        journal.note(Action.REBUILD_BEGUN)
        try:
            report = _rebuild(database, engine, catch_up, keeper, clock, beating)
        except BaseException as error:
            refused = isinstance(error, IndexRefused)
            with suppress(SQLAlchemyError):  # the first error counts, also when the database is gone
                action = Action.REBUILD_REFUSED if refused else Action.REBUILD_FAILED
                journal.note(action, error=str(error) or type(error).__name__)
            raise
        journal.note(
            Action.REBUILD_SWAPPED, **{**asdict(report), "duration": round(report.duration.total_seconds(), 3)}
        )
        if damage:
            journal.note(Action.DAMAGE_MENDED, build=report.build)
        gone = engine.prune(KEPT)
        if gone:
            journal.note(Action.PRUNED, builds=gone)
    return report


def _rebuild(
    database: Database, engine: Engine, catch_up: CatchUp, keeper: Keeper, clock: Clock, progress: Progress
) -> RebuildReport:
    started = clock()
    with reading(database) as conn:
        seen = marks.versions(conn)
    progress("Regroupement des offres proches", 0, 1)
    with _without_cycles():
        regrouped = regroup_all(database)
    seen |= {each: version for each, version in regrouped.bumped.items() if seen.get(each) == version - 1}
    with ExitStack() as staging:
        with reading(database) as conn, TermSpool() as spool, _without_cycles():
            _analyse(conn, spool, len(seen), progress)  # withdrawn ones have a version too: counting took 0.2 s at S
            lexicon = spool.lexicon()
            stream = _Documents(conn, spool, progress)
            now = followed(conn)
            staged = staging.enter_context(engine.stage(stream, lexicon, Stamp(now.catalogue, now.confirmed)))
            expected = _expected(conn, stream.samples)
            trainings, texts = spool.trainings, spool.texts
        progress("Contrôle du nouvel index", 0, 1)
        check(staged.snapshot(), expected, day=today(clock).toordinal())
        caught_up = _bring_staged(database, staged, seen, progress)
        keeper.confirm()
        build = staged.swap()
    caught_up += catch_up(database, engine, seen)
    return RebuildReport(
        build=build.name,
        trainings=trainings,
        offers=expected.offers,
        texts=texts,
        terms=len(lexicon.frequencies),
        lexicon=lexicon.version,
        regrouped=regrouped.offers,
        caught_up=caught_up,
        duration=clock() - started,
    )


def _expected(conn: Connection, samples: list[TrainingDocument]) -> Expected:
    """Of the very state that the documents were read from."""
    versions, shown = marks.versions(conn), offered(conn)
    return Expected({key: versions.get(key, 0) for key in shown}, sum(shown.values()), samples)


def _analyse(conn: Connection, spool: TermSpool, total: int, progress: Progress) -> None:
    labels = read_labels(conn)
    for done, training in enumerate(read_texts(conn)):
        if done % _STEP == 0:
            progress("Analyse des textes", done, total)
        spool.put(training.id, fields_of(training, labels))


class _Documents:
    def __init__(self, conn: Connection, spool: TermSpool, progress: Progress) -> None:
        self._conn, self._spool, self._progress = conn, spool, progress
        self.samples: list[TrainingDocument] = []  # spread over the catalogue

    def __iter__(self) -> Iterator[TrainingDocument]:
        """Under the versions of this very state, so that any later change wins."""
        versions, builder = marks.versions(self._conn), DocumentBuilder()
        apart = max(1, self._spool.trainings // SAMPLED)
        for done, training in enumerate(read_indexed(self._conn)):
            if done % _STEP == 0:
                self._progress("Indexation des offres", done, self._spool.trainings)
            document = builder.build(training, self._spool.get(training.id), versions.get(training.id, 0))
            if done % apart == 0 and len(self.samples) < SAMPLED:
                self.samples.append(document)
            yield document


def _bring_staged(database: Database, staged: Staged, seen: dict[int, int], progress: Progress) -> int:
    """What changed since the grouping goes into the new index before it is served; ``seen`` becomes its versions.

    By versions, not by marks: a worker indexes changes into the index that is about to be replaced, and clears them.
    """
    done = 0
    for _ in range(_ROUNDS):
        with reading(database) as conn:
            now, position = marks.versions(conn), followed(conn).confirmed
        late = [training for training, version in now.items() if seen.get(training) != version]
        for batch in chunks(late, _STEP):
            progress("Rattrapage des changements", done, done + len(late))
            seen |= bring(database, staged, batch)
            done += len(batch)
        staged.apply([], position)
        if len(late) <= _FEW:
            break
    return done


def _catch_up(database: Database, engine: Engine, seen: dict[int, int]) -> int:
    """Clear the marks that the index answers, and index what has changed in the last moment before the swap.

    Another index may be the one that follows these marks: a position is confirmed with them, which leaves it behind, so
    that it is brought level by versions.
    """
    position = stored(database, issue)
    with reading(database) as conn:
        now, confirmed = marks.versions(conn), followed(conn).confirmed
        waiting = marks.marked(conn, len(now) or 1)
    answered = [(training, version) for training, version in waiting if seen.get(training) == version]
    if answered:
        engine.apply([], position, confirmed)
    for some in chunks(answered, _CLEARED):
        settle(database, some, position)
    late = [training for training, version in now.items() if seen.get(training) != version]
    for batch in chunks(late, _STEP):
        index_trainings(database, engine, batch)
    return len(late)


def _level(database: Database, engine: Engine, _seen: dict[int, int]) -> int:
    return level(database, engine)
