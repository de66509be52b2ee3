"""``python -m tests.faults.enrolling [--kills 1000] [--seed 1] [--first 1] [--postgresql]``."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

from parcours.console import progress_bars
from tests.faults.enrolling.plan import planned
from tests.faults.enrolling.rounds import Told, end, play
from tests.faults.enrolling.scene import staged
from tests.servers.__main__ import leave_on_signals
from tests.servers.bring import brought
from tests.servers.databases import PostgresqlDatabases, SqliteDatabases
from tests.servers.fixtures import FreshDatabase
from tests.servers.place import Absent, in_memory, run_folder

A_STORY = 25  # kills on one database, then every file is brought to its end


def main() -> int:
    """1 when something was not as it must be."""
    asked = argparse.ArgumentParser(prog="python -m tests.faults.enrolling", description=__doc__)
    asked.add_argument("--kills", type=int, default=1000)
    asked.add_argument("--first", type=int, default=1, help="number of the first kill")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--postgresql", action="store_true", help="on a PostgreSQL server, else on SQLite")
    given = asked.parse_args()
    with ExitStack() as stack:
        # In memory: what a killed process had committed is there, whatever the disk is worth.
        folder = stack.enter_context(run_folder("enrolling", in_memory(1 << 30)))
        fresh: FreshDatabase
        if given.postgresql:
            databases = stack.enter_context(PostgresqlDatabases(stack.enter_context(brought("postgresql"))))
            databases.prepare()
            fresh = databases.fresh
        else:
            fresh = SqliteDatabases(folder).fresh
        return run(fresh, folder, given.seed, range(given.first, given.first + given.kills))


def run(fresh: FreshDatabase, folder: Path, seed: int, numbers: range) -> int:
    began, told, found = monotonic(), list[Told](), list[str]()
    try:
        with progress_bars() as report:
            for first in numbers[::A_STORY]:
                story = range(first, min(first + A_STORY, numbers.stop))
                with staged(fresh, folder / f"story-{first}", f"{seed}-{first}") as scene:
                    for number in story:
                        told.append(play(scene, planned(seed, number)))
                        report("kills", len(told), len(numbers))
                        # What is wrong once goes on being wrong until its story ends.
                        new = [problem for problem in told[-1].problems if problem not in found]
                        found += _said(f"kill {number} of the {told[-1].plan.victim}", new)
                    found += _said(f"the end of kills {story.start} to {story.stop - 1}", end(scene))
    finally:  # also when it is interrupted
        print(summed_up(seed, told, len(found), monotonic() - began), flush=True)
    return 1 if found else 0


def summed_up(seed: int, told: list[Told], problems: int, seconds: float) -> str:
    victims = Counter(each.plan.victim.value for each in told)
    return (
        f"seed {seed}: {len(told)} kills ({', '.join(f'{victim} {times}' for victim, times in victims.items())}), "
        f"{sum(each.answers for each in told)} answers, {sum(each.cut_off for each in told)} requests cut off, "
        f"{problems} problems, {seconds:.0f} s"
    )


def _said(when: str, problems: list[str]) -> list[str]:
    for problem in problems:
        print(f"{when}: {problem}", flush=True)
    return problems


if __name__ == "__main__":
    leave_on_signals()
    try:
        sys.exit(main())
    except Absent as absent:
        sys.exit(f"Absent: {absent}")
