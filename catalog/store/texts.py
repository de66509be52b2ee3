"""The texts of a catalogue's trainings and nothing else of them, for a walk that analyses them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, exists, select

from catalog.rows import TrainingTexts
from catalog.store.merge import Neighbours, codes, fields
from catalog.store.ranges import scopes
from catalog.store.statements import driver_rows
from catalog.tables import OFFER, TRAINING

_FIELDS = fields(
    TRAINING,
    "certification_codes certification_kind certification_title level rome formacodes nsf labels id title objective "
    "results content highlights",
)


def read_texts(conn: Connection, training_ids: Sequence[int] | None = None) -> Iterator[TrainingTexts]:
    """The trainings that ``read.read_catalogue`` gives, in its order."""
    neighbours = Neighbours(conn)
    offered = exists().where(OFFER.c.training_id == TRAINING.c.id, OFFER.c.withdrawn_at.is_(None))
    query = select(*_FIELDS).where(TRAINING.c.withdrawn_at.is_(None), offered).order_by(TRAINING.c.id)
    for scope in scopes(conn, training_ids):
        rows = driver_rows(conn, query.where(scope.trainings))
        neighbours.learn_certifications(code for row in rows for code in codes(row[0]))
        for every_code, kind, certification_title, level, rome, formacodes, nsf, labels, *texts in rows:
            certification = neighbours.certification(every_code, kind, certification_title, level)
            key, title, objective, results, content, highlights = texts
            yield TrainingTexts(
                key, title, certification, objective, results, content, highlights,
                codes(rome) or certification.rome, codes(formacodes) or certification.formacodes,
                codes(nsf) or certification.nsf, codes(labels),
            )  # fmt: skip
