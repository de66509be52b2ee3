"""Seeded random questions over the real offers: the default engine answers what the reference answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle.asking import ask_all
from tests.oracle.market import open_market


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.timeout(900)
def test_500_random_questions_over_the_real_offers(shared: Path, tmp_path: Path) -> None:
    summary = ask_all(open_market(shared, tmp_path), first=1, count=500)
    assert summary.wrong == {}
    assert summary.found > 200
    assert summary.refused < 50
