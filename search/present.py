"""What an engine described -> the hits of the API's contract. Nothing here changes an order or a count.

A hit is cut out of its payload, not parsed and written again: that would cost 25 microseconds a hit, three times as
much. The cuts are exact. The payload is JSON as orjson writes it, members in the order of ``search.payload``, so a mark
such as ``,"training":{`` never stands inside a string: its first quotation mark would have to end that string, and a
letter never follows the end of a string. Pieces stay bytes from the payload to the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import orjson

from search.engines.contract import Described
from search.plan import Plan
from search.reasons import ANY_TIME, CERTIFICATION_ENDED, NO_SESSION, SESSION, parts_of, present_reasons

_LAST_DAY = date.max.toordinal()
_OWN_NUMBERS = 3  # score and two distances; those of the reasons follow


@dataclass(frozen=True, slots=True)
class Frame:
    """What the hits of a page have in common; ISO dates compare as texts."""

    plan: Plan
    reasons: bool
    today: bytes
    start_from: bytes  # empty when no window is asked for
    start_to: bytes


def frame(plan: Plan, *, reasons: bool) -> Frame:
    start_from, start_to = plan.filters.start_from, plan.filters.start_to
    return Frame(plan, reasons, _iso(plan.day), _iso(start_from) if start_from else b"", _iso(start_to or _LAST_DAY))


def present_hits(described: Sequence[Described], of: Frame) -> bytes:
    """The hits of a page as a JSON list."""
    numbers = _numbers(described, of.reasons)
    step = len(numbers) // len(described) if described else 0
    hits = [_hit(one, of, numbers[at * step : (at + 1) * step]) for at, one in enumerate(described)]
    return b"[%b]" % b",".join(hits)


def _numbers(described: Sequence[Described], reasons: bool) -> list[bytes]:
    """The fractional numbers of a page as JSON, all written at once: one by one, Python takes seven times as long."""
    numbers: list[float | None] = []
    for one in described:
        home, work = one.home_km, one.work_km
        numbers += (one.score, None if home is None else round(home, 3), None if work is None else round(work, 3))
        if reasons:
            numbers += parts_of(one)
    return orjson.dumps(numbers)[1:-1].split(b",")


def _hit(described: Described, of: Frame, numbers: Sequence[bytes]) -> bytes:
    """The facts of the payload, and what depends on the question or on the day."""
    offer = described.payload
    training = offer.index(b',"training":{')
    organisation = offer.index(b'}},"organisation":{', training)
    modality = offer.index(b',"modality":"', organisation)
    places = offer.index(b',"places":[', modality)
    sessions = offer.index(b'],"sessions":[', places)
    rest = offer.index(b'],"earliest_start":', sessions)
    nature = offer[modality:places]  # modality and entry
    remote = nature.startswith(b',"modality":"remote"')
    place, count = (b"null", 0) if remote else _place(offer[places + 11 : sessions], described.place or 0)
    taught = offer[training:organisation]
    expired = _expired(taught, of.today)
    pieces = [
        offer[:training],
        b',"score":',
        numbers[0],
        taught,
        b',"expired":',
        expired,
        offer[organisation:places],
        b',"place":',
        place,
        b',"places_count":%d,"distance_km":{"home":%b,"work":%b},"next_session":' % (count, numbers[1], numbers[2]),
        next_session(offer[sessions + 14 : rest], of) if rest > sessions + 14 and expired != b"true" else b"null",
        offer[rest + 1 : -1],
        b',"similar":%d' % described.similar,
    ]
    if of.reasons:
        permanent = nature.endswith(b'"permanent"')
        values = numbers[_OWN_NUMBERS:]
        closed = CERTIFICATION_ENDED if expired == b"true" else NO_SESSION
        opening = ANY_TIME if permanent else SESSION
        reasons = present_reasons(described, of.plan, values, remote=remote, opening=opening, closed=closed)
        pieces += (b',"reasons":', reasons)
    pieces.append(b"}")
    return b"".join(pieces)


def _expired(training: bytes, today: bytes) -> bytes:
    """``training`` ends with its certification's last day, quoted, or with ``null``."""
    if training.endswith(b"null"):
        return b"null"
    return b"true" if training[-11:-1] < today else b"false"


def _place(places: bytes, chosen: int) -> tuple[bytes, int]:
    """The place shown and how many there are. An offer whose places have no point shows the first one."""
    if not places:
        return b"null", 0
    each = places.split(b'},{"label":')
    if len(each) == 1:
        return places, 1
    opening = b"" if chosen == 0 else b'{"label":'
    closing = b"" if chosen == len(each) - 1 else b"}"
    return b"%b%b%b" % (opening, each[chosen], closing), len(each)


def next_session(sessions: bytes, of: Frame) -> bytes:
    """The open session that starts next, of those in the window asked for if one is; else an open undated one.

    Relies on the order of the payload: dated sessions by start, then the others. What has begun and may still be joined
    starts today, and comes before what starts later.
    """
    chosen = b""
    for session in sessions.split(b'},{"id":'):
        if b',"state":"open"' not in session:
            continue
        start, until = _day(session, b',"start":'), _day(session, b',"until":')
        if until and until < of.today:
            continue
        if start and until and start <= of.start_to and until >= of.start_from:
            chosen = session
            break
        chosen = chosen or session
    if not chosen:
        return b"null"
    until_at = chosen.index(b',"until":')
    end_at, state_at = chosen.index(b',"end":', until_at), chosen.index(b',"state":', until_at)
    shown = chosen[:until_at].removeprefix(b'{"id":') + chosen[end_at:state_at]
    seats = chosen[chosen.index(b',"guaranteed":', state_at) :].removesuffix(b"}")
    return b'{"id":%b,"open":true%b}' % (shown, seats)


def _day(session: bytes, mark: bytes) -> bytes:
    """An ISO date, empty when it is null."""
    at = session.index(mark) + len(mark)
    return session[at + 1 : at + 11] if session[at] == _QUOTE else b""


def _iso(day: int) -> bytes:
    return date.fromordinal(day).isoformat().encode()


_QUOTE = ord('"')
