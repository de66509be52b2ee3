"""What a damaged input gets (domain 14.1): refusing whole what should be taken in part is a failure."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from base.database import reading
from catalog.store.read import read_catalogue
from catalog.store.submissions import findings_page
from tests.ingest.conftest import Import
from tests.ingest.damage.variants import Variant, bases, variants

SEED = 20_261_102
VARIANTS = list(variants(SEED, bases()))


@pytest.mark.parametrize("variant", VARIANTS, ids=[variant.name for variant in VARIANTS])
def test_a_damaged_file_gets_what_the_table_says(variant: Variant, database: Engine, imported: Import) -> None:
    wanted = variant.damaged.outcome
    report = imported(variant.damaged.content)
    assert report.submission is not None
    with reading(database) as conn:
        findings = findings_page(conn, report.submission, 0, 10_000)
        stored = list(read_catalogue(conn))
    assert (report.refused is not None) == wanted.refused, report.refused
    assert report.counts.offers_taken == sum(len(training.offers) for training in stored) == wanted.offers
    assert report.counts.sessions_rejected == wanted.sessions_lost
    if wanted.code:
        found = [finding for finding in findings if finding.code.startswith(wanted.code)]
        assert found, [finding.code for finding in findings]
        if not wanted.code.startswith("gzip"):  # how much of a torn gzip can be read is zlib's affair
            assert wanted.line in [finding.line for finding in found]
    if wanted.refused:
        assert stored == []
        assert len(findings) == 1
    if wanted.absent:
        assert wanted.absent not in repr(stored)
    if wanted.present:
        assert wanted.present in [training.title for training in stored]


def test_the_same_seed_makes_the_same_variants() -> None:
    again = list(variants(SEED, bases()))
    assert [(one.name, one.damaged) for one in again] == [(one.name, one.damaged) for one in VARIANTS]
    assert len(VARIANTS) == 100
