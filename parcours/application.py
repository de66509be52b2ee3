"""The application that ``serve`` runs: the API and the pages on the same services."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.responses import Response

from api.app import create_app
from api.services import Services
from base.errors import ParcoursError
from enrollment.payments.sandbox import Sandbox
from parcours.wiring import House
from web.assets import read_assets
from web.documents import document_page
from web.pages import error_page, pages
from web.paying import payment_pages
from web.rendering import Renderer


def application(house: House, services: Services | None = None) -> FastAPI:
    """``services``: those of the house, where none of their own are given."""
    services = services or house.services
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
    if isinstance(services.provider, Sandbox):
        site.include_router(payment_pages(services.provider, renderer))
    return create_app(services, site, show, document_page(renderer))
