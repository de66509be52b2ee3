"""The service that is killed: the whole of it, as ``parcours serve`` runs it, on a clock that is moved."""

from __future__ import annotations

from pathlib import Path

import uvicorn
from fastapi import FastAPI

from parcours.application import application
from parcours.serving import taken
from parcours.settings import Settings
from parcours.wiring import House
from tests.faults.enrolling.clock import SharedClock


def settings_of(folder: Path, database_url: str, port: int) -> Settings:
    return Settings(
        data_dir=folder,
        database_url=database_url,
        engine="embedded",
        today=None,
        port=port,
        debtor_name="Opérateur",
        debtor_iban="FR7630006000011234567890189",
    )


def prepared(settings: Settings, clock: Path) -> tuple[House, FastAPI]:
    """Everything that a service and a worker are made of, before either runs."""
    house = House(settings)
    house.clock = house.wall = SharedClock(clock)
    return house, application(house)


def serve(house: House, app: FastAPI) -> None:
    """Until it is killed."""
    config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[taken("127.0.0.1", house.settings.port)])
