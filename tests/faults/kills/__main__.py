"""``python -m tests.faults.kills [--rounds 100] [--seed 1] [--first 1] [--on elasticsearch|embedded]``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median

from tests.faults.kills.plan import PAIRS, planned
from tests.faults.kills.rounds import Told, play
from tests.faults.kills.scene import staged
from tests.servers.__main__ import leave_on_signals
from tests.servers.place import Absent

_ON = {"elasticsearch": "Elasticsearch and PostgreSQL", "embedded": "the embedded engine and SQLite"}


def main() -> int:
    """1 when something was not as it must be: the seed and the round say how to see it again."""
    asked = argparse.ArgumentParser(prog="python -m tests.faults.kills", description=__doc__)
    asked.add_argument("--rounds", type=int, default=100)
    asked.add_argument("--first", type=int, default=1, help="number of the first round")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--on", choices=list(PAIRS), help="one pair alone; both by default")
    given = asked.parse_args()
    failed = [
        pair
        for pair in ([given.on] if given.on else PAIRS)
        if not run(pair, given.seed, range(given.first, given.first + given.rounds))
    ]
    return 1 if failed else 0


def run(pair: str, seed: int, numbers: range) -> bool:
    told: list[Told] = []
    print(f"{_ON[pair]}, seed {seed}, rounds {numbers.start} to {numbers.stop - 1}", flush=True)
    with tempfile.TemporaryDirectory(prefix="parcours-kills-") as folder, staged(pair, seed, Path(folder)) as scene:
        for number in numbers:
            each = play(scene, planned(pair, seed, number))
            told.append(each)
            print(each.line, flush=True)
            for problem in each.problems:
                print(f"  {problem}", flush=True)
    return summed_up(pair, seed, told)


def summed_up(pair: str, seed: int, told: list[Told]) -> bool:
    recoveries = defaultdict(list)
    for each in told:
        recoveries[each.plan.victim].append(each.recovery_seconds)
    print(f"\n{_ON[pair]}, seed {seed}: {len(told)} rounds, {sum(each.comparisons for each in told)} offers compared")
    for victim, seconds in sorted(recoveries.items()):
        print(
            f"  {victim}: killed {len(seconds)} times, level after {median(seconds):.1f} s, {max(seconds):.1f} at most"
        )
    bad = [each.plan.number for each in told if each.problems]
    for number in bad:
        again = f"python -m tests.faults.kills --on {pair} --seed {seed} --first {number} --rounds 1"
        print(f"  round {number} was not as it must be; again: {again}")
    return not bad


if __name__ == "__main__":
    leave_on_signals()
    try:
        sys.exit(main())
    except Absent as absent:
        sys.exit(f"Absent: {absent}")
