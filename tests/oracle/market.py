"""The real offers and the sample catalogue, imported and indexed by the product itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from base.database import reading
from catalog.store.read import read_catalogue
from indexer.changes import documents_of
from indexer.follow import catch_up
from ingest.run import import_file
from parcours.settings import Settings
from parcours.wiring import House
from samples.materialise import materialise
from search.document import TrainingDocument
from search.engines.embedded.execute import Kernel, execute

TODAY = date(2026, 11, 23)
_READ = 2_000


@dataclass(frozen=True)
class Market:
    house: House
    documents: list[TrainingDocument]


def open_market(shared: Path | None, folder: Path, kernel: Kernel = execute) -> Market:
    """``folder`` is empty, or was filled by an earlier call. Without ``shared``, the sample catalogue alone."""
    house = House(Settings(data_dir=folder, today=TODAY), kernel)
    if not (folder / "imported").exists():
        real = sorted((shared / "offers").glob("rco_*.csv.gz")) if shared else []
        files = real + materialise(folder / "samples", TODAY)
        for file in files:
            import_file(
                file,
                database=house.database,
                submissions_dir=house.settings.submissions_dir,
                gazetteer=house.gazetteer,
                clock=house.clock,
            )
        catch_up(house.database, house.engine, clock=house.clock)
        (folder / "imported").touch()
    return Market(house, _documents(house))


def _documents(house: House) -> list[TrainingDocument]:
    with reading(house.database) as conn:
        ids = [training.id for training in read_catalogue(conn)]
        parts = (documents_of(conn, ids[start : start + _READ]) for start in range(0, len(ids), _READ))
        return [each for part in parts for each in part if isinstance(each, TrainingDocument)]
