"""What an engine described -> the hits of the API's contract. Nothing here changes an order or a count.

A hit is cut out of its payload, not parsed and written again: that would cost 25 microseconds a hit, three times as
much. The cuts are exact. The payload is JSON as orjson writes it, members in the order of ``search.payload``, so a mark
such as ``,"training":{`` never stands inside a string: its first quotation mark would have to end that string, and a
letter never follows the end of a string.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from search.engines.contract import Described
from search.plan import Plan
from search.reasons import present_reasons

_LAST_DAY = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Frame:
    """What the hits of a page have in common; ISO dates compare as texts."""

    plan: Plan
    reasons: bool
    today: str
    start_from: str  # "" when no window is asked for
    start_to: str


def frame(plan: Plan, *, reasons: bool) -> Frame:
    start_from, start_to = plan.filters.start_from, plan.filters.start_to
    return Frame(plan, reasons, _iso(plan.day), _iso(start_from) if start_from else "", _iso(start_to or _LAST_DAY))


def present_hit(described: Described, of: Frame) -> str:
    """One hit as JSON: the facts of the payload, and what depends on the question or on the day."""
    offer = described.payload.decode()
    training = offer.index(',"training":{')
    organisation = offer.index('}},"organisation":{', training)
    modality = offer.index(',"modality":"', organisation)
    places = offer.index(',"places":[', modality)
    sessions = offer.index('],"sessions":[', places)
    rest = offer.index('],"earliest_start":', sessions)
    nature = offer[modality:places]  # modality and entry
    remote = nature.startswith(',"modality":"remote"')
    place, count = ("null", 0) if remote else _place(offer[places + 11 : sessions], described.place or 0)
    session = next_session(offer[sessions + 14 : rest], of)
    reasons = ""
    if of.reasons:
        permanent = nature.endswith('"permanent"')
        reasons = f',"reasons":{present_reasons(described, of.plan, remote=remote, permanent=permanent)}'
    return (
        f'{offer[:training]},"score":{described.score}{offer[training:organisation]}'
        f',"expired":{_expired(offer[training:organisation], of.today)}{offer[organisation:places]}'
        f',"place":{place},"places_count":{count}'
        f',"distance_km":{{"home":{_metres(described.home_km)},"work":{_metres(described.work_km)}}}'
        f',"next_session":{session}{offer[rest + 1 : -1]},"similar":{described.similar}{reasons}}}'
    )


def _expired(training: str, today: str) -> str:
    """``training`` ends with its certification's last day, quoted, or with ``null``."""
    if training.endswith("null"):
        return "null"
    return "true" if training[-11:-1] < today else "false"


def _place(places: str, chosen: int) -> tuple[str, int]:
    """The place shown and how many there are. An offer whose places have no point shows the first one."""
    if not places:
        return "null", 0
    each = places.split('},{"label":')
    if len(each) == 1:
        return places, 1
    opening = "" if chosen == 0 else '{"label":'
    closing = "" if chosen == len(each) - 1 else "}"
    return f"{opening}{each[chosen]}{closing}", len(each)


def next_session(sessions: str, of: Frame) -> str:
    """The open session that starts next, of those in the window asked for if one is; else an open undated one.

    Relies on the order of the payload: dated sessions by start, then the others. What has begun and may still be joined
    starts today, and comes before what starts later.
    """
    chosen = ""
    for session in sessions.split('},{"id":'):
        if ',"state":"open"' not in session:
            continue
        start, until = _day(session, ',"start":'), _day(session, ',"until":')
        if until and until < of.today:
            continue
        if start and until and start <= of.start_to and until >= of.start_from:
            chosen = session
            break
        chosen = chosen or session
    if not chosen:
        return "null"
    until_at = chosen.index(',"until":')
    end_at, state_at = chosen.index(',"end":', until_at), chosen.index(',"state":', until_at)
    shown = chosen[:until_at].removeprefix('{"id":') + chosen[end_at:state_at]
    seats = chosen[chosen.index(',"guaranteed":', state_at) :].removesuffix("}")
    return f'{{"id":{shown},"open":true{seats}}}'


def _day(session: str, mark: str) -> str:
    """An ISO date, ``""`` when it is null."""
    at = session.index(mark) + len(mark)
    return session[at + 1 : at + 11] if session[at] == '"' else ""


def _iso(day: int) -> str:
    return date.fromordinal(day).isoformat()


def _metres(km: float | None) -> str:
    return "null" if km is None else f"{round(km, 3)}"
