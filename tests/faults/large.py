"""A catalogue of any size in the EDOF dialect, written as a stream: what a very large organisation would send.

``python -m tests.faults.large --megabytes 200`` imports such a file through the program and prints its peak memory.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import date
from io import BytesIO
from pathlib import Path

from lxml import etree

from bench.peak import peak_mb
from samples.edof import NAMESPACE, write_edof
from samples.story import organisations

BOUND_MB = 300


def write_large(path: Path, megabytes: int, today: date) -> int:
    """Repeats one organisation's trainings under other numbers until the size is reached; how many trainings."""
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.xml"
        write_edof(organisations(today)[0], small, today)
        trainings = [
            etree.tostring(element, encoding="ISO-8859-1", xml_declaration=False)
            for element in etree.parse(BytesIO(small.read_bytes())).iter(f"{{{NAMESPACE}}}formation")
        ]
    count = written = 0
    with path.open("wb") as stream:
        stream.write(b'<?xml version="1.0" encoding="ISO-8859-1"?>\n')
        stream.write(f'<lheo xmlns="{NAMESPACE}"><offres>\n'.encode())
        while written < megabytes * 1_000_000:
            training = trainings[count % len(trainings)].replace(b' numero="', b' numero="%d-' % count)
            stream.write(training)
            written += len(training)
            count += 1
        stream.write(b"</offres></lheo>\n")
    return count


def peak_of_import(path: Path, folder: Path) -> tuple[int, float]:
    """Peak resident memory (MB) of ``parcours import``, not indexed, and its seconds."""
    program = str(Path(sys.executable).parent / "parcours")
    start = time.perf_counter()
    peak = peak_mb([program, "import", str(path), "--no-index", "--json"], PARCOURS_DATA_DIR=str(folder))
    return peak, time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.large", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=200)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.xml"
        count = write_large(path, arguments.megabytes, date.today())
        peak, seconds = peak_of_import(path, Path(folder) / "data")
        print(f"{count} trainings, {arguments.megabytes} MB: peak {peak} MB (bound {BOUND_MB}), {seconds:.0f} s")
        sys.exit(peak > BOUND_MB)


if __name__ == "__main__":
    main()
