"""The whole index anew from the database, in flat memory, while changes go on."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from base.clock import Clock
from base.database import reading, unit_of_work
from catalog.store import marks
from catalog.store.indexed import read_indexed
from catalog.store.texts import read_texts
from indexer.changes import index_trainings
from indexer.documents import DocumentBuilder
from indexer.grouping import regroup_all
from indexer.spool import TermSpool
from indexer.texts import fields_of
from indexer.vocabulary import read_labels
from search.document import TrainingDocument
from search.engines.contract import Engine

Progress = Callable[[str, int, int], None]  # what is being done (French, for a progress bar), done, of how many

_STEP = 500  # trainings between two signs of progress
_CLEARED = 5_000  # marks cleared in one transaction


@dataclass(frozen=True, slots=True)
class RebuildReport:
    trainings: int
    offers: int
    texts: int  # distinct ones
    terms: int
    lexicon: str  # version
    regrouped: int  # offers whose card changed
    caught_up: int  # trainings that changed meanwhile
    duration: timedelta


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


def silent(what: str, done: int, total: int) -> None:
    pass


def rebuild(database: Database, engine: Engine, *, clock: Clock, progress: Progress = silent) -> RebuildReport:
    """Readers see the old index until the new one is complete; changes made meanwhile are indexed before it returns."""
    started = clock()
    with reading(database) as conn:
        seen = marks.versions(conn)
    progress("Regroupement des offres proches", 0, 1)
    with _without_cycles():
        regrouped = regroup_all(database)
    with reading(database) as conn, TermSpool() as spool, _without_cycles():
        _analyse(conn, spool, len(seen), progress)  # withdrawn ones have a version too: counting took 0.2 s at S
        lexicon = spool.lexicon()
        stream = _Documents(conn, spool, progress)
        engine.rebuild(stream, lexicon)
        trainings, texts, offers = spool.trainings, spool.texts, stream.offers
    caught_up = _catch_up(database, engine, seen)
    return RebuildReport(
        trainings=trainings,
        offers=offers,
        texts=texts,
        terms=len(lexicon.frequencies),
        lexicon=lexicon.version,
        regrouped=regrouped,
        caught_up=caught_up,
        duration=clock() - started,
    )


def _analyse(conn: Connection, spool: TermSpool, total: int, progress: Progress) -> None:
    labels = read_labels(conn)
    for done, training in enumerate(read_texts(conn)):
        if done % _STEP == 0:
            progress("Analyse des textes", done, total)
        spool.put(training.id, fields_of(training, labels))


class _Documents:
    def __init__(self, conn: Connection, spool: TermSpool, progress: Progress) -> None:
        self._conn, self._spool, self._progress = conn, spool, progress
        self.offers = 0

    def __iter__(self) -> Iterator[TrainingDocument]:
        """Under the versions of this very state, so that any later change wins."""
        versions, builder = marks.versions(self._conn), DocumentBuilder()
        for done, training in enumerate(read_indexed(self._conn)):
            if done % _STEP == 0:
                self._progress("Indexation des offres", done, self._spool.trainings)
            document = builder.build(training, self._spool.get(training.id), versions.get(training.id, 0))
            self.offers += len(document.offers)
            yield document


def _catch_up(database: Database, engine: Engine, seen: dict[int, int]) -> int:
    """Clear the marks that the index answers, and index what has changed since the grouping.

    By versions, not by marks: another process may have indexed a change into the index that was just replaced, and
    cleared its mark.
    """
    with reading(database) as conn:
        now = marks.versions(conn)
        waiting = marks.marked(conn, len(now) or 1)
    answered = [(training, version) for training, version in waiting if seen.get(training) == version]
    for start in range(0, len(answered), _CLEARED):
        with unit_of_work(database) as conn:
            marks.clear(conn, answered[start : start + _CLEARED])
    late = [training for training, version in now.items() if seen.get(training) != version]
    for start in range(0, len(late), _STEP):
        index_trainings(database, engine, late[start : start + _STEP])
    return len(late)
