"""Seeded random questions over the real offers: the default engine answers what the reference answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kernels import KERNELS, kernel_of
from tests.oracle.asking import ask_all
from tests.oracle.market import open_market


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.timeout(900)
def test_500_random_questions_over_the_real_offers(shared: Path, tmp_path: Path) -> None:
    for kernel in KERNELS:
        summary = ask_all(open_market(shared, tmp_path, kernel_of(kernel)), first=1, count=500)
        assert summary.wrong == {}, kernel
        assert summary.found > 200
        assert summary.refused < 50
