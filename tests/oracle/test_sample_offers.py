"""Seeded random questions over the sample catalogue, from its files to the pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kernels import KERNELS, kernel_of
from tests.oracle.asking import ask_all
from tests.oracle.market import open_market


@pytest.mark.parametrize("kernel", KERNELS)
def test_random_questions_over_the_sample_offers(tmp_path: Path, kernel: str) -> None:
    market = open_market(None, tmp_path, kernel_of(kernel))
    assert sum(len(document.offers) for document in market.documents) >= 150
    summary = ask_all(market, first=1, count=400)
    assert summary.wrong == {}
    assert summary.found > 100
    assert summary.refused < 40
