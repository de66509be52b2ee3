"""``python -m bench``: build catalogues, ask every class of question, print the table, keep raw samples as JSON.

The measured process stands on core 0 and an HTTP client on core 1. Catalogues are kept under ``--dir`` and reused with
the same seed; ``--fresh`` builds them again and measures that too.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from datetime import date, datetime
from pathlib import Path

from bench.clock import noise_floor
from bench.questions import CLASSES


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", nargs="+", default=["S", "N"], choices=["S", "N", "L"])
    parser.add_argument("--classes", nargs="+", default=list(CLASSES), choices=CLASSES)
    parser.add_argument("--questions", type=int, default=2000, help="timed questions of each class")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dir", type=Path, default=Path("var/bench"))
    parser.add_argument("--fresh", action="store_true", help="build the catalogues again")
    parser.add_argument("--no-http", action="store_true")
    parser.add_argument("--import-file", type=Path, help="also time the import of this file, indexed")
    parser.add_argument("--out", type=Path, default=Path("bench/results"))
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {0})
    today = date(2026, 11, 23)

    from bench.build import build_size, timed_import
    from bench.http import measure_http
    from bench.inprocess import measure_in_process

    rows: list[dict[str, object]] = [dict(noise_floor().row())]
    raw: dict[str, list[float]] = {}
    for size in arguments.sizes:
        built = build_size(size, arguments.dir / size, today, seed=arguments.seed, fresh=arguments.fresh)
        rows += built.rows
        for samples in measure_in_process(
            built.folder, size, arguments.classes, arguments.questions, today, seed=arguments.seed
        ):
            rows.append(dict(samples.row()))
            raw[samples.label] = samples.wall_ms
        if size == "S" and not arguments.no_http:
            for samples, per_second in measure_http(built.folder, arguments.questions, today, seed=arguments.seed):
                rows.append({**samples.row(), "per_second": per_second})
                raw[samples.label] = samples.wall_ms
    if arguments.import_file:
        rows.append(timed_import(arguments.import_file, arguments.dir / "import"))
    report(rows, raw, arguments.out)


def report(rows: list[dict[str, object]], raw: dict[str, list[float]], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "machine": platform.machine()}
    path = folder / f"{stamp}.json"
    path.write_text(json.dumps({"machine": machine, "rows": rows, "raw_ms": raw}))
    print("| measure | n | p50 ms | p95 ms | p99 ms | max ms | CPU s / 1000 | other |")
    print("|---|---|---|---|---|---|---|---|")
    known = ("label", "n", "p50_ms", "p95_ms", "p99_ms", "max_ms", "cpu_s_per_1000")
    for row in rows:
        other = ", ".join(f"{key} {value}" for key, value in row.items() if key not in known)
        print("| " + " | ".join(str(row.get(key, "")) for key in known) + f" | {other} |")
    print(f"\nRaw samples: {path}")


if __name__ == "__main__":
    main()
