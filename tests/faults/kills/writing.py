"""The writer: does a step of the catalogue's life for each number it reads, and says when it is committed.

What a step does is a function of the seed and its number. The trainings and organisations are few, so that steps
change, withdraw and bring back what others wrote, and cards regroup.
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import orjson
from sqlalchemy.exc import DBAPIError

from base.database import reading, unit_of_work
from base.errors import ParcoursError
from base.ids import training_id
from base.jobs import enqueue
from catalog.store.write import put_trainings, withdraw_trainings
from catalog.tables import TRAINING
from ingest.receive import JOB, receive
from ingest.report import Mode
from parcours.importing import import_into
from parcours.settings import Settings
from parcours.wiring import House
from samples import materialise
from tests.indexer.catalogue import SIRET, random_record, training

WITNESS = "W"  # its title tells the last step that is in the database
_TRAININGS = 60  # that are written, times three organisations


def sample_files(folder: Path, house: House) -> list[Path]:
    return materialise(folder, house.day)


def varied(source: Path, target: Path, random: Random) -> Path:
    """Some of the trainings of the sample's JSON file, at other prices and under other titles."""
    trainings = orjson.loads(source.read_bytes())["trainings"]
    kept = random.sample(trainings, random.randint(1, len(trainings)))
    for each in kept:
        each["title"] = f"{each['title']} {random.choice(('', '', 'intensif', 'le soir'))}".strip()
        for offer in each["offers"]:
            offer["price"]["ttc"] = random.choice((500, 900, 1300))
    target.write_bytes(orjson.dumps({"trainings": kept}))
    return target


def witnessed(house: House) -> int:
    """Last step that the database holds; 0 before the first."""
    with reading(house.database) as conn:
        title = conn.scalar(TRAINING.select().with_only_columns(TRAINING.c.title).where(TRAINING.c.id == _witness()))
    return int(title.rpartition(" ")[2]) if title else 0


class Writer:
    def __init__(self, house: House, folder: Path, seed: str) -> None:
        self._house, self._folder, self._seed = house, folder, seed
        self._sample = folder / "sample" / "catalogue.json"

    def step(self, number: int) -> None:
        random = Random(f"{self._seed} step {number}")
        what = random.choices((self._put, self._withdraw, self._import, self._submit), (6, 2, 1, 1))[0]
        what(random)
        self._sign(number)

    def _put(self, random: Random) -> None:
        records = [random_record(random, random.randrange(_TRAININGS)) for _ in range(random.randint(1, 30))]
        with unit_of_work(self._house.database) as conn:
            put_trainings(conn, records, submission=None, now=self._house.clock())

    def _withdraw(self, random: Random) -> None:
        numbers = [random.randrange(_TRAININGS) for _ in range(random.randint(1, 10))]
        with unit_of_work(self._house.database) as conn:
            withdraw_trainings(conn, [training_id(SIRET, f"T{each}") for each in numbers], now=self._house.clock())

    def _import(self, random: Random) -> None:
        mode = random.choice(list(Mode)).value
        import_into(self._house, varied(self._sample, self._folder / "written.json", random), mode=mode)

    def _submit(self, random: Random) -> None:
        """As an organisation does over HTTP: a worker imports it."""
        house = self._house
        path = varied(self._sample, self._folder / "submitted.json", random)
        mode = random.choice(list(Mode))
        folder, clock = house.settings.submissions_dir, house.clock
        number = receive(path, database=house.database, submissions_dir=folder, clock=clock, mode=mode)
        with unit_of_work(house.database) as conn:
            enqueue(conn, JOB, {"submission": number}, now=house.clock())

    def _sign(self, number: int) -> None:
        with unit_of_work(self._house.database) as conn:
            signed = training(WITNESS, title=f"Témoin {number}")
            put_trainings(conn, [signed], submission=None, now=self._house.clock())


def _witness() -> int:
    return training_id(SIRET, WITNESS)


def main(folder: Path, seed: str) -> None:
    writer = Writer(House(Settings()), folder, seed)
    for line in sys.stdin:
        try:
            writer.step(int(line))
            print("done", flush=True)
        except (DBAPIError, ParcoursError) as error:  # a server that was killed: the step may be given again
            print("failed", str(error).splitlines()[0], flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
