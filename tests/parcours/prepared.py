"""A house with the sample catalogue in it, as ``parcours demo`` prepares it, on a day of its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from parcours.demo import Prepared, prepare
from parcours.in_use import emptied
from parcours.settings import Settings
from parcours.wiring import House

DAY = date(2026, 3, 2)


def sample_house(folder: Path, database_url: str = "") -> tuple[House, Prepared]:
    with emptied(folder):
        house = House(Settings(data_dir=folder, today=DAY, database_url=database_url, worker=False))
        return house, prepare(house, lambda _phase, _done, _total: None)
