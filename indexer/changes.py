"""Some trainings of the catalogue brought into an index as they are now."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from base.database import reading, unit_of_work
from catalog.store import marks
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


def index_trainings(database: Database, engine: Engine, training_ids: Sequence[int]) -> int:
    """Index these trainings and those whose cards change with them; how many.

    Versions are noted in the transaction that groups, documents are read after it: a change that lands in between has
    a later version, keeps its mark and is grouped and indexed in its turn.
    """
    with unit_of_work(database) as conn:
        others = regroup(conn, training_ids)
        wanted = sorted({*training_ids, *others})
        grouped = marks.versions(conn, wanted)
    with reading(database) as conn:
        batch = documents_of(conn, wanted)
    engine.apply(batch)
    with unit_of_work(database) as conn:
        marks.clear(conn, grouped.items())
    return len(wanted)


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
