"""Some trainings of the catalogue brought into an index as they are now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy import Engine as Database
from sqlalchemy.exc import OperationalError

from base.database import met_another, reading, stored, stored_as_read
from catalog.store import marks
from catalog.store.followed import Followed, confirm, followed, in_turn, issue
from catalog.store.indexed import read_indexed
from catalog.store.offers import offer_ids
from catalog.store.texts import read_texts
from indexer.documents import DocumentBuilder, Terms
from indexer.grouping import regroup
from indexer.texts import Fields, fields_of
from indexer.vocabulary import read_labels
from search.analysis import document_terms
from search.document import Removal, TrainingDocument
from search.engines.contract import Engine

Result = TypeVar("Result")


class Target(Protocol):
    """An index in use, or one that is still beside it."""

    def apply(self, batch: Sequence[TrainingDocument | Removal], position: int = 0, after: int = 0) -> None: ...


def index_trainings(database: Database, engine: Engine, training_ids: Sequence[int]) -> int:
    """Index these trainings and those whose cards change with them; how many. Two who do it at once do no harm."""
    return sum(_halved(training_ids, lambda some: _index(database, engine, some)))


def _halved(training_ids: Sequence[int], work: Callable[[Sequence[int]], Result]) -> Iterator[Result]:
    """A batch that goes on meeting a busy writer is done by halves: the fewer trainings, the fewer others write."""
    try:
        yield work(training_ids)
    except OperationalError as error:
        if len(training_ids) == 1 or not met_another(error):
            raise
        half = len(training_ids) // 2
        for some in (training_ids[:half], training_ids[half:]):
            yield from _halved(some, work)


def _index(database: Database, engine: Engine, training_ids: Sequence[int]) -> int:

    def begun(conn: Connection) -> tuple[dict[int, int], Followed]:
        grouped = _group(conn, training_ids)
        issue(conn)
        return grouped, followed(conn)

    grouped, now = stored_as_read(database, begun)
    _apply(database, engine, grouped, now)
    settle(database, grouped.items(), now.issued)
    return len(grouped)


def settle(database: Database, indexed: Iterable[tuple[int, int]], position: int) -> None:
    """The index has these (training, version): their marks go, and the position is confirmed with them."""
    pairs = list(indexed)

    def settled(conn: Connection) -> None:
        confirm(conn, position)  # before the marks: grouping, too, takes its turn before it marks
        marks.clear(conn, pairs)

    stored(database, settled)


def bring(database: Database, target: Target, training_ids: Sequence[int]) -> dict[int, int]:
    """The same for an index that nobody follows changes into yet: marks stay. The versions it has now, at least."""

    def group_and_apply(some: Sequence[int]) -> dict[int, int]:
        grouped = stored_as_read(database, lambda conn: _group(conn, some))
        _apply(database, target, grouped, Followed("", 0, 0))
        return grouped

    found: dict[int, int] = {}
    for grouped in _halved(training_ids, group_and_apply):
        found |= grouped
    return found


def _group(conn: Connection, training_ids: Sequence[int]) -> dict[int, int]:
    """Versions are noted with the state that is grouped, documents are read after it: a change that lands in between
    has a later version, keeps its mark and is grouped and indexed in its turn."""
    in_turn(conn)
    wanted = sorted({*training_ids, *regroup(conn, training_ids)})
    known = marks.versions(conn, wanted)
    return {training: known.get(training, 0) for training in wanted}


def _apply(database: Database, target: Target, grouped: Mapping[int, int], now: Followed) -> None:
    with reading(database) as conn:
        batch = documents_of(conn, list(grouped))
    target.apply(batch, now.issued, now.confirmed)


def documents_of(conn: Connection, training_ids: Sequence[int]) -> list[TrainingDocument | Removal]:
    """One per training, from one state of the database; what is withdrawn or has no offer left is removed."""
    versions, labels, builder = marks.versions(conn, training_ids), read_labels(conn), DocumentBuilder()
    known = offer_ids(conn, training_ids)
    found: dict[int, TrainingDocument | Removal] = {
        training: Removal(training, versions.get(training, 0), known.get(training, ())) for training in training_ids
    }
    analysed: dict[Fields, Terms] = {}  # what changes together often says the same: sessions of one market
    terms_of: dict[int, Terms] = {}
    for said in read_texts(conn, training_ids):
        fields = fields_of(said, labels)
        terms = analysed.get(fields)
        if terms is None:
            terms = analysed[fields] = document_terms(dict(fields))
        terms_of[said.id] = terms
    for training in read_indexed(conn, training_ids):
        shown = {offer.id for offer in training.offers}
        gone = tuple([offer for offer in known[training.id] if offer not in shown])
        found[training.id] = builder.build(training, terms_of[training.id], versions.get(training.id, 0), gone)
    return list(found.values())
