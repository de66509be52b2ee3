"""``python -m tests.oracle --questions 10000 --seed 1``: an engine beside the reference, over the real offers.

With ``--engine elasticsearch`` (its address in ``PARCOURS_TEST_ELASTICSEARCH``) the first 20 places are also laid
beside those of the embedded engine.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tests.kernels import KERNELS, kernel_of
from tests.oracle.asking import Summary, ask_all
from tests.oracle.elsewhere import on_elasticsearch
from tests.oracle.market import open_market
from tests.oracle.overlap import FIRST
from tests.servers.bring import variable

SHOWN = 10  # wrong questions told in full


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1, help="of the first question; the next ones follow it")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("PARCOURS_SHARED", "../shared")) / "data")
    parser.add_argument("--index", type=Path, help="keep (or take) the catalogue and index in this folder")
    parser.add_argument("--kernel", choices=KERNELS, default="compiled", help="what answers the plans")
    parser.add_argument("--engine", choices=["embedded", "elasticsearch"], default="embedded")
    given = parser.parse_args()
    address = os.environ.get(variable("elasticsearch"), "")
    if given.engine == "elasticsearch" and not address:
        print(f"no address of Elasticsearch: set {variable('elasticsearch')}", file=sys.stderr)
        return 2
    if not given.data.is_dir():
        print(f"real data absent: {given.data} (give --data or PARCOURS_SHARED)", file=sys.stderr)
        return 2
    console, began = Console(stderr=True), time.monotonic()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        console.print("Importing and indexing the real offers and the sample catalogue...")
        market = open_market(given.data, given.index or Path(folder), kernel_of(given.kernel))
        offers = sum(len(document.offers) for document in market.documents)
        console.print(f"{offers} offers of {len(market.documents)} trainings in {time.monotonic() - began:.0f} s")
        engine = stack.enter_context(on_elasticsearch(market, address)) if given.engine == "elasticsearch" else None
        columns = (
            TextColumn("questions"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[wrong]} wrong"),
        )
        with Progress(*columns, console=console) as progress:
            task = progress.add_task("questions", total=given.questions, wrong=0)
            summary = ask_all(
                market,
                given.seed,
                given.questions,
                lambda each: progress.update(task, completed=each.asked, wrong=len(each.wrong)),
                engine=engine,
            )
    _tell(console, summary, time.monotonic() - began)
    return 1 if summary.wrong else 0


def _tell(console: Console, summary: Summary, seconds: float) -> None:
    for seed, problems in list(summary.wrong.items())[:SHOWN]:
        console.print(f"[red]--seed {seed} --questions 1[/red]: {len(problems)} differences")
        for problem in problems[:5]:
            console.print(f"  {problem}", markup=False)
    print(
        f"{summary.asked} questions: {summary.found} plans found something, {summary.refused} requests named an unknown"
        f" place, {len(summary.wrong)} were answered differently; {seconds:.0f} s"
    )
    if summary.overlaps:
        least, mean = min(summary.overlaps), sum(summary.overlaps) / len(summary.overlaps)
        print(f"first {FIRST} places as the embedded engine's: {mean:.4f} on average, {least:.2f} at least")


if __name__ == "__main__":
    sys.exit(main())
