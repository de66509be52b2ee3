"""Write damaged catalogues with their expected outcomes: ``python -m tests.ingest.damage --seed 1 --out DIR``."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.ingest.damage.variants import write


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    print(f"{write(given.seed, given.out)} variants in {given.out}")


if __name__ == "__main__":
    main()
