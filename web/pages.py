"""The door of the room: every page and its address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter
from sqlalchemy import Engine as Database
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.problems import headers_of
from base.clock import Clock, today
from base.database import reading
from base.errors import Gone, InvalidParameter, NotFound, ParcoursError, Unavailable
from base.ids import id_number
from catalog.store.read import offer_detail
from geo.found import Found
from search import ranking as weights
from search.engines.contract import Engine
from search.places import Places
from search.request import SearchRequest
from search.service import page as search_page
from search.standby import Standby, StoodIn, answered, health_of
from web import ranking, wording
from web.assets import read_assets, serve
from web.cards import card
from web.detail import offer_view
from web.filters import FIELDS, PANEL, chips, groups, hidden
from web.question import Pairs, Question, back_to_search
from web.rendering import Renderer

RADII = (5, 10, 20, 30, 50, 100, 200)
SORTS = {
    "relevance": "pertinence",
    "distance": "distance",
    "start": "prochain début",
    "price": "prix",
    "duration": "durée",
    "rating": "note",
}
REMOTE = {"include": "comprises", "exclude": "sans elles", "only": "elles seules"}
NOT_READY = "Les offres sont en cours de préparation : réessayez dans quelques minutes."
MOST_TYPED = 4_000  # characters of an address that are read; no form of ours makes half of it


@dataclass(frozen=True, slots=True)
class Site:
    database: Database
    engine: Engine
    standby: Standby | None
    gazetteer: Places
    clock: Clock
    renderer: Renderer

    @property
    def day(self) -> date:
        return today(self.clock)


def pages(
    *, database: Database, engine: Engine, gazetteer: Places, clock: Clock, standby: Standby | None = None
) -> APIRouter:
    """``/``, ``/offres/{id}``, ``/classement``, ``/accessibilite`` and ``/static/{name}``."""
    assets = read_assets()
    site = Site(database, engine, standby, gazetteer, clock, Renderer(assets))
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def home(request: Request) -> Response:
        given = request.query_params.multi_items()
        return results(site, given) if given else welcome(site)

    @router.get("/offres/{offer}")
    def offer(request: Request, offer: str) -> Response:
        return detail(site, offer, request.query_params.multi_items())

    @router.get("/classement")
    def how_it_ranks() -> Response:
        return site.renderer.page("classement.html", ranking=ranking, weights=weights)

    @router.get("/accessibilite")
    def accessibility() -> Response:
        return site.renderer.page("accessibilite.html")

    @router.get("/static/{name}")
    def static(request: Request, name: str) -> Response:
        asset = assets.get(name)
        if asset is None:
            return error_page(site.renderer, NotFound("Ce fichier n'existe pas."))
        return serve(asset, request)

    return router


def welcome(site: Site) -> Response:
    health, stood_in = health_of(site.engine, site.standby)
    if not health.ready:
        return error_page(site.renderer, Unavailable(NOT_READY))
    return site.renderer.page(
        "accueil.html",
        offers=health.offers,
        fallback=stood_in.text if stood_in else "",
        form=form_values([("bookable", "1")]),
        fault=None,
        keep=[],
    )


def results(site: Site, given: Pairs) -> Response:
    try:
        if sum(len(name) + len(value) for name, value in given) > MOST_TYPED:
            raise InvalidParameter("q", f"Votre question dépasse {MOST_TYPED} caractères.")
        question = Question.read(given)
        if any(not value for _, value in given) and question.written:
            # A form sends its empty inputs too: the address that stays is the short one, good to share.
            return RedirectResponse(question.here, 302, headers={"Cache-Control": "no-cache"})
        answer, stood_in = answered(lambda *asked: _found(site, question, *asked), site.engine, site.standby)
    except InvalidParameter as error:
        return refused(site, given, error)
    except Gone as error:
        restart = error.extra.get("restart")
        link = Question.of_link(restart).first_page if restart else "/"
        return error_page(site.renderer, error, link, "Reprendre à la première page")
    except ParcoursError as error:
        # What an operator must do about a missing index is not for who looks for a training.
        shown = Unavailable(NOT_READY) if error.status == Unavailable.status else error
        return error_page(site.renderer, shown)
    counted = groups(answer["facets"] or {}, question)
    following = answer["next_cursor"]
    return site.renderer.page(
        "resultats.html",
        heading=wording.heading(answer, question),
        answer=answer,
        cards=[card(hit, question) for hit in answer["hits"]],
        offset=question.offset,
        notes=[*wording.of_fallback(stood_in), *wording.notes(answer["understood"], question)],
        groups=counted,
        chips=chips(counted, question),
        keep=hidden(counted, question),
        form=form_values(question.written),
        fault=None,
        question=question,
        sorted_by=SORTS[str(question.request.sort)],
        next_page=question.at(following) if following else "",
    )


def _found(site: Site, question: Question, engine: Engine, stood_in: StoodIn | None) -> dict[str, Any]:
    return search_page(question.full, engine=engine, gazetteer=site.gazetteer, day=site.day, stood_in=stood_in)


def refused(site: Site, given: Pairs, error: InvalidParameter) -> Response:
    """The form as it was typed, the message beside the field it names; other conditions travel on unseen."""
    fault = wording.fault_of(error)
    in_filters = fault.field in PANEL
    shown = set(FIELDS) if in_filters else set(FIELDS) - PANEL
    dropped = {*shown, error.parameter, "cursor"}
    return site.renderer.page(
        "erreur_question.html",
        error.status,
        fault=fault,
        title=error.title,
        form=form_values(given),
        keep=[(name, value) for name, value in given if value and name not in dropped],
        in_filters=in_filters,
    )


def detail(site: Site, text: str, given: Pairs) -> Response:
    question = back_to_search(given)
    try:
        number = id_number(text)
        with reading(site.database) as conn:
            offer, training = offer_detail(conn, number)
    except (ValueError, NotFound):
        missing = NotFound("Cette offre n'existe pas ou n'est plus proposée.")
        return error_page(site.renderer, missing, question.here if question else "/", "Revenir à la recherche")
    asked = question.request if question else SearchRequest()
    view = offer_view(offer, training, site.day, _origin(site, asked.home), _origin(site, asked.work))
    return site.renderer.page("offre.html", offer=view, question=question)


def error_page(
    renderer: Renderer, error: ParcoursError, link: str = "/", link_text: str = "Aller à l'accueil"
) -> HTMLResponse:
    page = renderer.page(
        "erreur.html", error.status, title=error.title, detail=error.detail, link=link, link_text=link_text
    )
    page.headers.update(headers_of(error.status))
    return page


def form_values(given: Pairs) -> dict[str, Any]:
    """What stands in the inputs: as typed, defaults elsewhere."""
    typed = {name: value for name, value in given if name in FIELDS}
    radius = typed.get("radius_km", "30")
    radii = [str(km) for km in RADII]
    return {
        **{name: typed.get(name, "") for name in FIELDS},
        "radius_km": radius,
        "radii": [(km, f"{km} km") for km in (radii if radius in radii else [radius, *radii])],
        "remote": typed.get("remote", "include"),
        "remotes": REMOTE,
        "sort": typed.get("sort", "relevance"),
        "sorts": SORTS,
        "bookable": typed.get("bookable") in ("1", "true"),
    }


def _origin(site: Site, text: str) -> Found | None:
    return site.gazetteer.understand(text) if text else None
