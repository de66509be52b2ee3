"""The application that ``serve`` runs: the API and the pages on the same services."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.responses import Response

from api.app import create_app
from base.errors import ParcoursError
from parcours.wiring import House
from web.assets import read_assets
from web.pages import error_page, pages
from web.rendering import Renderer


def application(house: House) -> FastAPI:
    services = house.services
    renderer = Renderer(read_assets())

    def show(error: ParcoursError) -> Response:
        return error_page(renderer, error)

    site = pages(
        database=services.database,
        engine=services.engine,
        standby=services.standby,
        gazetteer=services.places,
        clock=services.clock,
    )
    return create_app(services, site, show)
