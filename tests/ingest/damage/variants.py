"""A hundred damaged variants of a seed: every wound comes up before one comes up again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import orjson

from tests.ingest.damage.bases import Base, invented, real
from tests.ingest.damage.outcome import Damaged
from tests.ingest.damage.wounds import WOUNDS

COUNT = 100


@dataclass(frozen=True)
class Variant:
    name: str
    base: Base
    damaged: Damaged


def bases() -> list[Base]:
    shared = Path(os.environ.get("PARCOURS_SHARED", "../shared")) / "data"
    return [*invented(), *(real(shared) if shared.is_dir() else [])]


def variants(seed: int, whole: list[Base], count: int = COUNT) -> Iterator[Variant]:
    rng = Random(seed)
    made = 0
    while made < count:
        for wound in rng.sample(WOUNDS, len(WOUNDS)):
            for base in rng.sample(whole, len(whole)):
                damaged = wound(base, rng)
                if damaged is not None:
                    made += 1
                    yield Variant(f"{made:03}-{wound.__name__.replace('_', '-')}-{base.name}", base, damaged)
                    break
            if made == count:
                return


def write(seed: int, folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for variant in variants(seed, bases()):
        count += 1
        suffix = {"edof": "xml", "lheo": "xml"}.get(variant.base.kind, variant.base.kind)
        (folder / f"{variant.name}.{suffix}").write_bytes(variant.damaged.content)
        expected = orjson.dumps(asdict(variant.damaged.outcome), option=orjson.OPT_INDENT_2)
        (folder / f"{variant.name}.expected.json").write_bytes(expected + b"\n")
    return count
