"""``python -m bench.enrolling --database sqlite|postgresql``: reservations, the sweep of deadlines, full and free.

PostgreSQL is the server of ``PARCOURS_TEST_POSTGRESQL`` (``scripts/servers run postgresql -- ...``) or the address that
is given instead of the name; a database is made there and dropped.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import asdict
from pathlib import Path

import numpy as np

from bench.__main__ import report
from bench.enrolling.full_free import measure_full_free
from bench.enrolling.market import market
from bench.enrolling.reserving import Timed, measure
from bench.enrolling.sweeping import measure_sweep


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.enrolling", description=__doc__)
    parser.add_argument("--database", default="sqlite", help="sqlite, postgresql or an address")
    parser.add_argument("--reservations", type=int, default=0, metavar="N")
    parser.add_argument("--concurrency", type=int, default=16, metavar="C", help="callers at once")
    parser.add_argument("--seats", type=int, default=20, help="of each session")
    parser.add_argument("--no-http", action="store_true")
    parser.add_argument("--runs", type=int, default=1, help="of reservations, each on a new database")
    parser.add_argument(
        "--sweep", type=int, default=0, metavar="N", help="files, of which a twentieth, then all are due"
    )
    parser.add_argument("--share", type=float, nargs="+", default=[0.05, 1.0], help="of the files that are due")
    parser.add_argument("--workers", type=int, default=1, help="that sweep at once")
    parser.add_argument("--full-free", type=int, default=0, metavar="K", help="seats taken and given back, at most 400")
    parser.add_argument("--out", type=Path, default=Path("bench/results"))
    arguments = parser.parse_args()
    address = arguments.database
    if address == "postgresql":
        address = os.environ["PARCOURS_TEST_POSTGRESQL"]
    rows: list[dict[str, object]] = []
    raw: dict[str, list[float]] = {}
    for number in range(arguments.runs if arguments.reservations else 0):
        for http in (False,) if arguments.no_http else (False, True):
            with market(address, arguments.reservations, arguments.seats) as place:
                for timed in measure(place, arguments.concurrency, arguments.seats, http=http):
                    rows.append(_row(timed, arguments.concurrency))
                    raw[f"{timed.label}, run {number + 1}"] = timed.wall_ms
    for share in arguments.share if arguments.sweep else ():
        with market(address, 1, arguments.seats) as place:
            rows.append(asdict(measure_sweep(place, arguments.sweep, share, arguments.workers)))
    if arguments.full_free:
        with market(address, 10 * arguments.full_free, 1, left=1) as place:
            for label, waited in measure_full_free(place, arguments.full_free).items():
                raw[label] = [1000 * each for each in waited]
                p50, p99 = (round(float(each), 1) for each in np.percentile(raw[label], [50, 99]))
                rows.append({"label": label, "n": len(waited), "p50_ms": p50, "p99_ms": p99})
    report(rows, raw, arguments.out)


def _row(timed: Timed, concurrency: int) -> dict[str, object]:
    count = len(timed.wall_ms)
    p50, p95, p99 = (round(float(each), 2) for each in np.percentile(timed.wall_ms, [50, 95, 99]))
    return {
        "label": timed.label,
        "n": count,
        "p50_ms": p50,
        "p95_ms": p95,
        "p99_ms": p99,
        "max_ms": round(max(timed.wall_ms), 1),
        "cpu_s_per_1000": round(1000 * timed.cpu_s / count, 3),
        "per_second": round(count / timed.seconds),
        "server_s_per_1000": round(1000 * timed.server_s / count, 3),
        "callers": concurrency,
    }


if __name__ == "__main__":
    main()
