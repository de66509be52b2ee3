"""Labels of the vocabularies, as the texts of a training need them."""

from __future__ import annotations

from sqlalchemy import Connection

from catalog.store import read
from indexer.texts import SCHEMES, Labels


def read_labels(conn: Connection) -> Labels:
    """All of them: some thousands, read once a batch in milliseconds."""
    return {(scheme, code): row.label for scheme in SCHEMES for code, row in read.labels(conn, scheme).items()}
