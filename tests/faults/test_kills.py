"""A few rounds of ``python -m tests.faults.kills``, which is run at length by hand (docs/operations.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.kills.plan import planned
from tests.faults.kills.rounds import play
from tests.faults.kills.scene import staged
from tests.servers.place import Absent
from tests.skipping import skip_or_fail

ROUNDS = 5
SEED = 3


@pytest.mark.slow
@pytest.mark.timeout(900)  # servers are started and killed; on a busy machine a node takes a minute
@pytest.mark.parametrize(
    "pair",
    ["embedded", pytest.param("elasticsearch", marks=[pytest.mark.elasticsearch, pytest.mark.postgresql])],
)
def test_after_a_kill_the_index_equals_the_catalogue(pair: str, tmp_path: Path) -> None:
    try:
        with staged(pair, SEED, tmp_path) as scene:
            told = [play(scene, planned(pair, SEED, number)) for number in range(1, ROUNDS + 1)]
    except Absent as absent:
        skip_or_fail(f"servers that may be killed are absent: {absent}")
    for each in told:
        print(each.line)
    assert [(each.line, each.problems) for each in told if each.problems] == []
