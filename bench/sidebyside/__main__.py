"""``python -m bench.sidebyside --size S N``: three engines asked the same questions in turn; a table and raw samples.

``--data`` keeps the catalogues, indexes and nodes' data, and what is there is used again.
The nodes are brought as ``make servers`` brings them, with 2 GB of heap each.
"""

from __future__ import annotations

import argparse
import os
import shutil
from contextlib import ExitStack
from datetime import datetime, time
from pathlib import Path
from time import sleep

from bench.__main__ import report
from bench.clock import noise_floor
from bench.questions import CLASSES
from bench.sidebyside.building import BOTH_CORES, Rows, built, copy_catalogue, forget
from bench.sidebyside.nodes import Nodes, elasticsearch_node
from bench.sidebyside.nodes import opensearch as opensearch_node
from bench.sidebyside.processes import CLIENT_CORE
from bench.sidebyside.side import PREFIX, TODAY, Side, say
from tests.servers.__main__ import leave_on_signals

COMPARED = 50


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.sidebyside", description=__doc__)
    parser.add_argument("--size", nargs="+", default=["S"], choices=["S", "N"])
    parser.add_argument("--classes", nargs="+", default=list(CLASSES), choices=CLASSES)
    parser.add_argument("--questions", type=int, default=1000, help="timed ones of a class and contender, at most")
    parser.add_argument("--seconds", type=float, default=60, help="of timed rounds of a class, at most")
    parser.add_argument("--warm", type=int, default=1000, help="questions of a class and contender before")
    parser.add_argument("--warm-seconds", type=float, default=60, help="of them, at most")
    parser.add_argument("--changes", type=int, default=50, help="timed until they are searchable; 0 = not asked")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, default=Path("var/sidebyside"))
    parser.add_argument(
        "--build", nargs="*", default=[], choices=["S", "N"], help="sizes that are built once more, timed"
    )
    parser.add_argument("--only-build", action="store_true", help="make what is not there, ask nothing")
    parser.add_argument("--begin-at", type=time.fromisoformat, help="nothing is timed before this time of the day")
    parser.add_argument("--out", type=Path, default=Path("bench/results"))
    arguments = parser.parse_args()
    data: Path = arguments.data.resolve()
    rows: Rows = []
    raw: dict[str, list[float]] = {}
    try:
        with ExitStack() as stack:
            nodes = Nodes(
                *stack.enter_context(elasticsearch_node(data / "elasticsearch")),
                *stack.enter_context(opensearch_node(data / "opensearch")),
            )
            for size in arguments.size:
                rows += built(size, data / size, PREFIX, TODAY, arguments.seed, nodes)
            if not arguments.only_build:
                run(arguments, data, nodes, rows, raw)
    finally:
        report(rows, raw, arguments.out)  # what was measured before an error is told too


def run(arguments: argparse.Namespace, data: Path, nodes: Nodes, rows: Rows, raw: dict[str, list[float]]) -> None:
    os.sched_setaffinity(0, {CLIENT_CORE})
    with ExitStack() as stack:
        sides = [stack.enter_context(Side.open(size, data / size, nodes, arguments)) for size in arguments.size]
        for side in sides:
            rows += side.compared(COMPARED)
            rows += side.warmed(arguments.warm, arguments.warm_seconds)
        while arguments.begin_at and datetime.now().time() < arguments.begin_at:
            sleep(1)
        rows.append({"label": "load of the machine before anything is timed", "load": round(os.getloadavg()[0], 2)})
        rows.append(dict(noise_floor().row()))
        for size in arguments.build:
            rows += again(size, data, arguments.seed, nodes)
        for side in sides:
            for told, samples in side.measured(arguments.questions, arguments.seconds):
                say(str(told))
                rows.append(told)
                raw |= samples
            rows += side.peaks()
        rows.append(dict(noise_floor().row()))
        peaks = (("Elasticsearch, its JVM", nodes.elasticsearch), ("OpenSearch, its JVM", nodes.opensearch))
        rows += [{"label": f"peak memory, {name}", "peak_mb": tree.peak_mb()} for name, tree in peaks]
    if arguments.changes:
        os.sched_setaffinity(0, BOTH_CORES)
        nodes.elasticsearch.pin(BOTH_CORES)
        nodes.opensearch.pause()
        for side in sides:
            for told, waited in side.freshness(arguments.changes):
                say(str(told))
                rows.append(told)
                raw[str(told["label"])] = waited
        nodes.opensearch.wake()


def again(size: str, data: Path, seed: int, nodes: Nodes) -> Rows:
    """Built once more beside what is asked, on nodes that are warm, and thrown away."""
    folder = data / "again" / size
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    copy_catalogue(data / size, folder)
    (folder / "built.json").write_text('{"catalogue": []}')
    rows = built(size, folder, f"{PREFIX}-again", TODAY, seed, nodes)
    forget(size, f"{PREFIX}-again", nodes)
    shutil.rmtree(folder)
    os.sched_setaffinity(0, {CLIENT_CORE})
    return rows


if __name__ == "__main__":
    leave_on_signals()
    main()
