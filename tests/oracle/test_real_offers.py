"""Seeded random questions over the real offers: every engine answers what the reference answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kernels import KERNELS, kernel_of
from tests.oracle.asking import ask_all
from tests.oracle.elsewhere import on_elasticsearch
from tests.oracle.market import open_market
from tests.servers.fixtures import Elasticsearch


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.timeout(900)
def test_500_random_questions_over_the_real_offers(shared: Path, tmp_path: Path) -> None:
    for kernel in KERNELS:
        summary = ask_all(open_market(shared, tmp_path, kernel_of(kernel)), first=1, count=500)
        assert summary.wrong == {}, kernel
        assert summary.found > 200
        assert summary.refused < 50


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.elasticsearch
@pytest.mark.timeout(900)
def test_500_random_questions_on_elasticsearch(shared: Path, tmp_path: Path, elasticsearch: Elasticsearch) -> None:
    market = open_market(shared, tmp_path, kernel_of("pure"))
    with on_elasticsearch(market, elasticsearch.address, elasticsearch.prefix) as engine:
        summary = ask_all(market, first=1, count=500, engine=engine)
    assert summary.wrong == {}
    assert summary.found > 200
    assert sum(summary.overlaps) / len(summary.overlaps) >= 0.98
