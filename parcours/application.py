"""The application that ``serve`` runs: the API and the pages on the same services."""

from __future__ import annotations

from fastapi import FastAPI

from api.app import create_app
from parcours.wiring import House
from web.pages import pages


def application(house: House) -> FastAPI:
    services = house.services
    return create_app(
        services,
        pages(
            database=services.database,
            engine=services.engine,
            gazetteer=services.gazetteer,
            clock=services.clock,
        ),
    )
