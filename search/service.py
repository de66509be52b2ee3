"""The door of the room: a request in, a page out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import orjson

from base.errors import Gone, InvalidParameter, NotFound
from base.terms import MINIMUM_NOTICE, working_days_on
from geo.found import Found
from search.address import link
from search.arrange import arrange
from search.asked import Asked
from search.cursor import Cursor, read_cursor, write_cursor
from search.engines.contract import Engine, Ranked, Snapshot
from search.explaining import explain_offer
from search.facets import present_facets
from search.places import Places
from search.plan import Area, AreaKind, Plan, Sort
from search.planning import Where, relaxing_steps
from search.present import frame, present_hits
from search.ranking import ARRANGE_WINDOW
from search.request import SearchRequest
from search.standby import StoodIn
from search.summary import present_understood
from search.understand import understand_words

Notice = Callable[[date], date]  # a day -> the first day that leaves the minimum notice


def answer(
    request: SearchRequest,
    *,
    engine: Engine,
    gazetteer: Places,
    day: date,
    notice: Notice | None = None,
    timer: Callable[[], float] = time.perf_counter,
    stood_in: StoodIn | None = None,
) -> bytes:
    """The page as JSON (design, section 6), ready to send. ``InvalidParameter`` or ``Gone`` when it cannot be.

    ``stood_in``: of an engine that answers for another.
    """
    began = timer()
    cursor = read_cursor(request)
    snapshot = _snapshot(request, cursor, engine, day)
    asked = ask(request, snapshot, gazetteer, date.fromordinal(cursor.day) if cursor else day, notice)
    offset = cursor.offset if cursor else 0
    step, plan, ranked = _execute(asked, snapshot, offset, cursor.relaxed if cursor else None)
    positions, following = _slice(request, ranked, offset)
    described = snapshot.describe(plan, ranked, positions)
    shown = frame(plan, reasons=request.reasons)
    result: dict[str, Any] = {
        "total": ranked.total,
        "cards": ranked.cards,
        "hits": orjson.Fragment(present_hits(described, shown)),
        "facets": orjson.Fragment(present_facets(ranked.facets, plan, gazetteer)) if request.facets else None,
        "understood": present_understood(asked, plan, gazetteer),
        "next_cursor": write_cursor(request, Cursor(snapshot.generation, asked.day, offset + len(positions), step))
        if following
        else None,
    }
    if stood_in is not None:
        result["fallback"] = stood_in.told()
    result["took_ms"] = round((timer() - began) * 1000, 3)
    return orjson.dumps(result)


def page(
    request: SearchRequest,
    *,
    engine: Engine,
    gazetteer: Places,
    day: date,
    notice: Notice | None = None,
    timer: Callable[[], float] = time.perf_counter,
    stood_in: StoodIn | None = None,
) -> dict[str, Any]:
    """The same as plain values."""
    found = answer(request, engine=engine, gazetteer=gazetteer, day=day, notice=notice, timer=timer, stood_in=stood_in)
    values: dict[str, Any] = orjson.loads(found)
    return values


def explain(
    request: SearchRequest,
    offer: int,
    *,
    engine: Engine,
    gazetteer: Places,
    day: date,
    notice: Notice | None = None,
    stood_in: StoodIn | None = None,
) -> dict[str, Any]:
    """Why an offer is where it is, or is not, under a question. ``NotFound`` when there is no such offer."""
    snapshot = engine.snapshot()
    asked = ask(request, snapshot, gazetteer, day, notice)
    _, plan, _ = _execute(asked, snapshot, 0, None)
    told = explain_offer(plan, offer, snapshot)
    if told is None:
        raise NotFound("Cette offre n'existe pas ou n'est plus proposée.")
    told["understood"] = present_understood(asked, plan, gazetteer)
    return told if stood_in is None else {**told, "fallback": stood_in.told()}


def ask(
    request: SearchRequest, snapshot: Snapshot, gazetteer: Places, day: date, notice: Notice | None = None
) -> Asked:
    """Understand the words and the places of a request."""
    resolved = [_area(text, gazetteer) for text in request.areas]
    where = Where(
        home=_found("home", request.home, gazetteer),
        work=_found("work", request.work, gazetteer),
        areas=tuple(area for area, _ in resolved),
    )
    bookable_from = (notice or _minimum_notice)(day).toordinal() if request.bookable else None
    words = understand_words(request.q, snapshot.lexicon)
    return Asked(request, words, where, tuple(label for _, label in resolved), day.toordinal(), bookable_from)


def _minimum_notice(day: date) -> date:
    from base.working_days import earliest_after_notice  # only when asked: it reads calendars

    return earliest_after_notice(day, working_days_on(MINIMUM_NOTICE, day))


def _snapshot(request: SearchRequest, cursor: Cursor | None, engine: Engine, day: date) -> Snapshot:
    if cursor is None:
        return engine.snapshot()
    try:
        if abs(cursor.day - day.toordinal()) > 1:
            raise Gone("Cette page date d'un autre jour.")
        return engine.snapshot(cursor.generation)
    except Gone as gone:
        restart = link(replace(request, cursor=""))
        raise Gone("Les offres ont changé depuis : reprenez à la première page.", restart=restart) from gone


def _found(parameter: str, text: str, gazetteer: Places) -> Found | None:
    if not text:
        return None
    found = gazetteer.understand(text)
    if found is None:
        raise InvalidParameter(parameter, f"Lieu inconnu : « {text[:60]} ».")
    return found


def _area(text: str, gazetteer: Places) -> tuple[Area, str]:
    kind, _, code = text.partition(":")
    codes = gazetteer.area(kind, code)
    if codes is None:
        raise InvalidParameter("area", f"Zone inconnue : « {text} ».")
    return Area(AreaKind(kind), codes.codes), codes.label


def _execute(asked: Asked, snapshot: Snapshot, offset: int, step: int | None) -> tuple[int, Plan, Ranked]:
    """The first step of relaxing that finds something; a later page takes the step of the first one."""
    start, count = _engine_slice(asked.request, offset)
    steps = relaxing_steps(asked.words)
    if step is not None:
        plan = asked.plan(steps[min(step, len(steps) - 1)], start, count)
        return step, plan, snapshot.execute(plan)
    return snapshot.first_found(asked.plan(optional, start, count) for optional in steps)


def arranged(request: SearchRequest) -> bool:
    """Whether the first cards of the list are rearranged (docs/search.md)."""
    return request.sort is Sort.RELEVANCE and request.group


def _engine_slice(request: SearchRequest, offset: int) -> tuple[int, int]:
    """Offset and limit in the engine's order; one more than shown tells whether a page follows."""
    if arranged(request) and offset < ARRANGE_WINDOW:
        return 0, max(ARRANGE_WINDOW, offset + request.limit) + 1
    return offset, request.limit + 1


def _slice(request: SearchRequest, ranked: Ranked, offset: int) -> tuple[Sequence[int], bool]:
    """Positions of the page in what was ranked, and whether another page follows."""
    count = len(ranked.handles)
    if arranged(request) and offset < ARRANGE_WINDOW:
        until = offset + request.limit
        order = arrange(ranked.scores, ranked.sirens, until)
        return order[offset:until], count > until
    return range(min(count, request.limit)), count > request.limit
